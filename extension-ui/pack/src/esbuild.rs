//! esbuild: scripts and styles as small as they can be.

use anyhow::{Context, Result, ensure};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// What becomes of imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imports {
    /// Each entry becomes one file with all that it imports.
    Bundled,
    /// The browser follows them.
    Kept,
}

/// Leaves each of `entries` in `folder`, under its own name.
pub fn minify(root: &Path, entries: &[PathBuf], imports: Imports, folder: &Path) -> Result<()> {
    let status = Command::new(root.join("node_modules/.bin/esbuild"))
        .args(entries)
        .args((imports == Imports::Bundled).then_some("--bundle"))
        .args(["--minify", "--format=esm", "--target=chrome120,firefox142", "--log-level=warning"])
        .args(["--legal-comments=none", "--entry-names=[name]"])
        .arg(format!("--outdir={}", folder.display()))
        .status()
        .context("esbuild cannot be run: is `npm ci` done?")?;
    ensure!(status.success(), "esbuild failed");
    Ok(())
}
