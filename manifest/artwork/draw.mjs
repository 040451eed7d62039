// Draws the PNG icons from the SVGs beside this file; run it when one of them changes: node manifest/artwork/draw.mjs
import { readFileSync } from "node:fs";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromium } from "../../tests/e2e/lib/places.mjs";

const browser = await puppeteer.launch(chromium);
const page = await browser.newPage();
for (const [size, picture] of [[16, "icon-small"], [32, "icon-small"], [48, "icon"], [128, "icon"]]) {
  const svg = readFileSync(join(import.meta.dirname, `${picture}.svg`), "utf8");
  await page.setViewport({ width: size, height: size });
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }</style>${svg}`);
  await page.screenshot({ path: join(import.meta.dirname, "../icons", `${size}.png`), omitBackground: true });
}
await browser.close();
