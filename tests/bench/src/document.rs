//! `docs/benchmarks.md`: one section for each part, each written by its own run.

use std::fs;
use std::path::Path;

const TITLE: &str = "# Benchmarks\n\nRatios of times taken side by side on one machine; absolute times are that machine's. `make bench` writes\nthis file.\n";

/// Replaces the section of that name, or adds it.
pub fn write_section(file: &Path, name: &str, body: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let old = fs::read_to_string(file).unwrap_or_default();
    let heading = format!("## {name}\n");
    let mut sections: Vec<String> =
        old.split("\n## ").skip(1).map(|section| format!("## {}\n", section.trim_end())).collect();
    let section = format!("{heading}\n{}\n", body.trim_end());
    match sections.iter_mut().find(|section| section.starts_with(&heading)) {
        Some(known) => *known = section,
        None => sections.push(section),
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(file, format!("{TITLE}\n{}", sections.join("\n"))).map_err(failed)
}
