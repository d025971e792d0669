// An administrator's first hour: the list, a colleague who joins by mail, the second step, the log, deliveries, settings.
import { expect } from "../house.mjs";
import { MANAGER, press, setUp } from "./triage.mjs";

const PASSWORD = "tidal lantern mosaic ferry";

export async function administration(house) {
  if (house.only !== "" && !"administration".includes(house.only)) return;
  const staff = await house.person();
  const guest = await house.person();
  const page = await staff.newPage();
  const walk = [
    ["signed in", () => enter(house, page)],
    ["a colleague is invited and joins by the link in the mail", () => invite(house, page, guest)],
    ["roles and sessions of a colleague", () => person(house, page)],
    ["one's own account and second step", () => account(house, page)],
    ["a forgotten password has its page", () => forgotten(house, guest)],
    ["the log is searched and verified", () => log(house, page)],
    ["a test mail shows how it fared", () => deliveries(house, page)],
    ["the settings say what production would refuse", () => settings(house, page)],
  ];
  for (const [at, [name, body]] of walk.entries()) {
    const held = await house.step(`administration: ${name}`, body);
    if (!held && at < 1) break;
  }
  await guest.close();
  await staff.close();
}

async function enter(house, page) {
  await page.goto("/staff/login");
  await page.locator("#email").fill(MANAGER.email);
  await page.locator("#password").fill(MANAGER.password);
  await press(page, page.getByRole("button", { name: /sign in/i }));
  if (page.url().includes("/staff/login")) {
    await setUp(house, page);
    await enter(house, page);
  }
}

async function invite(house, page, guest) {
  await page.goto("/staff/people");
  await house.look(page, "people");
  await page.locator("#name").fill("Nora Quill-Example");
  await page.locator("#email").fill("nora@example.org");
  await press(page, page.getByRole("button", { name: "Send the invitation" }));
  await house.look(page, "an invitation without a role");
  await page.getByRole("checkbox", { name: /^Coordinator/ }).check();
  expect((await press(page, page.getByRole("button", { name: "Send the invitation" }))) === 303, "invited");
  await house.look(page, "people with an invitation");
  let link;
  for (let at = 0; at < 50 && !link; at += 1) {
    const mail = house.server.mails().map((text) => text.replaceAll("=\r\n", "").replaceAll("=3D", "=")).find((text) => text.includes("/staff/invitation?token="));
    link = mail?.match(/\/staff\/invitation\?token=[\w-]+/)?.[0];
    await page.waitForTimeout(100);
  }
  const joining = await guest.newPage();
  await joining.goto(link);
  await house.look(joining, "joining");
  await joining.locator("#password").fill(PASSWORD);
  expect((await press(joining, joining.getByRole("button", { name: "Join" }))) === 303, "joined");
  expect(joining.url().endsWith("/staff/leads"), "the queue opens");
  await joining.goto(link);
  await house.look(joining, "a used link");
  await joining.close();
}

async function account(house, page) {
  await page.goto("/staff/account");
  await house.look(page, "account");
  await page.goto("/staff/account/second-factor");
  expect(await page.getByRole("img", { name: /picture to scan/ }).isVisible(), "the key can be scanned");
  await house.look(page, "second step");
}

async function person(house, page) {
  await page.goto("/staff/people");
  await page.getByRole("link", { name: /Change the account of Nora/ }).click();
  await house.look(page, "a colleague");
  await page.getByRole("checkbox", { name: /^Manager/ }).check();
  expect((await press(page, page.getByRole("button", { name: "Save roles" }))) === 303, "roles changed");
  await page.goto("/staff/confirm?next=/staff/people");
  await house.look(page, "confirming");
}

async function forgotten(house, guest) {
  const page = await guest.newPage();
  await page.goto("/staff/forgotten");
  await house.look(page, "forgotten password");
  await page.locator("#email").fill("nobody@example.org");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  await house.look(page, "a link is on its way");
  await page.close();
}

async function log(house, page) {
  await page.goto("/staff/audit");
  await house.look(page, "audit log");
  await page.getByRole("button", { name: "Verify the log" }).click();
  await page.locator("[data-verified=true]").waitFor();
  await house.look(page, "a log that holds");
  await page.goto("/staff/audit/unusual");
  await house.look(page, "unusual reads");
}

async function deliveries(house, page) {
  await page.goto("/staff/deliveries");
  expect((await press(page, page.getByRole("button", { name: /test mail/ }))) === 303, "sent");
  await house.look(page, "deliveries");
}

async function settings(house, page) {
  await page.goto("/staff/settings");
  expect((await page.locator("[data-refusal]").count()) > 0, "development would not do for production");
  await house.look(page, "settings");
}
