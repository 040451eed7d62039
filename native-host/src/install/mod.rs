//! Registering this helper with browsers, for the present user, and taking it back.
//!
//! Where each browser looks is documented by its vendor; the table is that of the `native_messaging` crate
//! (<https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging#native-messaging-host-location>,
//! <https://learn.microsoft.com/microsoft-edge/extensions/developer-guide/native-messaging>,
//! <https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/Native_manifests>).

mod doctor;

pub use doctor::examine;

use clap::ValueEnum;
use native_messaging::install::paths::{Scope, manifest_paths};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use wasm_core::words::Sentence;

use crate::connection::KnownExtensions;
use crate::problem::{Problem, Result};

/// The name under which the extension asks for the helper.
pub const HOST_NAME: &str = "dev.vmss_capture.host";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Browser {
    Chrome,
    Edge,
    Chromium,
    Brave,
    Firefox,
}

impl Browser {
    pub const ALL: [Self; 5] = [Self::Chrome, Self::Edge, Self::Chromium, Self::Brave, Self::Firefox];

    /// As in the protocol, on the command line and in the table of places.
    pub fn id(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Edge => "edge",
            Self::Chromium => "chromium",
            Self::Brave => "brave",
            Self::Firefox => "firefox",
        }
    }

    /// Manifest files that this browser reads, the one that we write first.
    fn places(self, scope: Scope) -> Vec<PathBuf> {
        manifest_paths(self.id(), scope, HOST_NAME).unwrap_or_default()
    }

    fn own_place(self) -> Option<PathBuf> {
        let place = self.places(Scope::User).into_iter().next()?;
        // On Windows the browsers' keys may name any file; one for each keeps them apart.
        if cfg!(windows) {
            Some(place.with_file_name(format!("{HOST_NAME}.{}.json", self.id())))
        } else {
            Some(place)
        }
    }

    /// Whether this user has ever started the browser, as far as its profile folder tells.
    pub fn is_used(self) -> bool {
        let profile = self.own_place().and_then(|place| Some(place.parent()?.parent()?.to_owned()));
        profile.is_some_and(|folder| folder.is_dir())
    }
}

/// A native-messaging host manifest, of either family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    name: String,
    description: String,
    path: PathBuf,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allowed_origins: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allowed_extensions: Vec<String>,
}

impl Manifest {
    fn new(browser: Browser, program: &Path, known: &KnownExtensions) -> Self {
        let (origins, extensions) = match browser {
            Browser::Firefox => (Vec::new(), known.firefox.clone()),
            _ => (known.chromium.iter().map(|id| format!("chrome-extension://{id}/")).collect(), Vec::new()),
        };
        Self {
            name: HOST_NAME.to_owned(),
            description: "Packet capture on Azure virtual machine scale sets".to_owned(),
            path: program.to_owned(),
            kind: "stdio".to_owned(),
            allowed_origins: origins,
            allowed_extensions: extensions,
        }
    }
}

/// One browser's part of an installation.
#[derive(Debug)]
pub struct Step {
    pub browser: Browser,
    pub outcome: Result<PathBuf>,
}

/// Registers `program` with each browser. A failure in one leaves the others be.
pub fn install(browsers: &[Browser], program: &Path, known: &KnownExtensions) -> Vec<Step> {
    let step = |&browser: &Browser| Step { browser, outcome: register(browser, program, known) };
    browsers.iter().map(step).collect()
}

fn register(browser: Browser, program: &Path, known: &KnownExtensions) -> Result<PathBuf> {
    let place = browser.own_place().ok_or_else(unknown_place)?;
    let json =
        serde_json::to_vec_pretty(&Manifest::new(browser, program, known)).map_err(Problem::internal)?;
    write(&place, &json).map_err(|error| Problem::file(&place, &error))?;
    registry::add(browser, &place).map_err(|error| Problem::file(&place, &error))?;
    Ok(place)
}

/// Removes what [`install`] wrote.
pub fn uninstall(browsers: &[Browser]) -> Vec<Step> {
    let step = |&browser: &Browser| Step { browser, outcome: deregister(browser) };
    browsers.iter().map(step).collect()
}

fn deregister(browser: Browser) -> Result<PathBuf> {
    let place = browser.own_place().ok_or_else(unknown_place)?;
    match fs::remove_file(&place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Problem::file(&place, &error)),
        _ => {}
    }
    registry::remove(browser).map_err(|error| Problem::file(&place, &error))?;
    Ok(place)
}

fn unknown_place() -> Problem {
    Problem::invalid("browser", Sentence::new("error-input-home"))
}

/// Whole or not at all: a browser may read it at any time.
fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = place.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(place).map_err(|error| error.error)?;
    Ok(())
}

/// Copies this program to where updates of the source tree do not touch it, and returns that place.
pub fn settle() -> Result<PathBuf> {
    let own = std::env::current_exe().map_err(Problem::internal)?;
    let home = home()?;
    let target = home.join(format!("vmss-capture{}", std::env::consts::EXE_SUFFIX));
    let failed = |error: io::Error| Problem::file(&target, &error);
    if own == target {
        return Ok(target);
    }
    fs::create_dir_all(&home).map_err(failed)?;
    let temporary = tempfile::NamedTempFile::new_in(&home).map_err(failed)?;
    fs::copy(&own, temporary.path()).map_err(failed)?;
    // A running helper keeps the file that it was started from.
    temporary.persist(&target).map_err(|error| failed(error.error))?;
    Ok(target)
}

/// Removes the copy that [`settle`] made.
pub fn unsettle() -> Result<()> {
    let target = home()?.join(format!("vmss-capture{}", std::env::consts::EXE_SUFFIX));
    match fs::remove_file(&target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Problem::file(&target, &error)),
        _ => Ok(()),
    }
}

fn home() -> Result<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "vmss-capture").ok_or_else(unknown_place)?;
    Ok(dirs.data_local_dir().join("bin"))
}

#[cfg(windows)]
mod registry {
    use super::{Browser, HOST_NAME};
    use native_messaging::install::paths::{Scope, winreg_key_path};
    use native_messaging::install::winreg::{remove_manifest_reg, write_manifest_path_to_reg};
    use std::{io, path::Path};

    pub fn add(browser: Browser, place: &Path) -> io::Result<()> {
        let key = winreg_key_path(browser.id(), Scope::User, HOST_NAME)?;
        write_manifest_path_to_reg(Scope::User, &key, place)
    }

    pub fn remove(browser: Browser) -> io::Result<()> {
        remove_manifest_reg(Scope::User, &winreg_key_path(browser.id(), Scope::User, HOST_NAME)?)
    }
}

/// Only Windows has one.
#[cfg(not(windows))]
mod registry {
    use super::Browser;
    use std::{io, path::Path};

    pub fn add(_: Browser, _: &Path) -> io::Result<()> {
        Ok(())
    }

    pub fn remove(_: Browser) -> io::Result<()> {
        Ok(())
    }
}
