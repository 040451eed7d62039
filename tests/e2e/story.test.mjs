// From a click on a scale set to a summarised capture, in real browsers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inEachBrowser } from "./lib/browsers.mjs";
import { steps } from "./lib/story.mjs";
import { startWorld } from "./lib/world.mjs";

inEachBrowser("from click to answer", (kind) => {
  let world, teller;
  before(async () => {
    world = await startWorld(kind);
    const page = await world.open();
    teller = { world, page, panel: world.panel(page), result: {} };
  });
  after(() => world?.stop());

  for (const [name, step] of steps) test(name, () => step(teller));

  test("what was captured is what the filter names, on every instance", () => {
    const { instances, total } = teller.result;
    assert.deepEqual(instances.map(({ instance }) => instance).sort(), ["0", "1", "2"]);
    assert.ok(instances.every(({ packets }) => packets > 0));
    assert.equal(total.packets, instances.reduce((sum, { packets }) => sum + packets, 0));
    const troubled = instances.find(({ instance }) => instance === "2");
    for (const other of instances) assert.ok(other === troubled || other.retransmissions < troubled.retransmissions);
  });

  test("no browser complained, and no secret reached the log", async () => {
    assert.deepEqual(world.problems, []);
    assert.equal((await world.sim.control("GET", "violations")).count, 0);
    const log = world.logs();
    for (const secret of (await world.sim.control("GET", "secrets")).value) assert.ok(!log.includes(secret));
  });
});
