// The site as files: valid, light, and without a link that leads nowhere.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { XMLParser, XMLValidator } from "fast-xml-parser";
import { HtmlValidate } from "html-validate";
import ICAL from "ical.js";

import { build, kindOf, pagesOf } from "./site.mjs";

/** What a page may weigh with its style and its script, in bytes after gzip. */
const LIGHT = 14_000;

const sites = build();
const read = (site, file) => fs.readFileSync(path.join(site.out, file));
const text = (site, file) => read(site, file).toString("utf8");
const unescape = (value) =>
  value
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
const none = (wrong) =>
  assert.equal(wrong.length, 0, [`${wrong.length} things are wrong`, ...wrong.slice(0, 30)].join("\n  "));

test("html-validate finds nothing", async (t) => {
  const validator = new HtmlValidate({
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y"],
    rules: {
      // Ids of headings are made from people's words, of any script.
      "valid-id": ["error", { relaxed: true }],
    },
  });
  const wrong = [];
  let count = 0;
  for (const site of sites) {
    for (const file of pagesOf(site)) {
      const report = await validator.validateString(text(site, file), file);
      const messages = report.results.flatMap((result) => result.messages);
      for (const { line, column, message, ruleId } of messages) {
        wrong.push(`${site.name}/${file}:${line}:${column}: ${ruleId}: ${message}`);
      }
      count += 1;
    }
  }
  t.diagnostic(`${count} pages`);
  none(wrong);
});

test("the validator of the people who write HTML finds nothing", (t) => {
  const jar = createRequire(import.meta.url)("vnu-jar");
  const wanted = sites.flatMap((site) =>
    site.files
      .filter((file) => /\.(html|css|svg)$/.test(file))
      .map((file) => path.join(site.out, file)),
  );
  for (const [kind, ending] of [["--html", ".html"], ["--css", ".css"], ["--svg", ".svg"]]) {
    const files = wanted.filter((file) => file.endsWith(ending));
    const command = ["-Xss1m", "-jar", jar, "--stdout", "--exit-zero-always", "--format", "json", kind, ...files];
    const told = JSON.parse(execFileSync("java", command, { maxBuffer: 1 << 28, encoding: "utf8" }));
    const errors = told.messages
      .filter(({ type, subType }) => type !== "info" || subType === "warning")
      // The theme speaks German there, the people who wrote the pages do not.
      .filter(({ message }) => !message.startsWith("This document appears to be written in"));
    none(errors.map(({ url, lastLine, message }) => `${url.replace(/^.*\/out\//, "")}:${lastLine}: ${message}`));
    t.diagnostic(`${files.length} files ${ending}`);
  }
});

test("every link and every anchor within the site resolves", (t) => {
  const wrong = [];
  let count = 0;
  for (const site of sites) {
    const root = new URL(site.base);
    const ids = new Map();
    for (const file of pagesOf(site)) {
      const found = [...text(site, file).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => unescape(id));
      if (new Set(found).size !== found.length) wrong.push(`${file}: an id stands twice`);
      ids.set(file, new Set(found));
    }
    const check = (from, link) => {
      const url = new URL(link, new URL(from.split("/").map(encodeURIComponent).join("/"), root));
      if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return;
      count += 1;
      const file = decodeURIComponent(url.pathname.slice(root.pathname.length)) || "index.html";
      const id = decodeURIComponent(url.hash.slice(1));
      if (!site.files.includes(file)) wrong.push(`${site.name}/${from}: ${link} is no file`);
      else if (id && !ids.get(file)?.has(id)) wrong.push(`${site.name}/${from}: ${link} is no place`);
    };
    for (const file of pagesOf(site)) {
      const html = text(site, file);
      for (const [, link] of html.matchAll(/\s(?:href|src|data-built)="([^"]*)"/g)) {
        check(file, unescape(link));
      }
      for (const [, link] of html.matchAll(/\scontent="(https?:[^"]*)"/g)) check(file, unescape(link));
    }
    for (const [, link] of text(site, "sitemap.xml").matchAll(/<loc>([^<]*)</g)) {
      check("sitemap.xml", unescape(link));
    }
  }
  t.diagnostic(`${count} links`);
  none(wrong);
});

