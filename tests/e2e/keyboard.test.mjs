// The whole story by the keyboard alone, in both browsers: nothing here is clicked.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { allHere, isReady } from "./lib/acts.mjs";
import { inEachBrowser } from "./lib/browsers.mjs";
import { Keyboard } from "./lib/keyboard.mjs";
import { eventually } from "./lib/patience.mjs";
import { startWorld } from "./lib/world.mjs";

/** Of the panel; README, manifest.json and the settings name the same. */
const PANEL_KEYS = ["Alt", "Shift", "KeyP"];

inEachBrowser("by keyboard alone", (kind) => {
  let world, page, panel, keyboard;
  before(async () => {
    world = await startWorld(kind, { timeScale: 5 });
    page = await world.open();
    panel = world.panel(page);
    keyboard = new Keyboard(panel);
  });
  after(() => world?.stop());

  /** The page's own element that has the focus. */
  const onPage = (id) => eventually(`the page's focus on #${id}`, () =>
    page.evaluate((id) => document.activeElement?.id === id, id));
  /** What a screen reader would be told by itself. */
  const told = (id, pattern, loudness = "polite") => panel.until(`${id} to tell ${pattern}`, ({ id, source, loudness }) => {
    const region = document.querySelector(`[data-testid="${id}"]`)?.closest("[aria-live], [role=status], [role=alert]");
    const how = region?.getAttribute("aria-live") ?? (region?.getAttribute("role") === "alert" ? "assertive" : "polite");
    return region && how === loudness && new RegExp(source).test(region.textContent);
  }, { id, source: pattern.source, loudness });

  test("the shortcut opens the panel from the page, Escape gives the focus back", async () => {
    await panel.has("launcher");
    await page.focus("#theme-toggle");
    await keyboard.press(...PANEL_KEYS);
    await keyboard.on("panel-title");
    await keyboard.press("Escape");
    await panel.has("launcher");
    await onPage("theme-toggle");
    await keyboard.press(...PANEL_KEYS);
    await keyboard.on("panel-title");
    // From inside, too.
    await keyboard.press(...PANEL_KEYS);
    await onPage("theme-toggle");
    await keyboard.press(...PANEL_KEYS);
    await keyboard.on("panel-title");
    await isReady(panel);
  });

  test("dialogs and the settings give the focus back", async () => {
    await keyboard.enter("open-shortcuts");
    await panel.text("shortcuts", /Alt\+Shift\+P/);
    await keyboard.press("Escape");
    await panel.gone("shortcuts");
    await keyboard.on("open-shortcuts");
    await keyboard.enter("open-settings");
    await keyboard.on('[data-testid="settings"] h2');
    await panel.text("settings-keys", /Alt\+Shift\+P/);
    await keyboard.press("Escape");
    await panel.gone("settings");
    await keyboard.on("open-settings");
  });

  test("the start is in sight wherever the form is, and no field on the way is behind it", async () => {
    const inSight = () => panel.until("the start in sight", () => {
      const { top, bottom } = document.querySelector('[data-testid="start-capture"]').getBoundingClientRect();
      return top > 0 && bottom <= innerHeight;
    });
    await inSight();
    await keyboard.tabTo("start-capture");
    await inSight();
    await keyboard.tabTo("paste-command", { back: true });
    await inSight();
  });

  test("a wrong filter is told while typing, mended, and Enter starts the capture", async () => {
    await keyboard.tabTo("preset-everything");
    await keyboard.press("ArrowLeft"); // round to the last: custom
    await keyboard.on("preset-custom");
    await keyboard.tabTo("filter-0-remote-address");
    await keyboard.type("10.0.0.0-10.0.255");
    await told("field-note", /3 of the 4 numbers/);
    await keyboard.enter("filter-fix-0-0");
    await keyboard.on("filter-0-remote-address");
    await panel.text("filter-0-remote-address", /^10\.0\.0\.0-10\.0\.255\.\d+$/);
    await keyboard.press("Enter");
    await panel.has("live-capture");
    await keyboard.on("#live-capture-title");
  });

  test("the capture is stopped, and its files come", async () => {
    await world.captured();
    await keyboard.enter("stop-capture");
    await panel.gone("live-capture");
    await told("announcements", /capture-/);
    await keyboard.on("#earlier-title");
    await keyboard.enter("download-all");
    await allHere(panel);
    await told("files-live", /3 of 3 files/);
    await panel.until("the focus in the files", () => !!document.activeElement?.closest('[data-testid="files"]'));
  });

  test("asking before deleting gives the focus back", async () => {
    await keyboard.enter("capture-delete", { back: true });
    await panel.has("delete-confirm");
    await keyboard.press("Escape");
    await panel.gone("delete-confirm");
    await keyboard.on("capture-delete");
  });

  test("findings lead to their evidence, a conversation to its rule and its packets", async () => {
    await keyboard.enter("open-answer");
    await keyboard.on("#answer-title");
    await keyboard.enter('[data-code="host-silent"] [data-testid="finding-evidence"]');
    await keyboard.on('[role="tabpanel"]');
    await panel.text("conversation-search", /10\.0\.2\.7:6432/);
    await keyboard.tabTo(".data-table");
    await keyboard.press("ArrowDown");
    await panel.has("conversation");
    await keyboard.enter("conversation-verify");
    await told("verdict", /DenyOldDatabasePool/);
    const viewer = await world.opened("viewer", () => keyboard.enter("conversation-packets", { back: true }));
    const there = new Keyboard(viewer);
    await viewer.until("its packets alone", () => {
      const { count, busy } = document.querySelector('[data-testid="count"]')?.dataset ?? {};
      return busy === "false" && Number(count) > 0 && Number(count) < 100;
    });
    await there.tabTo("packet-list");
    await there.press("ArrowDown");
    await there.press("Enter");
    await there.on("layer-tree");
    await there.press("Escape");
    await there.on("packet-list");
    await there.press("?");
    await viewer.has("shortcuts");
    await there.press("Escape");
    await viewer.gone("shortcuts");
    await there.on("packet-list");
    await viewer.page.close();
    await page.bringToFront();
  });

  test("and back again, with nothing to complain of", async () => {
    await panel.until("the panel to have the focus again", () => document.hasFocus());
    await keyboard.press("Escape");
    await panel.gone("answer");
    await keyboard.on("open-answer");
    await keyboard.press("Escape");
    await panel.has("launcher");
    await onPage("theme-toggle");
    assert.deepEqual(world.problems, []);
  });
});
