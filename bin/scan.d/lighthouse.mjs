// lighthouse.mjs COOKIE URL...: accessibility and best practices of each page; exit 1 where one is below 100.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(resolve(process.env.SCAN_NODE), "package.json"));
const load = async (name) => import(pathToFileURL(require.resolve(name)));
const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const CATEGORIES = ["accessibility", "best-practices"];

const [cookie, ...urls] = process.argv.slice(2);
const chromePath = process.env.BROWSER ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const chrome = await launch({ chromePath, chromeFlags: FLAGS });
let below = 0;
for (const url of urls) {
  const extraHeaders = cookie ? { Cookie: cookie } : {};
  const { lhr } = await lighthouse(url, { port: chrome.port, logLevel: "error", onlyCategories: CATEGORIES, extraHeaders });
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  // A page that sent us elsewhere was not looked at.
  if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(url).pathname) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`);
  for (const category of CATEGORIES) {
    const { score, auditRefs } = lhr.categories[category];
    console.log(`${category} ${Math.round(score * 100)} ${new URL(url).pathname}`);
    if (score < 1) below += 1;
    for (const { id, weight } of auditRefs) {
      const audit = lhr.audits[id];
      if (weight > 0 && audit.score !== null && audit.score < 1) {
        console.log(`  ${id}: ${audit.title} ${JSON.stringify(audit.details?.items ?? []).slice(0, 600)}`);
      }
    }
  }
}
await chrome.kill();
process.exit(below > 0 ? 1 : 0);
