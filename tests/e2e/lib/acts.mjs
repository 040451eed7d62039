// What people do in many stories.

/** Until the panel says that a capture could start. */
export const isReady = (panel) => panel.until("everything to be ready", () =>
  document.querySelector('[data-testid="ready-state"]')?.dataset.state === "ok");

/**
 * A capture of what the form says, stopped by hand when the agents have seen everything; its files are listed.
 * Resolves with its name.
 */
export async function captureNow(world, panel) {
  await panel.click("start-capture");
  const name = (await panel.text("live-capture-title")).trim();
  await world.captured();
  await panel.click("stop-capture");
  await panel.gone("live-capture");
  await showFiles(panel);
  return name;
}

/** The files of the latest capture: shown by themselves when it has just ended, else by a click. */
export async function showFiles(panel) {
  const open = await panel.until("the capture's files or the button for them", () => {
    if (document.querySelector('[data-testid="file-0"]')) return "shown";
    const button = document.querySelector('[data-testid="capture-files"]');
    return button && (button.getAttribute("aria-expanded") === "true" ? "coming" : "hidden");
  });
  if (open === "hidden") await panel.click("capture-files");
  await panel.has("file-0");
}

/** A download of all files, begun and so slow that it does not end before the faults are taken away. */
export async function downloadSlowly(world, panel) {
  await world.sim.control("POST", "faults", {
    match: { operation: "blob.get" }, times: null, fault: { kind: "slow", bytesPerSecond: 4_000 },
  });
  await panel.click("download-all");
  await panel.until("the download to have begun", () => {
    const pause = document.querySelector('[data-testid="transfer-pause"]');
    return pause && !pause.matches(":disabled, [disabled], [aria-disabled=true]");
  });
}

/** Until the three files of a capture are in the download folder. */
export const allHere = (panel) => panel.until("all files to be here", () => [0, 1, 2].every((instance) =>
  document.querySelector(`[data-testid="file-${instance}"]`)?.dataset.state === "local"));
