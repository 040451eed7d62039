// Which browsers the tests run in: both, or those that E2E_BROWSERS names.
import { describe } from "node:test";

export const browsers = (process.env.E2E_BROWSERS ?? "chromium,firefox").split(",");

/** `describe` once for each browser. @param {string} title @param {(kind: "chromium" | "firefox") => void} suite */
export function inEachBrowser(title, suite) {
  for (const kind of browsers) describe(`${title} (${kind})`, () => suite(kind));
}
