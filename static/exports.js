// Shows how far an export is, and draws the list anew when it is done. Without this module a reload does it.
const list = () => document.querySelector("table.exports");
const said = document.querySelector("[data-export-said]");
let asked = false;

async function look() {
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return true;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("table.exports");
  const old = list();
  if (fresh && old) old.replaceWith(document.adoptNode(fresh));
  else if (fresh) document.querySelector(".card.empty")?.replaceWith(document.adoptNode(fresh));
  const running = document.querySelector("progress[data-progress]");
  if (running) said.textContent = `The export is running: ${running.value} percent.`;
  else if (said.textContent) said.textContent = "The export is done.";
  return !running;
}

async function follow(tries) {
  const done = await look();
  if (!done || tries > 0) setTimeout(() => follow(tries - 1), done ? 500 : 1000);
}

document.querySelector("form[action='/staff/exports']")?.addEventListener("submit", () => {
  if (!asked) setTimeout(() => follow(6), 700);
  asked = true;
  setTimeout(() => (asked = false), 3000);
});
if (document.querySelector("progress[data-progress]")) follow(2);
