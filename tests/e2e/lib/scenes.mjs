// Every page and state worth looking at, as generators that yield the name of each state they have reached: the
// screenshots show them, the accessibility tests examine them.

import { join } from "node:path";
import { root } from "./places.mjs";
import { steps } from "./story.mjs";

/** Opens the panel on a scale set. */
async function opened(world, name) {
  const page = await world.open(name ? world.address(world.sim.scaleSet.replace(/[^/]+$/, name)) : undefined);
  const panel = world.panel(page);
  await panel.click("launcher");
  await panel.has("panel");
  return panel;
}

/**
 * `options` are startWorld's.
 * @type {{name: string, options: object, play: (world: any) => AsyncGenerator<[string, import("./surface.mjs").Surface]>}[]}
 */
export const scenes = [
  {
    name: "story",
    options: {},
    async *play(world) {
      const page = await world.open();
      const teller = { world, page, panel: world.panel(page), result: {} };
      for (const [name, step] of steps) {
        await step(teller);
        yield [name, teller.panel];
      }
    },
  },
  {
    name: "helper-missing",
    options: { helper: false },
    async *play(world) {
      const panel = await opened(world);
      await panel.has("helper-missing");
      yield ["helper-missing", panel];
    },
  },
  {
    name: "agent-missing",
    options: { scenario: "agent-missing" },
    async *play(world) {
      const panel = await opened(world);
      await panel.has("ready-state");
      yield ["agent-missing", panel];
    },
  },
  {
    name: "signed-out",
    options: { principal: null },
    async *play(world) {
      const panel = await opened(world);
      await panel.has("sign-in");
      yield ["signed-out", panel];
    },
  },
  {
    name: "quiet-corner",
    options: {},
    async *play(world) {
      const panel = await opened(world);
      await panel.click("open-shortcuts");
      await panel.has("shortcuts");
      yield ["shortcuts", panel];
      await panel.click("shortcuts-close");
      await panel.click("open-settings");
      await panel.has("settings");
      yield ["settings", panel];
      const popup = await world.openOwn("popup");
      await popup.has("popup");
      yield ["popup", popup];
    },
  },
  {
    name: "viewer",
    options: {},
    async *play(world) {
      const viewer = await world.openOwn("viewer");
      await viewer.has("viewer");
      yield ["viewer-empty", viewer];
      const frame = await viewer.frame();
      const input = await frame.$("input[type=file]");
      await input.uploadFile(join(root, "tests/captures/web-set/2.pcap"));
      await viewer.click("packet-row");
      await viewer.text("layer-tree", /Ethernet/);
      yield ["viewer-capture", viewer];
    },
  },
];
