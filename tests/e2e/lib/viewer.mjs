// The viewer alone: Chromium with the unpacked extension, without helper, simulator or portal.

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromium, root } from "./places.mjs";
import { Surface } from "./surface.mjs";

class ViewerSurface extends Surface {
  /** Gives a file input a file. @param {string} id @param {string} path */
  async pick(id, path) {
    await this.has(id);
    await (await this.page.$(`[data-testid="${id}"]`)).uploadFile(path);
  }

  /** Clicks what a selector names, once it is there. @param {string} selector */
  async clickOn(selector) {
    await this.until(selector, (selector) => !!document.querySelector(selector), selector);
    await this.page.evaluate((selector) => document.querySelector(selector).scrollIntoView({ block: "nearest" }), selector);
    await this.page.click(selector);
  }
}

/**
 * @param {{language?: "en" | "ja", theme?: string, downloads?: string, extension?: string, args?: string[]}} options
 */
export async function startViewer({ language = "en", theme, downloads, extension = join(root, "dist/chromium"), args = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "vmss-viewer-profile-"));
  const browser = await puppeteer.launch({
    browser: "chrome",
    executablePath: chromium.executablePath,
    userDataDir: folder,
    pipe: true,
    enableExtensions: [extension],
    headless: true,
    args: [
      ...chromium.args, "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", `--lang=${language}`, "--host-resolver-rules=MAP * ~NOTFOUND",
      ...args,
    ],
  });
  const { key } = JSON.parse(readFileSync(join(extension, "manifest.json"), "utf8"));
  const digest = createHash("sha256").update(Buffer.from(key, "base64")).digest("hex").slice(0, 32);
  const id = [...digest].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join("");
  const problems = [];
  return {
    browser,
    /** What the page complained of. */
    problems,
    async open({ width = 1360, height = 900 } = {}) {
      const page = await browser.newPage();
      await page.setViewport({ width, height });
      page.on("console", (message) => {
        const text = `${message.type()}: ${message.text()}`;
        if (message.type() === "error" || /Content.Security.Policy/i.test(text)) problems.push(text);
      });
      page.on("pageerror", (error) => problems.push(`exception: ${error?.stack ?? error}`));
      if (downloads) {
        const session = await page.createCDPSession();
        await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: downloads });
      }
      if (theme) {
        await page.evaluateOnNewDocument((theme, language) => {
          localStorage.setItem("theme", theme);
          localStorage.setItem("language", language);
        }, theme, language);
      }
      await page.goto(`chrome-extension://${id}/viewer.html`);
      const surface = new ViewerSurface(page, "viewer");
      await surface.has("opening");
      return surface;
    },
    async stop() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