test("no page weighs more than 14 kB with its style and its script", (t) => {
  const wrong = [];
  const weigh = (site, file) => gzipSync(read(site, file), { level: 9 }).length;
  for (const site of sites) {
    const shared = site.files
      .filter((file) => /^static\/.*\.(css|js)$/.test(file))
      .reduce((sum, file) => sum + weigh(site, file), 0);
    const weights = pagesOf(site).map((file) => [weigh(site, file) + shared, file]);
    weights.sort(([a], [b]) => a - b);
    const [most, heaviest] = weights.at(-1);
    const median = weights[Math.floor(weights.length / 2)][0];
    t.diagnostic(`${site.name}: ${weights.length} pages, median ${median}, most ${most} (${heaviest})`);
    for (const [weight, file] of weights) {
      // What people write at length weighs what it weighs.
      if (weight > LIGHT && kindOf(file) !== "items") wrong.push(`${site.name}/${file}: ${weight}`);
    }
  }
  none(wrong);
});

test("the feeds are Atom, and their entries lead to pages", (t) => {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  const list = (value) => (value === undefined ? [] : [value].flat());
  let count = 0;
  for (const site of sites) {
    for (const file of site.files.filter((file) => file.endsWith("/feed.xml"))) {
      const xml = text(site, file);
      assert.equal(XMLValidator.validate(xml), true, file);
      const { feed } = new XMLParser({ ignoreAttributes: false }).parse(xml);
      assert.equal(feed["@_xmlns"], "http://www.w3.org/2005/Atom", file);
      const links = list(feed.link);
      const own = links.filter((link) => link["@_rel"] === "self").map((link) => link["@_href"]);
      assert.deepEqual(own, [site.base + file], "a feed says where it is");
      const ids = [feed.id, ...list(feed.entry).map((entry) => entry.id)];
      assert.equal(new Set(ids).size, ids.length, `${file}: an id stands twice`);
      for (const part of [feed, ...list(feed.entry)]) {
        assert.match(part.updated, instant, file);
        assert.doesNotThrow(() => new URL(part.id), `${file}: ${part.id}`);
        assert.ok((part.title["#text"] ?? part.title) !== "", file);
        assert.ok(part.author?.name || feed.author?.name, `${file}: nobody wrote this`);
      }
      for (const entry of list(feed.entry)) {
        const to = list(entry.link).map((link) => link["@_href"])[0];
        const page = decodeURIComponent(to.slice(site.base.length)).split("#")[0];
        assert.ok(to.startsWith(site.base) && site.files.includes(page), `${file}: ${to}`);
        assert.ok(entry.summary || entry.content, `${file}: ${to} does not say what changed`);
        assert.ok(entry.updated <= feed.updated || new Date(entry.updated) <= new Date(feed.updated), to);
        count += 1;
      }
    }
  }
  t.diagnostic(`${count} entries`);
  assert.ok(count > 0);
});

test("the calendars open in another program, on the right days", (t) => {
  let count = 0;
  for (const site of sites) {
    for (const file of site.files.filter((file) => file.endsWith("/calendar.ics"))) {
      const bytes = text(site, file);
      for (const line of bytes.split("\r\n")) {
        assert.ok(Buffer.byteLength(line) <= 75 && !line.includes("\n"), `${file}: ${line}`);
      }
      const calendar = new ICAL.Component(ICAL.parse(bytes));
      assert.equal(calendar.getFirstPropertyValue("version"), "2.0");
      assert.ok(calendar.getFirstPropertyValue("prodid"));
      const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
      const uids = new Set(events.map((event) => event.uid));
      assert.equal(uids.size, events.length, `${file}: a uid stands twice`);
      for (const event of events) {
        assert.ok(event.uid && !event.uid.includes("@"), `${file}: ${event.uid}`);
        assert.ok(event.summary, file);
        assert.ok(event.component.getFirstPropertyValue("dtstamp"), file);
        assert.ok(event.startDate.compare(event.endDate) <= 0, `${file}: ${event.summary}`);
        count += 1;
      }
      const { dates } = JSON.parse(text(site, file.replace("calendar.ics", "round.json")));
      const isWeek = ({ startDate, endDate }) => {
        const last = endDate.clone();
        last.adjust(-1, 0, 0, 0);
        return startDate.isDate && startDate.toString() === dates.week_first && last.toString() === dates.week_last;
      };
      assert.equal(events.filter(isWeek).length, 1, `${file}: the week from ${dates.week_first}`);
    }
  }
  t.diagnostic(`${count} events`);
  assert.ok(count > 0);
});
