// The site in a browser: what a machine can see of a page that is good to read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axeFinds, launch, sideways } from "./chromium.mjs";
import { build, everyKind, pagesOf, serve } from "./site.mjs";

const sites = build();
// Other words, the same pages.
const inEnglish = (site) => (site.name === "german" ? [] : everyKind(site));
let close;
let browser;

before(async () => {
  close = await serve(sites);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  close?.();
});

/**
 * Opens pages one after the other, each in the same tab, and collects what is wrong with them.
 * Whatever a page says on the console, fails to load or asks of another host is wrong.
 */
async function visit(options, choose, look) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  const wrong = [];
  let at;
  const note = (what) => wrong.push(`${at}: ${what}`);
  tab.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) note(`console: ${message.text()}`);
  });
  tab.on("pageerror", (error) => note(`script: ${error.message}`));
  tab.on("requestfailed", (request) => {
    // Leaving a page ends what it was still fetching.
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") note(`did not load: ${request.url()}: ${why}`);
  });
  await context.route(
    (url) => sites.every((site) => site.origin !== url.origin) && url.protocol !== "data:",
    (route) => {
      note(`asks another host: ${route.request().url()}`);
      return route.abort();
    },
  );
  let count = 0;
  for (const site of sites) {
    for (const file of choose(site)) {
      at = `${site.name}/${file}`;
      await tab.goto(site.urlOf(file), { waitUntil: "load" });
      for (const what of (await look(tab, site, file)) ?? []) note(what);
      count += 1;
    }
  }
  await context.close();
  assert.equal(wrong.length, 0, [`${wrong.length} things are wrong`, ...wrong.slice(0, 30)].join("\n  "));
  assert.ok(count > 0);
  return count;
}

test("no page scrolls sideways, on a phone, a tablet or a desk", async (t) => {
  for (const width of [320, 768, 1440]) {
    const choose = width === 320 ? pagesOf : everyKind;
    const count = await visit({ viewport: { width, height: 720 } }, choose, sideways);
    t.diagnostic(`${count} pages at ${width} px`);
  }
});

test("axe finds nothing, in light on a desk and in dark on a phone", async (t) => {
  const looks = [
    { colorScheme: "light", viewport: { width: 1280, height: 800 } },
    { colorScheme: "dark", viewport: { width: 320, height: 640 } },
  ];
  for (const look of looks) {
    const count = await visit({ ...look, reducedMotion: "reduce" }, inEnglish, axeFinds);
    t.diagnostic(`${count} pages, ${look.colorScheme}, ${look.viewport.width} px`);
  }
});

test("a page says the same with scripts off, and nothing moves with them on", async (t) => {
  const texts = new Map();
  const read = () => {
    const text = document.body.cloneNode(true);
    for (const extra of text.querySelectorAll(".local")) extra.remove();
    return [text.textContent, document.querySelectorAll(".local").length];
  };
  // Far from the zone of any round, so that the script has something to say.
  const away = { timezoneId: "Asia/Tokyo", viewport: { width: 1280, height: 800 } };
  const count = await visit(away, everyKind, async (tab, site, file) => {
    texts.set(`${site.name}/${file}`, await tab.evaluate(read));
    const moved = await tab.evaluate(
      () =>
        new Promise((done) => {
          let sum = 0;
          const add = (list) => list.getEntries().forEach((entry) => (sum += entry.value));
          new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => setTimeout(() => done(sum), 30));
        }),
    );
    // A sentence that gets a second line is no jump; what browsers call good ends at 0.1.
    return moved > 0.05 ? [`the layout shifts by ${moved}`] : [];
  });
  const local = [...texts.values()].filter(([, notes]) => notes > 0).length;
  assert.ok(local > count / 2, `only ${local} of ${count} pages tell the reader's own time`);
  await visit({ ...away, javaScriptEnabled: false }, everyKind, async (tab, site, file) => {
    const [text, notes] = await tab.evaluate(read);
    assert.equal(notes, 0);
    return text === texts.get(`${site.name}/${file}`)[0] ? [] : ["says something else without scripts"];
  });
  t.diagnostic(`${count} pages, ${local} with the reader's own time`);
});

test("the keyboard reaches everything in order, and one sees where it is", async (t) => {
  let steps = 0;
  const options = { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" };
  const count = await visit(options, inEnglish, async (tab) => {
    const wanted = await tab.evaluate(() => {
      const able = "a[href], button, input, select, textarea, summary, [tabindex='0']";
      window.able = [...document.querySelectorAll(able)].filter((one) => one.checkVisibility());
      // The one thing outside this list that takes the focus is what scrolls by itself.
      window.scrolls = (one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX !== "visible";
      return window.able.length;
    });
    const wrong = [];
    for (let next = 0; next < wanted; steps += 1) {
      await tab.keyboard.press("Tab");
      const seen = await tab.evaluate((index) => {
        const one = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        const box = one.getBoundingClientRect();
        const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        return {
          right: one === window.able[index],
          scrolls: one !== document.body && window.scrolls(one),
          visible: inside && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
          name: one.outerHTML.slice(0, 120),
        };
      }, next);
      if (!seen.visible) wrong.push(`the focus cannot be seen on ${seen.name}`);
      if (seen.right) next += 1;
      else if (!seen.scrolls) return [...wrong, `out of order at ${next + 1} of ${wanted}: ${seen.name}`];
    }
    return wrong;
  });
  t.diagnostic(`${count} pages, ${steps} steps`);
});

test("the wall can be read from four metres", async () => {
  const isWall = (site) => pagesOf(site).filter((file) => file.endsWith("/wall.html"));
  await visit({ viewport: { width: 1920, height: 1080 } }, isWall, (tab, site) =>
    tab.evaluate((fits) => {
      const wrong = [];
      const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (words.nextNode()) {
        const word = words.currentNode;
        if (!word.data.trim() || !word.parentElement.checkVisibility()) continue;
        if (word.parentElement.closest(".skip, .vh, script, svg")) continue;
        const size = parseFloat(getComputedStyle(word.parentElement).fontSize);
        if (size < 32) wrong.push(`${size} px: ${word.data.trim()}`);
      }
      const high = document.documentElement.scrollHeight;
      if (fits && high > innerHeight) wrong.push(`${high} px high`);
      return wrong;
    }, site.name !== "worst"),
  );
});
