// The public side, as the person sees it.
import { DESKTOP, PHONE, expect } from "../house.mjs";

export const WORDS = {
  en: { path: "/en", who: "Someone I care about", send: "Send my request", thanks: "Thank you. We have your request.", error: "Error: ", kept: "What you wrote is still here" },
  es: { path: "/es", who: "Para alguien que quiero", send: "Enviar mi solicitud", thanks: "Gracias. Recibimos su solicitud.", error: "Error: ", kept: "Lo que escribió sigue aquí" },
};

/** The three answers that are enough. */
export async function answer(page, name, words = WORDS.en, phone = "(831) 555-0163") {
  await page.getByText(words.who, { exact: true }).click();
  await page.locator("#name").fill(name);
  await page.locator("#phone").fill(phone);
}

export async function send(page, words = WORDS.en) {
  await Promise.all([page.waitForURL("**/receipts/*"), page.getByRole("button", { name: words.send }).click()]);
  return page.locator("[data-receipt]").getAttribute("data-receipt");
}

export async function form(house) {
  for (const [language, words] of Object.entries(WORDS)) {
    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "" : ", JavaScript off";
      await house.test(`form ${language}${how}: three answers lead to a receipt that names nobody`, async (page) => {
        await page.goto(words.path);
        await answer(page, "Rosa Beispiel", words);
        const code = await send(page, words);
        expect(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$/.test(code), `a receipt, not ${code}`);
        const text = await page.locator("body").innerText();
        expect(text.includes(words.thanks), "the confirmation");
        expect(!text.includes("Rosa") && !text.includes("555-0163"), "no name and no number on the receipt");
        expect(/^Conta/.test(await page.title()), "a neutral title");
      }, { javaScriptEnabled });

      await house.test(`form ${language}${how}: errors keep every answer and take the focus`, async (page) => {
        await page.goto(words.path);
        await page.locator("#name").fill("J'Marcus Müller");
        await page.locator("#phone").fill("555 01");
        await page.locator("#email").fill("rosa@example.org");
        await page.locator("[name=program][value=outpatient]").check();
        await page.locator("[name=how_soon][value=today]").check();
        await page.locator("[name=leave_message]").check();
        await page.locator("#message").fill("Please call after ten.\nThank you.");
        await page.locator("details.more summary").click();
        await page.locator("#state").selectOption("CA");
        await page.locator("#interpreter").check();
        const [response] = await Promise.all([page.waitForResponse("**/inquiries"), page.getByRole("button", { name: words.send }).click()]);
        await page.waitForLoadState();
        expect(response.status() === 422, `422, not ${response.status()}`);
        expect((await page.title()).startsWith(words.error), "the title says so");
        expect((await page.locator("#summary").innerText()).includes(words.kept), "the summary reassures");
        expect((await page.locator("#summary li").count()) === 2, "two answers to check");
        expect(await page.locator("#summary").evaluate((box) => box === document.activeElement), "the summary has the focus");
        const kept = { "#name": "J'Marcus Müller", "#phone": "555 01", "#email": "rosa@example.org", "#message": "Please call after ten.\nThank you.", "#state": "CA" };
        for (const [field, value] of Object.entries(kept)) expect((await page.locator(field).inputValue()) === value, `${field} was kept`);
        for (const box of ["[name=program][value=outpatient]", "[name=how_soon][value=today]", "[name=leave_message]", "#interpreter"]) {
          expect(await page.locator(box).isChecked(), `${box} was kept`);
        }
        await page.locator("#summary a").first().click();
        expect(page.url().endsWith("#who_for"), "the summary leads to the field");
        await page.getByText(words.who, { exact: true }).click();
        await page.locator("#phone").fill("831 555 0101");
        await send(page, words);
      }, { javaScriptEnabled });
    }
  }

  await house.test("form: the first view weighs at most 30 kB, stylesheet and symbols included", async (page, person) => {
    const wire = await person.newCDPSession(page);
    let bytes = 0;
    await wire.send("Network.enable");
    wire.on("Network.loadingFinished", (loaded) => (bytes += loaded.encodedDataLength));
    await page.goto("/en", { waitUntil: "networkidle" });
    expect(bytes > 5_000 && bytes <= 30_720, `${bytes} bytes over the wire`);
  });

  await house.test("form: on a phone the number to call is there without scrolling", async (page) => {
    await page.goto("/en");
    const button = await page.locator(".call a[href^='tel:']").first().boundingBox();
    expect(button.y + button.height < PHONE.height && button.height >= 44, "the button is in view and large enough");
    for (const number of ["tel:911", "tel:988", "tel:+18006624357"]) {
      expect(await page.locator(`.crisis a[href='${number}']`).isVisible(), `${number} is in view`);
    }
  }, { viewport: PHONE, isMobile: true, hasTouch: true });

  await house.test("form: nobody reaches the trap with the keyboard, and a filled page leaves it empty", async (page) => {
    await page.goto("/en");
    const reached = new Set();
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement?.getAttribute("name") ?? ""));
    }
    expect(reached.has("message") && !reached.has("reference_note"), "the tab order leaves the trap out");
    const profile = { "given-name": "Ada", name: "Ada Example", tel: "8315550107", email: "ada@example.org" };
    for (const input of await page.locator("input[autocomplete]:not([autocomplete=off])").all()) {
      await input.fill(profile[await input.getAttribute("autocomplete")] ?? "");
    }
    await page.getByText(WORDS.en.who, { exact: true }).click();
    expect((await page.locator("#reference_note").inputValue()) === "", "the trap is empty");
    expect(!(await page.locator("#reference_note").evaluate((trap) => trap.checkVisibility() && trap.getBoundingClientRect().right > 0)), "off screen");
    await send(page);
  });

  await house.test("form: a filled trap is thanked like everybody else", async (page) => {
    await page.goto("/en");
    await answer(page, "Trapped Example");
    await page.locator("#reference_note").evaluate((trap) => (trap.value = "1600 Example Street"));
    await send(page);
    expect((await page.locator("h1").innerText()).includes("We have your request"), "thanked");
  });

  await house.test("form: a double click and the back button give one receipt", async (page) => {
    await page.goto("/en");
    await answer(page, "Double Example");
    await page.getByRole("button", { name: WORDS.en.send }).dblclick();
    await page.waitForURL("**/receipts/*");
    const first = await page.locator("[data-receipt]").getAttribute("data-receipt");
    await page.goBack();
    const again = await page.goto("/en").then(() => answer(page, "Double Example")).then(() => send(page));
    expect(again === first, "the same receipt");
  });

  await house.test("form: consent to texts stands with Text, unticked", async (page) => {
    await page.goto("/en");
    const consent = page.locator("#text_consent");
    expect(!(await consent.isVisible()), "not before");
    await page.locator("[name=contact_method][value=text]").check();
    expect((await consent.isVisible()) && !(await consent.isChecked()), "with Text, unticked");
  });

  await house.test("form: languages change places and campaign tags travel on", async (page) => {
    await page.goto("/en?utm_source=flyer&utm_term=Ann+Lee");
    expect((await page.locator("[name=utm_source]").inputValue()) === "flyer", "a tag travels");
    expect((await page.locator("[name=utm_term]").count()) === 0, "what could carry a name does not");
    await page.getByRole("link", { name: "Español" }).click();
    expect(page.url().endsWith("/es?utm_source=flyer") && (await page.locator("html").getAttribute("lang")) === "es", "Spanish");
    expect((await page.locator("[name=utm_source]").inputValue()) === "flyer", "the tag came along");
  });

  await house.test("form: the browser's language decides at the door", async (page) => {
    await page.goto("/");
    expect((await page.locator("html").getAttribute("lang")) === "es", "Spanish for a Spanish browser");
  }, { locale: "es-MX" });

  await house.test("form: the way out sends nothing along", async (page) => {
    await page.goto("/en");
    const leave = page.locator(".crisis .leave a");
    expect((await leave.isVisible()) && (await leave.getAttribute("rel")) === "noreferrer", "in view, without a referrer");
  });

  await looks(house);
}

/** Every public page: accessible, light and dark, narrow and wide. */
async function looks(house) {
  for (const language of Object.keys(WORDS)) {
    const words = WORDS[language];
    await house.test(`look: public pages, ${language}`, async (page) => {
      await page.goto(words.path);
      await house.look(page, `form ${language}`);
      await page.locator("details.more summary").click();
      await house.look(page, `form with everything open ${language}`);
      await page.locator("#phone").fill("1");
      await Promise.all([page.waitForResponse("**/inquiries"), page.getByRole("button", { name: words.send }).click()]);
      await page.locator("#summary").waitFor();
      await house.look(page, `form with errors ${language}`);
      await page.goto(words.path);
      await answer(page, "Look Example", words, "831 555 0199");
      await send(page, words);
      await house.look(page, `receipt ${language}`);
      const lost = await page.goto("/receipts/0000-0000-0000-0");
      expect(lost.status() === 404, "a lost receipt is a 404");
      await house.look(page, `lost receipt ${language}`);
      const nowhere = await page.goto("/nowhere");
      expect(nowhere.status() === 404, "404");
      await house.look(page, `not found ${language}`);
    }, { locale: language === "es" ? "es-US" : "en-US", viewport: DESKTOP });
  }
}
