// Where things are.

import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");
export const target = join(root, "target");
// E2E_PROFILE=debug takes what a plain `cargo build` left, for quick turns while developing.
const binaries = join(target, process.env.E2E_PROFILE ?? "release");
export const helper = join(binaries, "vmss-capture");
export const simulator = join(binaries, "azure-sim");

/** Debian's browsers. Chromium's sandbox does not work for root. */
export const chromium = {
  executablePath: "/usr/bin/chromium",
  args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
};
export const firefox = { executablePath: "/usr/bin/firefox-esr" };
