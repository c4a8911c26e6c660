// A page that is open while its sources are edited under `littlethings serve`.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import { launch } from "./chromium.mjs";
import { show, sources, temporary } from "./site.mjs";

const patience = 30_000;
let browser;
let site;
let list;
let text;

before(async () => {
  const root = sources(temporary("live")).german;
  list = path.join(root, "content/2026-summer/lists/atlas.md");
  text = fs.readFileSync(list, "utf8");
  browser = await launch();
  site = await show(root);
});

after(async () => {
  await browser?.close();
  await site?.end();
});

/** The page of the list, in a window that it does not fit into. */
async function open() {
  const context = await browser.newContext({ viewport: { width: 800, height: 500 } });
  const tab = await context.newPage();
  await tab.goto(`${site.origin}/2026-summer/lists/atlas.html`, { waitUntil: "load" });
  return tab;
}

/** Saves the list as some editors do: another file in its place, in one step. */
function save(text) {
  const beside = path.join(path.dirname(list), ".beside");
  fs.writeFileSync(beside, text);
  fs.renameSync(beside, list);
}

const first = () => text.match(/^## (.+)$/m)[1];
const overlay = (tab) => tab.getByRole("complementary", { name: "littlethings check" });

test("a page shows what was edited, and stays where it was scrolled to", async () => {
  const tab = await open();
  await tab.evaluate(() => scrollTo({ top: 400, behavior: "instant" }));
  await tab.evaluate(() => (window.isAsItWas = true));
  save(text.replace(`## ${first()}`, "## Lauter läuten"));
  await tab.waitForFunction(() => !window.isAsItWas, null, { timeout: patience });
  await tab.getByText("Lauter läuten").first().waitFor({ timeout: patience });
  assert.equal(await tab.evaluate(() => scrollY), 400);
  save(text);
  await tab.getByText(first()).first().waitFor({ timeout: patience });
  await tab.context().close();
});

test("what breaks a list is shown over its page with the line, until it is mended", async () => {
  const tab = await open();
  const broken = "- Owner: Somebody Nobody Knows";
  const line = text.split("\n").findIndex((line) => line.startsWith("- Owner: ")) + 1;
  save(text.replace(/^- Owner: .*$/m, broken));
  const said = overlay(tab).getByText(broken);
  await said.waitFor({ timeout: patience });
  const drawn = await said.textContent();
  assert.ok(drawn.includes(`--> content/2026-summer/lists/atlas.md:${line}:`), drawn);
  assert.ok(drawn.includes(`${line} | ${broken}`), drawn);
  save(text);
  await said.waitFor({ state: "detached", timeout: patience });
  assert.equal(await tab.getByText("Somebody Nobody Knows").count(), 0);
  await tab.context().close();
});

test("an error is shown before the warnings of other files, and in sight", async () => {
  const invitation = path.join(path.dirname(list), "../invitation.md");
  const before = fs.readFileSync(invitation, "utf8");
  const nowhere = Array.from({ length: 20 }, (_, number) => `[one](nowhere-${number}.md)\n`);
  fs.writeFileSync(invitation, `${before}\n${nowhere.join("\n")}`);
  const tab = await open();
  const broken = "- Owner: Somebody Nobody Knows";
  save(text.replace(/^- Owner: .*$/m, broken));
  const said = overlay(tab).getByText(broken);
  await said.waitFor({ timeout: patience });
  const drawn = await said.textContent();
  assert.ok(drawn.includes("nowhere-19.md"), drawn);
  assert.ok(drawn.startsWith("error"), drawn);
  assert.equal(await said.evaluate((shown) => shown.scrollTop), 0);
  save(text);
  fs.writeFileSync(invitation, before);
  await said.waitFor({ state: "detached", timeout: patience });
  await tab.context().close();
});

test("what was closed stays closed when its lines move, and opens for what is new", async () => {
  const tab = await open();
  const details = overlay(tab).locator("details");
  const isOpen = (is) =>
    details.and(tab.locator(is ? "[open]" : ":not([open])")).waitFor({ timeout: patience });
  const broken = text.replace(/^- Owner: .*$/m, "- Owner: Somebody Nobody Knows");
  save(broken);
  await isOpen(true);
  await details.locator("summary").click();
  await isOpen(false);
  const moved = broken.replace(/^## /m, "<!-- a line -->\n\n## ");
  save(moved);
  const line = moved.split("\n").indexOf("- Owner: Somebody Nobody Knows") + 1;
  await details.getByText(`atlas.md:${line}:`).waitFor({ state: "attached", timeout: patience });
  await isOpen(false);
  save(moved.replace(/^- Owner: (?!Somebody).*$/m, "- Owner: Nobody Either"));
  await details.getByText("Nobody Either").first().waitFor({ timeout: patience });
  await isOpen(true);
  save(text);
  await details.waitFor({ state: "hidden", timeout: patience });
  await tab.context().close();
});

test("a page that is gone for a moment comes back at its place", async () => {
  const tab = await open();
  await tab.evaluate(() => scrollTo({ top: 400, behavior: "instant" }));
  const round = path.join(path.dirname(list), "..");
  const away = path.join(path.dirname(round), "../away");
  fs.renameSync(round, away);
  await tab.waitForFunction(() => document.documentElement.scrollHeight < 800, null, {
    timeout: patience,
  });
  fs.renameSync(away, round);
  await tab.getByText(first()).first().waitFor({ timeout: patience });
  await tab.waitForFunction(() => document.readyState === "complete");
  assert.equal(await tab.evaluate(() => scrollY), 400);
  await tab.context().close();
});

test("a page that would be the same stays, and what the check says comes and goes", async () => {
  const tab = await open();
  await tab.goto(`${site.origin}/404.html`, { waitUntil: "load" });
  await tab.evaluate(() => (window.isAsItWas = true));
  const broken = "- Owner: Somebody Nobody Knows";
  save(text);
  save(text.replace(/^- Owner: .*$/m, broken));
  const said = overlay(tab).getByText(broken);
  await said.waitFor({ timeout: patience });
  save(text);
  await said.waitFor({ state: "detached", timeout: patience });
  assert.ok(await tab.evaluate(() => window.isAsItWas));
  await tab.context().close();
});
