// The story that the whole product is for, as steps: told by the end-to-end tests in both browsers, shown by `make demo`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { allHere, isReady } from "./acts.mjs";
import { helper } from "./places.mjs";

/**
 * One after the other on one `teller`: { world, page, panel, result }.
 * @type {[string, (teller: {world: any, page: any, panel: any, result: any}) => Promise<void>][]}
 */
export const steps = [
  ["portal", async ({ panel }) => {
    await panel.has("launcher");
  }],
  ["panel", async ({ panel }) => {
    await panel.click("launcher");
    await panel.text("panel-title", /web-set/);
    await panel.text("facts", /3/);
    await isReady(panel);
  }],
  ["wrong-filter", async ({ panel }) => {
    await panel.click("preset-custom");
    await panel.type("filter-0-remote-address", "10.0.0.0-10.0.255");
    await panel.has("filter-fix-0-0");
    await panel.text("start-why");
    await panel.until("the start to be impossible", () =>
      document.querySelector('[data-testid="start-capture"]')?.matches(":disabled, [disabled], [aria-disabled=true]"));
  }],
  ["mended-filter", async ({ panel, result }) => {
    await panel.click("filter-fix-0-0");
    await panel.gone("filter-fix-0-0");
    await panel.text("filter-0-remote-address", /^10\.0\.0\.0-10\.0\.255\.\d+$/);
    result.filter = await panel.text("filter-reading");
  }],
  ["started", async ({ panel }) => {
    await panel.click("start-capture");
    await panel.has("live-capture");
  }],
  ["running", async ({ panel, world, result }) => {
    result.capture = (await panel.text("live-capture-title")).trim();
    // Until the agents have seen the whole of the recorded traffic.
    await world.captured();
    await panel.text("live-limit");
  }],
  ["stopped", async ({ panel, result }) => {
    await panel.click("stop-capture");
    await panel.gone("live-capture");
    result.stopped = await panel.text("capture-text");
  }],
  ["files", async ({ panel }) => {
    for (const instance of [0, 1, 2]) await panel.has(`file-${instance}`);
  }],
  ["downloaded", async ({ panel, world, result }) => {
    await panel.click("download-all");
    await allHere(panel);
    const files = world.downloaded();
    assert.equal(files.length, 3);
    const report = JSON.parse(execFileSync(helper, ["summarize", "--json", "--conversations", "5", ...files], { encoding: "utf8" }));
    result.instances = report.sources.map(({ instance, summary }) => told(instance, summary));
    result.total = told(undefined, report.total);
  }],
  ["answer", async ({ panel, result }) => {
    await panel.click("open-answer");
    await panel.has("answer");
    const packets = new RegExp(`(?<!\\d)${result.total.packets.toLocaleString("en").replaceAll(",", ",?")}(?!\\d)`);
    await panel.text("stat-packets", packets);
  }],
  ["evidence", async ({ panel }) => {
    await panel.click("finding-evidence", '[data-code="host-silent"]');
    await panel.text("conversation-search", /10\.0\.2\.7:6432/);
    await panel.until("its conversations alone", () => {
      const rows = [...document.querySelectorAll('[data-testid="conversations"] .data-row')];
      return rows.length > 0 && rows.every((row) => row.innerText.includes("10.0.2.7:6432"));
    });
    await panel.until("the evidence in view", () => {
      const { top, bottom } = document.querySelector('[data-testid="conversations"]').getBoundingClientRect();
      return top < innerHeight - 64 && bottom > 0;
    });
  }],
  ["verdict", async ({ panel, result }) => {
    await panel.click("conversations-row");
    await panel.click("conversation-verify");
    result.verdict = (await panel.text("verdict", /DenyOldDatabasePool/)).trim();
    await panel.until("the verdict in view", () =>
      document.querySelector('[data-testid="verdict"]').getBoundingClientRect().bottom <= innerHeight);
  }],
];

/** What of a summary goes into result.json. */
function told(instance, { packets, bytes, conversations, tcp, dns, tls, findings }) {
  return {
    ...(instance === undefined ? {} : { instance }),
    packets,
    bytes,
    topConversations: conversations.items.map(({ transport, a, b, bytesAToB, bytesBToA }) => ({
      transport, between: `${end(a)} and ${end(b)}`, bytes: bytesAToB + bytesBToA,
    })),
    retransmissions: tcp.retransmissions,
    unansweredSyns: tcp.unansweredSyns,
    responseCodes: dns.responseCodes,
    serverNames: tls.serverNames.map(({ name }) => name),
    findings: findings.map(({ text }) => text),
  };
}

const end = ({ address, port }) => (address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`);
