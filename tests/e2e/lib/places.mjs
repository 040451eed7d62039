// Where things are.

import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");
export const target = join(root, "target");
export const helper = join(target, "release/vmss-capture");
export const simulator = join(target, "release/azure-sim");
