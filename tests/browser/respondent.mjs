// Somebody with a mail: opens links as a scanner with scripts does, or answers as a person without
// any does. The tests of the mailer call it; what it saw it says as JSON.
//
//     node respondent.mjs look TIMES URL...
//     node respondent.mjs answer URL TEXT
//     node respondent.mjs read URL

import { launch } from "./chromium.mjs";

/** Opens every link at once and so many times, scripts and all, and moves about in the end. */
async function look(browser, [times, ...links]) {
  const context = await browser.newContext();
  const statuses = new Set();
  const visit = async (link) => {
    const tab = await context.newPage();
    for (let time = 0; time < Number(times); time += 1) {
      statuses.add((await tab.goto(link)).status());
    }
    await tab.waitForLoadState("networkidle");
    await tab.mouse.wheel(0, 5000);
    await tab.mouse.move(200, 200);
  };
  await Promise.all(links.map(visit));
  await context.close();
  return { statuses: [...statuses] };
}

/** Opens the form without scripts, types, and presses until somebody says thank you. */
async function answer(browser, [link, text]) {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 320, height: 640 },
    colorScheme: "dark",
  });
  const tab = await context.newPage();
  await tab.goto(link);
  // That was the first press, in the mail.
  let presses = 1;
  const chosen = await tab.locator("fieldset.question").first().locator("input:checked").count();
  if (chosen === 0) return { presses, title: "nothing is chosen" };
  await tab.locator("textarea").fill(text);
  // Nobody reads a form in less.
  await tab.waitForTimeout(3000);
  while (presses < 5 && (await tab.locator("button[type=submit]").count()) > 0) {
    const button = tab.locator("button[type=submit]");
    await Promise.all([tab.waitForEvent("load"), button.press("Enter")]);
    presses += 1;
  }
  const seen = { presses, title: await tab.title(), url: tab.url() };
  await context.close();
  return seen;
}

/** What stands on a page, and which scripts ran that the site does not have. */
async function read(browser, [link]) {
  const tab = await browser.newPage();
  const ran = [];
  tab.on("dialog", async (dialog) => {
    ran.push(dialog.message());
    await dialog.dismiss();
  });
  await tab.goto(link, { waitUntil: "load" });
  return { ran, text: await tab.locator("main").innerText(), html: await tab.content() };
}

const [what, ...rest] = process.argv.slice(2);
const browser = await launch();
try {
  const seen = await { look, answer, read }[what](browser, rest);
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
