// `make screenshots`: every page and state in both languages, all themes, high contrast and the system's own colours, in
// target/screenshots/LOOK/. Names on the command line choose among looks and scenes. With --readme the few that the
// README shows are made, in docs/pictures/.

import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { AT_LEISURE, looks } from "./lib/looks.mjs";
import { root, target } from "./lib/places.mjs";
import { scenes } from "./lib/scenes.mjs";
import { startWorld } from "./lib/world.mjs";

/** Of the README: file name → look and state. */
const PICTURES = {
  "filter": ["en-light", "wrong-filter"],
  "running": ["en-dark", "running"],
  "answer": ["en-light", "answer"],
  "verdict": ["ja-light", "verdict"],
  "viewer": ["en-dark", "viewer-capture"],
};
const LARGEST = 150_000;
/** From fine to just fine enough to be read. */
const QUALITIES = [70, 60, 50, 40];

const readme = process.argv.includes("--readme");
const wanted = process.argv.slice(2).filter((name) => !name.startsWith("--"));
const among = (names) => {
  const chosen = names.filter((name) => wanted.includes(name));
  return chosen.length > 0 ? chosen : names;
};

const chosenLooks = readme ? [...new Set(Object.values(PICTURES).map(([look]) => look))] : among(Object.keys(looks));
const chosenScenes = readme ? ["story", "viewer"] : among(scenes.map(({ name }) => name));
const pictures = join(root, "docs/pictures");
mkdirSync(pictures, { recursive: true });
for (const look of chosenLooks) {
  const folder = join(target, "screenshots", look);
  if (wanted.length === 0 && !readme) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, options, play } of scenes.filter(({ name }) => chosenScenes.includes(name))) {
    // The README's are twice as fine as the window.
    const world = await startWorld("chromium", { ...AT_LEISURE, ...options, ...looks[look], scale: readme ? 2 : 1 });
    try {
      for await (const [state, surface] of play(world)) {
        if (readme) await picture(look, state, surface);
        else await surface.page.screenshot({ path: join(folder, `${state}.png`) });
      }
    } catch (error) {
      console.error(`${look} ${name}: ${error.message}`);
      process.exitCode = 1;
    } finally {
      await world.stop();
    }
  }
  console.log(readme ? pictures : folder);
}

/** Small enough for a page. */
async function picture(look, state, { page }) {
  const [name] = Object.entries(PICTURES).find(([, [ofLook, ofState]]) => ofLook === look && ofState === state) ?? [];
  if (!name) return;
  const path = join(pictures, `${name}.webp`);
  for (const quality of QUALITIES) {
    await page.screenshot({ path, type: "webp", quality });
    if (statSync(path).size <= LARGEST) return;
  }
  throw new Error(`${path} has more than ${LARGEST} bytes`);
}
