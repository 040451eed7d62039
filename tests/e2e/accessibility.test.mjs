// Every page and state, in both themes, in high contrast and with the system's own colours: axe-core finds nothing,
// nothing is cut off in either language, also at 200 % zoom and in a narrow window, and nothing moves for who wants no
// motion.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { cutOff, moving, settled } from "./lib/layout.mjs";
import { AT_LEISURE, looks } from "./lib/looks.mjs";
import { root } from "./lib/places.mjs";
import { scenes } from "./lib/scenes.mjs";
import { startWorld } from "./lib/world.mjs";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** Each language and each set of colours once; the rest of their combinations is for the eye (`make screenshots`). */
const LOOKS = ["en-light", "ja-dark", "en-high-contrast", "ja-system"];

const WINDOW = { width: 1280, height: 900, deviceScaleFactor: 1 };
const WINDOWS = {
  "as it is": WINDOW,
  // Zoom makes fewer CSS pixels; how many of the screen each one takes changes no layout.
  "at 200 %": { width: WINDOW.width / 2, height: WINDOW.height / 2, deviceScaleFactor: 1 },
  "in 360 pixels": { width: 360, height: WINDOW.height, deviceScaleFactor: 1 },
};

for (const look of LOOKS) {
  describe(`as ${look}`, () => {
    for (const { name, options, play } of scenes) {
      test(name, async () => {
        const world = await startWorld("chromium", { ...AT_LEISURE, ...options, ...looks[look] });
        const found = [];
        const note = (state, problems) => found.push(...problems.map((problem) => `${state}: ${problem}`));
        try {
          for await (const [state, surface] of play(world)) {
            note(state, await violations(surface));
            for (const [window, viewport] of Object.entries(WINDOWS)) {
              await surface.page.setViewport(viewport);
              await inWindow(surface, viewport);
              note(`${state} ${window}`, await (await surface.frame()).evaluate(cutOff));
            }
            await surface.page.setViewport(WINDOW);
            await inWindow(surface, WINDOW);
            if (looks[look].system) note(state, await (await surface.frame()).evaluate(moving));
          }
          assert.deepEqual(found, []);
        } finally {
          await world.stop();
        }
      });
    }
  });
}

/** Until the page has its new size and was drawn with it. */
async function inWindow(surface, { width }) {
  const { page } = surface;
  await page.waitForFunction((width) => innerWidth === width, {}, width);
  const [, , own] = surface.kind === "panel" ? await surface.offset() : [0, 0, width];
  await surface.until(`a page of ${own} pixels`, async (own) => {
    if (innerWidth !== Math.round(own)) return false;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    return true;
  }, own);
}

async function violations(surface) {
  const frame = await surface.frame();
  await frame.evaluate(axe);
  await frame.evaluate(settled);
  return frame.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}
