// Tells the website around the frame how tall the form is, so that nobody has to scroll twice. Only the websites that are allowed to
// show it hear the number; nothing else is said.
const parents = (document.body.dataset.parents ?? "").split(" ").filter(Boolean);
const around = location.ancestorOrigins?.[0] ?? (document.referrer ? new URL(document.referrer).origin : "");
const MOST = 20000;

function tell() {
  const height = Math.min(Math.ceil(document.documentElement.getBoundingClientRect().height), MOST);
  window.parent.postMessage({ intakeHeight: height }, around);
}

if (window.parent !== window && parents.includes(around)) new ResizeObserver(tell).observe(document.documentElement);
