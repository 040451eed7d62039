// A browser without the helper is told how to get it, and goes on as soon as it is there.

import { after, before, test } from "node:test";
import { inEachBrowser } from "./lib/browsers.mjs";
import { startWorld } from "./lib/world.mjs";

inEachBrowser("a missing helper", (kind) => {
  let world;
  before(async () => {
    world = await startWorld(kind, { helper: false });
  });
  after(() => world?.stop());

  test("is a page with the command for this system, not an error", async () => {
    const panel = world.panel(await world.open());
    await panel.click("launcher");
    await panel.has("helper-missing");
    await panel.text("install-command", /install/);
    world.browser.register();
    await panel.click("helper-retry");
    await panel.has("facts");
    await panel.gone("helper-missing");
  });
});
