// The core in plain JavaScript, here in Node; in a page, `await init()` alone fetches the WASM.
//
//   cargo build --profile wasm --target wasm32-unknown-unknown -p wasm-core --features bindings
//   cargo run -p extension-pack -- bindgen target/wasm32-unknown-unknown/wasm/wasm_core.wasm target/core-js
//   cp target/core-js/wasm_core.js target/core-js/wasm_core.mjs && node wasm-core/examples/js/check-filters.mjs

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const folder = new URL(process.env.CORE_JS ?? "../../../target/core-js/", import.meta.url);
const core = await import(new URL("wasm_core.mjs", folder));
core.initSync({ module: await readFile(new URL("wasm_core_bg.wasm", folder)) });

// Microsoft's own example, with its swallowed octet.
const filters = core.filtersOf(
  'New-AzPacketCaptureFilterConfig -Protocol TCP -RemoteIPAddress "1.1.1.1-255.255.255" -RemotePort "20;80;443"',
);
const check = core.checkFilters(filters, { language: "en" });
assert.equal(check.ok, false);
const [problem] = check.problems;
console.log(`${problem.field}, characters ${problem.start} to ${problem.end}: ${problem.text}`);

// One click applies the fix: it carries the whole corrected set.
const fixed = core.checkFilters(problem.fixes[0].filters);
assert.equal(fixed.ok, true);
console.log(`${problem.fixes[0].text}\n${fixed.reading.en}\n${fixed.reading.ja}\n${fixed.bpf}`);

const matcher = new core.FilterMatcher(fixed.filters, ["10.0.0.3"]);
const packet = { protocol: 6, source: "10.0.0.3", sourcePort: 50000, destination: "1.1.1.1", destinationPort: 443 };
assert.equal(matcher.keeps(packet), true);
assert.equal(matcher.keeps({ ...packet, destinationPort: 22 }), false);

const id =
  "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Compute/virtualMachineScaleSets/web";
assert.equal(core.parsePortalUrl(`https://portal.azure.com/#@contoso.com/resource${id}/overview`).scaleSet, "web");
assert.equal(core.parsePortalUrl("https://portal.azure.com/#home"), undefined);
assert.throws(() => core.parseBlobUrl("no URL"), { code: "blob-url-form" });

const request = { name: "c1", target: id, filters: fixed.filters, storage: { file: "/var/captures/c1.cap" } };
assert.equal(core.captureRequestBody(request).properties.targetType, "AzureVMSS");
console.log(core.captureCommand(request, "az"));

if (process.argv.includes("--bench")) {
  const twenty = Array.from({ length: 20 }, (_, n) => ({
    protocol: "TCP",
    localIPAddress: `10.0.${n}.3`,
    remoteIPAddress: "1.1.1.1-255.255.255.255",
    remotePort: "20;80;443",
  }));
  const times = [];
  for (let round = 0; round < 2000; round++) {
    const start = performance.now();
    core.checkFilters(twenty);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  console.log(`20 filters: median ${(times[1000] * 1000).toFixed(0)} µs, p99 ${(times[1980] * 1000).toFixed(0)} µs`);
}
