// The viewer reads any capture of this computer, in the browser alone: there is no helper in these tests.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inEachBrowser } from "./lib/browsers.mjs";
import { root } from "./lib/places.mjs";
import { startWorld } from "./lib/world.mjs";

const captures = join(root, "tests/captures");
const { captures: index } = JSON.parse(readFileSync(join(captures, "index.json"), "utf8"));
/** How many packets tcpdump counted. */
const counted = (file, bpf = "") =>
  index.find((capture) => capture.file === file).counts.find((count) => count.bpf === bpf).packets;

inEachBrowser("the viewer", (kind) => {
  let world, viewer;
  before(async () => {
    world = await startWorld(kind, { helper: false });
    viewer = await world.openOwn("viewer");
  });
  after(() => world?.stop());

  async function open(file) {
    await viewer.has("viewer");
    const input = await (await viewer.frame()).$("[data-testid=open-file]");
    await input.uploadFile(file);
  }

  /** Until so many packets are listed, and no more are looked for. */
  const listed = (count, patience) => viewer.until(`${count} packets`, (count) => {
    const { dataset } = document.querySelector("[data-testid=count]") ?? {};
    return dataset && Number(dataset.count) === count && dataset.busy !== "true";
  }, count, patience);

  test("opens a capture: rows, layers, bytes, and nothing leaves the browser", async () => {
    await open(join(captures, "web-set/2.pcap"));
    await listed(counted("web-set/2.pcap"));
    await viewer.click("packet-row");
    await viewer.text("layer-tree", /Ethernet/);
    await viewer.text("hex", /[0-9a-f]{2}/);
    assert.deepEqual(world.problems, []);
  });

  test("filters as an independent tool does", async () => {
    await viewer.type("filter", "tcp.port == 6432");
    await viewer.page.keyboard.press("Enter");
    await listed(counted("web-set/2.pcap", "tcp port 6432"));
    await viewer.click("filter-clear");
    await listed(counted("web-set/2.pcap"));
  });

  test("reads 100 MB", { timeout: 180_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "vmss-viewer-"));
    try {
      const capture = readFileSync(join(captures, "web-set/2.pcap"));
      const records = capture.subarray(24);
      const times = Math.ceil(100e6 / records.length);
      const file = join(folder, "large.pcap");
      writeFileSync(file, Buffer.concat([capture.subarray(0, 24), ...Array(times).fill(records)]));
      await viewer.click("open-other").catch(() => {});
      await open(file);
      await listed(times * counted("web-set/2.pcap"), 120_000);
      assert.deepEqual(world.problems, []);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("says why it refuses what is no capture", async () => {
    await open(join(captures, "README.md"));
    await viewer.until("a refusal", () =>
      document.querySelector("[data-testid=open-refused], [data-testid=reading-failed]")?.innerText);
  });
});
