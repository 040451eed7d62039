// The viewer's peer: wiregasm, Wireshark compiled to WebAssembly (GPL-2.0, npm). It is 90 MB and no part of the
// project, so that it is installed for the benchmark alone, into target/bench.

import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";

export const VERSION = "1.9.1";

/** Installs it into `folder` once; gives the folder of its files. */
export function install(folder) {
  const dist = join(folder, "node_modules/@goodtools/wiregasm/dist");
  if (!existsSync(join(dist, "wiregasm.wasm"))) {
    mkdirSync(folder, { recursive: true });
    execFileSync("npm", ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts",
      `@goodtools/wiregasm@${VERSION}`], { stdio: "inherit", timeout: 180_000 });
  }
  return dist;
}

const TYPES = { js: "text/javascript", wasm: "application/wasm", data: "application/octet-stream", html: "text/html" };

const PAGE = `<!doctype html><title>wiregasm</title><input type="file" id="capture">`;

// In a Worker as well, so that neither side has the page's own work in its way.
const WORKER = `
importScripts("wiregasm.js");
onmessage = async ({ data: file }) => {
  try {
    const wiregasm = await loadWiregasm({ locateFile: (path) => path, print() {}, printErr() {} });
    wiregasm.init();
    wiregasm.FS.writeFile("/uploads/capture.pcap", new Uint8Array(await file.arrayBuffer()));
    const session = new wiregasm.DissectSession("/uploads/capture.pcap");
    const { code, summary } = session.load();
    if (code !== 0) throw new Error("load: " + code);
    const rows = session.getFrames("", 0, 100).frames.size();
    postMessage({ rows, packets: summary.packet_count });
    const taps = new wiregasm.MapInput();
    taps.set("tap0", "conv:TCP");
    const answer = session.tap(taps).taps.get(0);
    postMessage({ conversations: answer.convs.size(), memory: wiregasm.HEAPU8.length });
  } catch (error) {
    postMessage({ broken: String(error?.message ?? error) });
  }
};
`;

/** Serves its files, the page and the Worker to this computer alone. */
async function serve(dist) {
  const server = createServer((request, response) => {
    const name = basename(new URL(request.url, "http://localhost").pathname) || "index.html";
    response.setHeader("Content-Type", TYPES[name.split(".").pop()] ?? "text/plain");
    if (name === "index.html") response.end(PAGE);
    else if (name === "worker.js") response.end(WORKER);
    else createReadStream(join(dist, name)).on("error", () => response.writeHead(404).end()).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { address: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

/**
 * From a new Worker to the first 100 rows and on to the TCP conversations of a picked file: milliseconds, and bytes of
 * its memory at the end.
 */
export async function measure(browser, dist, capture) {
  const server = await serve(dist);
  const page = await browser.newPage();
  try {
    await page.goto(server.address);
    await (await page.$("#capture")).uploadFile(capture);
    return await page.evaluate(() => new Promise((resolve, reject) => {
      const started = performance.now();
      const worker = new Worker("worker.js");
      let rows;
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => {
        if (data.broken) reject(new Error(data.broken));
        else if (data.rows) rows = { time: performance.now() - started, ...data };
        else {
          worker.terminate();
          resolve({ rows: rows.time, packets: rows.packets, conversations: performance.now() - started, tcp: data.conversations,
            memory: data.memory });
        }
      };
      worker.postMessage(document.querySelector("#capture").files[0]);
    }));
  } finally {
    await page.close();
    server.stop();
  }
}
