//! What the documents name is there: files, make targets, commands, options, dependencies.

mod common;

use common::Profile;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const MANIFESTS: [&str; 8] = [
    "Cargo.toml",
    "wasm-core/Cargo.toml",
    "extension-ui/Cargo.toml",
    "extension-ui/pack/Cargo.toml",
    "native-host/Cargo.toml",
    "tests/azure-sim/Cargo.toml",
    "tests/bench/Cargo.toml",
    "tests/fuzz/Cargo.toml",
];

fn read(path: &str) -> String {
    std::fs::read_to_string(common::repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document of the repository: at its root, in `docs`, and one beside each part.
fn documents() -> Vec<PathBuf> {
    let root = common::repository("");
    let folders = ["", "docs", "wasm-core", "manifest", "tests/azure-sim", "tests/captures", "tests/clients"];
    let mut found = Vec::new();
    for folder in folders {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            found.extend((path.extension().is_some_and(|extension| extension == "md")).then_some(path));
        }
    }
    assert!(found.len() > 12, "{found:?}");
    found
}

/// What stands between `open` and `close`, each time.
fn between<'a>(text: &'a str, open: &str, close: char) -> impl Iterator<Item = &'a str> {
    let parts: Vec<&str> = text.split(open).skip(1).collect();
    parts.into_iter().filter_map(move |part| part.split_once(close).map(|(inner, _)| inner))
}

#[test]
fn links_lead_to_files_and_make_has_its_targets() {
    let makefile = read("Makefile");
    let mut links = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).expect("text");
        let folder = document.parent().unwrap_or(Path::new(""));
        for link in between(&text, "](", ')').filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap_or_default();
            assert!(folder.join(file).exists(), "{}: {link}", document.display());
            links += 1;
        }
        for target in between(&text, "`make ", '`').filter_map(|rest| rest.split(' ').next()) {
            assert!(makefile.contains(&format!("\n{target}:")), "{}: make {target}", document.display());
        }
    }
    assert!(links > 20, "{links} links");
}

/// `[capture start]` out of `` `capture start|stop --scale-set …` ``.
fn commands(cell: &str) -> Vec<Vec<&str>> {
    let words: Vec<&str> =
        cell.split(' ').take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).collect();
    match words.as_slice() {
        [one] => one.split('|').map(|name| vec![name]).collect(),
        [command, verbs, ..] => verbs.split('|').map(|verb| vec![*command, verb]).collect(),
        [] => Vec::new(),
    }
}

fn options(text: &str) -> BTreeSet<&str> {
    let word =
        |part: &'_ str| part.find(|c: char| !(c.is_ascii_lowercase() || c == '-')).unwrap_or(part.len());
    text.split("--").skip(1).map(|part| &part[..word(part)]).filter(|name| name.len() > 1).collect()
}

#[test]
fn the_command_line_is_as_documented() {
    let profile = Profile::new("");
    let help = |command: &[&str]| {
        let output = profile.run(&[command, &["--help"]].concat());
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    // In a table, the bar of a choice stands behind a backslash.
    let document = read("docs/cli.md").replace("\\|", "|");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let mut told = BTreeSet::from(["completions", "help"]);
    for (cell, _) in rows {
        let commands = commands(cell);
        assert!(!commands.is_empty(), "{cell}");
        told.extend(commands.iter().filter_map(|command| command.first()));
        let known: String = commands.iter().map(|command| help(command)).collect();
        let unknown: Vec<_> =
            options(cell).into_iter().filter(|option| !known.contains(&format!("--{option}"))).collect();
        assert!(unknown.is_empty(), "{cell}: {unknown:?}");
    }
    let top = help(&[]);
    let listed =
        top.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let listed: BTreeSet<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(told, listed, "docs/cli.md and --help name the same commands");
}

#[test]
fn every_dependency_is_justified_and_every_justified_one_is_there() {
    let architecture = read("ARCHITECTURE.md");
    let (_, table) = architecture.split_once("## Dependencies").expect("the table");
    let justified: BTreeSet<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .skip(1)
        .flat_map(|cell| cell.split(", "))
        .collect();
    let mut there = BTreeSet::new();
    for manifest in MANIFESTS {
        let manifest: toml::Value = toml::from_str(&read(manifest)).expect("TOML");
        let mut tables = vec![&manifest];
        tables.extend(manifest.get("workspace"));
        tables.extend(
            manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(|it| it.values()),
        );
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let named = tables.iter().filter_map(|table| table.get(kind)?.as_table());
            there.extend(named.flat_map(|table| table.keys().cloned()));
        }
    }
    let package: Value = serde_json::from_str(&read("package.json")).expect("JSON");
    for kind in ["dependencies", "devDependencies"] {
        there.extend(package[kind].as_object().into_iter().flat_map(|table| table.keys().cloned()));
    }
    // Installed by `make bench` alone.
    there.insert("@goodtools/wiregasm".to_owned());
    there.retain(|name| !["wasm-core", "native-host"].contains(&name.as_str()));
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    let (unjustified, gone): (Vec<_>, Vec<_>) =
        (there.difference(&justified).collect(), justified.difference(&there).collect());
    assert!(
        unjustified.is_empty() && gone.is_empty(),
        "not in the table: {unjustified:?}; not used: {gone:?}"
    );
}
