// Shows on an open page what happened meanwhile. Events name leads and kinds, never people; what they mean is asked for or shown
// by a link. Without this module the queue has its Refresh link, and a stale form its conflict page.
const KINDS = ["new", "held", "claim", "change", "watch", "resync", "end"];
const lead = document.querySelector("main > [data-reference]");
const fresh = document.querySelector("[data-fresh]");
const title = document.title;
const known = new Set();
let more = 0;

function connect() {
  const url = document.querySelector("script[data-worker]").dataset.worker;
  if ("SharedWorker" in window) {
    const worker = new SharedWorker(url);
    worker.port.addEventListener("message", ({ data }) => heard(data));
    worker.port.start();
    addEventListener("pagehide", () => worker.port.postMessage("bye"));
    return;
  }
  const source = new EventSource("/staff/events");
  for (const kind of KINDS) source.addEventListener(kind, (event) => heard({ kind, ...JSON.parse(event.data || "{}") }));
}

function heard({ kind, lead: reference, version }) {
  if (kind === "end") return signedOut();
  if (kind === "resync") return askAgain();
  if (kind === "watch") return reference === lead?.dataset.reference && stillHere();
  if (kind === "new" && reference && !known.has(reference)) {
    known.add(reference);
    count(more + 1);
  }
  if (lead && reference === lead.dataset.reference && version > Number(lead.dataset.version)) changed();
  if (!lead && reference && kind !== "new") mark(reference, kind);
}

function count(number) {
  more = number;
  if (more === 0) return;
  document.title = `(${more}) ${title}`;
  if (!fresh) return;
  fresh.classList.add("is-news");
  const link = fresh.querySelector("[data-fresh-link]");
  link.textContent = `${more} new, refresh`;
  fresh.querySelector("[data-fresh-said]").textContent = "They are not in this list yet.";
}

async function askAgain() {
  if (lead) return stillHere();
  if (!fresh) return;
  const answer = await fetch(`/staff/events/new?since=${fresh.dataset.mark}`).catch(() => undefined);
  if (answer?.ok && answer.headers.get("content-type")?.startsWith("text/plain")) count(Math.max(more, Number(await answer.text())));
}

function changed() {
  const flash = document.querySelector("[data-changed]");
  if (flash) flash.hidden = false;
}

/** A row that is not as shown any more says so; its claim button would only lose. */
function mark(reference, kind) {
  const row = document.querySelector(`main tr[data-reference="${CSS.escape(reference)}"]`);
  if (!row) return;
  let note = row.querySelector("[data-meanwhile]");
  if (!note) {
    note = Object.assign(document.createElement("span"), { className: "sub" });
    note.dataset.meanwhile = "";
    row.querySelector(".c-own, .c-st, td")?.append(note);
  }
  if (note.textContent !== "Claim changed meanwhile") note.textContent = kind === "claim" ? "Claim changed meanwhile" : "Changed meanwhile";
}

function signedOut() {
  if (document.querySelector("[data-signed-out]")) return;
  const flash = document.createElement("p");
  flash.className = "flash is-warn mb4";
  flash.setAttribute("role", "alert");
  flash.dataset.signedOut = "";
  const link = Object.assign(document.createElement("a"), { href: `/staff/login?next=${encodeURIComponent(location.pathname + location.search)}`, textContent: "Sign in again" });
  const words = document.createElement("span");
  words.append("You are signed out. What this page shows may be old. ", link);
  flash.append(words);
  document.querySelector("main").prepend(flash);
}

/** The page of a lead is still open; who else looks at it. */
async function stillHere() {
  const line = document.querySelector("[data-watchers]");
  if (!lead || !line || document.visibilityState === "hidden") return;
  const answer = await fetch(`/staff/leads/${lead.dataset.reference}/watchers`, { method: "POST", body: new URLSearchParams() }).catch(() => undefined);
  if (!answer?.ok || !answer.headers.get("content-type")?.startsWith("text/plain")) return;
  if (Number(answer.headers.get("x-lead-version")) > Number(lead.dataset.version)) changed();
  const words = await answer.text();
  if (line.textContent !== words) line.textContent = words;
}

connect();
if (lead) {
  setTimeout(stillHere, 1000); // after a reload the farewell of the page before may arrive last
  setInterval(stillHere, 20000);
  document.addEventListener("visibilitychange", stillHere);
  addEventListener("pagehide", () => navigator.sendBeacon(`/staff/leads/${lead.dataset.reference}/watchers`, new URLSearchParams({ leave: "yes" })));
}
