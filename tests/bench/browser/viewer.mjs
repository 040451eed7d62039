// The viewer's share of `make bench`: the engine's size, the summary against merely reading the file, first rows and
// conversations against wiregasm, memory, filters, and rows under scrolling, in Chromium with the built extension.
// Writes the section "viewer" of docs/benchmarks.md.
//
//   node tests/bench/browser/viewer.mjs [--megabytes 100] [--large FILE] [--rounds 7] [--no-wiregasm]

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { root } from "../../e2e/lib/places.mjs";
import { startViewer } from "../../e2e/lib/viewer.mjs";
import { VERSION, install, measure } from "./wiregasm.mjs";

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "100" }, large: { type: "string" }, rounds: { type: "string", default: "7" },
    "no-wiregasm": { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const ms = (time) => `${time.toFixed(0)} ms`;
const MiB = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const folder = join(root, "target/bench");
mkdirSync(folder, { recursive: true });
const capture = join(folder, `viewer-${values.megabytes}.pcap`);
if (!existsSync(capture)) {
  execFileSync("cargo", ["run", "--release", "--quiet", "-p", "bench", "--", "traffic", capture, "--megabytes", values.megabytes], {
    cwd: root, stdio: "inherit",
  });
}

/** Gives the page a file of this computer, as `globalThis.NAME`. */
async function give(page, name, path) {
  await page.evaluate((name) => {
    const input = document.createElement("input");
    input.type = "file";
    input.id = name;
    input.addEventListener("change", () => { globalThis[name] = input.files[0]; });
    document.body.append(input);
  }, name);
  await (await page.$(`#${name}`)).uploadFile(path);
  await page.waitForFunction((name) => globalThis[name]?.size > 0, {}, name);
}

/** Reads the whole file as the Worker does, and does nothing with it. */
const read = (page, name) => page.evaluate(async (name) => {
  const file = globalThis[name];
  const piece = 2 << 20;
  const started = performance.now();
  const ahead = [];
  for (let start = 0; start < file.size || ahead.length > 0;) {
    while (ahead.length < 6 && start < file.size) {
      ahead.push(file.slice(start, start + piece).arrayBuffer());
      start += piece;
    }
    await ahead.shift();
  }
  return performance.now() - started;
}, name);

/**
 * From the file to the first 100 rows and to the whole summary, in a Worker that has loaded the engine, as the page
 * has one; `anew`: from a new Worker, the engine's loading included.
 */
const summarise = (page, name, anew = false) => page.evaluate((name, anew) => new Promise((resolve, reject) => {
  let started = performance.now();
  const worker = new Worker("engine-worker.js", { type: "module" });
  let asked = false, rows;
  const begin = () => {
    started = anew ? started : performance.now();
    worker.postMessage({ file: globalThis[name] });
  };
  worker.onmessage = ({ data }) => {
    if (data.ready && !anew) begin();
    if (data.broken || data.tell?.startsWith('{"failed"')) reject(new Error(data.broken ?? data.tell));
    if (!asked && data.tell?.startsWith('{"reading"')) {
      asked = true;
      worker.postMessage({ ask: "rows 1 0 100" });
    }
    if (data.tell?.startsWith('{"rows"')) rows ??= JSON.parse(data.tell).rows.rows.length === 100 ? performance.now() - started : 0;
    if (!data.tell?.startsWith('{"read"')) return;
    const told = JSON.parse(data.tell).read;
    worker.terminate();
    resolve({ time: performance.now() - started, rows, packets: told.summary.packets, conversations: told.summary.conversations.tcp });
  };
  worker.onerror = (event) => reject(new Error(event.message));
  if (anew) begin();
}), name, anew);

/** Filters over all packets: a flag, a port, an address, a field of what is carried. */
const FILTERS = ["tcp.flags.syn == 1", "tcp.port == 443", "ip.addr == 10.0.0.0/8", "dns.flags.rcode > 0"];

/** The engine's memory after the whole summary and after filters over all packets, driven by hand to be able to look at it. */
const memory = (page, name) => page.evaluate(async (name, filters) => {
  const { default: init, Engine } = await import("./wasm_core.js");
  const wasm = await init({ module_or_path: "wasm_core_bg.wasm" });
  const file = globalThis[name];
  const engine = new Engine(file.size);
  const run = async () => {
    for (let read = engine.nextRead(); read.length > 0; read = engine.nextRead()) {
      engine.take(read[0], new Uint8Array(await file.slice(read[1], read[2]).arrayBuffer()));
      engine.tells();
    }
  };
  await run();
  const summary = wasm.memory.buffer.byteLength;
  for (const filter of filters) {
    engine.ask(`list 1 - - terms ${filter}`);
    await run();
  }
  return { summary, filtered: wasm.memory.buffer.byteLength };
}, name, FILTERS);

/** How long each filter takes over all packets, in the Worker of an opened file. */
const filter = (page, name) => page.evaluate((name, filters) => new Promise((resolve, reject) => {
  const worker = new Worker("engine-worker.js", { type: "module" });
  const times = [];
  let started;
  const next = () => {
    if (times.length === filters.length) {
      worker.terminate();
      return resolve(times);
    }
    started = performance.now();
    worker.postMessage({ ask: `list ${times.length + 1} - - terms ${filters[times.length]}` });
  };
  worker.onmessage = ({ data }) => {
    if (data.broken) reject(new Error(data.broken));
    if (data.tell?.startsWith('{"read"')) next();
    if (!data.tell?.startsWith('{"listed"')) return;
    times.push(performance.now() - started);
    next();
  };
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage({ file: globalThis[name] });
}), name, FILTERS);

/** The longest task of the page while rows are scrolled by wheel, by key and by the bar; and how many rows came by. */
async function scrolling(viewer, path) {
  const { page } = viewer;
  await viewer.pick("open-file", path);
  await viewer.text("viewer-live", /\S/, 120_000);
  await page.evaluate(() => {
    globalThis.longest = 0;
    globalThis.tasks = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        globalThis.longest = Math.max(globalThis.longest, duration);
        globalThis.tasks += 1;
      }
    }).observe({ type: "longtask" });
  });
  const box = await page.evaluate(() => {
    const { x, y, width, height } = document.querySelector("[data-testid=packet-list]").getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  });
  await page.mouse.move(...box);
  for (let turn = 0; turn < 150; turn++) await page.mouse.wheel({ deltaY: 300 });
  await page.focus("[data-testid=packet-list]");
  for (let turn = 0; turn < 100; turn++) await page.keyboard.press("PageDown");
  for (let turn = 0; turn <= 60; turn++) {
    await page.evaluate(async (share) => {
      const list = document.querySelector("[data-testid=packet-list]");
      list.scrollTop = (list.scrollHeight - list.clientHeight) * share;
      await new Promise(requestAnimationFrame);
    }, turn / 60);
  }
  await page.keyboard.press("End");
  const rows = Number(await page.$eval("[data-testid=count]", (count) => count.dataset.count));
  await viewer.until("the last row", (rows) =>
    [...document.querySelectorAll("[data-testid=packet-row]")].some((row) => row.getAttribute("aria-rowindex") === String(rows + 1) && row.textContent.length > 20), rows);
  return { rows, ...(await page.evaluate(() => ({ longest: globalThis.longest, tasks: globalThis.tasks }))) };
}

