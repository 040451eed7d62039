//! Page shells, styles, plain scripts and the bundle of web components.

use crate::{
    esbuild::{self, Imports},
    tree,
};
use anyhow::{Context, Result};
use std::{fs, path::Path};

/// Scripts that browsers load as they stand.
const SCRIPTS: [&str; 6] =
    ["relay.js", "content.js", "boot.js", "engine-worker.js", "reader-worker.js", "warm-up.js"];

/// A page of the extension.
struct Page {
    /// Of its file, and what `data-page` tells the program.
    name: &'static str,
    /// Of `extension-ui/src/bin`.
    program: &'static str,
    /// Of `extension-ui/style`.
    style: &'static str,
}

const PAGES: [Page; 4] = [
    Page { name: "panel", program: "panel", style: "panel" },
    Page { name: "sidepanel", program: "panel", style: "panel" },
    Page { name: "popup", program: "panel", style: "popup" },
    Page { name: "viewer", program: "viewer", style: "viewer" },
];

/// The languages of the catalogue.
const LANGUAGES: [&str; 2] = ["en", "ja"];

/// A program, and the topics of the catalogue that it has no use for.
const UNUSED_TOPICS: [(&str, &[&str]); 2] = [
    ("panel", &["cli.ftl", "credential.ftl", "dissect.ftl", "viewer.ftl"]),
    ("viewer", &["cli.ftl", "credential.ftl"]),
];

/// Leaves everything that is no WASM and no manifest in `parts`.
pub fn prepare(root: &Path, parts: &Path) -> Result<()> {
    for script in SCRIPTS {
        tree::copy_file(&root.join("manifest").join(script), &parts.join(script))?;
    }
    let ui = root.join("extension-ui");
    let shell = root.join("manifest/page.html");
    let shell = fs::read_to_string(&shell).with_context(|| shell.display().to_string())?;
    let mut entries = vec![ui.join("fluent.js")];
    for Page { name, program, style } in PAGES {
        let page = shell.replace("{page}", name).replace("{program}", program).replace("{style}", style);
        fs::write(parts.join(name).with_extension("html"), page)?;
        // What style sheets share they import.
        let style = ui.join("style").join(style).with_extension("css");
        if !entries.contains(&style) {
            entries.push(style);
        }
    }
    for (program, unused) in UNUSED_TOPICS {
        for language in LANGUAGES {
            let sentences = sentences(&root.join("wasm-core/src/words").join(language), unused)?;
            fs::write(parts.join(format!("{program}.{language}.ftl")), sentences)?;
        }
    }
    esbuild::minify(root, &entries, Imports::Bundled, parts)
}

/// The files of a language in one, without comments.
fn sentences(folder: &Path, unused: &[&str]) -> Result<String> {
    let mut files =
        fs::read_dir(folder).with_context(|| folder.display().to_string())?.collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| unused.iter().all(|unused| file.file_name() != *unused));
    files.sort_by_key(fs::DirEntry::file_name);
    let mut sentences = String::new();
    for file in files {
        for line in
            fs::read_to_string(file.path())?.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
        {
            sentences.push_str(line);
            sentences.push('\n');
        }
    }
    Ok(sentences)
}
