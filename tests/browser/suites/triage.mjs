// A day of triage: set-up, sign-in, queue, claim, call, routing, closing. Each step finds what the one before left behind.
import { PHONE, expect } from "../house.mjs";
import { WORDS, answer, send } from "./form.mjs";

export const MANAGER = { name: "Nadia Example", email: "nadia@example.org", password: "four unrelated words 27" };
const PROSPECT = "June Hollis-Example";

export async function triage(house) {
  if (house.only !== "" && !"triage".includes(house.only)) return;
  const inquirer = await house.person();
  const staff = await house.person();
  const page = await staff.newPage();
  const walk = [
    ["set-up makes the first account", () => setUp(house, page)],
    ["a wrong password is told nothing, the right one is let in", () => signIn(house, page)],
    ["every page of the staff side passes the look", () => lookAround(house, page)],
    ["a program is added to route to", () => addProgram(house, page)],
    ["a new inquiry is on the queue within a second", () => appears(house, inquirer, page)],
    ["a double click made one lead", () => once(page)],
    ["what filled the trap waits in quarantine and nowhere else", () => quarantined(house, page)],
    ["a mail told somebody and named nobody", () => told(house)],
    ["one claim, with JavaScript off", () => claim(house, page)],
    ["a call is logged and the receipt says so", () => call(house, page, inquirer)],
    ["a note is kept", () => note(page)],
    ["the lead is routed to a program", () => route(page)],
    ["a stale page gets the conflict page with the text still in the box", () => conflict(house, page, staff)],
    ["a search finds the lead by a part of its name", () => search(house, page)],
    ["the lead is closed with a reason", () => closing(house, page)],
    ["signing out closes the door", () => signOut(page)],
  ];
  for (const [at, [name, body]] of walk.entries()) {
    const held = await house.step(`triage: ${name}`, body);
    if (!held && at < 2) break; // nobody is signed in: the rest would only wait
  }
  await inquirer.close();
  await staff.close();
}

/** Presses a button that leads to another page; the answer's status. */
export async function press(page, button) {
  const [response] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === "POST" && answer.request().isNavigationRequest()), button.click()]);
  await page.waitForLoadState();
  return response.status();
}

/** The form of a verb on the lead's page, unfolded. */
async function verb(page, name) {
  const form = page.locator(`form[action$="/${name}"]`).first();
  await form.waitFor({ state: "attached" });
  await form.evaluate((element) => {
    for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    for (const fold of element.querySelectorAll("details")) fold.open = true;
  });
  return form;
}

export async function setUp(house, page) {
  const link = house.server.setupLink();
  expect(link, `a set-up link is printed:\n${house.server.output()}`);
  await page.goto(link);
  await house.look(page, "set-up");
  await page.locator("#name").fill(MANAGER.name);
  await page.locator("#email").fill(MANAGER.email);
  await page.locator("#password").fill("short");
  await page.locator("#password").evaluate((input) => input.removeAttribute("minlength"));
  expect((await press(page, page.getByRole("button", { name: /create/i }))) === 422, "a short password is sent back");
  await house.look(page, "set-up with errors");
  expect((await page.locator("#name").inputValue()) === MANAGER.name, "the name is still there");
  await page.locator("#password").fill(MANAGER.password);
  expect((await press(page, page.getByRole("button", { name: /create/i }))) === 303, "the account is made");
}

async function signIn(house, page) {
  await page.context().clearCookies();
  await page.goto("/staff/leads");
  expect(page.url().includes("/staff/login"), "to the sign-in page");
  await house.look(page, "sign-in");
  await page.locator("#email").fill(MANAGER.email);
  await page.locator("#password").fill("not this one, surely");
  await press(page, page.getByRole("button", { name: /sign in/i }));
  expect(page.url().includes("/staff/login"), "not let in");
  await house.look(page, "sign-in refused");
  await page.locator("#email").fill(MANAGER.email);
  await page.locator("#password").fill(MANAGER.password);
  await press(page, page.getByRole("button", { name: /sign in/i }));
  await page.waitForURL("**/staff/leads**");
}

