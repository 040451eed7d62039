// The panel's share of `make bench`: how big, how soon usable, how smooth while typing; and the judgement of filters in
// WASM alone. Writes the sections "panel" and "filters in WASM" of docs/benchmarks.md; says where a limit is broken.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import puppeteer from "puppeteer-core";
import { payload, sum } from "../../extension-ui/pack/payload.mjs";
import { median, Section } from "../bench/browser/document.mjs";
import { chromium, root, target } from "./lib/places.mjs";
import { startWorld } from "./lib/world.mjs";

const dist = join(root, "dist/chromium");
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** What the panel loads, compressed as an archive would be at best. */
function sizes(section) {
  const files = payload(dist, "panel");
  for (const { file, raw, brotli } of files) section.row(file, `${kB(brotli)}, raw ${kB(raw)}`);
  section.row("wasm + js + css + html", kB(sum(files)), "≤ 450 kB", sum(files) <= 450_000);
  for (const { file, raw, brotli } of payload(dist, "panel", /\.ftl$/)) {
    section.row(`sentences, one of the two: ${file}`, `${kB(brotli)}, raw ${kB(raw)}`);
  }
}

/** Milliseconds from the frame's first moment until it can be used, in the middle of ten visits. */
async function startOf(extension, ready) {
  const world = await startWorld("chromium", { extension });
  try {
    const times = [];
    for (let turn = 0; turn < 10; turn++) {
      const page = await world.open();
      times.push(await world.panel(page).until("the frame", ready));
      await page.close();
    }
    return median(times);
  } finally {
    await world.stop();
  }
}

async function start(section) {
  const bare = mkdtempSync(join(tmpdir(), "vmss-bare-"));
  cpSync(dist, bare, { recursive: true });
  writeFileSync(join(bare, "panel.html"), '<!doctype html><title>empty</title><body data-page="panel"></body>');
  try {
    const loaded = () => performance.getEntriesByType("navigation")[0]?.loadEventEnd || undefined;
    const empty = await startOf(bare, loaded);
    const panel = await startOf(undefined, () => {
      const [entry] = performance.getEntriesByName("vmss-capture start");
      return entry && document.querySelector("[data-testid=launcher]") ? entry.startTime + entry.duration : undefined;
    });
    section.row("an empty frame of the extension, loaded", `${empty.toFixed(0)} ms`);
    section.row("the panel, drawn and usable", `${panel.toFixed(0)} ms, ${(panel / empty).toFixed(1)} ×`, "≤ 3 ×", panel <= 3 * empty);
  } finally {
    rmSync(bare, { recursive: true, force: true });
  }
}

/**
 * How much work each key is for the page's main thread: its own tasks and those that follow until the next key, with script,
 * style, layout and painting. (The time until a frame is on the screen would be mostly the wait for the screen's beat.)
 */
async function typing(section) {
  const world = await startWorld("chromium");
  try {
    const page = await world.open();
    const panel = world.panel(page);
    await panel.click("launcher");
    await panel.click("preset-custom");
    await panel.type("filter-0-remote-address", "");
    await (await panel.frame()).evaluate(() => {
      addEventListener("beforeinput", () => performance.mark("vmss-capture key"), { capture: true });
    });
    const text = "10.0.0.0-10.0.255.255;192.168.0.0/16,1.1.1.1-255.255.255";
    await page.tracing.start({ categories: ["toplevel", "blink.user_timing"] });
    await page.keyboard.type(text, { delay: 20 });
    await panel.until("the whole text", (text) => document.activeElement.value === text, text);
    const { traceEvents } = JSON.parse(new TextDecoder().decode(await page.tracing.stop()));
    const keys = traceEvents.filter(({ name }) => name === "vmss-capture key").toSorted((a, b) => a.ts - b.ts);
    if (keys.length !== text.length) throw new Error(`${keys.length} keys in the trace, ${text.length} were pressed`);
    const work = keys.map(() => 0);
    for (const { name, ph, pid, tid, ts, dur } of traceEvents) {
      if (name !== "ThreadControllerImpl::RunTask" || ph !== "X" || pid !== keys[0].pid || tid !== keys[0].tid) continue;
      const at = keys.findLastIndex((key) => key.ts < ts + dur);
      if (at !== -1) work[at] += dur / 1000;
    }
    const longest = Math.max(...work);
    section.row(`work for a key while typing a filter, ${work.length} keys`, `${median(work).toFixed(1)} ms in the middle`);
    section.row("the most", `${longest.toFixed(1)} ms`, "≤ 16 ms, a frame", longest <= 16);
  } finally {
    await world.stop();
  }
}

/** Judging 20 filters by the core as JavaScript has it (`make core-js`), conversions included. */
async function filters(section) {
  const folder = join(target, "core-js");
  const types = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
  const server = createServer(({ url }, response) => {
    const type = types[extname(url)];
    response.writeHead(200, { "content-type": type ?? "text/html" });
    response.end(type ? readFileSync(join(folder, url)) : "<!doctype html><title>filters</title>");
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const browser = await puppeteer.launch({ ...chromium, headless: true, pipe: true });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const measured = await page.evaluate(async () => {
      const core = await import("/wasm_core.js");
      await core.default({ module_or_path: "/wasm_core_bg.wasm" });
      const valid = Array.from({ length: 20 }, (_, n) => ({
        protocol: "TCP", localIPAddress: `10.0.${n}.3`, localPort: "1-65535",
        remoteIPAddress: "1.1.1.1-255.255.255.255", remotePort: "20;80;443",
      }));
      const faulty = valid.map((filter, n) => (n === 7 ? { ...filter, remoteIPAddress: "1.1.1.1-255.255.255" } : filter));
      // A browser's clock is coarse, so ten judgements make one measurement.
      const judge = (set, language) => Array.from({ length: 300 }, () => {
        const start = performance.now();
        for (let turn = 0; turn < 10; turn++) core.checkFilters(set, { language });
        return (performance.now() - start) * 100;
      });
      judge(valid, "en");
      return [
        ["20 valid filters, English", judge(valid, "en")], ["20 valid filters, Japanese", judge(valid, "ja")],
        ["20 filters, one with a fault", judge(faulty, "en")],
      ];
    });
    for (const [what, times] of measured) {
      const [middle, late] = [median(times), times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]];
      section.row(what, `${middle.toFixed(0)} µs in the middle, 99 % within ${late.toFixed(0)} µs`, "≤ 300 µs", middle <= 300);
    }
  } finally {
    await browser.close();
    server.close();
  }
}

const panel = new Section("panel", `Chromium, headless, the built extension on the simulated portal; sizes are of brotli at its best. Times are from the
frame's first moment, medians of ten visits with a warm browser.`);
sizes(panel);
await start(panel);
await typing(panel);
panel.write();

const judged = new Section("filters in WASM", `One keystroke's judgement of a whole set, in Chromium, by the core's JavaScript module: reading the filters from
JavaScript, judging, and handing the result back.`);
await filters(judged);
judged.write();
process.exitCode = panel.problems.length + judged.problems.length > 0 ? 1 : 0;
