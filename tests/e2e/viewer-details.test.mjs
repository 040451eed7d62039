// The viewer with a file of this computer: no helper, no portal, nothing but the extension's own page.

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { eventually } from "./lib/patience.mjs";
import { root } from "./lib/places.mjs";
import { startViewer } from "./lib/viewer.mjs";

const capture = (name) => join(root, "tests/captures", name);

describe("the viewer in detail", () => {
  let world, viewer, folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "vmss-viewer-"));
    world = await startViewer({ downloads: folder });
  });
  after(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    world.problems.length = 0;
    viewer = await world.open();
  });
  afterEach(async () => {
    await viewer.page.close();
    assert.deepEqual(world.problems, []);
  });

  const list = async (holds) => viewer.until(`a list of ${holds} packets`, (holds) => {
    const { count, busy } = document.querySelector('[data-testid="count"]')?.dataset ?? {};
    return busy === "false" && (holds === undefined ? count : count === String(holds)) ? Number(count) : undefined;
  }, holds);
  const open = async (name) => {
    await viewer.pick("open-file", capture(name));
    await viewer.text("viewer-live");
    return list();
  };
  const filter = async (text) => {
    await viewer.type("filter", text);
    await viewer.page.keyboard.press("Enter");
    return viewer.until(`"${text}" to be applied`, () => {
      const { busy } = document.querySelector('[data-testid="count"]')?.dataset ?? {};
      return busy === "false" && document.querySelector('[data-testid="filter-apply"][aria-disabled="true"]')
        ? document.querySelector('[data-testid="count"]').dataset.count : undefined;
    }).then(Number);
  };
  const chosen = () => viewer.until("a chosen packet", () =>
    document.querySelector('[data-testid="layer-tree"]')?.parentElement.querySelector("h2")?.textContent);

  test("says that nothing leaves the browser, and refuses what is no capture", async () => {
    await viewer.text("opening", /Nothing leaves this browser/);
    const file = join(folder, "notes.pcap");
    writeFileSync(file, "no capture at all, whatever the name says");
    await viewer.pick("open-file", file);
    await viewer.text("reading-failed", /no capture/);
  });

  test("opens a capture, packed or not, and shows summary, rows, layers and bytes", async () => {
    const packets = await open("http.pcap");
    assert.ok(packets > 0);
    const rows = await viewer.count("packet-row");
    assert.ok(rows > 3 && rows <= packets);
    assert.equal(await chosen(), "Packet 1");
    await viewer.text("layer-tree", /Internet Protocol version 6/);
    await viewer.click("summary-toggle");
    await viewer.text("stat-packets", new RegExp(packets.toLocaleString("en")));
    const packed = join(folder, "http.pcap.gz");
    writeFileSync(packed, gzipSync(readFileSync(capture("http.pcap"))));
    await viewer.pick("open-file", packed);
    await viewer.text("file-name", /http\.pcap\.gz/);
    await list(packets);
    await viewer.page.focus('[data-testid="packet-list"]');
    await viewer.page.keyboard.press("End");
    await viewer.until("the last packet", (packets) =>
      document.querySelector("[data-testid=layer-tree]")?.parentElement.querySelector("h2")?.textContent === `Packet ${packets}`, packets);
  });

  test("takes a file that is dropped anywhere", async () => {
    const bytes = readFileSync(capture("dns.pcap")).toString("base64");
    await viewer.page.evaluate((text) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], "dropped.pcap"));
      for (const type of ["dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      }
    }, bytes);
    await viewer.text("file-name", /dropped\.pcap/);
    assert.ok((await list()) > 0);
  });

  test("narrows the list by terms and by a capture filter, and mends mistakes", async () => {
    const packets = await open("dns.pcap");
    const dns = await filter("dns");
    assert.ok(dns > 0 && dns < packets);
    assert.equal(await filter("not dns"), packets - dns);
    assert.ok((await filter('[{"protocol":"UDP","remotePort":"53"}]')) > 0);
    await viewer.text("filter-notes", /UDP/);
    await viewer.type("filter", "udp.prt == 53");
    await viewer.text("filter-notes", /Did you mean udp\.port\?/);
    await viewer.click("filter-fix");
    await viewer.click("filter-apply");
    assert.ok((await list()) > 0);
    await viewer.click("filter-clear");
    await list(packets);
  });

  test("bytes and fields lead to each other", async () => {
    await open("http.pcap");
    await filter("http.request.method == GET");
    await viewer.text("layer-tree", /Request method/);
    await viewer.clickOn('[data-field="http.request.method"]');
    const marked = await viewer.until("marked bytes", () => {
      const bytes = [...document.querySelectorAll(".hex-byte.marked")].map((byte) => byte.textContent).join("");
      return bytes || undefined;
    });
    assert.equal(Buffer.from(marked, "hex").toString(), "GET");
    await viewer.clickOn(".hex-byte.marked + .hex-byte:not(.marked)");
    const field = await viewer.until("the byte's field", () =>
      document.querySelector('.tree-line[aria-selected="true"]')?.dataset.field);
    assert.notEqual(field, "http.request.method");
    await viewer.clickOn('[data-field="http.request.method"]');
    await viewer.click("tree-exclude");
    await viewer.text("filter", /not http\.request\.method == "GET"/);
  });

  test("works by keyboard as Wireshark does", async () => {
    const packets = await open("lossy.pcap");
    const { keyboard } = viewer.page;
    await viewer.page.focus('[data-testid="packet-list"]');
    const at = async (number) => viewer.until(`packet ${number}`, (number) =>
      document.querySelector("[data-testid=layer-tree]")?.parentElement.querySelector("h2")?.textContent === `Packet ${number}`, number);
    await keyboard.press("ArrowDown");
    await at(2);
    await keyboard.press("End");
    await at(packets);
    await keyboard.press("Home");
    await at(1);
    await keyboard.press("PageDown");
    await viewer.until("a later packet", () =>
      !/^Packet [1-5]$/.test(document.querySelector("[data-testid=layer-tree]")?.parentElement.querySelector("h2")?.textContent ?? "Packet 1"));
    await keyboard.down("Control");
    await keyboard.press("g");
    await keyboard.up("Control");
    await viewer.type("go-to-number", "42");
    await keyboard.press("Enter");
    await at(42);
    await viewer.page.focus('[data-testid="packet-list"]');
    await keyboard.press("Enter");
    await viewer.until("the tree to have the focus", () => document.activeElement?.dataset.testid === "layer-tree");
    await keyboard.press("Escape");
    await viewer.until("the list to have the focus", () => document.activeElement?.dataset.testid === "packet-list");
    await keyboard.down("Control");
    await keyboard.press("f");
    await keyboard.up("Control");
    await viewer.until("the filter to have the focus", () => document.activeElement?.id === "viewer-filter");
  });

  test("follows a chosen time and reads a conversation aloud", async () => {
    const packets = await open("http.pcap");
    await viewer.page.focus('[data-testid="timeline-to"]');
    await viewer.page.keyboard.press("Home");
    const some = await viewer.until("fewer packets", (packets) => {
      const { count, busy } = document.querySelector('[data-testid="count"]').dataset;
      return busy === "false" && Number(count) > 0 && Number(count) < packets ? Number(count) : undefined;
    }, packets);
    await viewer.click("summary-toggle");
    await viewer.text("stat-packets", new RegExp(some.toLocaleString("en")));
    await viewer.click("summary-close");
    await viewer.click("timeline-clear");
    await list(packets);
    await filter("http.request");
    await viewer.text("layer-tree", /Request method/);
    await viewer.click("follow-open");
    await viewer.text("talk", /GET \//);
    await viewer.text("talk", /HTTP\/1\.\d 200/);
    await viewer.click("follow-filter");
    await viewer.text("filter", /tcp\.port == /);
  });

  test("rows and bytes can be read beside the summary, and wide columns scrolled", async () => {
    await viewer.page.setViewport({ width: 1280, height: 900 });
    await open("http.pcap");
    await filter("http.request.method == GET");
    await viewer.text("layer-tree", /Request method/);
    await viewer.click("summary-toggle");
    await viewer.has("stat-packets");
    const seen = await viewer.page.evaluate(() => {
      const box = (selector) => document.querySelector(selector).getBoundingClientRect();
      const list = document.querySelector(".packets-scroll");
      const tree = [...document.querySelectorAll(".tree-value")].map((value) => [value, value.previousElementSibling])
        .filter(([value, name]) => name && value.getBoundingClientRect().left < name.getBoundingClientRect().right);
      return {
        information: box(".packets-scroll").right - box(".packet .cell:last-child").left,
        scrolled: list.scrollWidth - list.clientWidth,
        letters: box(".hex").right - box(".hex-letters").right,
        fallen: tree.map(([value]) => value.textContent),
      };
    });
    assert.ok(seen.information > 150 && seen.letters >= 0, JSON.stringify(seen));
    assert.deepEqual([seen.scrolled, seen.fallen], [0, []]);
    await viewer.page.focus(".column-edge");
    for (let press = 0; press < 40; press++) await viewer.page.keyboard.press("ArrowRight"); // 8 px each
    const room = await viewer.until("a list wider than its place", () => {
      const list = document.querySelector(".packets-scroll");
      const row = list.querySelector(".packet:not(.packet-heads)").getBoundingClientRect();
      const last = list.querySelector(".packet:not(.packet-heads) .cell:last-child").getBoundingClientRect();
      return list.scrollWidth > list.clientWidth + 200 ? { beyond: last.right - row.right } : undefined;
    });
    assert.ok(room.beyond < 1, "the last column is cut off");
  });

  test("saves the list", async () => {
    await open("dns.pcap");
    const dns = await filter("dns");
    const saved = async (form) => {
      await viewer.click("export-open");
      await viewer.click(`export-form-${form}`);
      await viewer.click("export-save");
      const name = `dns-packets.${form}`;
      await eventually(() => `${name} among ${readdirSync(folder)}`, () => readdirSync(folder).includes(name));
      return readFileSync(join(folder, name));
    };
    assert.equal((await saved("csv")).toString().trim().split("\r\n").length, dns + 1);
    assert.equal(JSON.parse((await saved("json")).toString()).length, dns);
    assert.equal((await saved("pcapng")).readUInt32LE(0), 0x0a0d0d0a);
  });
});
