// What `littlethings serve` shows beside the site: letters, and the survey's form as a respondent
// sees it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { HtmlValidate } from "html-validate";

import { axeFinds, launch, sideways } from "./chromium.mjs";
import { show, sources, temporary } from "./site.mjs";

const letters = "/.littlethings/letters/";
const survey = "/.littlethings/survey/";
const servers = [];
let browser;
let shipped;
let german;
let worst;

before(async () => {
  const roots = sources(temporary("preview"));
  browser = await launch();
  // One after the other: the first may have to be compiled.
  shipped = await preview("shipped", roots.shipped);
  german = await preview("german", roots.german);
  worst = await preview("worst", roots.worst);
});

after(async () => {
  await browser?.close();
  for (const server of servers) await server.end();
});

async function preview(name, root) {
  const server = await show(root);
  servers.push(server);
  return { name, origin: server.origin };
}

/** The links of a page whose address begins so. */
async function links(site, page, begin) {
  const html = await (await fetch(site.origin + page)).text();
  const all = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href.replaceAll("&#x2F;", "/"));
  return [...new Set(all.filter((href) => href.startsWith(begin)))];
}

const forms = (site) => links(site, survey, "/.littlethings/trial/a/");

/** A page of each kind, as paths. */
const everyKind = async (site) => (site.pages ??= await kinds(site));

async function kinds(site) {
  const all = [letters, survey];
  const seen = new Set();
  for (const moment of [letters, `${letters}?now=2026-07-20`, `${letters}?now=2026-08-03`]) {
    all.push(moment);
    for (const letter of await links(site, moment, `${letters}20`)) {
      const kind = letter.split("/").at(-2);
      if (!seen.has(kind)) all.push(letter);
      seen.add(kind);
    }
  }
  const [form, ...others] = await forms(site);
  const silence = await links(site, survey, "/.littlethings/trial/unremind/");
  all.push(form, `${form}?answer=1`, silence[0], "/.littlethings/trial/a/wrong", `${letters}?now=soon`);
  return [...all, ...others.slice(-2)];
}

/** Opens pages one after the other in one tab and collects what is wrong with them. */
async function visit(site, options, pages, look) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  const wrong = [];
  let at;
  tab.on("console", (message) => {
    // A page that says "no" with its status is told there as well.
    const said = message.text();
    const meant = said.startsWith("Failed to load resource") && /\/a\/wrong|now=soon/.test(at);
    if (["error", "warning"].includes(message.type()) && !meant) wrong.push(`${at}: ${said}`);
  });
  tab.on("pageerror", (error) => wrong.push(`${at}: ${error.message}`));
  await context.route((url) => url.origin !== site.origin, (route) => {
    wrong.push(`${at} asks another host: ${route.request().url()}`);
    return route.abort();
  });
  for (const page of pages) {
    at = `${site.name}${page}`;
    await tab.goto(site.origin + page, { waitUntil: "load" });
    for (const what of (await look(tab)) ?? []) wrong.push(`${at}: ${what}`);
  }
  await context.close();
  assert.equal(wrong.length, 0, [`${wrong.length} things are wrong`, ...wrong.slice(0, 20)].join("\n  "));
}

test("no page scrolls sideways", async (t) => {
  for (const site of [shipped, german, worst]) {
    const pages = await everyKind(site);
    for (const width of site === shipped ? [320, 390, 1280] : [320]) {
      await visit(site, { viewport: { width, height: 720 } }, pages, sideways);
    }
    t.diagnostic(`${pages.length} pages of ${site.name}`);
  }
});

test("axe finds nothing, in light and in dark", async () => {
  for (const site of [shipped, worst]) {
    const pages = await everyKind(site);
    for (const colorScheme of ["light", "dark"]) {
      const viewport = { width: colorScheme === "dark" ? 320 : 1280, height: 720 };
      await visit(site, { colorScheme, viewport, reducedMotion: "reduce" }, pages, axeFinds);
    }
  }
});

test("html-validate finds nothing", async () => {
  const validator = new HtmlValidate({
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y"],
    rules: { "valid-id": ["error", { relaxed: true }] },
  });
  const wrong = [];
  for (const site of [shipped, german, worst]) {
    for (const page of await everyKind(site)) {
      const html = await (await fetch(site.origin + page)).text();
      const report = await validator.validateString(html, page);
      for (const { line, message, ruleId } of report.results.flatMap((result) => result.messages)) {
        wrong.push(`${site.name}${page}:${line}: ${ruleId}: ${message}`);
      }
    }
  }
  assert.deepEqual(wrong.slice(0, 20), []);
});

/**
 * A tab as a respondent's: a phone without scripts. Where a test does not count presses of a mouse it
 * presses keys: without scripts chromium draws no frame that a click could wait for.
 */
