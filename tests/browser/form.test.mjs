// The form of a survey in a browser, served by the mailer itself: the shipped round under a clock
// that stands still, whose answers are thrown away at the end.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { HtmlValidate } from "html-validate";

import { axeFinds, launch, sideways } from "./chromium.mjs";
import { temporary } from "./site.mjs";

const require = createRequire(import.meta.url);
const repository = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");

let browser;
let server;
let links;

before(async () => {
  const cargo = ["run", "--quiet", "--locked", "--bin", "littlethings-mail", "--"];
  const serve = ["serve", "--listen", "127.0.0.1:0", "--root", repository];
  server = spawn("cargo", [...cargo, ...serve], {
    cwd: repository,
    stdio: ["ignore", "pipe", "ignore"],
  });
  links = {};
  for await (const line of readline.createInterface({ input: server.stdout })) {
    const [, side, link] = line.match(/^as .*, (\w+): (.*)$/) ?? [];
    if (side) links[side] = link;
    if (Object.keys(links).length === 3) break;
  }
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.kill();
});

/** Opens somebody's form in a window of its own, and notes whatever it says or asks elsewhere. */
async function open(side, options, look) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  const wrong = [];
  tab.on("console", (message) => {
    // A form that is asked about once more comes with the status that says so.
    const isStatus = /status of (409|422|404)/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isStatus) wrong.push(message.text());
  });
  tab.on("request", (request) => {
    if (!request.url().startsWith(new URL(links[side]).origin)) wrong.push(request.url());
    if (request.headers().referer) wrong.push(`referer on ${request.url()}`);
  });
  await tab.goto(links[side]);
  await look(tab);
  await context.close();
  assert.deepEqual(wrong, []);
}

/** Presses the button, and waits for the page that comes of it. */
const press = (tab) =>
  Promise.all([tab.waitForEvent("load"), tab.locator("button[type=submit]").press("Enter")]);

/** Presses as fast as nobody can, and once more where it is asked for. */
async function send(tab) {
  for (let presses = 0; presses < 2; presses += 1) {
    if ((await tab.locator("button[type=submit]").count()) > 0) await press(tab);
  }
}

const flaws = async (tab) => [...(await axeFinds(tab)), ...(await sideways(tab))];

test("the form, what is missing in it, and the thanks have no flaws, light and dark", async () => {
  const desk = { colorScheme: "light", viewport: { width: 1280, height: 800 } };
  const phone = { colorScheme: "dark", viewport: { width: 320, height: 640 } };
  for (const side of ["partner", "manager", "developer"]) {
    // The partner's has everything that a form can have.
    for (const look of side === "partner" ? [desk, phone] : [phone]) {
      await open(side, { ...look, reducedMotion: "reduce" }, async (tab) => {
        assert.deepEqual(await flaws(tab), [], `${side}, ${look.colorScheme}`);
        const none = tab.locator("fieldset.question input[value='']").first();
        if (await none.count()) await none.check();
        await tab.locator("textarea").first().fill("x".repeat(4001));
        await press(tab);
        assert.match(await tab.title(), /missing or wrong/);
        assert.deepEqual(await flaws(tab), [], `${side}, ${look.colorScheme}, wrong`);
        await tab.locator("textarea").first().fill("Tell us earlier.");
        await tab.locator("fieldset.question input[type=radio]").first().check();
        await send(tab);
        assert.match(await tab.title(), /^Thank you/);
        assert.deepEqual(await flaws(tab), [], `${side}, ${look.colorScheme}, thanks`);
      });
    }
  }
});

test("a person without scripts and without a mouse answers, and finds the answer again", async () => {
  const options = { javaScriptEnabled: false, viewport: { width: 320, height: 640 } };
  await open("developer", options, async (tab) => {
    // From the top, by nothing but keys.
    await tab.locator("fieldset.question input[type=radio]").first().focus();
    await tab.keyboard.press("Space");
    await tab.keyboard.press("ArrowDown");
    let steps = 0;
    const at = () => tab.locator(":focus").evaluate((one) => one.tagName.toLowerCase());
    while ((await at()) !== "textarea" && steps++ < 50) await tab.keyboard.press("Tab");
    await tab.keyboard.press("ControlOrMeta+A");
    await tab.keyboard.type("By keys alone.");
    while ((await at()) !== "button" && steps++ < 60) await tab.keyboard.press("Tab");
    await Promise.all([tab.waitForEvent("load"), tab.keyboard.press("Enter")]);
    await send(tab);
    assert.match(await tab.title(), /^Thank you/);
    await tab.goto(links.developer);
    const second = tab.locator("fieldset.question").first().locator("input[type=radio]").nth(1);
    assert.equal(await second.isChecked(), true);
    assert.equal(await tab.locator("textarea").first().inputValue(), "By keys alone.");
  });
});

test("a link of the mail begins with its answer, and looking at it answers nothing", async () => {
  await open("manager", {}, async (tab) => {
    const before = await tab.locator("form").innerHTML();
    await tab.goto(`${links.manager}?answer=3`);
    const radio = tab.locator("fieldset.question").first().locator("input[type=radio]").nth(2);
    assert.equal(await radio.isChecked(), true);
    await tab.goto(links.manager);
    const stamp = / name="shown" value="[^"]*"/;
    assert.equal((await tab.locator("form").innerHTML()).replace(stamp, ""), before.replace(stamp, ""));
  });
});

test("both validators find nothing in any page of the form", async () => {
  const pages = { form: links.partner, thanks: `${links.partner}/thanks`, lost: `${links.partner}x` };
  const html = new HtmlValidate({ extends: ["html-validate:standard"] });
  const folder = temporary("form");
  for (const [name, link] of Object.entries(pages)) {
    const text = await (await fetch(link)).text();
    fs.writeFileSync(path.join(folder, `${name}.html`), text);
    const { results } = await html.validateString(text);
    const said = results.flatMap((one) => one.messages.map((it) => `${it.ruleId}: ${it.message}`));
    assert.deepEqual(said, [], name);
  }
  const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
  const vnu = spawnSync("java", ["-jar", require("vnu-jar"), ...files], { encoding: "utf8" });
  assert.equal(vnu.status, 0, vnu.stderr);
});
