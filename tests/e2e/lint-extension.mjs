// Mozilla's own linter on the Firefox extension: no error, and no warning but those that are known and harmless.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/places.mjs";

// Templates of Fluent's components are constant text (FAST's html``). Yew can set raw HTML, which the pages never ask
// of it: the glue has the import all the same.
const HARMLESS = (finding) =>
  finding.code === "UNSAFE_VAR_ASSIGNMENT" && ["fluent.js", "extension_ui.js"].includes(finding.file);

const run = spawnSync(
  join(root, "node_modules/.bin/addons-linter"),
  ["--output", "json", "--self-hosted", join(root, "dist/firefox")],
  { encoding: "utf8", maxBuffer: 64 << 20 },
);
const result = JSON.parse(run.stdout);
const findings = [...result.errors, ...result.warnings].filter((finding) => !HARMLESS(finding));
for (const { _type, code, message, file, line } of findings) console.error(`${_type} ${code} ${file ?? ""}:${line ?? ""} ${message}`);
console.log(`addons-linter: ${result.errors.length} errors, ${findings.length - result.errors.length} warnings of our own`);
process.exitCode = findings.length === 0 ? 0 : 1;
