// Mozilla's own linter on the Firefox extension: no error, and no warning but those that are known and harmless.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/places.mjs";

const dist = join(root, "dist/firefox");
/** Whether the one place of a minified script that sets raw HTML is wasm-bindgen's import for it. */
function importsHtml(file) {
  const script = readFileSync(join(dist, file), "utf8");
  const own = /__wbg_set_innerHTML_\w+:function\((\w+),\w+,\w+\)\{\1\.innerHTML=/g;
  return script.match(/innerHTML\s*=/g)?.length === 1 && script.match(own)?.length === 1;
}

// Templates of Fluent's components are constant text (FAST's html``). Yew can set raw HTML, which the pages never ask
// of it (see the check below): wasm-bindgen's import for it is there all the same, and that one place is known.
const HARMLESS = ({ code, file }) =>
  code === "UNSAFE_VAR_ASSIGNMENT" &&
  (file === "fluent.js" || (["panel.js", "viewer.js"].includes(file) && importsHtml(file)));

const raw = spawnSync("grep", ["-rnE", "from_html_unchecked|set_inner_html|VRaw", join(root, "extension-ui/src")], { encoding: "utf8" });
if (raw.status !== 1) throw new Error(`the pages set raw HTML, or grep failed:\n${raw.stdout}${raw.stderr}`);

const run = spawnSync(
  join(root, "node_modules/.bin/addons-linter"),
  ["--output", "json", "--self-hosted", dist],
  { encoding: "utf8", maxBuffer: 64 << 20 },
);
const result = JSON.parse(run.stdout);
const findings = [...result.errors, ...result.warnings].filter((finding) => !HARMLESS(finding));
for (const { _type, code, message, file, line } of findings) console.error(`${_type} ${code} ${file ?? ""}:${line ?? ""} ${message}`);
console.log(`addons-linter: ${result.errors.length} errors, ${findings.length - result.errors.length} warnings of our own`);
process.exitCode = findings.length === 0 ? 0 : 1;
