// Keeps what is written down during a call, a moment after every change. Without this module the "Keep draft" button does it.
const form = document.querySelector("form[data-draft]");
const said = document.querySelector("[data-draft-said]");
const PAUSE = 400;
let timer;
let sending;
let again = false;
let leaving = false;

const say = (words) => {
  if (said) said.textContent = words;
};

async function keep() {
  if (leaving) return;
  if (sending) {
    again = true;
    return;
  }
  sending = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set("quiet", "yes");
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST", body, redirect: "manual", keepalive: body.toString().length < 60000, signal: sending.signal,
    });
    const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const lost = answer.status === 422 ? "Not kept: a field is too long." : "Not kept: you may be signed out. Press “Keep draft”.";
    say(answer.status === 204 ? `Kept as a draft at ${time}` : lost);
  } catch {
    if (!leaving) say("Not kept: no connection. It is tried again at the next change.");
  }
  sending = undefined;
  if (again) {
    again = false;
    keep();
  }
}

const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
};

if (form) {
  form.addEventListener("input", soon);
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    sending?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) keep();
  });
  const place = new URL(location.href);
  place.pathname = "/staff/leads/new";
  place.searchParams.set("draft", form.elements.draft.value);
  history.replaceState(null, "", place);
}
