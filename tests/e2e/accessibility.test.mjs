// axe-core finds nothing on any page and state, in either theme.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { root } from "./lib/places.mjs";
import { scenes } from "./lib/scenes.mjs";
import { startWorld } from "./lib/world.mjs";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** Colours fade for a moment after a button changes; what counts is where they come to rest. Runs in the page. */
async function settled() {
  const fading = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
  await Promise.allSettled(fading.map(({ finished }) => finished));
}

for (const theme of ["light", "dark"]) {
  describe(`accessible in the ${theme} theme`, () => {
    for (const { name, options, play } of scenes) {
      test(name, async () => {
        const world = await startWorld("chromium", { ...options, theme });
        try {
          for await (const [state, surface] of play(world)) {
            const frame = await surface.frame();
            await frame.evaluate(axe);
            await frame.evaluate(settled);
            const violations = await frame.evaluate(async () => {
              const { violations } = await globalThis.axe.run(document);
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
            });
            assert.deepEqual(violations, [], state);
          }
        } finally {
          await world.stop();
        }
      });
    }
  });
}
