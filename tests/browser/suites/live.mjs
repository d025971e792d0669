// A shift at the open page: what arrives, what is done from the keyboard, what a log-off leaves, who gets the last place.
import { expect } from "../house.mjs";
import { WORDS, answer, send } from "./form.mjs";
import { MANAGER, press } from "./triage.mjs";
import { enter } from "./people.mjs";

const PERSON = "Renée Vidal-Example";
const SECOND = 1_000;

export async function live(house) {
  if (house.only !== "" && !"live".includes(house.only)) return;
  const inquirer = await house.person();
  const staff = await house.person();
  const page = await staff.newPage();
  const found = {};
  const walk = [
    ["signed in", () => enter(house, page)],
    ["a new inquiry reaches two open tabs within a second, over one stream", () => arrives(house, inquirer, staff, page, found)],
    ["without JavaScript the refresh link says how many are new", () => refreshed(house, inquirer, page)],
    ["search as you type forgives an accent and a typing error, and stays out of the address", () => searched(page, found)],
    ["a lead is claimed, called and noted from the keyboard, focus never lost", () => worked(house, page, found)],
    ["the routing is a key away, and the keys are listed", () => routed(page, found)],
    ["who else looks at the lead is shown while they do", () => together(house, page, found)],
    ["F30: a note half-written at an idle log-off is offered again", () => draft(house, page, found)],
    ["words of another form outlive the log-off on their page", () => unsent(house, page, found)],
    ["two minutes before the log-off the page asks, and one press extends", () => idle(house, page)],
    ["two pages race for the last place: one gets it, the other is told", () => race(house, inquirer, staff, page)],
    ["the pre-screen is kept as typed", () => preScreen(house, page, found)],
    ["a call is taken without JavaScript", () => plainCall(house, page)],
  ];
  for (const [at, [name, body]] of walk.entries()) {
    const held = await house.step(`live: ${name}`, body);
    if (!held && at < 2) break; // nothing to work on
  }
  await inquirer.close();
  await staff.close();
}

async function write(inquirer, name, phone) {
  const page = await inquirer.newPage();
  await page.goto("/en");
  await answer(page, name, WORDS.en, phone);
  await page.locator("[name=program][value=outpatient]").check();
  await page.locator("#message").fill(`Please call. ${name} ${Math.random()}`);
  await send(page);
  await page.close();
}

/** What has the focus, in a few words; empty where it was lost to the page itself. */
const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  return !at || at === document.body ? "" : at.id || at.getAttribute("name") || at.textContent.trim().slice(0, 40) || at.tagName;
});

/** What keys that send a form lead to: the answer's status, once the next page stands. */
async function sent(page, keys) {
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === "POST" && answer.request().isNavigationRequest()),
    page.waitForEvent("load"),
    keys(),
  ]);
  return response.status();
}

async function arrives(house, inquirer, staff, page, found) {
  await page.goto("/staff/leads?view=all");
  const other = await staff.newPage();
  await other.goto("/staff/leads");
  const cdp = await house.browser.newBrowserCDPSession();
  const streams = async () => (await cdp.send("Target.getTargets", { filter: [{ type: "shared_worker" }] })).targetInfos.length;
  for (let at = 0; at < 20 && (await streams()) === 0; at += 1) await page.waitForTimeout(100);
  expect((await streams()) === 1, "one worker holds one stream for both tabs");
  await page.waitForTimeout(500); // the stream is open before anybody writes
  await write(inquirer, PERSON, "(831) 555-0171");
  const begun = Date.now();
  await Promise.all([page, other].map((tab) => tab.waitForFunction(() => /^\(\d+\) /.test(document.title), undefined, { timeout: 5 * SECOND, polling: 20 })));
  expect(Date.now() - begun <= SECOND, `${Date.now() - begun} ms after the receipt`);
  expect(!(await page.title()).includes("Vidal"), "the title counts and names nobody");
  expect(/new, refresh/.test(await page.locator("[data-fresh-link]").innerText()), "the link says so too");
  await cdp.detach();
  await other.close();
  await page.locator("[data-fresh-link]").click();
  await page.waitForLoadState();
  found.reference = await page.locator("tr[data-reference]", { hasText: PERSON }).getAttribute("data-reference");
}

/** The same session in a browser without JavaScript. */
async function plainly(house, page, body) {
  const plain = await house.person({ javaScriptEnabled: false });
  await plain.addCookies(await page.context().cookies());
  await body(await plain.newPage());
  await plain.close();
}

async function refreshed(house, inquirer, page) {
  await plainly(house, page, async (tab) => {
    await tab.goto("/staff/leads");
    await write(inquirer, "Plain Arrival-Example", "(831) 555-0172");
    await tab.locator("[data-fresh-link]").click();
    await tab.waitForLoadState();
    expect(/^1 new since/.test(await tab.locator("[data-fresh-said]").innerText()), "one is new");
  });
}

