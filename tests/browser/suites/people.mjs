// One person twice, a flood, and a call: suggestions, side by side, merge and back; quarantine; drafts that come back.
import { expect } from "../house.mjs";
import { answer, send } from "./form.mjs";
import { MANAGER, press, setUp } from "./triage.mjs";

const PERSON = "Marisol Twice-Example";

export async function people(house) {
  if (house.only !== "" && !"people".includes(house.only)) return;
  const inquirer = await house.person();
  const staff = await house.person();
  const page = await staff.newPage();
  const found = {};
  const walk = [
    ["signed in", () => enter(house, page)],
    ["who wrote before is suggested with the evidence", () => suggested(house, inquirer, page, found)],
    ["both stand side by side, one is merged and taken apart again", () => merged(house, page, found)],
    ["not the same person: said once", () => dismissed(page, found)],
    ["a flood is one row, closed by one press", () => flood(house, inquirer, page)],
    ["a call is kept at every change and found after signing out", () => call(house, page)],
    ["a call is saved from the keyboard", () => saved(house, page)],
  ];
  for (const [at, [name, body]] of walk.entries()) {
    const held = await house.step(`people: ${name}`, body);
    if (!held && at < 2) break;
  }
  await inquirer.close();
  await staff.close();
}

export async function enter(house, page, who = MANAGER) {
  await page.goto("/staff/login");
  await page.locator("#email").fill(who.email);
  await page.locator("#password").fill(who.password);
  await press(page, page.getByRole("button", { name: /sign in/i }));
  if (page.url().includes("/staff/login")) {
    await setUp(house, page);
    await enter(house, page, who);
  }
}

async function write(inquirer, name, trap) {
  const page = await inquirer.newPage();
  await page.goto("/en");
  await answer(page, name, undefined, "(831) 555-0188");
  if (trap) await page.locator("#reference_note").evaluate((input) => { input.value = "autofilled"; });
  await page.locator("#message").fill(`My sister, ${name}. ${Math.random()}`);
  await send(page);
  await page.close();
}

async function suggested(house, inquirer, page, found) {
  await write(inquirer, PERSON);
  await write(inquirer, `${PERSON} again`);
  await page.goto("/staff/leads?view=all");
  found.again = await page.locator("tr[data-reference]", { hasText: `${PERSON} again` }).getAttribute("data-reference");
  const compare = page.getByRole("link", { name: /Compare/ }).first();
  for (let at = 0; at < 20 && !(await compare.isVisible()); at += 1) {
    await page.goto(`/staff/leads/${found.again}`);
    await page.waitForTimeout(100);
  }
  expect(await page.getByText("Same phone number").first().isVisible(), "the evidence stands beside the suggestion");
  await house.look(page, "lead with a suggestion");
  await compare.click();
  await page.waitForURL("**/duplicates**");
  await house.look(page, "side by side");
}

async function merged(house, page, found) {
  await press(page, page.getByRole("button", { name: new RegExp(`merge ${found.again} into it`) }));
  expect((await page.locator("[data-outcome]").first().getAttribute("data-outcome")) === "duplicate", "it is a duplicate now");
  await house.look(page, "a merged lead");
  const survivor = await page.locator("#merged a").innerText();
  await page.goto(`/staff/leads/${survivor}`);
  expect(await page.getByRole("heading", { name: "Also from this person" }).isVisible(), "the lead that stays shows it");
  await house.look(page, "a lead with another merged into it");
  await page.goto(`/staff/leads/${found.again}`);
  await press(page, page.getByRole("button", { name: "Take the merge back" }));
  expect((await page.locator("[data-outcome]").first().getAttribute("data-outcome")) === "", "it is open again");
}

async function dismissed(page, found) {
  await page.goto(`/staff/leads/${found.again}`);
  const no = page.getByRole("button", { name: /Not the same person/ });
  for (let left = await no.count(); left > 0; left = await no.count()) await press(page, no.first());
  expect((await page.getByRole("heading", { name: "Perhaps the same person" }).count()) === 0, "nobody is suggested any more");
}

async function flood(house, inquirer, page) {
  for (let at = 0; at < 6; at += 1) await write(inquirer, `Cheap Pills ${at}`, true);
  await page.goto("/staff/quarantine");
  const fold = page.locator("[data-fold]").first();
  expect(await fold.getByText(/Close all \d+ as spam/).isVisible(), "one row stands for all");
  await house.look(page, "quarantine with a flood");
  await fold.locator("summary").click();
  await house.look(page, "quarantine with a flood unfolded");
  await press(page, fold.getByRole("button", { name: /Close all/ }));
}

async function call(house, page) {
  await page.goto("/staff/leads");
  await page.getByRole("link", { name: "Add a lead" }).click();
  await page.waitForURL("**/staff/leads/new**");
  expect(await page.locator("#name").evaluate((input) => input === document.activeElement), "the name has the focus");
  await house.look(page, "add a lead");
  await page.locator("#name").fill("Phone Example");
  await page.locator("#message").fill("He has not slept for two days");
  await page.getByText(/Kept as a draft/).waitFor();
  await page.context().clearCookies();
  await enter(house, page);
  await page.goto("/staff/leads/new");
  await house.look(page, "add a lead, with a draft");
  await page.getByRole("link", { name: "Phone Example" }).click();
  expect((await page.locator("#message").inputValue()) === "He has not slept for two days", "every word is there");
}

async function saved(house, page) {
  await page.locator("#name").focus();
  await page.keyboard.press("Enter");
  await page.locator("#phone-error").waitFor();
  await house.look(page, "add a lead, with errors");
  await page.locator("#phone").fill("831 555 0149");
  await page.getByText("Somebody they love").click();
  await page.locator("#phone").focus();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => /\/staff\/leads\/(?!new)/.test(url.pathname));
  expect(await page.getByText("He has not slept for two days").first().isVisible(), "the lead says it");
  expect((await page.locator("[data-stage]").first().getAttribute("data-stage")) === "contacted", "the call counts");
}
