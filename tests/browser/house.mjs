// What every suite stands on: a browser that reports strangers, named tests, and the look every page must pass.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Fails with what was expected. */
export function expect(holds, what) {
  if (!holds) throw new Error(what);
}

export class House {
  constructor(server, only) {
    this.server = server;
    this.only = only;
    this.passed = 0;
    this.failures = [];
    this.strangers = [];
    this.looked = new Set();
  }

  async open() {
    const browser = process.env.BROWSER ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
    if (!browser) throw new Error("no Chromium: install it, or name one with BROWSER=/path");
    this.browser = await chromium.launch({ executablePath: browser, args: FLAGS });
  }

  async close() {
    await this.browser?.close();
  }

  /** A fresh browser profile; every request elsewhere and every broken policy is remembered. */
  async person(options = {}) {
    const context = await this.browser.newContext({ baseURL: this.server.base, viewport: DESKTOP, locale: "en-US", ...options });
    context.setDefaultTimeout(8_000);
    context.on("request", (request) => {
      if (!request.url().startsWith(this.server.base)) this.strangers.push(`asked ${new URL(request.url()).origin}`);
    });
    context.on("console", (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) this.strangers.push(message.text());
    });
    context.on("weberror", (error) => this.strangers.push(String(error.error())));
    return context;
  }

  /** One test. A page of its own unless it brings one. */
  async test(name, body, options) {
    if (!name.includes(this.only)) return;
    const person = await this.person(options);
    await this.step(name, async () => body(await person.newPage(), person));
    await person.close();
  }

  /** One named step of a longer walk; what it leaves behind, the next one finds. */
  async step(name, body) {
    const begun = Date.now();
    const strangers = this.strangers.length;
    try {
      await body();
      expect(this.strangers.length === strangers, `policy: ${this.strangers.slice(strangers).join("; ")}`);
      this.passed += 1;
      console.log(`ok   ${name} (${Date.now() - begun} ms)`);
      return true;
    } catch (error) {
      this.failures.push(name);
      console.log(`FAIL ${name}\n     ${String(error.message ?? error).split("\n").slice(0, 12).join("\n     ")}`);
      return false;
    }
  }

  summary() {
    for (const name of this.failures) console.log(`failed: ${name}`);
    console.log(`${this.passed} passed, ${this.failures.length} failed`);
    return this.failures.length;
  }

  /** Accessibility, light and dark, on a phone and a desktop; nothing sideways at 320 px. */
  async look(page, name) {
    if (this.looked.has(name)) return;
    this.looked.add(name);
    const found = [];
    for (const size of [PHONE, DESKTOP]) {
      for (const colorScheme of ["light", "dark"]) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.evaluate(() => globalThis.scrollTo(0, 0)); // a control half under the sticky strip would count as small
        await page.evaluate(AXE);
        const result = await page.evaluate((runOnly) => globalThis.axe.run({ runOnly, resultTypes: ["violations"] }), RULES);
        for (const { id, nodes } of result.violations) {
          found.push(`${id} (${size.width} ${colorScheme}): ${nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" | ")}`);
        }
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    found.push(...(await sideways(page)));
    await page.setViewportSize(DESKTOP);
    expect(found.length === 0, `${name}:\n${found.join("\n")}`);
  }
}

/** What passes the right edge of a 320 px wide window (the same as 400 % zoom at 1280). */
export async function sideways(page) {
  await page.setViewportSize({ width: 320, height: 700 });
  return page.evaluate(() => {
    const width = document.documentElement.scrollWidth;
    if (width <= 320) return [];
    const wide = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > 321);
    return [`${width} px wide at 320: ${wide.slice(0, 4).map((element) => element.outerHTML.slice(0, 120)).join(" | ")}`];
  });
}
