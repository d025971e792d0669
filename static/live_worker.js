// One stream of events for all tabs of a browser. It ends with the session and starts again with the next page.
const KINDS = ["new", "held", "claim", "change", "watch", "resync", "end"];
const ports = new Set();
let source;
let again;

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

function open() {
  clearTimeout(again);
  source?.close();
  source = new EventSource("/staff/events");
  for (const kind of KINDS) source.addEventListener(kind, (event) => heard(kind, event.data));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED && ports.size > 0) again = setTimeout(open, 15000);
  });
}

function heard(kind, data) {
  if (kind === "end") source.close();
  tell({ kind, ...JSON.parse(data || "{}") });
}

addEventListener("connect", ({ ports: [port] }) => {
  ports.add(port);
  port.addEventListener("message", ({ data }) => {
    if (data !== "bye") return;
    ports.delete(port);
    if (ports.size > 0) return;
    clearTimeout(again);
    source?.close();
  });
  port.start();
  if (!source || source.readyState === EventSource.CLOSED) open();
});
