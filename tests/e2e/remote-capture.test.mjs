// Captures that the helper has, looked at in the viewer: the first packets of a blob, a downloaded file, and one of its
// conversations.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { inEachBrowser } from "./lib/browsers.mjs";
import { helper } from "./lib/places.mjs";
import { showFiles } from "./lib/story.mjs";
import { Surface } from "./lib/surface.mjs";
import { startWorld } from "./lib/world.mjs";

inEachBrowser("a capture that the helper has", (kind) => {
  let world, panel, capture;
  before(async () => {
    world = await startWorld(kind);
    panel = world.panel(await world.open());
    await panel.click("launcher");
    await panel.until("everything to be ready",
      () => document.querySelector('[data-testid="ready-state"]')?.dataset.state === "ok", undefined, 60_000);
    await panel.click("start-capture");
    await panel.has("live-capture", 60_000);
    capture = (await panel.text("live-capture-title")).trim();
    await world.captured();
    await panel.click("stop-capture");
    await panel.gone("live-capture", 60_000);
    await showFiles(panel);
  });
  after(() => world?.stop());

  /** The viewer that a click opens in a tab of its own. */
  async function opened(click) {
    const before = await world.browser.browser.pages();
    await click();
    for (let tries = 0; tries < 200; tries++) {
      const page = (await world.browser.browser.pages()).find((page) => !before.includes(page));
      if (page) {
        await page.bringToFront();
        return new Surface(page, "viewer", world.problems);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("no tab was opened");
  }

  const count = (viewer) => viewer.until("all packets", () => {
    const { dataset } = document.querySelector("[data-testid=count]") ?? {};
    const read = document.querySelector("[data-testid=reading]") === null;
    return dataset && read && dataset.busy !== "true" && Number(dataset.count) > 0 && Number(dataset.count);
  });

  async function close(viewer) {
    await viewer.page.close();
    await panel.page.bringToFront();
  }

  test("the first packets of a blob that is not downloaded", async () => {
    const viewer = await opened(() => panel.click("file-0-view"));
    assert.ok(await count(viewer) > 0);
    await viewer.text("file-name", new RegExp(capture));
    await viewer.click("packet-row");
    await viewer.text("layer-tree", /Ethernet/);
    await viewer.text("hex", /[0-9a-f]{2}/);
    assert.equal(world.downloaded().length, 0, "nothing was downloaded");
    await close(viewer);
  });

  const summarize = (...options) =>
    JSON.parse(execFileSync(helper, ["summarize", "--json", ...options], { encoding: "utf8" }));

  test("a downloaded file, read as it is needed", async () => {
    await panel.click("download-all");
    await panel.until("all files to be here", () => [0, 1, 2].every((instance) =>
      document.querySelector(`[data-testid="file-${instance}"]`)?.dataset.state === "local"), undefined, 60_000);
    const file = world.downloaded().find((file) => summarize(file).sources[0].instance === "0");
    const { total } = summarize(file);
    const viewer = await opened(() => panel.click("file-0-view"));
    assert.equal(await count(viewer), total.packets);
    await viewer.type("filter", "tcp");
    await viewer.page.keyboard.press("Enter");
    await viewer.until("the TCP packets", (packets) => {
      const { dataset } = document.querySelector("[data-testid=count]");
      return dataset.busy !== "true" && Number(dataset.count) === packets;
    }, total.layers.tcp.packets);
    await close(viewer);
  });

  test("filters tried on its packets keep what they would have kept", async () => {
    const { total } = summarize(...world.downloaded());
    await panel.click("new-capture-unfold");
    await panel.click("preset-custom"); // TCP, any address
    await panel.click("dry-run-try");
    const number = (count) => count.toLocaleString("en");
    await panel.text("dry-run-result", new RegExp(`kept ${number(total.layers.tcp.packets)} of ${number(total.packets)} packets`));
  });

  test("a conversation of the answer: on every instance, and its packets", async () => {
    await panel.click("open-answer");
    await panel.has("answer");
    await panel.click("tab-conversations");
    await panel.until("a conversation", () => {
      const row = document.querySelector("[data-testid=conversations] tbody tr.data-row");
      row?.click();
      return !!row;
    });
    const shown = await panel.until("the instances", () => {
      const rows = [...document.querySelectorAll("[data-testid=sightings] tbody tr")];
      return rows.length === 3 && rows.map((row) => ({ name: row.querySelector("th").textContent, packets: Number(row.dataset.packets ?? 0) }));
    });
    const viewer = await opened(() => panel.click("conversation-packets"));
    const kept = await count(viewer);
    const filter = await viewer.text("filter");
    const [a, b] = filter.match(/(?<=addr == )[^ )]+/g).map((address) => (address.includes(":") ? `[${address}]` : address));
    const [aPort, bPort] = filter.match(/(?<=port == )\d+/g);
    const [transport] = filter.match(/tcp|udp|sctp/);
    const followed = summarize("--conversation", `${transport}/${a}:${aPort},${b}:${bPort}`, ...world.downloaded());
    const packets = ({ conversation }) => (conversation ? conversation.packetsAToB + conversation.packetsBToA : 0);
    assert.deepEqual(shown, followed.sources.map((source) => ({ name: source.name, packets: packets(source) })));
    assert.ok(followed.sources.some((source) => packets(source) === kept), `the viewer shows ${kept} packets of one file`);
    await close(viewer);
    await panel.click("conversation-capture");
    const wanted = await panel.until("filters for this conversation", () =>
      [...document.querySelectorAll('[data-testid$="-remote-address"]')].map((input) => input.value).find((value) => value !== ""));
    assert.ok([a, b].includes(wanted.includes(":") ? `[${wanted}]` : wanted), wanted);
    assert.deepEqual(world.problems, []);
  });
});
