// docs/benchmarks.md: one section for each part, each written by its own run (`tests/bench/src/document.rs` is the same
// for the parts in Rust).

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../e2e/lib/places.mjs";

const TITLE =
  "# Benchmarks\n\nRatios of times taken side by side on one machine; absolute times are that machine's. `make bench` writes\nthis file.\n";

/** The rows of one section, told on the way. */
export class Section {
  problems = [];

  /** @param {string} name @param {string} said what was measured, and where */
  constructor(name, said) {
    this.name = name;
    this.lines = [...said.split("\n"), "", "| what | figure | limit |", "|---|---|---|"];
  }

  /** @param {boolean} [holds] whether the limit is kept */
  row(what, figure, limit, holds) {
    this.lines.push(`| ${what} | ${figure} | ${limit ?? ""}${holds === false ? ", not met" : ""} |`);
    console.log(`${what}: ${figure}${limit ? ` (${limit})` : ""}`);
    if (holds === false) this.problems.push(what);
  }

  /** Replaces the section of this name, or adds it. */
  write() {
    const file = join(root, "docs/benchmarks.md");
    const old = existsSync(file) ? readFileSync(file, "utf8") : "";
    const sections = old.split("\n## ").slice(1).map((text) => `## ${text.trimEnd()}\n`);
    const section = `## ${this.name}\n\n${this.lines.join("\n")}\n`;
    const known = sections.findIndex((section) => section.startsWith(`## ${this.name}\n`));
    if (known === -1) sections.push(section);
    else sections[known] = section;
    mkdirSync(join(root, "docs"), { recursive: true });
    writeFileSync(file, `${TITLE}\n${sections.join("\n")}`);
    for (const problem of this.problems) console.log(`limit not met: ${problem}`);
  }
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
