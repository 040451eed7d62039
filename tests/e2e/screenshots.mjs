// `make screenshots`: every page and state in both languages and themes, in target/screenshots/LANGUAGE-THEME/. Names on
// the command line choose among the scenes.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { target } from "./lib/places.mjs";
import { scenes } from "./lib/scenes.mjs";
import { startWorld } from "./lib/world.mjs";

const wanted = process.argv.slice(2);
const chosen = scenes.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
for (const language of ["en", "ja"]) {
  for (const theme of ["light", "dark"]) {
    const folder = join(target, "screenshots", `${language}-${theme}`);
    if (wanted.length === 0) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, options, play } of chosen) {
      const world = await startWorld("chromium", { timeScale: 3, ...options, language, theme });
      try {
        for await (const [state, surface] of play(world)) {
          await surface.page.screenshot({ path: join(folder, `${state}.png`) });
        }
      } catch (error) {
        console.error(`${language}-${theme} ${name}: ${error.message}`);
        process.exitCode = 1;
      } finally {
        await world.stop();
      }
    }
    console.log(folder);
  }
}
