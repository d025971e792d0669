// One Intake of its own: temporary data folder, free port, no limits, no mail server.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const PATIENCE = 60_000;

/** Starts `intake serve`; resolves once it listens. */
export async function start() {
  const binary = process.env.INTAKE_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/intake");
  if (!existsSync(binary)) throw new Error(`${binary} is not there: build it with "cargo build" first`);
  const data = mkdtempSync(join(tmpdir(), "intake-browser-"));
  chmodSync(data, 0o755); // the private Postgres runs as another user when this is run by root
  const env = { ...process.env, INTAKE__DATA_DIR: data, INTAKE__HTTP__BIND: "127.0.0.1:0", INTAKE__LIMITS__INQUIRIES_PER_MINUTE: "0" };
  delete env.DATABASE_URL;
  const child = spawn(binary, ["serve"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(force);
    rmSync(data, { recursive: true, force: true });
  };
  const base = await new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error(`no address within ${PATIENCE} ms:\n${output}`)), PATIENCE);
    const read = (chunk) => {
      output += chunk;
      const address = output.match(/listening on (http:\/\/\S+)/);
      if (address) {
        clearTimeout(late);
        found(address[1]);
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => failed(new Error(`intake ended with ${code}:\n${output}`)));
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { base, stop, output: () => output, setupLink: () => output.match(/https?:\/\/\S*\/staff\/setup\S*/)?.[0], mails: () => mails(data), sql: (text) => sql(data, text), command: (words, input) => execFileSync(binary, words, { cwd: root, env, input }) };
}

/** What only time does otherwise, such as a session that grows old. */
function sql(data, text) {
  execFileSync("psql", ["-X", "-q", "-h", join(data, "postgres"), "-U", "intake", "-d", "intake", "-v", "ON_ERROR_STOP=1", "-c", text]);
}

/** Every mail written so far. */
function mails(data) {
  const folder = join(data, "mail");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".eml")).map((name) => readFileSync(join(folder, name), "utf8"));
}