async function searched(page, found) {
  await page.goto("/staff/leads");
  for (const term of ["renee vidal", "Vidla"]) {
    await page.keyboard.press("/");
    expect((await focused(page)) === "q", "the search has the focus");
    await page.locator("#q").fill("");
    await page.keyboard.type(term);
    await page.locator(`[data-found] [data-reference="${found.reference}"]`).waitFor();
    expect(!/vid/i.test(page.url()), "the address does not hold what was searched");
    await page.keyboard.press("Escape");
  }
}

async function worked(house, page, found) {
  await page.goto("/staff/leads?view=all");
  const wanted = () => page.evaluate((reference) => document.activeElement.closest("tr")?.dataset.reference === reference, found.reference);
  for (let at = 0; at < 60 && !(await wanted()); at += 1) await page.keyboard.press("j");
  expect(await wanted(), "j reaches the row");
  await page.keyboard.press("k");
  for (let at = 0; at < 3 && !(await wanted()); at += 1) await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/staff/leads/${found.reference}`);
  const post = async (keys) => {
    expect((await sent(page, keys)) === 303, "done");
    expect((await focused(page)) !== "", "the focus is kept");
  };
  await post(() => page.keyboard.press("c"));
  await page.keyboard.press("l");
  expect((await focused(page)) === "note", "l goes to the call");
  await page.keyboard.type("Will think about it until Friday.");
  await page.keyboard.press("Tab");
  await post(() => page.keyboard.press("Enter"));
  expect((await page.locator("main > [data-stage]").getAttribute("data-stage")) === "contacted", "spoke: in conversation");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("n");
  expect((await focused(page)) === "body", "n goes to the note");
  await page.keyboard.type("Ask for the sister.");
  await post(() => page.keyboard.press("Control+Enter"));
  expect((await page.locator("main").innerText()).includes("Ask for the sister."), "on the timeline");
  await house.look(page, "lead worked from the keyboard");
}

async function routed(page, found) {
  await page.goto("/staff/programs");
  if (!(await page.locator("main").innerText()).includes("Last Place")) await lastPlace(page);
  await page.goto(`/staff/leads/${found.reference}`);
  await page.keyboard.press("?");
  await page.locator("dialog[data-keys]").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("r");
  expect((await focused(page)) === "program", "r goes to the routing");
  await page.keyboard.type("Out");
  await page.keyboard.press("Tab");
  expect((await sent(page, () => page.keyboard.press("Enter"))) === 303, "sent");
  expect(/Last Place\s+routed/.test(await page.locator("main").innerText()), "routed");
}

async function together(house, page, found) {
  const colleague = { email: "bea@example.org", password: "four unrelated words 28" };
  house.server.command(["staff", "add", "--email", colleague.email, "--name", "Bea Looks-Example", "--role", "coordinator", "--password-stdin"], colleague.password);
  const other = await house.person();
  const tab = await other.newPage();
  await enter(house, tab, colleague);
  await page.goto(`/staff/leads/${found.reference}`);
  await tab.goto(`/staff/leads/${found.reference}`);
  const seen = page.locator("[data-watchers]");
  await seen.filter({ hasText: "Bea Looks-Example" }).waitFor();
  await tab.locator("[data-watchers]").filter({ hasText: MANAGER.name }).waitFor();
  await house.look(page, "lead, looked at by two");
  await tab.goto("/staff/leads");
  await seen.filter({ hasNotText: "Bea" }).waitFor({ state: "attached" });
  await other.close();
}

async function draft(house, page, found) {
  await page.goto(`/staff/leads/${found.reference}`);
  await page.locator("#body").fill("She said that the");
  await page.getByText("Kept as a draft").waitFor();
  house.server.sql("UPDATE sessions SET last_seen_at = now() - interval '16 minutes'");
  await page.locator("#body").pressSequentially(" bus is late");
  expect((await press(page, page.getByRole("button", { name: "Add note" }))) === 303, "not an error");
  await page.waitForURL("**/staff/login**");
  await house.look(page, "sign in again, a note kept");
  await page.locator("#email").fill(MANAGER.email);
  await page.locator("#password").fill(MANAGER.password);
  await press(page, page.getByRole("button", { name: /sign in/i }));
  await page.waitForURL(`**/staff/leads/${found.reference}`);
  expect((await page.locator("#body").inputValue()) === "She said that the bus is late", "every word is in the box");
}

async function idle(house, page) {
  await page.goto("/staff/leads");
  let left = "119";
  await page.route("**/staff/session", (route) => route.fulfill({ status: 200, contentType: "text/plain", body: left }));
  await page.evaluate(() => document.dispatchEvent(new Event("intake:look")));
  const asked = page.locator("dialog[data-idle]");
  await asked.waitFor();
  expect(/about two minutes/.test(await asked.innerText()), "it says how long");
  expect((await focused(page)) === "Stay signed in", "one press away");
  await house.look(page, "still there?");
  left = "900";
  house.server.sql("UPDATE sessions SET last_seen_at = now() - interval '14 minutes'");
  await Promise.all([page.waitForRequest("**/staff/session/extend"), asked.getByRole("button").click()]);
  await asked.waitFor({ state: "hidden" });
  await page.unroute("**/staff/session");
  expect(Number(await page.evaluate(async () => (await fetch("/staff/session")).text())) > 14 * 60, "the whole time again");
}

async function unsent(house, page, found) {
  await page.goto(`/staff/leads/${found.reference}`);
  const closing = page.locator("form[action$='/closure']");
  await closing.evaluate((form) => { form.closest("details").open = true; });
  await closing.locator("[name=next_door]").fill("Riverbend, on the hill");
  await page.route("**/staff/session", (route) => route.fulfill({ status: 200, contentType: "text/plain", body: "0" }));
  await page.evaluate(() => document.dispatchEvent(new Event("intake:look")));
  const link = page.locator("[data-signed-out] a");
  await link.waitFor();
  expect((await link.getAttribute("target")) === "_blank", "the words stay on this page while somebody signs in again");
  await house.look(page, "signed out, words in a form");
  await page.unroute("**/staff/session");
}

/** A location and an outpatient program with a single place. */
async function lastPlace(page) {
  const unfolded = async (action) => {
    const form = page.locator(`form[action="/staff/${action}"]`).first();
    await form.evaluate((element) => { for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true; });
    return form;
  };
  const location = await unfolded("locations");
  await location.locator("[name=name]").fill("Santa Cruz Example");
  await location.locator("[name=city]").fill("Santa Cruz");
  await location.locator("[name=state]").selectOption("CA");
  expect((await press(page, location.locator("button").last())) === 303, "a location");
  const program = await unfolded("programs");
  await program.locator("[name=location]").selectOption({ label: "Santa Cruz Example" });
  await program.locator("[name=name]").fill("Last Place");
  await program.locator("[name=modality]").selectOption("outpatient");
  await program.locator("[name=capacity]").fill("1");
  expect((await press(page, program.locator("button").last())) === 303, "a program with one place");
}

async function race(house, inquirer, staff, page) {
  const pages = [page, await staff.newPage()];
  for (const [at, tab] of pages.entries()) {
    await write(inquirer, `Racer Example ${at}`, `(831) 555-018${at}`);
    await tab.goto("/staff/leads?view=all");
    await tab.locator("tr[data-reference]", { hasText: `Racer Example ${at}` }).locator("a.name").click();
    await tab.waitForURL(/leads\/(?!\?)[A-Z]/);
    await press(tab, tab.locator('form[action$="/claim"] button').first());
    await press(tab, tab.locator('button[name=quick][value="call:spoke_prospect"]'));
    const option = await tab.locator("#program option", { hasText: "Last Place" }).getAttribute("value");
    await tab.locator("#program").selectOption(option);
    await press(tab, tab.locator('form[action$="/routing"] button'));
    await advance(tab, "assessment");
  }
  const both = await Promise.all(pages.map((tab) => advance(tab, "scheduled")));
  expect(both.filter((status) => status === 303).length === 1, `one gets the place: ${both}`);
  const loser = pages[both.findIndex((status) => status !== 303)];
  expect(/No place is open in Last Place/.test(await loser.locator("main").innerText()), "the other is told, and what to do");
  await house.look(loser, "the last place is gone");
  await pages[1].close();
}

/** Moves the lead on; the answer's status. */
async function advance(tab, stage) {
  const form = tab.locator('form[action$="/stage"]').filter({ has: tab.locator(`[name=to][value=${stage}]`) }).first();
  await form.waitFor({ state: "attached" });
  await form.evaluate((element) => { for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true; });
  const choice = form.locator(`input[type=radio][name=to][value=${stage}]`);
  if (await choice.count()) await choice.check({ force: true });
  for (const date of await form.locator("input[type=date]").all()) if (await date.isVisible()) await date.fill("2027-12-01");
  const own = form.locator(`button[name=to][value=${stage}]`);
  return press(tab, (await own.count()) ? own : form.getByRole("button").last());
}

async function preScreen(house, page, found) {
  await page.goto(`/staff/leads/${found.reference}/pre-screen`);
  const box = page.locator("main textarea").first();
  await box.fill("since Monday, ~3 a day <b>");
  await page.getByText(/Kept|Saved/).first().waitFor();
  await house.look(page, "pre-screen");
  await page.reload();
  expect((await box.inputValue()) === "since Monday, ~3 a day <b>", "every character is there");
}

async function plainCall(house, page) {
  await plainly(house, page, async (tab) => {
    await tab.goto("/staff/leads/new");
    await tab.locator("#name").fill("Plain Call-Example");
    await tab.locator("#phone").fill("831 555 0190");
    await tab.getByText("Somebody they love").click();
    expect((await press(tab, tab.getByRole("button", { name: "Save the lead" }))) === 303, "saved");
    expect(/\/staff\/leads\/(?!new)/.test(tab.url()), "the lead opens");
  });
}