async function respondent(options) {
  const phone = { viewport: { width: 320, height: 640 }, javaScriptEnabled: false };
  return (await browser.newContext({ ...phone, ...options })).newPage();
}

test("from the letter to the thanks it takes three presses, without scripts", async () => {
  const tab = await respondent();
  await tab.goto(`${shipped.origin}${letters}2026-summer/survey/jonas?now=2026-08-03T12:00`);
  let presses = 0;
  const press = (what) => {
    presses += 1;
    return what.click();
  };
  const choice = tab.frameLocator("iframe").getByRole("link", { name: "Yes", exact: true });
  const [form] = await Promise.all([tab.context().waitForEvent("page"), press(choice)]);
  await form.waitForLoadState();
  assert.equal(await form.getByRole("radio", { name: "Yes", exact: true }).isChecked(), true);
  await press(form.getByRole("button", { name: "Send my answers" }));
  await form.getByRole("heading", { name: "Thank you" }).waitFor();
  assert.ok(presses <= 3, `${presses} presses`);
  await tab.context().close();
});

test("what was typed stays when something is missing, and is told with its question", async () => {
  const tab = await respondent();
  const [, form] = await forms(shipped);
  await tab.goto(shipped.origin + form);
  await tab.getByRole("textbox").fill("Tell us <b>earlier</b>.");
  await tab.getByRole("button", { name: "Send my answers" }).press("Enter");
  const told = tab.getByRole("group", { name: "One thing is missing or wrong" });
  await told.waitFor();
  assert.equal(await tab.getByRole("textbox").inputValue(), "Tell us <b>earlier</b>.");
  // The link in what is told leads to the question, and the question says it again.
  await told.getByRole("link").press("Enter");
  await tab.getByRole("radio", { name: "No", exact: true }).first().press("Space");
  await tab.getByRole("button", { name: "Send" }).press("Enter");
  await tab.getByRole("heading", { name: "Thank you" }).waitFor();
  await tab.getByRole("link", { name: /change/ }).press("Enter");
  assert.equal(await tab.getByRole("textbox").inputValue(), "Tell us <b>earlier</b>.");
  await tab.context().close();
});

test("a form with something wrong is as good a page as any other", async () => {
  const [form] = (await forms(worst)).slice(-1);
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme });
    const tab = await context.newPage();
    await tab.goto(worst.origin + form);
    await tab.locator("button").click();
    await tab.locator(".problems").waitFor();
    assert.deepEqual([...(await sideways(tab)), ...(await axeFinds(tab))], []);
    await context.close();
  }
});

test("the form is filled in and sent by keyboard alone, and one sees where one is", async () => {
  const tab = await respondent({ javaScriptEnabled: true });
  const [, , form] = await forms(shipped);
  await tab.goto(shipped.origin + form);
  const focus = () =>
    tab.evaluate(() => {
      const one = document.activeElement;
      const shown = [one, one.closest("label")].filter(Boolean).map((it) => getComputedStyle(it));
      const seen = shown.some((it) => it.outlineStyle !== "none" && parseFloat(it.outlineWidth) >= 2);
      return { kind: one.type ?? one.localName, name: one.outerHTML.slice(0, 100), seen };
    });
  let sent = false;
  for (let step = 0; step < 60 && !sent; step += 1) {
    await tab.keyboard.press("Tab");
    const { kind, name, seen } = await focus();
    assert.ok(seen, `the focus cannot be seen on ${name}`);
    if (kind === "radio" || kind === "checkbox") await tab.keyboard.press("Space");
    if (kind === "textarea") await tab.keyboard.type("More cake.");
    sent = kind === "submit";
  }
  await tab.keyboard.press("Enter");
  await tab.getByRole("heading", { name: "Thank you" }).waitFor();
  await tab.context().close();
});

test("no more reminders, by a press of a button", async () => {
  const tab = await respondent();
  const [silence] = await links(shipped, survey, "/.littlethings/trial/unremind/");
  await tab.goto(shipped.origin + silence);
  await tab.getByRole("button", { name: "Send me no more reminders" }).press("Enter");
  await tab.getByRole("heading", { name: "No more reminders" }).waitFor();
  assert.deepEqual(await sideways(tab), []);
  await tab.context().close();
});

test("the results of the trial are those of a results page, and follow the answers", async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  const tab = await context.newPage();
  await tab.goto(shipped.origin + survey);
  await tab.getByRole("button", { name: "Make up" }).first().click();
  await tab.getByRole("link", { name: "See the results" }).first().click();
  await tab.getByText("These answers were made up").first().waitFor();
  assert.deepEqual([...(await sideways(tab)), ...(await axeFinds(tab))], []);
  await context.close();
});
