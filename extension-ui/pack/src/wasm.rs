//! cargo's WASM → wasm-bindgen → wasm-opt.

use crate::{
    esbuild::{self, Imports},
    tree,
};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};
use wasm_bindgen_cli_support::Bindgen;

/// What browsers load, its cargo profile, and what wasm-opt shall mind: the pages load at every visit, the engine
/// works on gigabytes.
const PROGRAMS: [(&str, &str, &[&str]); 3] =
    [("panel", "wasm", SMALL), ("viewer", "wasm", SMALL), ("wasm_core", "engine", &["-O3"])];
/// What compresses best: functions that are alike stay alike (none inlined for having one caller, no values and no code
/// shared within one) and stand together, in the order of their names; a fourth -Oz finds nothing more. The lowest KiB of
/// memory is the far end of Rust's stack, which nothing points into.
const SMALL: &[&str] = &[
    "--low-memory-unused",
    "-Oz",
    "-Oz",
    "-Oz",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
    "--skip-pass=code-folding",
    "--reorder-functions-by-name",
    "--reorder-locals",
    "--strip-producers",
];

/// Leaves `NAME.js` and `NAME_bg.wasm` of each program in `parts`. What has not changed is not made again, unless this
/// program has.
pub fn prepare(root: &Path, parts: &Path) -> Result<()> {
    let packer = modified(&std::env::current_exe()?)?;
    for (name, profile, goals) in PROGRAMS {
        let compiled = root.join("target/wasm32-unknown-unknown").join(profile).join(format!("{name}.wasm"));
        let bound = root.join("target/bindgen").join(name);
        let optimized = bound.join("optimized.wasm");
        let source = modified(&compiled)
            .with_context(|| format!("{} is missing: `make extensions` compiles it", compiled.display()))?;
        if modified(&optimized).map_or(true, |made| made <= source.max(packer)) {
            bind(&compiled, &bound)?;
            optimize(root, &bound.join(format!("{name}_bg.wasm")), goals, &optimized)?;
        }
        tree::copy_file(&optimized, &parts.join(format!("{name}_bg.wasm")))?;
        esbuild::minify(root, &[bound.join(name).with_extension("js")], Imports::Kept, parts)?;
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

fn optimize(root: &Path, from: &Path, goals: &[&str], to: &Path) -> Result<()> {
    let wasm_opt: PathBuf = root.join("node_modules/binaryen/bin/wasm-opt");
    let status = Command::new("node")
        .arg(&wasm_opt)
        .args(goals)
        .arg(from)
        .arg("-o")
        .arg(to)
        .status()
        .context("node cannot be run")?;
    ensure!(status.success(), "{} failed on {}: is `npm ci` done?", wasm_opt.display(), from.display());
    Ok(())
}
