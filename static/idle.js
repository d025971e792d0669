// Asks, two minutes before the idle log-off, whether somebody is still there. The server alone ends sessions: this only asks it
// how long is left, and pages of other tabs count too.
const WARN = 120;
const minutes = Number(document.body.dataset.idleMinutes);
let dialog;
let timer;

async function left() {
  const answer = await fetch("/staff/session", { redirect: "manual" }).catch(() => undefined);
  if (!answer) return undefined;
  return answer.ok ? Number(await answer.text()) : 0;
}

const later = (seconds) => {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(seconds, 1) * 1000);
};

async function look() {
  const seconds = await left();
  if (seconds === undefined) return later(30);
  if (seconds <= 0) return over();
  if (seconds > WARN + 5) {
    dialog?.close();
    return later(seconds - WARN);
  }
  warn(seconds);
  later(Math.min(seconds + 1, 15));
}

function warn(seconds) {
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "sheet keys";
    dialog.dataset.idle = "";
    dialog.setAttribute("aria-labelledby", "idle-title");
    const title = Object.assign(document.createElement("h2"), { id: "idle-title", textContent: "Are you still there?" });
    const words = Object.assign(document.createElement("p"), { className: "mt3" });
    words.dataset.idleLeft = "";
    words.setAttribute("role", "status");
    const button = Object.assign(document.createElement("button"), { className: "btn btn--main mt4", type: "button", textContent: "Stay signed in" });
    button.addEventListener("click", stay);
    dialog.append(title, words, button);
    dialog.addEventListener("cancel", stay);
    document.body.append(dialog);
  }
  const words = seconds > 60 ? "about two minutes" : `${Math.max(Math.ceil(seconds / 15) * 15, 15)} seconds`;
  dialog.querySelector("[data-idle-left]").textContent = `You will be signed out in ${words}. A note that you are writing is kept.`;
  if (!dialog.open) dialog.showModal();
}

async function stay() {
  const answer = await fetch("/staff/session/extend", { method: "POST", redirect: "manual", body: new URLSearchParams() }).catch(() => undefined);
  if (!answer) return;
  dialog.close();
  look();
}

// Words typed into another form than the note's, which the server does not have yet.
function unsent() {
  const fields = document.querySelectorAll("main form:not([data-note-draft]) :is(textarea, input[type=text])");
  return [...fields].some((field) => field.value !== field.defaultValue);
}

function over() {
  dialog?.close();
  if (document.querySelector("[data-signed-out]")) return;
  const flash = document.createElement("p");
  flash.className = "flash is-warn mb4";
  flash.setAttribute("role", "alert");
  flash.dataset.signedOut = "";
  const link = Object.assign(document.createElement("a"), { href: `/staff/login?next=${encodeURIComponent(location.pathname + location.search)}`, textContent: "Sign in again" });
  const words = document.createElement("span");
  if (unsent()) {
    link.target = "_blank";
    words.append("You are signed out. A note is kept; what else you wrote stays here: ", link, " in another tab, then send it from this page.");
  } else {
    words.append("You are signed out. What you wrote in a note is kept. ", link);
  }
  flash.append(words);
  document.querySelector("main").prepend(flash);
}

if (minutes) later(minutes * 60 - WARN - 60);
document.addEventListener("intake:look", look);
