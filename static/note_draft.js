// Keeps a note on the server while it is being written. Without this module "Keep draft" does it.
const form = document.querySelector("form[data-note-draft]");
const said = document.querySelector("[data-note-draft-said]");
const PAUSE = 500;
let timer;
let sent = form?.elements.body.value;
let leaving = false;

async function keep(last) {
  const text = form.elements.body.value;
  if (leaving || text === sent) return;
  const body = new URLSearchParams({ body: text, quiet: "yes" });
  try {
    const answer = await fetch(form.dataset.noteDraft, { method: "POST", body, redirect: "manual", keepalive: last === true && text.length < 8000 });
    if (answer.status === 204) sent = text;
    said.textContent = answer.status === 204 ? (text.trim() ? "Kept as a draft" : "") : "Not kept: you may be signed out. Press “Add note”, it is kept then.";
  } catch {
    said.textContent = "Not kept: no connection. It is tried again at the next change.";
  }
}

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  addEventListener("pagehide", () => keep(true));
}
