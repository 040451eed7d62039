// The extension is a guest on the portal's page: there where a scale set is, gone elsewhere, unimpressed by the page.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { inEachBrowser } from "./lib/browsers.mjs";
import { eventually } from "./lib/patience.mjs";
import { startWorld } from "./lib/world.mjs";

inEachBrowser("a guest on the portal", (kind) => {
  let world, page, panel;
  before(async () => {
    world = await startWorld(kind);
  });
  after(() => world?.stop());
  beforeEach(async () => {
    world.problems.length = 0;
    page = await world.open();
    panel = world.panel(page);
    // Firefox takes a navigation for failed that ends the loading of a frame.
    await panel.has("launcher");
  });
  afterEach(() => page.close());

  const home = "https://portal.azure.com/#home";
  const sibling = (name) => world.sim.scaleSet.replace(/[^/]+$/, name);
  /** Elements beside head and body. */
  const guests = () => page.evaluate(() => document.documentElement.children.length - 2);

  test("mounts one element on a scale set's page, and it breaks no rule of that page", async () => {
    assert.equal(await guests(), 1);
    assert.equal(await page.evaluate(() => window.length), 0, "the page sees no frame");
    await panel.click("launcher");
    await panel.has("panel");
    assert.match(await panel.text("panel-title"), /web-set/);
    assert.deepEqual(world.problems, []);
    assert.equal((await world.sim.control("GET", "violations")).count, 0);
  });

  test("follows every way to navigate and leaves without a trace", async () => {
    await panel.click("launcher");
    for (const [name, how] of [
      ["win-set", (url) => { location.hash = new URL(url).hash; }],
      ["flex-set", (url) => history.pushState({}, "", url)],
      ["mixed-set", (url) => history.replaceState({}, "", url)],
    ]) {
      await page.evaluate(how, world.address(sibling(name)));
      await panel.text("panel-title", new RegExp(name));
    }
    await page.goBack();
    await panel.text("panel-title", /win-set/);
    await page.evaluate(() => { location.hash = "#home"; });
    await eventually("the guest to leave", async () => (await guests()) === 0);
    await page.evaluate((url) => history.pushState({}, "", url), world.address());
    await eventually("the guest to be back", async () => (await guests()) === 1);
    assert.deepEqual(world.problems, []);
  });

  test("is not there on pages that name no scale set", async () => {
    for (const route of [
      "#home",
      "#view/Microsoft_Azure_Network/NetworkWatcherMenuBlade/~/packetCapture",
      "#@contoso.onmicrosoft.com/resource/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/one",
    ]) {
      await page.goto(`https://portal.azure.com/${route}`);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 200))));
      assert.equal(await guests(), 0, route);
    }
  });

  test("a page that embeds the panel by itself gets an empty document", async () => {
    await panel.click("launcher");
    await panel.has("panel");
    const url = await (await panel.frame()).evaluate(() => location.href);
    // A page without the portal's own frame-src is the worse case.
    await page.setBypassCSP?.(true).catch(() => {});
    await page.evaluate((url) => {
      const frame = document.createElement("iframe");
      frame.src = url;
      frame.name = "panel";
      frame.id = "forged";
      document.body.append(frame);
    }, url);
    const forged = async () => {
      for (const frame of page.frames()) {
        const name = await frame.evaluate(() => window.name).catch(() => "");
        if (name === "panel") return frame;
      }
      return undefined;
    };
    await eventually("the forged frame to load or be refused", async () => {
      const frame = await forged();
      return frame === undefined || (await frame.evaluate(() => document.readyState)) === "complete";
    });
    const frame = await forged();
    if (frame) {
      // Its own claim was answered before this one, and it gets nothing by asking again under another name.
      for (const name of ["panel", "", crypto.randomUUID()]) {
        const admitted = await frame.evaluate((claim) => globalThis.chrome?.runtime?.sendMessage?.({ claim }), name);
        assert.notEqual(admitted, true);
      }
      const [text, elements] = await frame.evaluate(() => [document.body?.innerText ?? "", document.body?.children.length ?? 0]);
      assert.deepEqual([text.trim(), elements], ["", 0]);
    }
  });

  test("forged messages, clicks and styles change nothing", async () => {
    const { requests } = { requests: (await world.sim.control("GET", "requests")).count };
    await page.evaluate(() => {
      const forged = [
        { layout: { kind: "docked", width: 700 } }, { page: { url: "https://portal.azure.com/#evil", theme: "dark", language: "en" } },
        { message: { type: "call", id: 1, request: { verb: "stop" } } }, { claim: "panel" },
      ];
      for (const message of forged) {
        window.postMessage(message, "*");
        globalThis.chrome?.runtime?.sendMessage?.(message);
      }
      const host = [...document.documentElement.children].at(-1);
      for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
        host.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true }));
      }
      const keys = { key: "P", code: "KeyP", altKey: true, shiftKey: true, bubbles: true, composed: true };
      for (const target of [window, document, document.body, host]) target.dispatchEvent(new KeyboardEvent("keydown", keys));
      host.style.cssText = "opacity: 0 !important; width: 100vw !important; height: 100vh !important; position: static !important";
    }).catch(() => {}); // what the browser forbids outright is fine, too
    const style = await page.evaluate(() => {
      const { opacity, position, width } = getComputedStyle([...document.documentElement.children].at(-1));
      return { opacity, position, narrow: parseFloat(width) < 100 };
    });
    assert.deepEqual(style, { opacity: "1", position: "fixed", narrow: true });
    await panel.has("launcher");
    assert.equal(await panel.count("panel-title"), 0, "still closed");
    assert.equal((await world.sim.control("GET", "requests")).count, requests);
  });

  test("wears the portal's theme and speaks its language", async () => {
    await panel.click("launcher");
    const root = async () => (await panel.frame()).evaluate(() => {
      const { lang, dataset } = document.documentElement;
      return `${lang} ${dataset.theme}`;
    });
    await eventually("the light theme in English", async () => (await root()) === "en light");
    await page.evaluate(() => {
      for (const element of [document.documentElement, document.body]) {
        element.className = element.className.replaceAll("mode-light", "mode-dark");
      }
      document.documentElement.lang = "ja";
    });
    await eventually("the dark theme in Japanese", async () => (await root()) === "ja dark");
    await panel.text("panel-title", /パケット キャプチャ · web-set/);
  });
});
