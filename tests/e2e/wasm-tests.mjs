// cargo's runner for WASM tests: runs the #[wasm_bindgen_test]s of one test binary inside headless Chromium.
//
//   CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="node tests/e2e/wasm-tests.mjs" cargo test --target wasm32-unknown-unknown …
//
// It does what wasm-bindgen-test-runner does (wasm_bindgen_test's `rt` module describes the protocol), without
// chromedriver, and with the wasm-bindgen of our own lock file.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromium, root } from "./lib/places.mjs";

const [binary, ...options] = process.argv.slice(2);
const filter = options.find((option) => !option.startsWith("-")) ?? "";
const folder = mkdtempSync(join(tmpdir(), "vmss-wasm-tests-"));
const name = basename(binary, ".wasm");

const page = `<!doctype html><meta charset="utf-8"><title>tests</title><pre id="output"></pre><pre id="console_output"></pre>`;
const types = { js: "text/javascript", wasm: "application/wasm", html: "text/html" };
const server = createServer((request, response) => {
  const file = decodeURIComponent(new URL(request.url, "http://localhost").pathname).slice(1) || "index.html";
  try {
    const body = file === "index.html" ? page : readFileSync(join(folder, file));
    response.writeHead(200, { "content-type": types[file.split(".").pop()] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

let browser;
let passed = false;
try {
  execFileSync(join(root, "target/debug/extension-pack"), ["bindgen", binary, folder], { stdio: "inherit" });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  browser = await puppeteer.launch({
    ...chromium, headless: true, pipe: true, protocolTimeout: 180_000,
  });
  const tab = await browser.newPage();
  tab.on("pageerror", (error) => console.error(error));
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  const result = await tab.evaluate(async (name, filter) => {
    const glue = await import(`/${name}.js`);
    globalThis.__wbg_test_invoke = (test) => test();
    const wasm = await glue.default({ module_or_path: `/${name}_bg.wasm` });
    const context = new glue.WasmBindgenTestContext(false);
    const all = Object.keys(wasm).filter((key) => key.startsWith("__wbgt_"));
    const chosen = all.filter((key) => key.includes(filter));
    context.filtered_count(all.length - chosen.length);
    const passed = await context.run(chosen.map((key) => wasm[key]));
    return { passed, output: document.getElementById("output").textContent };
  }, name, filter);
  console.log(result.output);
  passed = result.passed;
} finally {
  await browser?.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = passed ? 0 : 1;