async function lookAround(house, page) {
  const doors = [
    "/staff/leads",
    "/staff/leads?view=mine",
    "/staff/leads?view=unclaimed",
    "/staff/leads?view=all",
    "/staff/follow-ups",
    "/staff/quarantine",
    "/staff/handover",
    "/staff/reports",
    "/staff/exports",
    "/staff/programs",
    "/staff/snippets",
    "/staff/people",
    "/staff/audit",
    "/staff/deliveries",
    "/staff/retention",
    "/staff/settings",
    "/staff/audit/unusual",
    "/staff/help",
    "/staff/account",
    "/staff/account/second-factor",
    "/staff/confirm",
  ];
  const missing = [];
  for (const door of doors) {
    const response = await page.goto(door);
    if (response.status() === 200) await house.look(page, door);
    else missing.push(`${door}: ${response.status()}`);
  }
  await page.setViewportSize(PHONE);
  await page.goto("/staff/leads");
  await page.getByRole("link", { name: "Menu" }).click();
  expect(await page.getByRole("link", { name: /Quarantine/ }).isVisible(), "the menu opens without a script");
  await house.look(page, "menu");
  await page.setViewportSize({ width: 1280, height: 900 });
  for (const link of await page.locator(".rail a[href^='/']").evaluateAll((links) => links.map((link) => link.getAttribute("href")))) {
    if (!doors.some((door) => link.startsWith(door))) missing.push(`${link} is not looked at`);
  }
  expect(missing.length === 0, missing.join("; "));
}

