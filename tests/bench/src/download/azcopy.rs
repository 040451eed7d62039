//! azcopy from npm, fetched when it is first wanted.

use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "@azure-tools/azcopy-linux";
const VERSION: &str = "10.32.2";

/// The program, in `folder`.
pub fn program(folder: &Path) -> Result<PathBuf, String> {
    let place = folder.join("azcopy");
    let program = place.join("node_modules").join(PACKAGE).join("dist/bin/azcopy_linux_amd64");
    if !program.exists() {
        let status = Command::new("npm")
            .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
            .arg(&place)
            .arg(format!("{PACKAGE}@{VERSION}"))
            .status()
            .map_err(|error| format!("npm: {error}"))?;
        if !status.success() || !program.exists() {
            return Err(format!("npm did not bring {PACKAGE}@{VERSION}: {status}"));
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // npm's archive keeps no executable bit of it.
        let allowed = std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755));
        allowed.map_err(|error| format!("{}: {error}", program.display()))?;
    }
    Ok(program)
}
