//! Page shells, styles, plain scripts and the bundle of web components.

use crate::tree;
use anyhow::{Context, Result, ensure};
use std::{fs, path::Path, process::Command};

/// Scripts that browsers load as they stand.
const SCRIPTS: [&str; 6] =
    ["relay.js", "content.js", "boot.js", "engine-worker.js", "reader-worker.js", "warm-up.js"];

/// Leaves everything that is no WASM and no manifest in `parts`.
pub fn prepare(root: &Path, parts: &Path) -> Result<()> {
    for script in SCRIPTS {
        tree::copy_file(&root.join("manifest").join(script), &parts.join(script))?;
    }
    tree::copy(&root.join("manifest/pages"), parts)?;
    let ui = root.join("extension-ui");
    let assets = ui.join("assets");
    if assets.exists() {
        tree::copy(&assets, parts)?;
    }
    let mut entries = vec![ui.join("fluent.js")];
    // One style sheet a page; what they share they import.
    for page in fs::read_dir(root.join("manifest/pages"))? {
        let style = ui.join("style").join(page?.path().with_extension("css").file_name().unwrap_or_default());
        if style.exists() {
            entries.push(style);
        }
    }
    let status = Command::new(root.join("node_modules/.bin/esbuild"))
        .args(&entries)
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=chrome120,firefox142",
            "--log-level=warning",
        ])
        .args(["--legal-comments=none", "--entry-names=[name]"])
        .arg(format!("--outdir={}", parts.display()))
        .status()
        .context("esbuild cannot be run: is `npm ci` done?")?;
    ensure!(status.success(), "esbuild failed");
    Ok(())
}