// The peer is served on this computer.
const world = await startViewer({ args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"] });
const lines = [
  `Chromium, headless, the built extension; a file of ${values.megabytes} MB that the person picked, made as for "pcap". Medians of ${rounds}`,
  "rounds in turns. The summary has everything switched on; the page has the Worker with the engine ready before there is a file.",
  `Beside it wiregasm ${VERSION}, Wireshark compiled to WebAssembly, once: in a Worker as well, its loading included.`, "",
  "| what | figure | limit |", "|---|---|---|",
];
const problems = [];
const row = (what, figure, limit, holds) => {
  lines.push(`| ${what} | ${figure} | ${limit ?? ""}${holds === false ? ", not met" : ""} |`);
  console.log(`${what}: ${figure}${limit ? ` (${limit})` : ""}`);
  if (holds === false) problems.push(what);
};
try {
  const engine = gzipSync(readFileSync(join(root, "dist/chromium/wasm_core_bg.wasm")), { level: 9 }).length;
  row("engine, gzip", `${(engine / 1000).toFixed(0)} kB`, "≤ 200 kB", engine <= 200_000);

  const files = [["capture", capture], ...(values.large ? [["large", values.large]] : [])];
  for (const [name, path] of files) {
    const viewer = await world.open();
    await give(viewer.page, name, path);
    await read(viewer.page, name);
    const [reading, whole, anew, first] = [[], [], [], []];
    let told;
    for (let round = 0; round < (name === "large" ? 3 : rounds); round++) {
      reading.push(await read(viewer.page, name));
      told = await summarise(viewer.page, name);
      whole.push(told.time);
      const fresh = await summarise(viewer.page, name, true);
      anew.push(fresh.time);
      first.push(fresh.rows);
    }
    const [bound, time] = [median(reading), median(whole)];
    const size = MiB(statSync(path).size);
    row(`${size}, ${told.packets} packets: reading alone`, ms(bound));
    row(`${size}: whole summary`, `${ms(time)}, ${(time / bound).toFixed(2)} ×`, "≤ 1.5 ×", time / bound <= 1.5);
    row(`${size}: the same from a new Worker, the engine's loading included`, `${ms(median(anew))}, ${(median(anew) / bound).toFixed(2)} ×`);
    const heap = await memory(viewer.page, name);
    row(`${size}: engine's memory after the summary`, MiB(heap.summary), "≤ 64 MiB", heap.summary <= 64 * 2 ** 20);
    row(`${size}: and after filters over all packets`, MiB(heap.filtered), "≤ 64 MiB", heap.filtered <= 64 * 2 ** 20);
    for (const [at, taken] of (await filter(viewer.page, name)).entries()) {
      row(`${size}: filter \`${FILTERS[at]}\``, `${ms(taken)}, ${(taken / time).toFixed(2)} × the summary`);
    }
    await viewer.page.close();
    if (name !== "capture" || values["no-wiregasm"]) continue;
    const peer = await measure(world.browser, install(join(folder, "wiregasm")), path);
    const times = (theirs, ours) => `${ms(ours)}; wiregasm ${ms(theirs)}, ${(theirs / ours).toFixed(0)} ×`;
    const rows = median(first);
    row(`${size}: new Worker to the first 100 rows`, times(peer.rows, rows), "≥ 30 ×", rows > 0 && peer.rows / rows >= 30);
    row(`${size}: new Worker to the TCP conversations`, times(peer.conversations, median(anew)), "≥ 30 ×", peer.conversations / median(anew) >= 30);
    row(`${size}: wiregasm's memory then`, MiB(peer.memory));
  }
  const viewer = await world.open();
  const scrolled = await scrolling(viewer, values.large ?? capture);
  row(`scrolling through ${scrolled.rows} rows: longest task`, scrolled.tasks === 0 ? "none above 50 ms" : `${ms(scrolled.longest)}, ${scrolled.tasks} above 50 ms`, "≤ 50 ms", scrolled.longest <= 50);
} finally {
  await world.stop();
}

const file = join(root, "docs/benchmarks.md");
const title = "# Benchmarks\n\nRatios of times taken side by side on one machine; absolute times are that machine's. `make bench` writes\nthis file.\n";
const sections = (existsSync(file) ? readFileSync(file, "utf8") : "").split("\n## ").slice(1).map((text) => `## ${text.trimEnd()}\n`);
const others = sections.filter((section) => !section.startsWith("## viewer\n"));
mkdirSync(join(root, "docs"), { recursive: true });
writeFileSync(file, `${title}\n${[...others, `## viewer\n\n${lines.join("\n")}\n`].join("\n")}`);
for (const problem of problems) console.log(`limit not met: ${problem}`);
