//! The core does no I/O, reads no clock and needs no runtime: neither do the crates that it is built of.
//! `make check` compiles it for wasm32 without default features besides.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

/// Every crate below the core on wasm32, proc-macros apart. A new one is written down here by somebody who has
/// looked at what it does.
const CRATES: &[&str] = &[
    "adler2",
    "allocator-api2",
    "cfg-if",
    "crc32fast",
    "flate2",
    "fluent-bundle",
    "fluent-langneg",
    "fluent-syntax",
    "foldhash",
    "hashbrown",
    "hugealloc",
    "intl-memoizer",
    "intl_pluralrules",
    "itoa",
    "memchr",
    "miniz_oxide",
    "percent-encoding",
    "prefetch-index",
    "rustc-hash",
    "self_cell",
    "serde",
    "serde_core",
    "serde_json",
    "simd-adler32",
    "smallvec",
    "sptr",
    "thiserror",
    "tinystr",
    "type-map",
    "unic-langid",
    "unic-langid-impl",
    "uuid",
    "wasm-core",
    "zmij",
];

/// What the standard library offers beyond pure computing.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::process",
    "std::thread::s",
    "fs::",
    "File::open",
    "Instant",
    "SystemTime",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "stdin()",
    "stdout()",
    "println!",
];

fn crate_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn no_crate_below_the_core_does_io() {
    let output = Command::new(env!("CARGO"))
        .current_dir(crate_root())
        .args(["tree", "--locked", "--package", "wasm-core", "--no-default-features"])
        .args(["--target", "wasm32-unknown-unknown", "--edges", "no-dev,no-build,no-proc-macro"])
        .args(["--prefix", "none", "--format", "{p}"])
        .output()
        .expect("cargo tree");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("names");
    let found: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(found, CRATES.iter().copied().collect());
}

#[test]
fn the_core_itself_touches_nothing_outside() {
    let mut files = Vec::new();
    sources(&crate_root().join("src"), &mut files);
    assert!(files.len() > 50, "{} source files", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let found = IMPURE.iter().find(|word| code.contains(**word));
            assert_eq!(found, None, "{}:{}: {line}", file.display(), number + 1);
        }
    }
}

/// Sources without their tests.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && name != "tests" {
            sources(&path, files);
        } else if name.ends_with(".rs") && !name.starts_with("tests") {
            files.push(path);
        }
    }
}
