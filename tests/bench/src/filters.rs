//! A set of filters judged at every keystroke: natively, as divan measures it, and in the JavaScript module.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::document;

/// Writes the section "filters". What `make core-js` and `cargo bench -p wasm-core` build is built.
pub fn run(root: &Path) -> Result<(), String> {
    let native = output(root, "cargo", &["bench", "--quiet", "-p", "wasm-core", "--bench", "filter_check"])?;
    let node = output(root, "node", &["wasm-core/examples/js/check-filters.mjs", "--bench"])?;
    let mut body = "Twenty filters judged anew, as at every keystroke: problems, readings in both languages, normalised form, BPF\n\
                    and display filter. Medians. The limits are 100 µs natively and 300 µs in WASM; in JavaScript that includes\n\
                    reading the filters from objects and giving the judgement back as objects.\n\n\
                    | what | where | median |\n|---|---|---|\n"
        .to_owned();
    let medians = medians(&native);
    if medians.is_empty() {
        return Err(format!("divan's table was not understood:\n{native}"));
    }
    for (name, median) in medians {
        let _ = writeln!(body, "| {name} | native | {median} |");
    }
    for (name, rest) in node.lines().filter_map(|line| line.split_once(": median ")) {
        // The slowest ones tell more of the machine than of the core.
        let median = rest.split(',').next().unwrap_or(rest);
        let _ = writeln!(body, "| {name} | WASM, in Node | {median} |");
    }
    document::write_section(&root.join("docs/benchmarks.md"), "filters", &body)
}

fn output(root: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    let failed = |reason: String| format!("{program} {}: {reason}", arguments.join(" "));
    let run = Command::new(program).args(arguments).current_dir(root).output();
    let run = run.map_err(|error| failed(error.to_string()))?;
    if !run.status.success() {
        return Err(failed(String::from_utf8_lossy(&run.stderr).into_owned()));
    }
    String::from_utf8(run.stdout).map_err(|error| failed(error.to_string()))
}

/// Name and median of each row of divan's tree, whose columns are fastest, slowest, median, …; a row without
/// figures is the heading of those below it.
fn medians(table: &str) -> Vec<(String, String)> {
    let mut heading = String::new();
    let mut medians = Vec::new();
    for line in table.lines() {
        let Some((before, row)) = line.split_once("─ ") else { continue };
        let columns: Vec<&str> = row.split('│').map(str::trim).collect();
        let name = columns[0].split("  ").next().unwrap_or_default().replace('_', " ");
        let nested = before.chars().count() > 1;
        match columns.get(2).filter(|median| !median.is_empty()) {
            Some(median) if nested => medians.push((format!("{heading}, {name}"), (*median).to_owned())),
            Some(median) => medians.push((name, (*median).to_owned())),
            None => heading = name,
        }
    }
    medians
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divans_tree_is_understood() {
        let table = "\
filter_check                fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ matching_one_packet      20.15 ns      │ 24.05 ns      │ 20.26 ns      │ 20.37 ns      │ 100     │ 25600
╰─ twenty_valid_filters                   │               │               │               │         │
   ├─ English               37.71 µs      │ 98.06 µs      │ 38.14 µs      │ 39.69 µs      │ 100     │ 100
   ╰─ Japanese              37.69 µs      │ 79.78 µs      │ 38.02 µs      │ 38.98 µs      │ 100     │ 100
";
        let expected = [
            ("matching one packet", "20.26 ns"),
            ("twenty valid filters, English", "38.14 µs"),
            ("twenty valid filters, Japanese", "38.02 µs"),
        ];
        assert_eq!(medians(table), expected.map(|(name, median)| (name.to_owned(), median.to_owned())));
    }
}
