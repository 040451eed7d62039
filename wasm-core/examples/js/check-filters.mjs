// The core in plain JavaScript, here in Node; in a page, `await init()` alone fetches the WASM.
// `make core-js` builds what is imported here; `make test` runs this file and holds it against the types.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as core from "../../../target/core-js/wasm_core.js";

const wasm = new URL("../../../target/core-js/wasm_core_bg.wasm", import.meta.url);
core.initSync({ module: await readFile(wasm) });

// Microsoft's own example, with its swallowed octet.
const filters = core.filtersOf(
  'New-AzPacketCaptureFilterConfig -Protocol TCP -RemoteIPAddress "1.1.1.1-255.255.255" -RemotePort "20;80;443"',
);
const check = core.checkFilters(filters, { language: "en" });
assert.equal(check.ok, false);
const [problem] = check.problems;
assert.ok(problem);
console.log(`${problem.field}, characters ${problem.start} to ${problem.end}: ${problem.text}`);

// One click applies the fix: it carries the whole corrected set.
const [fix] = problem.fixes;
assert.ok(fix);
const fixed = core.checkFilters(fix.filters);
assert.equal(fixed.ok, true);
console.log(`${fix.text}\n${fixed.reading.en}\n${fixed.reading.ja}\n${fixed.bpf}`);

const matcher = new core.FilterMatcher(fixed.filters, ["10.0.0.3"]);
const packet = { protocol: 6, source: "10.0.0.3", sourcePort: 50000, destination: "1.1.1.1", destinationPort: 443 };
assert.equal(matcher.keeps(packet), true);
assert.equal(matcher.keeps({ ...packet, destinationPort: 22 }), false);

const id =
  "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Compute/virtualMachineScaleSets/web";
assert.equal(core.parsePortalUrl(`https://portal.azure.com/#@contoso.com/resource${id}/overview`)?.scaleSet, "web");
assert.equal(core.parsePortalUrl("https://portal.azure.com/#home"), undefined);
assert.throws(() => core.parseBlobUrl("no URL"), { code: "blob-url-form" });

const request = { name: "c1", target: id, filters: fixed.filters, storage: { file: "/var/captures/c1.cap" } };
assert.equal(core.captureRequestBody(request).properties.targetType, "AzureVMSS");
console.log(core.captureCommand(request, "az"));

assert.throws(() => new core.FilterMatcher([{ remotePort: "70000" }], []), { code: "filter" });

const blob = core.parseBlobUrl(
  `https://sa1.blob.core.windows.net/network-watcher-logs${id.toLowerCase()}/virtualmachines/3/2025/01/31/packetcapture_16_39_41_077.cap`,
);
assert.deepEqual([blob.instance, blob.createdEpoch, blob.localName], ["3", "1738341581.077", "web_3_20250131T163941.077Z.cap"]);

// How long a keystroke takes.
if (process.argv.includes("--bench")) {
  const twenty = Array.from({ length: 20 }, (_, n) => ({
    protocol: "TCP",
    localIPAddress: `10.0.${n}.3`,
    localPort: "1-65535",
    remoteIPAddress: "1.1.1.1-255.255.255.255",
    remotePort: "20;80;443",
  }));
  const faulty = twenty.map((filter, n) => (n === 7 ? { ...filter, remoteIPAddress: "1.1.1.1-255.255.255" } : filter));
  for (const [name, set] of Object.entries({ "20 valid filters": twenty, "20 filters, one with a fault": faulty })) {
    const times = Array.from({ length: 3000 }, () => {
      const start = performance.now();
      core.checkFilters(set);
      return (performance.now() - start) * 1000;
    }).sort((a, b) => a - b);
    console.log(`${name}: median ${times[1500]?.toFixed(0)} µs, 99 % below ${times[2970]?.toFixed(0)} µs`);
  }
}
