// One key for each of the things done all day. Every key presses something the page offers anyway (`data-key`) or moves the focus;
// none works while something is being typed, and `/staff/help` turns all of them off (WCAG 2.1.4).
const off = document.cookie.split("; ").includes("intake_keys=off");
const rows = () => [...document.querySelectorAll("main [data-reference] a.name")];
const rowOf = (element) => element?.closest?.("tr[data-reference], li[data-reference]");
const here = () => document.querySelector("main > [data-reference]");
const WORDS = { claim: "c", log: "l", note: "n", route: "r", search: "/", next: "x", release: "u", spam: "s" };
const KEYS = Object.fromEntries(Object.entries(WORDS).map(([word, key]) => [key, word]));

/** A line for whoever cannot see what a key did. */
function say(words) {
  let line = document.querySelector("[data-keys-said]");
  if (!line) {
    line = document.createElement("p");
    line.className = "toast";
    line.setAttribute("role", "status");
    line.dataset.keysSaid = "";
    document.body.append(line);
  }
  line.textContent = words;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (line.textContent = ""), 6000);
}

function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("select, textarea")) return true;
  return target.matches("input") && !["checkbox", "radio", "button", "submit", "reset"].includes(target.type);
}

function move(step) {
  const links = rows();
  if (links.length === 0) return;
  const at = links.indexOf(rowOf(document.activeElement)?.querySelector("a.name"));
  const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[to].focus();
  rowOf(links[to]).scrollIntoView({ block: "nearest" });
}

/** Unfolds what hides an element, then focuses or presses it. */
function reach(element) {
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const button = element.closest("button");
  if (button) {
    button.focus();
    button.click();
    return;
  }
  element.focus();
  element.scrollIntoView({ block: "nearest" });
}

function act(word) {
  const row = rowOf(document.activeElement);
  const found = (row ?? document.querySelector("main")).querySelector(`[data-key="${word}"]`);
  if (found && (row || !rowOf(found))) return reach(found); // never somebody's row that was not chosen
  const anywhere = ["search", "next"].includes(word) && document.querySelector(`[data-key="${word}"]`);
  if (anywhere) return reach(anywhere);
  if (row && ["log", "note", "route"].includes(word)) return location.assign(`${row.querySelector("a.name").href}#key-${word}`);
  if (word === "search") return location.assign("/staff/leads#key-search");
  if (rows().length > 0 && !row && !here()) return say("Choose a row first, with j and k.");
  return say("That cannot be done here.");
}

async function help() {
  let dialog = document.querySelector("dialog[data-keys]");
  if (!dialog) {
    const answer = await fetch("/staff/help").catch(() => undefined);
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
    const list = page?.querySelector("[data-keys-list]");
    if (!list) return location.assign("/staff/help");
    dialog = document.createElement("dialog");
    dialog.className = "sheet keys";
    dialog.dataset.keys = "";
    dialog.setAttribute("aria-labelledby", "keys-title");
    const title = Object.assign(document.createElement("h2"), { id: "keys-title", textContent: "Keys" });
    const foot = document.createElement("form");
    foot.method = "dialog";
    foot.className = "row mt4";
    const close = Object.assign(document.createElement("button"), { className: "btn", textContent: "Close" });
    const more = Object.assign(document.createElement("a"), { href: "/staff/help", textContent: "Turn the keys off" });
    foot.append(close, " ", more);
    dialog.append(title, document.importNode(list, true), foot);
    document.body.append(dialog);
  }
  dialog.showModal();
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("textarea")) {
    event.preventDefault();
    return event.target.form?.requestSubmit(event.target.form.querySelector("button:not([formaction])"));
  }
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (off || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const known = { j: () => move(1), k: () => move(-1), "?": help }[event.key] ?? (KEYS[event.key] && (() => act(KEYS[event.key])));
  if (!known) return;
  event.preventDefault();
  known();
}

// Focus is never lost: after an action it goes back to the form or the row that was acted on.
const MARK = "intake-focus";
const store = (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* kept nowhere: focus starts at the top */ } };
const take = (key) => { try { const value = JSON.parse(sessionStorage.getItem(key)); sessionStorage.removeItem(key); return value; } catch { return null; } };

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.target.method === "dialog") return;
  const button = event.submitter;
  store(MARK, {
    action: event.target.getAttribute("action"),
    field: document.activeElement === button ? "" : document.activeElement?.id ?? "",
    button: button?.value ? `[name="${button.name}"][value="${CSS.escape(button.value)}"]` : "",
    reference: rowOf(button)?.dataset.reference ?? here()?.dataset.reference ?? "",
    at: Date.now(),
  });
});
document.addEventListener("click", (event) => {
  const row = rowOf(event.target.closest?.("a.name"));
  if (row) store("intake-row", { reference: row.dataset.reference, path: location.pathname + location.search, at: rows().indexOf(row.querySelector("a.name")) });
});

function comeBack() {
  const wanted = location.hash.match(/^#key-(\w+)$/)?.[1];
  if (wanted && WORDS[wanted] && !off) {
    history.replaceState(null, "", location.pathname + location.search);
    return act(wanted);
  }
  const wrong = document.querySelector("main [aria-invalid=true]");
  const mark = take(MARK);
  if (wrong) return reach(wrong);
  if (mark && Date.now() - mark.at < 60000) return land(mark);
  const row = take("intake-row");
  if (!row || row.path !== location.pathname + location.search) return;
  const link = document.querySelector(`main [data-reference="${CSS.escape(row.reference)}"] a.name`) ?? rows()[Math.min(row.at, rows().length - 1)];
  link?.focus();
}

function land(mark) {
  const alert = document.querySelector("main .flash[role=alert]");
  const form = mark.action && document.querySelector(`main form[action="${CSS.escape(mark.action)}"]`);
  const row = document.querySelector(`main tr[data-reference="${CSS.escape(mark.reference)}"] a.name`);
  const field = form && ((mark.field && form.querySelector(`#${CSS.escape(mark.field)}`)) || (mark.button && form.querySelector(mark.button)) || form.querySelector("textarea, input:not([type=hidden]), select, button"));
  const head = document.querySelector("main h1");
  const to = (alert && !form ? alert : undefined) ?? field ?? row ?? head;
  if (!to) return;
  if (to === head || to === alert) to.tabIndex = -1;
  to.focus({ preventScroll: to === head });
}

document.addEventListener("keydown", pressed);
comeBack();
