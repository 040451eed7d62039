// What else happens on the way from a click to an answer: things that are missing, refused, slow, or die.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { allHere, captureNow, downloadSlowly, isReady, showFiles } from "./lib/acts.mjs";
import { inEachBrowser } from "./lib/browsers.mjs";
import { Keyboard } from "./lib/keyboard.mjs";
import { eventually } from "./lib/patience.mjs";
import { startWorld } from "./lib/world.mjs";

const READER = "00000000-0000-0000-0000-00000000bbbb";

inEachBrowser("on the way", (kind) => {
  let world;
  afterEach(async () => {
    await world?.stop();
    world = undefined;
  });

  /** The panel on web-set, opened and loaded. */
  async function panelOf(options) {
    world = await startWorld(kind, options);
    return opened();
  }

  async function opened() {
    const panel = world.panel(await world.open());
    await panel.click("launcher");
    await panel.has("ready-state");
    return panel;
  }

  /** As the portal navigates: to another scale set without a new page. */
  async function go(panel, name) {
    await panel.page.evaluate((url) => history.pushState({}, "", url), world.address(world.sim.scaleSet.replace(/[^/]+$/, name)));
    await panel.text("panel-title", new RegExp(name));
  }

  test("a missing agent is installed, the instances are updated, and the capture starts", async () => {
    const panel = await panelOf({ scenario: "agent-missing" });
    await panel.click("fix-agent-on-model");
    await panel.until("the agent on the model", () =>
      document.querySelector('[data-testid="check-agent-on-model"]')?.dataset.state === "ok");
    await panel.click("fix-agent-on-instances");
    await isReady(panel);
    await panel.click("start-capture");
    await panel.has("live-capture");
  });

  test("a region without a Network Watcher gets one", async () => {
    const panel = await panelOf({ scenario: "watcher-missing" });
    await panel.until("the missing watcher to block, with its reason", () => {
      const { dataset, innerText } = document.querySelector('[data-testid="check-network-watcher"]') ?? {};
      return dataset?.state === "blocked" && innerText.includes("westeurope");
    });
    await panel.text("start-why");
    await panel.click("fix-network-watcher");
    await isReady(panel);
    await panel.click("start-capture");
    await panel.has("live-capture");
  });

  test("among a thousand instances some are found and chosen, and they alone capture", async () => {
    const panel = await panelOf({ scenario: "big" });
    await isReady(panel);
    await panel.click("scope-some");
    /** Until the chips are those of these instances, checked or not as said. */
    const chips = (wanted) => panel.until(`the chips ${JSON.stringify(wanted)}`, (wanted) => {
      const chips = [...document.querySelectorAll(".chips input")].map(({ dataset, checked }) => [dataset.testid, checked]);
      return JSON.stringify(chips) === wanted;
    }, JSON.stringify(Object.entries(wanted).map(([instance, checked]) => [`instance-${instance}`, checked])));
    const all = (instances, checked) => Object.fromEntries(instances.map((instance) => [instance, checked]));
    await panel.click("instances-none");
    await panel.text("start-why", /instance/);
    await panel.type("instance-search", "10.16.3.23");
    const found = [787, 994, 995, 996, 997, 998, 999];
    await chips(all(found, false));
    await panel.click("instances-all");
    await chips(all(found, true));
    await panel.type("instance-search", "web-set_997");
    await chips({ 997: true });
    const keyboard = new Keyboard(panel);
    await keyboard.tabTo("instance-997");
    await keyboard.press(" ");
    await chips({ 997: false });
    await panel.type("instance-search", "nowhere");
    await panel.text("new-capture", /No instance matches/);
    await panel.type("instance-search", "");
    await panel.until("the choice to be kept", (wanted) => [...document.querySelectorAll(".chips :checked")]
      .map(({ dataset }) => dataset.testid).join() === wanted, found.filter((id) => id !== 997).map((id) => `instance-${id}`).join());
    await panel.click("start-capture");
    await panel.text("live-capture", /On 6 instances/);
  });

  test("who may only read is told so before or when starting", async () => {
    const panel = await panelOf({ principal: READER });
    const refused = await panel.until("a refusal", () => {
      const blocked = document.querySelector('[data-testid="check-permissions"]');
      return blocked && blocked.dataset.state !== "ok" ? blocked.innerText : undefined;
    });
    assert.match(refused, /permission|role|authoriz/i);
  });

  test("Azure's own refusals are shown with their code, and trying again works", async () => {
    const panel = await panelOf({});
    await isReady(panel);
    for (const [status, code] of [[403, "AuthorizationFailed"], [409, "PacketCaptureAlreadyExists"]]) {
      await world.sim.control("POST", "faults", {
        match: { operation: "packetCaptures.create" }, times: 1,
        fault: { kind: "status", status, code, message: `Refused with ${status} (injected).` },
      });
      await panel.click("start-capture");
      assert.match(await panel.text("start-failure", new RegExp(code)), new RegExp(`Refused with ${status}`));
    }
    await panel.click("start-capture");
    await panel.has("live-capture");
  });

  test("a capture ends by its time limit, and says so", async () => {
    const panel = await panelOf({});
    await isReady(panel);
    // Ten seconds, so that also a busy machine sees it running.
    await panel.type("time-limit", "100");
    await panel.choose("time-limit-unit", "seconds");
    await panel.click("start-capture");
    await panel.has("live-capture");
    await panel.text("capture-text", /time/i);
  });

  test("a capture ends by its size limit, and says so", async () => {
    const panel = await panelOf({});
    await isReady(panel);
    await panel.type("size-limit", "20");
    await panel.choose("size-limit-unit", "kib");
    await panel.click("start-capture"); // it may end before it is seen running
    await panel.text("capture-text", /size/i);
  });

  test("a paused download survives the browser's end", async () => {
    let panel = await panelOf({});
    await isReady(panel);
    await captureNow(world, panel);
    await downloadSlowly(world, panel);
    await panel.click("transfer-pause");
    await panel.has("transfer-resume");
    await world.restartBrowser();
    await world.sim.control("DELETE", "faults");
    panel = await opened();
    await showFiles(panel);
    await panel.click("transfer-resume");
    await allHere(panel);
    assert.equal(world.downloaded().length, 3);
  });

  test("a helper that dies under a download is said to be gone, started again, and goes on", async () => {
    const panel = await panelOf({});
    await isReady(panel);
    await captureNow(world, panel);
    await downloadSlowly(world, panel);
    const [pid] = world.helpers();
    process.kill(pid, "SIGKILL");
    await panel.has("helper-restarted");
    await world.sim.control("DELETE", "faults");
    await showFiles(panel);
    await panel.click("transfer-resume");
    await allHere(panel);
    await panel.gone("transfer");
    assert.notDeepEqual(world.helpers(), [pid]);
  });

  test("navigation between scale sets leaves a running capture alone", async () => {
    const panel = await panelOf({});
    await isReady(panel);
    await panel.click("start-capture");
    await panel.has("live-capture");
    for (const name of ["win-set", "flex-set", "web-set"]) await go(panel, name);
    await panel.has("live-capture");
    await panel.click("stop-capture");
    await panel.gone("live-capture");
  });

  test("navigation to another scale set does not undo a start under way", async () => {
    const panel = await panelOf({});
    await isReady(panel);
    await world.sim.control("POST", "faults", {
      match: { operation: "packetCaptures.create" }, times: 1,
      fault: { kind: "status", status: 429, code: "TooManyRequests", message: "Later (injected).", retryAfter: { seconds: 3 } },
    });
    const starts = async () => (await world.sim.control("GET", "requests")).value
      .filter(({ operation }) => operation === "packetCaptures.create").map(({ status }) => status).join();
    await panel.click("start-capture");
    await eventually("the refused start", async () => (await starts()).startsWith("429"));
    await go(panel, "flex-set");
    await eventually("the start itself", async () => (await starts()) === "429,201");
    await go(panel, "web-set");
    await panel.has("live-capture");
  });

  test("navigation between scale sets leaves a running download alone", async () => {
    const panel = await panelOf({});
    await isReady(panel);
    await captureNow(world, panel);
    await downloadSlowly(world, panel);
    for (const name of ["win-set", "flex-set"]) {
      await go(panel, name);
      await panel.gone("transfer");
    }
    await go(panel, "web-set");
    await showFiles(panel);
    // It is still going on; what comes after the pause comes fast.
    await panel.click("transfer-pause");
    await panel.has("transfer-resume");
    await world.sim.control("DELETE", "faults");
    await panel.click("transfer-resume");
    await allHere(panel);
    assert.equal(world.downloaded().length, 3);
  });
});
