//! Programs of the person's computer that this one may start.

use std::path::{Path, PathBuf};

/// Wireshark, where it is installed.
pub fn wireshark() -> Option<PathBuf> {
    let usual =
        ["/Applications/Wireshark.app/Contents/MacOS/Wireshark", r"C:\Program Files\Wireshark\Wireshark.exe"];
    let usual = usual.iter().map(Path::new).find(|path| path.is_file()).map(Path::to_owned);
    usual.or_else(|| on_path("wireshark"))
}

/// The program of that name in one of `PATH`'s folders.
fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file())
}
