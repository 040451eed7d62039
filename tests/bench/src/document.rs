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

/// A line of a section's table.
#[derive(Debug, Clone)]
pub struct Row {
    pub what: String,
    pub figure: String,
    pub limit: String,
}

/// Writes a section of one table. Rows of the old one about something else stay, so that parts can be measured alone.
pub fn write_rows(file: &Path, name: &str, intro: &str, rows: &[Row]) -> Result<(), String> {
    let old = fs::read_to_string(file).unwrap_or_default();
    let section = old.split("\n## ").find_map(|section| section.strip_prefix(&format!("{name}\n")));
    let mut lines: Vec<String> = section
        .unwrap_or_default()
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .map(str::to_owned)
        .collect();
    for Row { what, figure, limit } in rows {
        let line = format!("| {what} | {figure} | {limit} |");
        match lines.iter_mut().find(|line| line.starts_with(&format!("| {what} | "))) {
            Some(known) => *known = line,
            None => lines.push(line),
        }
    }
    let table = format!("| what | figure | limit |\n|---|---|---|\n{}", lines.join("\n"));
    write_section(file, name, &format!("{}\n\n{table}", intro.trim_end()))
}
