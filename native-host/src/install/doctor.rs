//! What is registered where, what each registration leads to, and who shadows whom.

use native_messaging::install::paths::Scope;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wasm_core::protocol::{DoctorReport, Registration, RegistrationState, VERSION};

use super::{Browser, HOST_NAME, Manifest};
use crate::config::Config;
use crate::log;

/// A registered program answers `--version` at once, or it is none of ours.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// Looks at every place that the browsers read.
pub fn examine(config: &Config) -> DoctorReport {
    let mut registrations = Vec::new();
    for browser in Browser::ALL {
        let user = browser.own_place().into_iter().chain(browser.places(Scope::User));
        let mut places: Vec<PathBuf> = Vec::new();
        for place in user.chain(browser.places(Scope::System)) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        // Browsers take the first that they find: the user's before the system's.
        let mut winner: Option<PathBuf> = None;
        for (index, place) in places.into_iter().enumerate() {
            if !place.exists() {
                // An absent one is worth a line only where it would be written.
                if index == 0 {
                    let detail =
                        if browser.is_used() { "not registered" } else { "the browser is not used here" };
                    registrations.push(line(browser, &place, RegistrationState::Absent, detail.to_owned()));
                }
                continue;
            }
            let (mut state, mut detail) = judge(browser, &place, config);
            if let (Some(winner), RegistrationState::Ok) = (&winner, state) {
                state = RegistrationState::Shadowed;
                detail = format!("{} is read first", winner.display());
            }
            winner.get_or_insert(place.clone());
            registrations.push(line(browser, &place, state, detail));
        }
        registrations.extend(sandboxes(browser));
    }
    report(config, registrations)
}

fn line(browser: Browser, place: &Path, state: RegistrationState, detail: String) -> Registration {
    Registration { browser: browser.id().to_owned(), place: place.display().to_string(), state, detail }
}

fn judge(browser: Browser, place: &Path, config: &Config) -> (RegistrationState, String) {
    let broken = |detail: String| (RegistrationState::Broken, detail);
    let text = match std::fs::read_to_string(place) {
        Ok(text) => text,
        Err(error) => return broken(error.to_string()),
    };
    let manifest: Manifest = match serde_json::from_str(&text) {
        Ok(manifest) => manifest,
        Err(error) => return broken(format!("not a host manifest: {error}")),
    };
    if manifest.name != HOST_NAME {
        return broken(format!("it is for {}", manifest.name));
    }
    let wanted = Manifest::new(browser, &manifest.path, &config.extensions());
    let missing =
        wanted.allowed_origins.iter().find(|origin| !manifest.allowed_origins.contains(origin)).or_else(
            || wanted.allowed_extensions.iter().find(|id| !manifest.allowed_extensions.contains(id)),
        );
    if let Some(missing) = missing {
        return broken(format!("it does not allow {missing}"));
    }
    match version_of(&manifest.path) {
        Ok(version) => (RegistrationState::Ok, format!("{} ({version})", manifest.path.display())),
        Err(reason) => broken(format!("{}: {reason}", manifest.path.display())),
    }
}

/// Runs the registered program.
fn version_of(program: &Path) -> Result<String, String> {
    let mut child = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let deadline = Instant::now() + ANSWER_TIME;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break,
            Ok(Some(status)) => return Err(status.to_string()),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            Ok(None) => {
                let _already_gone = child.kill();
                let _status = child.wait();
                return Err("no answer".to_owned());
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if text.starts_with("vmss-capture ") { Ok(text) } else { Err("it is not vmss-capture".to_owned()) }
}

/// Browsers in a sandbox cannot start programs outside of it.
fn sandboxes(browser: Browser) -> Vec<Registration> {
    let Some(home) = directories::UserDirs::new().map(|dirs| dirs.home_dir().to_owned()) else {
        return Vec::new();
    };
    let folders: &[&str] = match browser {
        Browser::Chrome => &[".var/app/com.google.Chrome"],
        Browser::Edge => &[".var/app/com.microsoft.Edge"],
        Browser::Chromium => &["snap/chromium", ".var/app/org.chromium.Chromium"],
        Browser::Brave => &["snap/brave", ".var/app/com.brave.Browser"],
        Browser::Firefox => &["snap/firefox", ".var/app/org.mozilla.firefox"],
    };
    let found = folders.iter().map(|folder| home.join(folder)).filter(|folder| folder.is_dir());
    found
        .map(|folder| {
            let detail =
                "this browser runs in a sandbox (snap or flatpak) and may not start helpers".to_owned();
            line(browser, &folder, RegistrationState::Broken, detail)
        })
        .collect()
}

fn report(config: &Config, registrations: Vec<Registration>) -> DoctorReport {
    let executable = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    let log = log::file(config.logs()).display().to_string();
    let (path, downloads) = (config.path().display().to_string(), config.downloads().display().to_string());
    let mut text = format!(
        "vmss-capture {VERSION} on {} {}\nprogram   {executable}\nconfig    {path}\nlog       {log}\ndownloads {downloads}\n",
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    for registration in &registrations {
        let state = match registration.state {
            RegistrationState::Ok => "ok",
            RegistrationState::Absent => "absent",
            RegistrationState::Broken => "BROKEN",
            RegistrationState::Shadowed => "shadowed",
        };
        text.push_str(&format!(
            "{:9} {state:9} {}: {}\n",
            registration.browser, registration.place, registration.detail
        ));
    }
    DoctorReport { version: VERSION, executable, log, config: path, downloads, registrations, text }
}
