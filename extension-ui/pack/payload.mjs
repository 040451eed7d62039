// What each page of an extension makes the browser load, raw and compressed by brotli at its best: the files that its
// shell names. Sentences come besides, the file of one language.
//
//   node extension-ui/pack/payload.mjs dist/chromium

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";

const CODE = /\.(wasm|js|css|html)$/;
const compressed = new Map();

/** @returns {{file: string, raw: number, brotli: number}[]} */
export function payload(folder, page, kind = CODE) {
  const shell = readFileSync(join(folder, `${page}.html`), "utf8");
  const named = [...shell.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file]) => file);
  const [, program] = shell.match(/data-program="([^"]+)"/);
  const loaded = [`${page}.html`, ...named, `${program}.en.ftl`, `${program}.ja.ftl`];
  return loaded.filter((file) => kind.test(file)).map((file) => {
    const path = join(folder, file);
    const bytes = readFileSync(path);
    if (!compressed.has(path)) compressed.set(path, brotliCompressSync(bytes).length);
    return { file, raw: bytes.length, brotli: compressed.get(path) };
  });
}

export const sum = (files) => files.reduce((sum, { brotli }) => sum + brotli, 0);

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const page of ["panel", "popup", "viewer"]) {
    const files = payload(process.argv[2], page);
    const parts = files.filter(({ brotli }) => brotli > 1000).map(({ file, brotli }) => `${file} ${(brotli / 1000).toFixed(1)}`);
    console.log(`${page}: ${(sum(files) / 1000).toFixed(1)} kB brotli (${parts.join(", ")})`);
  }
}
