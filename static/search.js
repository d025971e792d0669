// Search as you type. The term travels in the body of a request, never in an address.
const form = document.querySelector("form.search");
const box = form?.querySelector("input[type=search]");
const place = document.querySelector("[data-found]");
let timer;
let asked = 0;

async function ask() {
  const term = box.value.trim();
  const mine = ++asked;
  if (term.length < 2) {
    place.replaceChildren();
    return;
  }
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ q: term }) }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked || !answer.url.includes("/staff/searches/")) return;
  const parts = [page.querySelector("p.pulse"), page.querySelector("main table.queue, main .card.empty")].filter(Boolean);
  place.replaceChildren(...parts.map((part) => document.adoptNode(part)));
}

if (box && place) {
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 180);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && place.querySelector("a")) {
      event.preventDefault();
      place.querySelector("a").focus();
    }
  });
}
