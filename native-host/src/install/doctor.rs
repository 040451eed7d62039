//! What is registered where, what each registration leads to, and who shadows whom.

use native_messaging::install::paths::Scope;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wasm_core::protocol::{DoctorReport, Params, Registration, RegistrationState, VERSION};
use wasm_core::words::{self, Language};

use super::{Browser, HOST_NAME, Manifest};
use crate::config::Config;
use crate::log;
use crate::problem::sentence;

/// A registered program answers `--version` at once, or it is none of ours.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// Looks at every place that these browsers read.
pub fn examine(config: &Config, browsers: &[Browser], language: Language) -> DoctorReport {
    let looked = browsers.iter().flat_map(|browser| look(*browser, config, language)).collect();
    report(config, looked, language)
}

fn look(browser: Browser, config: &Config, language: Language) -> Vec<Registration> {
    let user = browser.own_place().into_iter().chain(browser.places(Scope::User));
    let mut places: Vec<PathBuf> = Vec::new();
    for place in user.chain(browser.places(Scope::System)) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let mut registrations = Vec::new();
    // Browsers take the first that they find: the user's before the system's.
    let mut winner: Option<PathBuf> = None;
    for (index, place) in places.into_iter().enumerate() {
        if !place.exists() {
            // An absent one is worth a line only where it would be written.
            if index == 0 {
                let key = if browser.is_used() { "doctor-not-registered" } else { "doctor-not-used" };
                let detail = words::plain(language, key);
                registrations.push(line(browser, &place, RegistrationState::Absent, detail));
            }
            continue;
        }
        let (mut state, mut detail) = judge(browser, &place, config).told(language);
        if let (Some(winner), RegistrationState::Ok) = (&winner, state) {
            state = RegistrationState::Shadowed;
            detail = say(language, "doctor-shadowed", [("place", winner.display().to_string())]);
        }
        winner.get_or_insert(place.clone());
        registrations.push(line(browser, &place, state, detail));
    }
    registrations.extend(sandboxes(browser, language));
    registrations
}

fn say<const N: usize>(language: Language, key: &str, params: [(&str, String); N]) -> String {
    let params: Params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    sentence(language, key, &params)
}

fn line(browser: Browser, place: &Path, state: RegistrationState, detail: String) -> Registration {
    Registration { browser: browser.id().to_owned(), place: place.display().to_string(), state, detail }
}

/// What a registration leads to.
enum Judgement {
    Good {
        program: String,
        version: String,
    },
    Unreadable(std::io::Error),
    NoManifest(serde_json::Error),
    OtherHost(String),
    NotAllowed(String),
    /// The program cannot be started, or is another.
    Program(String, Failing),
}

enum Failing {
    Start(std::io::Error),
    Status(std::process::ExitStatus),
    Silent,
    Stranger,
}

impl Judgement {
    fn told(self, language: Language) -> (RegistrationState, String) {
        let detail = match self {
            Self::Good { program, version } => {
                return (RegistrationState::Ok, format!("{program} ({version})"));
            }
            Self::Unreadable(error) => error.to_string(),
            Self::NoManifest(error) => say(language, "doctor-no-manifest", [("reason", error.to_string())]),
            Self::OtherHost(name) => say(language, "doctor-other-host", [("name", name)]),
            Self::NotAllowed(id) => say(language, "doctor-not-allowed", [("id", id)]),
            Self::Program(program, Failing::Start(error)) => format!("{program}: {error}"),
            Self::Program(program, Failing::Status(status)) => format!("{program}: {status}"),
            Self::Program(program, Failing::Silent) => say(language, "doctor-silent", [("program", program)]),
            Self::Program(program, Failing::Stranger) => {
                say(language, "doctor-stranger", [("program", program)])
            }
        };
        (RegistrationState::Broken, detail)
    }
}

fn judge(browser: Browser, place: &Path, config: &Config) -> Judgement {
    let text = match std::fs::read_to_string(place) {
        Ok(text) => text,
        Err(error) => return Judgement::Unreadable(error),
    };
    let manifest: Manifest = match serde_json::from_str(&text) {
        Ok(manifest) => manifest,
        Err(error) => return Judgement::NoManifest(error),
    };
    if manifest.name != HOST_NAME {
        return Judgement::OtherHost(manifest.name);
    }
    let wanted = Manifest::new(browser, &manifest.path, &config.extensions());
    let missing =
        wanted.allowed_origins.into_iter().find(|origin| !manifest.allowed_origins.contains(origin)).or_else(
            || wanted.allowed_extensions.into_iter().find(|id| !manifest.allowed_extensions.contains(id)),
        );
    if let Some(missing) = missing {
        return Judgement::NotAllowed(missing);
    }
    let program = manifest.path.display().to_string();
    match version_of(&manifest.path) {
        Ok(version) => Judgement::Good { program, version },
        Err(failing) => Judgement::Program(program, failing),
    }
}

/// Runs the registered program.
fn version_of(program: &Path) -> Result<String, Failing> {
    let mut child = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(Failing::Start)?;
    let deadline = Instant::now() + ANSWER_TIME;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break,
            Ok(Some(status)) => return Err(Failing::Status(status)),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            Ok(None) => {
                let _already_gone = child.kill();
                let _status = child.wait();
                return Err(Failing::Silent);
            }
            Err(error) => return Err(Failing::Start(error)),
        }
    }
    let output = child.wait_with_output().map_err(Failing::Start)?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if text.starts_with("vmss-capture ") { Ok(text) } else { Err(Failing::Stranger) }
}

/// Browsers in a sandbox cannot start programs outside of it.
fn sandboxes(browser: Browser, language: Language) -> Vec<Registration> {
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
            let detail = words::plain(language, "doctor-sandbox");
            line(browser, &folder, RegistrationState::Broken, detail)
        })
        .collect()
}

fn report(config: &Config, registrations: Vec<Registration>, language: Language) -> DoctorReport {
    let executable = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    let log = log::file(config.logs()).display().to_string();
    let (path, downloads) = (config.path().display().to_string(), config.downloads().display().to_string());
    let mut text = format!("vmss-capture {VERSION} ({} {})\n", std::env::consts::OS, std::env::consts::ARCH);
    for (key, place) in [
        ("doctor-program", &executable),
        ("doctor-config", &path),
        ("doctor-log", &log),
        ("doctor-downloads", &downloads),
    ] {
        text.push_str(&format!("{}: {place}\n", words::plain(language, key)));
    }
    for registration in &registrations {
        let state = match registration.state {
            RegistrationState::Ok => "doctor-state-ok",
            RegistrationState::Absent => "doctor-state-absent",
            RegistrationState::Broken => "doctor-state-broken",
            RegistrationState::Shadowed => "doctor-state-shadowed",
        };
        let state = words::plain(language, state);
        let Registration { browser, place, detail, .. } = registration;
        text.push_str(&format!("{browser} [{state}] {place}: {detail}\n"));
    }
    DoctorReport { version: VERSION, executable, log, config: path, downloads, registrations, text }
}
