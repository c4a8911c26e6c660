// Debian's chromium, and what it is asked about a page.

import fs from "node:fs";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

import { temporary } from "./site.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const quiet = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** A browser that knows nothing of whoever runs it. */
export function launch() {
  const home = temporary("profile");
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: quiet, env });
}

/** What makes a page wider than its window. */
export function sideways(tab) {
  return tab.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= innerWidth) return [];
    const widest = [...document.body.querySelectorAll("*")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
    return [`${wide} px wide at ${innerWidth}: ${widest.slice(0, 4).join(", ")}`];
  });
}

/** What axe finds on a page. */
export async function axeFinds(tab) {
  await tab.evaluate(axe);
  return tab.evaluate(async (values) => {
    const found = await window.axe.run(document, { runOnly: { type: "tag", values } });
    return found.violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html} (${nodes.length}) ${nodes[0].any[0]?.message ?? ""}`,
    );
  }, wcag);
}
