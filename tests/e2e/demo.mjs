// `make demo`: the story on the simulated Azure, played to the end in a real browser, with a picture of each step and
// target/demo/result.json. With a display the browser is then left to the user.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { target } from "./lib/places.mjs";
import { steps } from "./lib/story.mjs";
import { startWorld } from "./lib/world.mjs";

const folder = join(target, "demo");
const display = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const world = await startWorld("chromium", { headless: !display });

try {
  const page = await world.open();
  await played(page);
  if (display) await byHand(page);
} finally {
  await world.stop();
}

/** Plays every step and leaves what came of it. */
async function played(page) {
  const teller = { world, page, panel: world.panel(page), result: {} };
  for (const [index, [name, step]] of steps.entries()) {
    const started = performance.now();
    await step(teller);
    await page.screenshot({ path: join(folder, `${String(index + 1).padStart(2, "0")}-${name}.png`) });
    console.log(`${name.padEnd(14)} ${Math.round(performance.now() - started)} ms`);
  }
  if (world.problems.length > 0) throw new Error(`the browser complained:\n${world.problems.join("\n")}`);
  const { count } = await world.sim.control("GET", "violations");
  if (count > 0) throw new Error(`the portal's page heard of ${count} errors or violations of its security policy`);
  writeFileSync(join(folder, "result.json"), `${JSON.stringify(teller.result, undefined, 2)}\n`);
  for (const { instance, packets, bytes } of teller.result.instances) {
    console.log(`instance ${instance}: ${packets} packets, ${bytes} bytes`);
  }
  console.log(`target/demo/result.json and ${steps.length} pictures beside it`);
}

/** Leaves the browser to the user until it is closed. */
async function byHand(page) {
  for (const other of await world.browser.browser.pages()) if (other !== page) await other.close();
  console.log(`Now it is yours: the portal is simulated, and so is Azure; the rest is real.
Downloads go to ${world.downloads} and are removed when the browser is closed or Ctrl+C is pressed.`);
  await new Promise((closed) => world.browser.browser.once("disconnected", closed));
}
