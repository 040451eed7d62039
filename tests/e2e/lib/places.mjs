// Where things are.

import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");
export const target = join(root, "target");
export const helper = join(target, "release/vmss-capture");
export const simulator = join(target, "release/azure-sim");

/** Debian's browsers. Chromium's sandbox does not work for root. */
export const chromium = {
  executablePath: "/usr/bin/chromium",
  args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
};
export const firefox = { executablePath: "/usr/bin/firefox-esr" };
