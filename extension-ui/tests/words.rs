//! Every key of the catalogue's topics `ui` and `viewer` that the pages name exists, and none stands there unused.

use std::{collections::BTreeSet, fs, path::Path};

/// Keys whose end is made of a value: what stands in the source is their beginning.
const BEGINNINGS: &[&str] = &[
    "ui-check-",
    "ui-check-state-",
    "ui-file-state-",
    "ui-filter-local",
    "ui-filter-remote",
    "ui-packet-",
    "ui-preset-",
    "ui-step-",
    "ui-tab-",
    "ui-tcp-",
    "ui-theme-",
    "ui-unit-",
    "viewer-column-",
    "viewer-export-",
    "viewer-failed-",
    "viewer-time-",
];

/// Ids and classes that look like keys.
const ELEMENTS: [&str; 5] =
    ["viewer-actions", "viewer-filter-notes", "viewer-header", "viewer-live", "viewer-status"];

const TOPICS: [&str; 2] = ["ui", "viewer"];

fn sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, texts);
        } else {
            texts.push(fs::read_to_string(&path).expect("a source"));
        }
    }
}

/// Whole keys in string literals: `"ui-start"`.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|part| {
        TOPICS.iter().any(|topic| part.strip_prefix(topic).is_some_and(|rest| rest.starts_with('-')))
            && !ELEMENTS.contains(part)
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    })
}

#[test]
fn pages_and_catalogue_name_the_same_sentences() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    sources(&root.join("src"), &mut texts);
    let used: BTreeSet<&str> = texts.iter().flat_map(|text| named(text)).collect();
    let missing: Vec<_> = used.iter().filter(|key| !wasm_core::words::has(key)).collect();
    assert!(missing.is_empty(), "not in the catalogue: {missing:?}");

    let mut unused = Vec::new();
    for topic in TOPICS {
        let file = root.join(format!("../wasm-core/src/words/en/{topic}.ftl"));
        let catalogue = fs::read_to_string(file).expect("the catalogue");
        let keys = catalogue.lines().filter(|line| line.starts_with(&format!("{topic}-")));
        unused.extend(
            keys.filter_map(|line| line.split(' ').next())
                .filter(|key| {
                    !used.contains(key) && !BEGINNINGS.iter().any(|beginning| key.starts_with(beginning))
                })
                .map(str::to_owned),
        );
    }
    assert!(unused.is_empty(), "in the catalogue and never shown: {unused:?}");
}
