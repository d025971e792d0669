// Keeps the answers of a pre-screen a moment after every change. Without this module "Save and go on" does it.
const form = document.querySelector("form[data-kept]");
const said = document.querySelector("[data-kept-said]");
const PAUSE = 500;
let timer;
let sending = false;
let again = false;
let leaving = false;

async function keep() {
  if (leaving) return;
  if (sending) {
    again = true;
    return;
  }
  sending = true;
  const body = new URLSearchParams(new FormData(form));
  body.set("then", "keep");
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.status === 204) {
      form.elements.revision.value = answer.headers.get("Intake-Revision");
      said.textContent = `Kept at ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`;
    } else if (answer.status === 409) {
      said.textContent = "Not kept: a colleague saved answers meanwhile. Press “Save and go on” to see both.";
    } else if (answer.status === 503) {
      form.elements.revision.value = answer.headers.get("Intake-Revision") ?? form.elements.revision.value;
      said.textContent = "Could not be confirmed. Your answers may already be saved: reload this page before you type them again.";
    } else {
      said.textContent = "Not kept: you may be signed out, or an answer needs another look. Press “Save and go on”.";
    }
  } catch {
    if (!leaving) said.textContent = "Not kept: no connection. It is tried again at the next change.";
  }
  sending = false;
  if (again) {
    again = false;
    keep();
  }
}

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (sending) {
      // The revision is about to change: send the form when it has.
      event.preventDefault();
      const by = event.submitter;
      const wait = setInterval(() => {
        if (sending) return;
        clearInterval(wait);
        form.requestSubmit(by);
      }, 30);
      return;
    }
    leaving = true;
  });
}
