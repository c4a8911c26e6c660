// The sites to look at, built by the program itself into a temporary folder, and a small server
// that shows them.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const repository = path.join(here, "../..");
const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".xml": "application/xml",
  ".ics": "text/calendar",
};

/** The shipped site, the same in German, the worst cases, a site without a round, and one of a
 * round with many products. */
export function sources(folder) {
  const german = path.join(folder, "german");
  fs.mkdirSync(german);
  fs.cpSync(path.join(repository, "content"), path.join(german, "content"), { recursive: true });
  change("littlethings.toml", german, [['language = "en"', 'language = "de"']]);
  const empty = path.join(folder, "empty");
  fs.mkdirSync(path.join(empty, "content"), { recursive: true });
  fs.copyFileSync(path.join(repository, "littlethings.toml"), path.join(empty, "littlethings.toml"));
  return { shipped: repository, german, worst: path.join(here, "worst"), empty, many: many(folder) };
}

/** A round with more products than a wall can hold; one of them has no list. */
function many(folder) {
  const root = path.join(folder, "many");
  const round = path.join(root, "content/2026-summer");
  fs.mkdirSync(path.join(round, "lists"), { recursive: true });
  for (const file of ["littlethings.toml", "content/people.toml"]) {
    fs.copyFileSync(path.join(repository, file), path.join(root, file));
  }
  const keys = Array.from({ length: 19 }, (_, number) => `p${number}`);
  const products = keys.map((key) => `[products.${key}]\nname = "Harbour and ${key}"\nmanager = "bob"\n`);
  const settings = fs.readFileSync(path.join(repository, "content/2026-summer/round.toml"), "utf8");
  const [dates] = settings.split("[products.", 1);
  fs.writeFileSync(path.join(round, "round.toml"), dates + products.join("\n"));
  for (const key of keys.slice(1)) {
    const items = [1, 2].map((n) => `## Thing ${n} of ${key}\n- Owner: @ana\n- Estimate: 1 day\n- Status: started\n`);
    fs.writeFileSync(path.join(round, `lists/${key}.md`), [`# ${key}\n`, ...items].join("\n"));
  }
  return root;
}

/** A folder that is gone with this process. */
export function temporary(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `littlethings-${name}-`));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Builds them all. */
export function build() {
  const folder = temporary("browser");
  return Object.entries(sources(folder)).map(([name, root]) => {
    const out = path.join(folder, "out", name);
    const command = ["run", "--quiet", "--locked", "--bin", "littlethings", "--", "build"];
    execFileSync("cargo", [...command, "--root", root, "--out", out], {
      cwd: repository,
      stdio: ["ignore", "ignore", "inherit"],
    });
    return { name, out, files: files(out), base: baseUrl(root) };
  });
}

function change(file, folder, changes) {
  let text = fs.readFileSync(path.join(repository, file), "utf8");
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    text = text.replace(from, to);
  }
  fs.writeFileSync(path.join(folder, file), text);
}

function baseUrl(root) {
  const settings = fs.readFileSync(path.join(root, "littlethings.toml"), "utf8");
  return settings.match(/^base_url = "(.*)"/m)[1];
}

/** The paths of all files below a folder, with `/`. */
function files(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((file) => file.split(path.sep).join("/"))
    .sort();
}

/** Shows every site on a port of its own, below the path of its base_url. */
export async function serve(sites) {
  const servers = [];
  for (const site of sites) {
    const root = new URL(site.base).pathname;
    const server = http.createServer((request, answer) => {
      const wanted = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
      const file = wanted.startsWith(root) ? wanted.slice(root.length) : "";
      if (!site.files.includes(file)) return answer.writeHead(404).end();
      answer.writeHead(200, { "content-type": types[path.extname(file)] ?? "text/plain" });
      answer.end(fs.readFileSync(path.join(site.out, file)));
    });
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    servers.push(server);
    site.origin = `http://127.0.0.1:${server.address().port}`;
    site.urlOf = (file) => site.origin + root + file.split("/").map(encodeURIComponent).join("/");
  }
  return () => servers.forEach((server) => server.close());
}

/** Starts `littlethings serve` on a port of its own, and says where it is and how it ends. */
export async function show(root) {
  const flags = ["run", "--quiet", "--locked", "--bin", "littlethings", "--"];
  const server = spawn("cargo", [...flags, "serve", "--port", "0", "--root", root], {
    cwd: repository,
    env: { ...process.env, LITTLETHINGS_STORE: "", DATABASE_URL: "" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(readline.createInterface({ input: server.stdout }), "line");
  const end = async () => {
    server.kill("SIGTERM");
    await once(server, "exit");
  };
  return { origin: new URL(line.split(" ")[0]).origin, end };
}

export const pagesOf = (site) => site.files.filter((file) => file.endsWith(".html"));

/** What a page is, from its address: all items of a site are of one kind. */
export function kindOf(file) {
  const parts = file.split("/");
  return parts.length > 2 ? parts[1] : parts.at(-1);
}

/** All pages but items, and of the items of a round every tenth. */
export function everyKind(site) {
  let seen = 0;
  return pagesOf(site).filter((file) => kindOf(file) !== "items" || seen++ % 10 === 0);
}
