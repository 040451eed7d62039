//! Makes `dist/chromium` and `dist/firefox` from one manifest source, the compiled WASM and the web components.
//!
//! `extension-pack` is run from the root of the workspace, after cargo has built the WASM (`make extensions`
//! does both). wasm-bindgen is a library here, so that its version is the one in Cargo.lock; wasm-opt and
//! esbuild come from the root's node_modules.
//!
//! `extension-pack archive` makes the archives for the stores of what is in `dist`.
//! `extension-pack bindgen WASM FOLDER` runs wasm-bindgen alone, for the tests that run in a browser.

mod archive;
mod esbuild;
mod manifest;
mod pages;
mod tree;
mod wasm;

use anyhow::{Context, Result, bail, ensure};
use manifest::Browser;
use std::{path::Path, process::Command};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => pack(Path::new(".")),
        ["archive"] => archive::write(Path::new(".")),
        ["bindgen", wasm, folder] => wasm::bind(Path::new(wasm), Path::new(folder)),
        _ => bail!("usage: extension-pack [archive | bindgen WASM FOLDER]"),
    }
}

fn pack(root: &Path) -> Result<()> {
    let parts = root.join("target/pack");
    tree::empty(&parts)?;
    wasm::prepare(root, &parts).context("preparing the WASM")?;
    pages::prepare(root, &parts).context("bundling scripts and styles")?;
    for browser in Browser::ALL {
        let dist = root.join("dist").join(browser.name());
        tree::empty(&dist)?;
        tree::copy(&parts, &dist)?;
        for folder in ["_locales", "icons"] {
            tree::copy(&root.join("manifest").join(folder), &dist.join(folder))?;
        }
        manifest::write(root, browser, &dist)
            .with_context(|| format!("the manifest for {}", browser.name()))?;
    }
    // How much each page loads.
    let told = Command::new("node")
        .arg(root.join("extension-ui/pack/payload.mjs"))
        .arg(root.join("dist").join(Browser::Chromium.name()))
        .status()
        .context("node cannot be run")?;
    ensure!(told.success(), "what the pages load could not be told");
    Ok(())
}
