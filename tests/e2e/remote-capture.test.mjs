// Captures that the helper has, looked at in the viewer: the first packets of a blob, a downloaded file, and one of its
// conversations.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { allHere, captureNow, isReady } from "./lib/acts.mjs";
import { inEachBrowser } from "./lib/browsers.mjs";
import { helper } from "./lib/places.mjs";
import { startWorld } from "./lib/world.mjs";

inEachBrowser("a capture that the helper has", (kind) => {
  let world, panel, capture, wireshark, fileManager;
  before(async () => {
    world = await startWorld(kind);
    wireshark = world.standIn("wireshark");
    fileManager = world.standIn("xdg-open");
    panel = world.panel(await world.open());
    await panel.click("launcher");
    await isReady(panel);
    capture = await captureNow(world, panel);
  });
  after(() => world?.stop());

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
    const viewer = await world.opened("viewer", () => panel.click("file-0-view"));
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
    await allHere(panel);
    const file = world.downloaded().find((file) => summarize(file).sources[0].instance === "0");
    const { total } = summarize(file);
    const viewer = await world.opened("viewer", () => panel.click("file-0-view"));
    assert.equal(await count(viewer), total.packets);
    await viewer.type("filter", "tcp");
    await viewer.page.keyboard.press("Enter");
    await viewer.until("the TCP packets", (packets) => {
      const { dataset } = document.querySelector("[data-testid=count]");
      return dataset.busy !== "true" && Number(dataset.count) === packets;
    }, total.layers.tcp.packets);
    await close(viewer);
  });

  test("a downloaded file in Wireshark and in its folder", async () => {
    const file = world.downloaded().find((file) => summarize(file).sources[0].instance === "1");
    await panel.click("file-1-wireshark");
    assert.deepEqual(await wireshark(), ["-r", file]);
    await panel.click("file-1-folder");
    assert.deepEqual(await fileManager(), [dirname(file)]);
  });

  test("filters tried on its packets keep what they would have kept", async () => {
    const { total } = summarize(...world.downloaded());
    await panel.click("new-capture-unfold");
    await panel.click("preset-custom"); // TCP, any address
    await panel.click("dry-run-try");
    const number = (count) => count.toLocaleString("en");
    await panel.text("dry-run-result", new RegExp(`kept ${number(total.layers.tcp.packets)} of ${number(total.packets)} packets`));
  });

  test("a time of the answer, chosen by the mouse and by keys: its figures and its conversations", async () => {
    const { total } = summarize("--conversations", "5000", ...world.downloaded());
    const { timeline, conversations: { items } } = total;
    const start = Number(timeline.startEpoch);
    /** What was on the wire from one bucket of the timeline to before another. */
    const during = (from, to) => {
      const [begin, end] = [from, to].map((bucket) => start + bucket * timeline.bucketSeconds);
      return {
        packets: timeline.packets.slice(from, to).reduce((sum, count) => sum + count, 0),
        conversations: items.filter(({ startEpoch, durationSeconds }) =>
          Number(startEpoch) < end && Number(startEpoch) + durationSeconds >= begin),
      };
    };
    const whole = { packets: total.packets, conversations: items };
    const shows = ({ packets, conversations }) => panel.until(`${packets} packets, ${conversations.length} conversations`, (wanted) => {
      const packets = document.querySelector("[data-testid=stat-packets] dd")?.textContent;
      const shown = document.querySelector("[data-testid=conversations]")?.getAttribute("aria-rowcount");
      return packets === wanted.packets && shown === wanted.rows;
    }, { packets: packets.toLocaleString("en"), rows: `${conversations.length + 1}` });
    /** The chosen buckets, once both ends are where they are wanted, as far as a mouse can tell: to 2 % of the picture. */
    const chosen = (from, to) => panel.until(`the buckets ${from} to ${to}`, (wanted) => {
      const ends = ["from", "to"].map((end) => Number(document.querySelector(`[data-testid=timeline-${end}]`).value));
      const near = ends.every((end, at) => Math.abs(end - wanted[at]) <= wanted[2] / 50);
      return near && document.querySelector("[data-testid=timeline-clear]") ? ends : undefined;
    }, [from, to, timeline.packets.length]);
    /** The unfolded conversation; undefined where none is. */
    const unfolded = async () => (await panel.frame()).evaluate(() =>
      document.querySelector("[data-testid=conversation] .conversation-ends")?.innerText);

    await panel.click("open-answer");
    await shows(whole);
    await panel.place("timeline");
    const [left, top] = await panel.offset();
    const [x, y, width] = await (await panel.frame()).evaluate(() => {
      const box = document.querySelector("[data-testid=timeline] svg").getBoundingClientRect();
      return [box.left, box.top + box.height / 2, box.width];
    });
    const { mouse, keyboard } = panel.page;
    await mouse.move(left + x + width / 4, top + y);
    await mouse.down();
    await mouse.move(left + x + width / 3, top + y);
    await mouse.move(left + x + width / 2, top + y);
    await mouse.up();
    const buckets = timeline.packets.length;
    const part = during(...await chosen(buckets / 4, buckets / 2));
    assert.ok(part.conversations.length > 0 && part.conversations.length < items.length);
    await shows(part);
    // A drag that the browser takes for something else (a touch that scrolls) is over.
    await mouse.move(left + x + width / 4, top + y);
    await mouse.down();
    await (await panel.frame()).evaluate(() => document.querySelector("[data-testid=timeline] svg")
      .dispatchEvent(new PointerEvent("pointercancel", { bubbles: true })));
    await mouse.move(left + x + width / 5, top + y);
    await mouse.up();
    await shows(part);
    // The least of them stands elsewhere in the whole list.
    await (await panel.frame()).evaluate(() => document.querySelector(".data-table").focus());
    await keyboard.press("End");
    await panel.has("conversation");
    const one = await unfolded();
    await panel.click("timeline-clear");
    await shows(whole);
    assert.equal(await unfolded(), one, "what was chosen stays unfolded");

    await (await panel.frame()).evaluate(() => document.querySelector("[data-testid=timeline-to]").focus());
    await keyboard.press("Home");
    const first = during(...await chosen(0, 1));
    await shows(first);
    const ends = ({ a, b }) => `${a.address}:${a.port} → ${b.address}:${b.port}`;
    assert.equal(await unfolded(), first.conversations.some((item) => one.includes(ends(item))) ? one : undefined);
    await panel.click("timeline-clear");
    await shows(whole);
    await panel.click("answer-back");
  });

  test("the answer's files: exported, merged, shown in their folder", async () => {
    const { sources, total } = summarize("--conversations", "5000", ...world.downloaded());
    await panel.click("open-answer");
    await panel.click("tab-file");
    /** What the page says was written, as places on the disk. */
    const written = async (button, pattern) => {
      await panel.click(button);
      const text = await panel.text("exported", pattern);
      return text.match(/^web-set\/\S+$/gm).map((name) => join(world.downloads, name));
    };
    const [summary, conversations] = await written("export-csv", /conversations\.csv/);
    const table = (file) => readFileSync(file, "utf8").trimEnd().split("\n").slice(1).map((row) => row.split(","));
    assert.deepEqual(table(summary).map(([instance, , packets]) => [instance, Number(packets)]),
      sources.map((source) => [source.instance, source.summary.packets]));
    assert.equal(table(conversations).length, total.conversations.items.length);
    const [json] = await written("export-json", /summary\.json/);
    assert.equal(JSON.parse(readFileSync(json, "utf8")).total.packets, total.packets);
    const [markdown] = await written("export-markdown", /summary\.md/);
    assert.match(readFileSync(markdown, "utf8"), new RegExp(`\\| ${sources[0].summary.packets} \\|`));
    for (const table of await written("export-parquet", /conversations\.parquet/)) {
      assert.equal(readFileSync(table).subarray(0, 4).toString(), "PAR1", table);
    }
    const [merged] = await written("merge", /-merged\.pcapng/);
    assert.equal(summarize(merged).total.packets, total.packets);
    await panel.click("export-folder");
    assert.deepEqual(await fileManager(), [dirname(merged)]);
    await panel.click("answer-back");
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
    const viewer = await world.opened("viewer", () => panel.click("conversation-packets"));
    const kept = await count(viewer);
    const filter = await viewer.text("filter");
    const [a, b] = filter.match(/(?<=addr == )[^ )]+/g).map((address) => (address.includes(":") ? `[${address}]` : address));
    const [aPort, bPort] = filter.match(/(?<=port == )\d+/g);
    const [transport] = filter.match(/tcp|udp|sctp/);
    const ends = `${transport}/${a}:${aPort},${b}:${bPort}`;
    const followed = summarize("--conversation", ends, ...world.downloaded());
    const packets = ({ conversation }) => (conversation ? conversation.packetsAToB + conversation.packetsBToA : 0);
    assert.deepEqual(shown, followed.sources.map((source) => ({ name: source.name, packets: packets(source) })));
    assert.ok(followed.sources.some((source) => packets(source) === kept), `the viewer shows ${kept} packets of one file`);
    await close(viewer);
    await panel.click("conversation-wireshark");
    const [option, asked, reading, file, ...more] = await wireshark();
    assert.deepEqual([option, asked, reading, more], ["-Y", filter, "-r", []]);
    assert.equal(packets(summarize("--conversation", ends, file).sources[0]), kept, `Wireshark reads ${file}`);
    await panel.click("conversation-capture");
    const wanted = await panel.until("filters for this conversation", () =>
      [...document.querySelectorAll('[data-testid$="-remote-address"]')].map((input) => input.value).find((value) => value !== ""));
    assert.ok([a, b].includes(wanted.includes(":") ? `[${wanted}]` : wanted), wanted);
    assert.deepEqual(world.problems, []);
  });
});