async function addProgram(house, page) {
  await page.goto("/staff/programs");
  for (const verbName of ["locations", "programs"]) {
    const form = await verb(page, verbName);
    for (const input of await form.locator("input:not([type=hidden]):not([type=checkbox]):not([type=radio])").all()) {
      const name = await input.getAttribute("name");
      const values = { name: verbName === "programs" ? "Watson Inpatient" : "Watsonville", city: "Watsonville", state: "CA", capacity: "8" };
      if (name in values) await input.fill(values[name]);
    }
    for (const select of await form.locator("select").all()) {
      const values = await select.locator("option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
      await select.selectOption(values.includes("inpatient") ? "inpatient" : values.includes("CA") ? "CA" : values[0]);
    }
    const radio = form.locator("input[type=radio][value=inpatient]");
    if (await radio.count()) await radio.check();
    expect((await press(page, form.locator("button").last())) === 303, `${verbName}: added`);
  }
  await house.look(page, "programs with one");
}

async function appears(house, inquirer, page) {
  const visitor = await inquirer.newPage();
  await visitor.goto("/en");
  await answer(visitor, PROSPECT, WORDS.en, "(831) 555-0117");
  await visitor.locator("[name=program][value=inpatient]").check();
  await visitor.locator("[name=how_soon][value=today]").check();
  await visitor.locator("#message").fill("Mornings are bad, please call after ten.");
  house.receipt = await send(visitor);
  await page.goto("/staff/leads");
  const row = page.locator("[data-reference]", { hasText: PROSPECT });
  expect((await row.count()) === 1, "one row with the name");
  house.reference = await row.getAttribute("data-reference");
  await house.look(page, "queue with leads");
}

async function once(page) {
  await page.goto("/staff/leads?view=all");
  expect((await page.locator("[data-reference]", { hasText: "Double Example" }).count()) === 1, "one lead, not two");
}

async function quarantined(house, page) {
  await page.goto("/staff/leads");
  expect((await page.locator("[data-reference]", { hasText: "Trapped Example" }).count()) === 0, "not on the queue");
  expect((await page.locator("[data-reference]", { hasText: /\bAda\b/ }).count()) >= 1, "autofill is not spam");
  await page.goto("/staff/quarantine");
  const row = page.locator("[data-reference]", { hasText: "Trapped Example" });
  expect((await row.count()) === 1, "in quarantine");
  await house.look(page, "quarantine with one");
  expect((await press(page, row.getByRole("button", { name: /release/i }))) === 303, "released with one key");
  await page.goto("/staff/leads");
  expect((await page.locator("[data-reference]", { hasText: "Trapped Example" }).count()) === 1, "on the queue now");
}

async function told(house) {
  const until = Date.now() + 10_000;
  const about = () => house.server.mails().some((mail) => mail.includes(house.reference));
  while (!about() && Date.now() < until) await new Promise((later) => setTimeout(later, 250));
  expect(about(), "a mail was written about this very lead");
  const mails = house.server.mails();
  for (const mail of mails) expect(!/Hollis|555-0117|Mornings/.test(mail), "no name, number or word of the person in it");
}

async function claim(house, page) {
  await page.goto(`/staff/leads/${house.reference}`);
  expect((await page.title()).includes(house.reference) && !(await page.title()).includes("Hollis"), "the title is the reference");
  await house.look(page, "lead, unclaimed");
  const cookies = await page.context().cookies();
  const plain = await house.person({ javaScriptEnabled: false });
  await plain.addCookies(cookies);
  const tab = await plain.newPage();
  await tab.goto(`/staff/leads/${house.reference}`);
  expect((await press(tab, (await verb(tab, "claim")).locator("button"))) === 303, "claimed");
  await plain.close();
  await page.reload();
  expect((await page.locator(`form[action$="/claim/release"]`).count()) > 0, "the holder may give it back");
}

async function call(house, page, inquirer) {
  const form = await verb(page, "contact-attempts");
  await choose(form, "channel", "call");
  await choose(form, "disposition", "spoke_prospect");
  await form.locator("[name=note]").fill("Wants to start this week.");
  expect((await press(page, form.getByRole("button").last())) === 303, "logged");
  const lead = page.locator("[data-stage]").first();
  expect((await lead.getAttribute("data-stage")) === "contacted", "spoke: in conversation");
  const visitor = await inquirer.newPage();
  await visitor.goto(`/receipts/${house.receipt}`);
  expect((await visitor.locator("h1").innerText()).includes("in conversation"), "the receipt says so");
  await house.look(visitor, "receipt, later");
  await visitor.close();
  await house.look(page, "lead, claimed");
}

/** Picks a value of a select, or of radio buttons. */
async function choose(form, name, value) {
  const select = form.locator(`select[name=${name}]`);
  if (await select.count()) await select.selectOption(value);
  else await form.locator(`input[name=${name}][value=${value}]`).check({ force: true });
}

async function note(page) {
  const form = await verb(page, "notes");
  await form.locator("[name=body]").fill("Sister will drive her.");
  expect((await press(page, form.getByRole("button").last())) === 303, "kept");
  expect((await page.locator("main").innerText()).includes("Sister will drive her."), "on the timeline");
}

async function route(page) {
  const form = await verb(page, "routing");
  const select = form.locator("select[name=program]");
  if (await select.count()) {
    const first = await select.locator("option").evaluateAll((options) => options.map((option) => option.value).find(Boolean));
    await select.selectOption(first);
  } else await form.locator("input[name=program][type=radio]").first().check({ force: true });
  expect((await press(page, form.getByRole("button").last())) === 303, "routed");
  expect(/Watson Inpatient/.test(await page.locator("main").innerText()), "the program stands on the lead");
}

async function conflict(house, page, staff) {
  const other = await staff.newPage();
  await other.goto(`/staff/leads/${house.reference}`);
  const kept = (await verb(page, "notes")).locator("[name=body]");
  await kept.fill("Written on a page that went stale.");
  await (await verb(other, "notes")).locator("[name=body]").fill("First.");
  expect((await press(other, (await verb(other, "notes")).getByRole("button").last())) === 303, "the first one wins");
  await other.close();
  const status = await press(page, (await verb(page, "notes")).getByRole("button").last());
  expect(status === 409, `409, not ${status}`);
  const boxes = await page.locator("textarea").evaluateAll((areas) => areas.map((area) => area.value));
  expect(boxes.some((text) => text.includes("went stale")), "the text is still in the box");
  await house.look(page, "conflict");
}

async function search(house, page) {
  await page.goto("/staff/leads");
  await page.locator("#q").fill("hollis");
  await Promise.all([page.waitForURL("**/staff/searches/*"), page.locator("#q").press("Enter")]);
  expect(!/hollis/i.test(page.url()), "what was searched is not in the address");
  expect((await page.locator(`[data-reference="${house.reference}"]`).count()) === 1, "found");
  await house.look(page, "search");
}

async function closing(house, page) {
  await page.goto(`/staff/leads/${house.reference}`);
  let form = page.locator(`form[action$="/closure"]`).first();
  if (!(await form.count())) {
    await page.locator(`a[href*="/closure"]`).first().click();
    await page.waitForLoadState();
    await house.look(page, "closing");
  }
  form = await verb(page, "closure");
  await choose(form, "outcome", "lost");
  await choose(form, "reason", "chose_another_provider");
  expect((await press(page, form.getByRole("button").last())) === 303, "closed");
  await page.goto(`/staff/leads/${house.reference}`);
  expect((await page.locator("[data-outcome]").first().getAttribute("data-outcome")) === "lost", "the outcome is kept");
  await house.look(page, "lead, closed");
}

async function signOut(page) {
  await page.goto("/staff/leads");
  await press(page, page.getByRole("button", { name: "Sign out" }));
  const response = await page.goto("/staff/leads");
  expect(page.url().includes("/staff/login") && response.status() === 200, "back at the sign-in page");
}
