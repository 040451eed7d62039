//! Programs of the person's computer that this one may start.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use url::Url;

/// Wireshark, where it is installed.
pub fn wireshark() -> Option<PathBuf> {
    let usual =
        ["/Applications/Wireshark.app/Contents/MacOS/Wireshark", r"C:\Program Files\Wireshark\Wireshark.exe"];
    let usual = usual.iter().map(Path::new).find(|path| path.is_file()).map(Path::to_owned);
    usual.or_else(|| on_path("wireshark"))
}

/// Opens an https page in the person's browser. Where that fails the page's address is shown anyway.
pub fn open_url(url: &Url) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Command::new("xdg-open")
    };
    let started =
        command.arg(url.as_str()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    match started {
        // Somebody has to take its exit status.
        Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
        Err(error) => tracing::warn!(%error, "no browser could be opened"),
    }
}

/// The program of that name in one of `PATH`'s folders.
fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file())
}
