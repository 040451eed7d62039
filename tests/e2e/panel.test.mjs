// What the panel remembers, takes over from elsewhere, and tells when nobody looks.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { isReady } from "./lib/acts.mjs";
import { inEachBrowser } from "./lib/browsers.mjs";
import { PATIENCE, eventually } from "./lib/patience.mjs";
import { Surface } from "./lib/surface.mjs";
import { startWorld } from "./lib/world.mjs";

inEachBrowser("the panel", (kind) => {
  let world, page, panel;
  beforeEach(async () => {
    world = await startWorld(kind);
    page = await world.open();
    panel = world.panel(page);
  });
  afterEach(() => world?.stop());

  /** The same address in a new tab, after the one that is open. */
  async function again() {
    await page.close();
    page = await world.open();
    panel = world.panel(page);
    await panel.has("launcher");
  }

  /** Until the frame's place on the page, [left, top, width], is as wanted. */
  async function placed(what, holds) {
    let place;
    return eventually(() => `${what}; it is at ${place}`, async () => {
      place = await panel.offset();
      return holds(...place) && place;
    });
  }

  test("the launcher is dragged along the edge without opening, and stays where it was put", async () => {
    const [x, y] = await panel.place("launcher");
    const [, before] = await panel.offset();
    await page.mouse.move(x, y);
    await page.mouse.down();
    // Within the launcher: Chromium's driver gives a move to what is under the mouse, whoever holds the pointer.
    await page.mouse.move(x, y + 15);
    await placed("the launcher to follow the mouse", (_, top) => top === before + 15);
    await page.mouse.up();
    await panel.place("launcher");
    assert.equal(await panel.count("panel-title"), 0, "the end of a drag is no click");
    await again();
    await placed("the launcher to be where it was put", (_, top) => top === before + 15);
  });

  test("the width, the theme and the language that a person chose are kept", async () => {
    const root = (wanted) => panel.until(`the page to be ${wanted}`, (wanted) => {
      const { lang, dataset } = document.documentElement;
      return `${lang} ${dataset.theme}` === wanted;
    }, wanted);
    await panel.click("launcher");
    await root("en light");
    const [, , before] = await placed("the panel", (_, top, width) => top === 0 && width > 300);
    await (await panel.frame()).evaluate(() => document.querySelector('[data-testid="resize"]').focus());
    await page.keyboard.press("ArrowLeft");
    await placed("a wider panel", (_, __, width) => width === before + 20);
    await panel.click("open-settings");
    await panel.click("theme-dark");
    await panel.click("language-ja");
    await root("ja dark");
    await again();
    await panel.click("launcher");
    await root("ja dark");
    await panel.text("panel-title", /パケット キャプチャ/);
    await placed("the wider panel", (_, __, width) => width === before + 20);
    await panel.click("open-settings");
    await panel.click("theme-portal");
    await panel.click("language-portal");
    await root("en light");
  });

  test("a command becomes filters, filters become a command, and accounts say why they are none", async () => {
    await panel.click("launcher");
    await isReady(panel);
    await panel.click("paste-command");
    await panel.type("paste-text", "az network watcher packet-capture create --filters @filters.json");
    await panel.text("field-note", /Paste the content of that file/);
    await page.keyboard.down("Control");
    await page.keyboard.press("a");
    await page.keyboard.up("Control");
    await page.keyboard.type(`--filters '[{"protocol":"UDP","remoteIPAddress":"10.0.2.53","remotePort":"53"}]'`);
    await panel.click("paste-take");
    await panel.gone("paste-text");
    await panel.text("filter-0-remote-address", /^10\.0\.2\.53$/);
    await panel.text("filter-reading", /UDP/);
    await panel.click("start-command");
    const command = await panel.text("start-command-text", /--filters/);
    for (const part of ["az network watcher packet-capture create", "10.0.2.53", "UDP"]) assert.ok(command.includes(part), command);
    await panel.click("start-command-shell-powershell");
    await panel.text("start-command-text", /New-AzPacketCaptureFilterConfig/);
    await panel.click("start-command-dialog-close");
    await panel.click("account-others");
    await panel.until("a reason", () => document.querySelector('[data-testid="account-others"]').closest("details").innerText.match(/region|Premium/));
  });

  if (kind === "chromium") test("popup and side panel are about the tab that is looked at in their window", async () => {
    const { browser } = world.browser;
    const origin = await panel.until("the panel", () => location.origin);
    /** A page of the extension that is in no tab. */
    const shown = async (name) => {
      const target = await browser.waitForTarget((target) => target.url() === `${origin}/${name}.html`, { timeout: PATIENCE });
      return new Surface(await target.asPage(), name, world.problems);
    };
    const background = await browser.waitForTarget((target) => target.type() === "service_worker", { timeout: PATIENCE });
    await (await background.worker()).evaluate(() => chrome.action.openPopup());
    const popup = await shown("popup");
    await popup.text("popup-scale-set", /web-set/);
    await popup.text("popup-helper", /is ready/);
    await popup.page.close();
    const own = await world.open(`${origin}/popup.html`);
    // The driver's call counts as a person's gesture, as a click on the browser's own button is one.
    await own.evaluate(async () => {
      const { id } = await chrome.windows.getLastFocused();
      await chrome.sidePanel.open({ windowId: id });
    });
    const side = await shown("sidepanel");
    await side.has("no-scale-set");
    await page.bringToFront();
    await side.text("panel-title", /web-set/);
    await isReady(side);
    assert.equal(await side.count("launcher") + await side.count("collapse"), 0, "the browser opens and closes it");
    const sibling = (name) => world.address(world.sim.scaleSet.replace(/[^/]+$/, name));
    await page.evaluate((url) => history.pushState({}, "", url), sibling("flex-set"));
    await side.text("panel-title", /flex-set/);
    const other = await world.open(sibling("win-set"));
    await side.text("panel-title", /win-set/);
    await other.goto("about:blank");
    await side.has("no-scale-set");
    await page.bringToFront();
    await side.text("panel-title", /flex-set/);
    // What is looked at in another window is that window's business.
    const away = await world.newTab(() => own.evaluate(() => chrome.windows.create({ url: "about:blank" })));
    await away.goto(sibling("north-set"));
    await world.panel(away).has("launcher");
    await other.bringToFront();
    await side.has("no-scale-set");
  });

  // A driver cannot ask Firefox's background page.
  if (kind === "chromium") test("a capture that ends while the panel is closed is told", async () => {
    await panel.click("launcher");
    await isReady(panel);
    const target = await world.browser.browser.waitForTarget((target) => target.type() === "service_worker");
    const relay = await target.worker();
    await relay.evaluate(() => {
      globalThis.told = [];
      const create = chrome.notifications.create.bind(chrome.notifications);
      chrome.notifications.create = (id, notice) => {
        globalThis.told.push(`${notice.title} ${notice.message}`);
        return create(id, notice);
      };
    });
    await panel.type("time-limit", "3"); // minutes
    await panel.click("start-capture");
    const name = (await panel.text("live-capture-title", /capture-/)).trim();
    await page.goto("about:blank");
    const told = await eventually("a notification", () => relay.evaluate(() => globalThis.told[0]));
    assert.ok(told.includes(name), told);
  });
});
