//! cargo's WASM → wasm-bindgen → wasm-opt.

use crate::tree;
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};
use wasm_bindgen_cli_support::Bindgen;

/// A crate that browsers load, its cargo profile, and what wasm-opt shall mind: the pages load at every visit, the
/// engine works on gigabytes.
const CRATES: [(&str, &str, &str); 2] = [("extension_ui", "wasm", "-Oz"), ("wasm_core", "engine", "-O3")];

/// Leaves `NAME.js` and `NAME_bg.wasm` of both crates in `parts`. What has not changed is not made again.
pub fn prepare(root: &Path, parts: &Path) -> Result<()> {
    for (name, profile, goal) in CRATES {
        let compiled = root.join("target/wasm32-unknown-unknown").join(profile).join(format!("{name}.wasm"));
        let finished = parts.join(format!("{name}_bg.wasm"));
        let source = modified(&compiled)
            .with_context(|| format!("{} is missing: `make extensions` compiles it", compiled.display()))?;
        if modified(&finished).is_ok_and(|made| made > source) {
            continue;
        }
        let bound = root.join("target/bindgen").join(name);
        bind(&compiled, &bound)?;
        fs::create_dir_all(parts)?;
        optimize(root, &bound.join(format!("{name}_bg.wasm")), goal, &finished)?;
        tree::copy_file(&bound.join(format!("{name}.js")), &parts.join(format!("{name}.js")))?;
        // JavaScript that Rust code brings along.
        let snippets = bound.join("snippets");
        if snippets.exists() {
            tree::copy(&snippets, &parts.join("snippets"))?;
        }
    }
    Ok(())
}

/// wasm-bindgen for web pages: `NAME.js`, its types and `NAME_bg.wasm` in `folder`.
pub fn bind(wasm: &Path, folder: &Path) -> Result<()> {
    tree::empty(folder)?;
    Bindgen::new().input_path(wasm).web(true)?.typescript(true).generate(folder)
}

fn modified(file: &Path) -> std::io::Result<SystemTime> {
    fs::metadata(file)?.modified()
}

fn optimize(root: &Path, from: &Path, goal: &str, to: &Path) -> Result<()> {
    let wasm_opt: PathBuf = root.join("node_modules/binaryen/bin/wasm-opt");
    let status = Command::new("node")
        .arg(&wasm_opt)
        .arg(goal)
        .arg(from)
        .arg("-o")
        .arg(to)
        .status()
        .context("node cannot be run")?;
    ensure!(status.success(), "{} failed on {}: is `npm ci` done?", wasm_opt.display(), from.display());
    Ok(())
}
