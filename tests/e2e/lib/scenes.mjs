// Every page and state worth looking at, as generators that yield the name of each state they have reached: the
// screenshots show them, the accessibility tests examine them.

import { join } from "node:path";
import { captureNow, downloadSlowly, isReady } from "./acts.mjs";
import { root } from "./places.mjs";
import { steps } from "./story.mjs";

const READER = "00000000-0000-0000-0000-00000000bbbb";

/** Opens the panel on a scale set. */
async function opened(world, name) {
  const page = await world.open(name ? world.address(world.sim.scaleSet.replace(/[^/]+$/, name)) : undefined);
  const panel = world.panel(page);
  await panel.click("launcher");
  await panel.has("panel");
  return panel;
}

/** Until faults are taken away again. */
const fault = (world, operation, fault) => world.sim.control("POST", "faults", { match: { operation }, times: null, fault });

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
    name: "not-permitted",
    options: { principal: READER },
    async *play(world) {
      const panel = await opened(world);
      await panel.has("ready-state");
      yield ["not-permitted", panel];
    },
  },
  {
    name: "azure-fails",
    options: {},
    async *play(world) {
      await fault(world, "virtualMachineScaleSets.get", { kind: "status", status: 403, code: "AuthorizationFailed",
        message: "The client does not have authorization to perform action 'Microsoft.Compute/virtualMachineScaleSets/read'." });
      const panel = await opened(world);
      await panel.has("context-failure");
      yield ["context-failure", panel];
      await world.sim.control("DELETE", "faults");
      await panel.click("context-retry");
      await isReady(panel);
      await fault(world, "packetCaptures.create", { kind: "status", status: 409, code: "PacketCaptureAlreadyExists",
        message: "A packet capture of this name exists." });
      await panel.click("start-capture");
      await panel.has("start-failure");
      yield ["start-failure", panel];
    },
  },
  {
    name: "form",
    options: {},
    async *play(world) {
      const panel = await opened(world);
      await isReady(panel);
      await panel.click("ready-toggle");
      await panel.click("preset-port");
      await panel.type("preset-value", "6432");
      await panel.click("scope-some");
      await panel.has("instance-0");
      yield ["form-port", panel];
      await panel.click("more-limits");
      await panel.click("ring-buffer");
      await panel.has("ring-count");
      yield ["form-limits", panel];
      await panel.click("account-others");
      await panel.click("more-places");
      await panel.click("local-file");
      await panel.has("local-path");
      yield ["form-places", panel];
      await panel.click("local-file");
      await panel.click("start-command");
      await panel.has("start-command-text");
      yield ["command", panel];
      await panel.click("start-command-dialog-close");
      await panel.click("paste-command");
      await panel.has("paste-text");
      yield ["paste", panel];
    },
  },
  {
    name: "everything",
    options: {},
    async *play(world) {
      const panel = await opened(world);
      await isReady(panel);
      await captureNow(world, panel);
      await downloadSlowly(world, panel);
      await panel.text("transfer-progress", /\/s|\/秒/);
      yield ["downloading", panel];
      await panel.click("transfer-pause");
      await panel.has("transfer-resume");
      yield ["paused", panel];
      await world.sim.control("DELETE", "faults");
      await panel.click("transfer-resume");
      await panel.has("open-answer");
      await panel.gone("transfer");
      await panel.click("capture-delete");
      await panel.has("delete-confirm");
      yield ["delete", panel];
      await panel.click("delete-cancel");
      await panel.click("new-capture-unfold");
      await panel.click("dry-run-try");
      await panel.has("dry-run-result");
      yield ["dry-run", panel];
      await panel.click("open-answer");
      for (const tab of ["hosts", "protocols", "tcp", "dns", "tls", "instances", "file"]) {
        await panel.click(`tab-${tab}`);
        await panel.until(`the tab ${tab}`, (tab) =>
          document.querySelector(`[data-testid="tab-${tab}"]`)?.getAttribute("aria-selected") === "true", tab);
        yield [`tab-${tab}`, panel];
      }
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
      await panel.click("doctor-run");
      await panel.has("doctor-registrations");
      yield ["doctor", panel];
      const popup = await world.openOwn("popup");
      await popup.click("popup-doctor");
      await popup.has("doctor-text");
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
      await viewer.text("layer-tree", /Ethernet|イーサネット/);
      yield ["viewer-capture", viewer];
      await viewer.type("filter", "tcp.prt == 80");
      await viewer.has("filter-fix");
      yield ["viewer-wrong-filter", viewer];
      await viewer.click("filter-clear");
      await viewer.click("summary-toggle");
      await viewer.has("findings");
      yield ["viewer-summary", viewer];
      await viewer.click("summary-close");
      await viewer.click("follow-open");
      await viewer.text("talk");
      yield ["viewer-conversation", viewer];
      await viewer.click("follow-close");
      await viewer.click("export-open");
      await viewer.has("export-save");
      yield ["viewer-export", viewer];
      await viewer.click("export-close");
      await viewer.click("shortcuts-open");
      await viewer.has("shortcuts");
      yield ["viewer-shortcuts", viewer];
    },
  },
];
