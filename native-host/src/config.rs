//! The one configuration file, in TOML: folders, clouds, portals, limits. Everything is optional.
//! `docs/configuration.md` describes it for users; `VMSS_CAPTURE_CONFIG=FILE` names another one.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml_edit::{DocumentMut, Item, TomlError};
use url::Url;
use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::{ErrorCode, Settings};
use wasm_core::words::Sentence;

use crate::connection::KnownExtensions;
use crate::problem::{Problem, Result};

/// Names the configuration file instead of the default place.
pub const CONFIG_VARIABLE: &str = "VMSS_CAPTURE_CONFIG";

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ConfigFile {
    downloads: Option<PathBuf>,
    bandwidth: Option<u64>,
    language: Option<String>,
    logs: Option<PathBuf>,
    state: Option<PathBuf>,
    keychain: Option<bool>,
    network: Network,
    clouds: BTreeMap<String, CustomCloud>,
    portals: BTreeMap<String, String>,
    extensions: Extensions,
}

/// A cloud that is none of Azure's public ones, discovered from its resource manager.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomCloud {
    pub resource_manager: Url,
    /// PEM file of certificate authorities to trust for this cloud beside the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// How patient the client is. The defaults suit Azure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Network {
    /// Seconds for one request from first byte sent to last byte read.
    pub timeout_seconds: f64,
    /// Tries after the first.
    pub retries: usize,
    /// Seconds before the first retry; doubled each time, with jitter. Azure's Retry-After wins.
    pub retry_delay_seconds: f64,
    /// Seconds between two looks at a long-running operation where Azure names none.
    pub poll_seconds: f64,
    /// Seconds after which a long-running operation counts as unclear.
    pub operation_seconds: f64,
    /// Requests to one cloud at the same time.
    pub concurrency: usize,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            timeout_seconds: 60.0,
            retries: 4,
            retry_delay_seconds: 0.8,
            poll_seconds: 10.0,
            operation_seconds: 1800.0,
            concurrency: 16,
        }
    }
}

impl Network {
    pub fn timeout(&self) -> Duration {
        seconds(self.timeout_seconds)
    }

    pub fn retry_delay(&self) -> Duration {
        seconds(self.retry_delay_seconds)
    }

    pub fn poll(&self) -> Duration {
        seconds(self.poll_seconds)
    }

    pub fn operation(&self) -> Duration {
        seconds(self.operation_seconds)
    }
}

/// Between a millisecond and a day, whatever the file says.
fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value)
        .unwrap_or_default()
        .clamp(Duration::from_millis(1), Duration::from_secs(86_400))
}

/// Extensions to accept beside the published ones, for people who build their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Extensions {
    chromium: Vec<String>,
    firefox: Vec<String>,
}

/// The configuration with every default filled in.
#[derive(Clone, Debug)]
pub struct Config {
    path: PathBuf,
    file: ConfigFile,
    downloads: PathBuf,
    logs: PathBuf,
    state: PathBuf,
}

impl Config {
    /// Reads the file that the environment names, which has to exist, or the default one, which need not.
    pub fn load() -> Result<Self> {
        match named_path() {
            Some(path) => Self::read_named(&path),
            None => Self::read(&default_path()),
        }
    }

    /// The same for a browser's session, where no file need exist: saving the panel's settings makes it.
    pub fn load_to_change() -> Result<Self> {
        Self::read(&named_path().unwrap_or_else(default_path))
    }

    fn read_named(path: &Path) -> Result<Self> {
        match path.try_exists() {
            Ok(false) => Err(Problem::new(ErrorCode::LocalFile)
                .with("path", path.display())
                .because("error-file-config")),
            _ => Self::read(path),
        }
    }

    /// The defaults, for a session that can only tell that the file is not usable.
    pub fn fallback() -> Self {
        Self::with(default_path(), ConfigFile::default())
    }

    pub fn read(path: &Path) -> Result<Self> {
        Self::parse(path, &text_of(path)?)
    }

    fn parse(path: &Path, text: &str) -> Result<Self> {
        let unusable = |reason: String| unusable(path, reason);
        let file: ConfigFile = toml::from_str(text).map_err(|error| {
            let line =
                error.span().and_then(|span| text.get(..span.start)).map(|before| before.lines().count());
            let line = line.map(|line| format!(" (line {})", line.max(1))).unwrap_or_default();
            unusable(format!("{}{line}", error.message()))
        })?;
        for (name, cloud) in &file.clouds {
            let url = &cloud.resource_manager;
            if url.scheme() != "https" {
                return Err(unusable(format!("clouds.{name}.resource_manager is no https URL")));
            }
        }
        if file.network.concurrency == 0 {
            return Err(unusable("network.concurrency is 0".to_owned()));
        }
        Ok(Self::with(path.to_owned(), file))
    }

    fn with(path: PathBuf, file: ConfigFile) -> Self {
        let folders = folders();
        let base = path.parent().map(Path::to_owned).unwrap_or_default();
        let place = |given: &Option<PathBuf>, default: PathBuf| match given {
            Some(given) => base.join(given),
            None => default,
        };
        Self {
            downloads: place(&file.downloads, folders.downloads),
            logs: place(&file.logs, folders.state.join("logs")),
            state: place(&file.state, folders.state),
            path,
            file,
        }
    }

    /// The file that was read, or would be if it existed.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder under which every download lands.
    pub fn downloads(&self) -> &Path {
        &self.downloads
    }

    /// The same with another download folder, for this process alone.
    #[must_use]
    pub fn with_downloads(self, folder: &Path) -> Self {
        Self { downloads: folder.to_owned(), ..self }
    }

    /// The folder of the log files.
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// The folder of download journals.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// False: tokens of the built-in sign-in stay in memory.
    pub fn keychain(&self) -> bool {
        self.file.keychain.unwrap_or(true)
    }

    pub fn network(&self) -> &Network {
        &self.file.network
    }

    pub fn bandwidth(&self) -> Option<u64> {
        self.file.bandwidth
    }

    pub fn custom_cloud(&self, name: &str) -> Option<CustomCloud> {
        let (_, cloud) = self.file.clouds.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        let ca_file = cloud.ca_file.as_ref().map(|file| match self.path.parent() {
            Some(folder) => folder.join(file),
            None => file.clone(),
        });
        Some(CustomCloud { ca_file, ..cloud.clone() })
    }

    /// The cloud that pages of this cloud's portal really belong to: `[portals]` may send a portal elsewhere.
    pub fn cloud_of_page(&self, cloud: &CloudName) -> CloudName {
        let Some(endpoints) = cloud.endpoints() else { return cloud.clone() };
        let portal = self.file.portals.iter().find(|(host, _)| host.eq_ignore_ascii_case(endpoints.portal));
        portal.map_or_else(|| cloud.clone(), |(_, name)| CloudName::from(name.clone()))
    }

    pub fn extensions(&self) -> KnownExtensions {
        let mut known = KnownExtensions::default();
        known.chromium.extend(self.file.extensions.chromium.iter().cloned());
        known.firefox.extend(self.file.extensions.firefox.iter().cloned());
        known
    }

    pub fn settings(&self) -> Settings {
        Settings {
            downloads: self.file.downloads.as_ref().map(|_| self.downloads.display().to_string()),
            bandwidth: self.file.bandwidth,
            language: self.file.language.clone(),
        }
    }

    /// The configuration with these settings, written to the file beside everything else that stands there.
    pub fn configured(&self, settings: &Settings) -> Result<Self> {
        if settings.downloads.as_ref().is_some_and(|folder| !Path::new(folder).is_absolute()) {
            return Err(Problem::invalid("downloads", Sentence::new("error-input-downloads")));
        }
        if let Some(language) = &settings.language {
            language
                .parse::<wasm_core::words::Language>()
                .map_err(|error| Problem::invalid("language", error))?;
        }
        let mut document: DocumentMut =
            text_of(&self.path)?.parse().map_err(|error: TomlError| unusable(&self.path, error.message()))?;
        put(&mut document, "downloads", settings.downloads.clone());
        // Nobody has that many bytes a second.
        put(
            &mut document,
            "bandwidth",
            settings.bandwidth.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        );
        put(&mut document, "language", settings.language.clone());
        let text = document.to_string();
        let changed = Self::parse(&self.path, &text)?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|error| Problem::file(folder, &error))?;
        let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut temporary| {
            std::io::Write::write_all(&mut temporary, text.as_bytes())?;
            temporary.persist(&self.path).map_err(|error| error.error)
        });
        written.map_err(|error| Problem::file(&self.path, &error))?;
        Ok(changed)
    }
}

/// A file that is not there says nothing.
fn text_of(path: &Path) -> Result<String> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|error| unusable(path, error)),
    }
}

fn unusable(path: &Path, reason: impl std::fmt::Display) -> Problem {
    Problem::new(ErrorCode::Config).with("path", path.display()).with("reason", reason)
}

/// Sets a value, or takes it out. The comment behind it stays, as does everything else in the file.
fn put(document: &mut DocumentMut, name: &str, wanted: Option<impl Into<toml_edit::Value>>) {
    let Some(wanted) = wanted.map(Into::into) else {
        document.remove(name);
        return;
    };
    match document.get_mut(name).and_then(Item::as_value_mut) {
        Some(present) => {
            let decor = present.decor().clone();
            *present = wanted;
            *present.decor_mut() = decor;
        }
        None => document[name] = Item::Value(wanted),
    }
}

struct Folders {
    downloads: PathBuf,
    state: PathBuf,
}

fn project() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "vmss-capture")
}

fn named_path() -> Option<PathBuf> {
    std::env::var_os(CONFIG_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn default_path() -> PathBuf {
    project().map_or_else(|| PathBuf::from("vmss-capture.toml"), |dirs| dirs.config_dir().join("config.toml"))
}

fn folders() -> Folders {
    let user = directories::UserDirs::new();
    let home = user.as_ref().map(|dirs| dirs.home_dir().to_owned()).unwrap_or_else(std::env::temp_dir);
    let downloads = user.as_ref().and_then(|dirs| dirs.download_dir().map(Path::to_owned));
    let state = project().map(|dirs| dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned());
    Folders {
        downloads: downloads.unwrap_or_else(|| home.join("Downloads")).join("vmss-capture"),
        state: state.unwrap_or_else(|| std::env::temp_dir().join("vmss-capture")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<(tempfile::TempDir, Config)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).expect("written");
        Config::read(&path).map(|config| (folder, config))
    }

    #[test]
    fn a_throw_away_profile_is_one_file() {
        let (folder, config) = config(
            "downloads = 'd'\nlogs = 'l'\nstate = '/var/s'\nkeychain = false\n\
             [portals]\n'portal.azure.com' = 'sim'\n\
             [clouds.sim]\nresource_manager = 'https://localhost:1234'\nca_file = 'ca.pem'\n\
             [network]\npoll_seconds = 0.1\n[extensions]\nchromium = ['abc']\n",
        )
        .expect("reads");
        assert_eq!(config.downloads(), folder.path().join("d"));
        assert_eq!(config.logs(), folder.path().join("l"));
        assert_eq!(config.state(), Path::new("/var/s"));
        assert!(!config.keychain());
        assert_eq!(config.network().poll(), Duration::from_millis(100));
        assert_eq!(config.network().retries, Network::default().retries);
        assert_eq!(config.cloud_of_page(&CloudName::Public), CloudName::Custom("sim".to_owned()));
        assert_eq!(config.cloud_of_page(&CloudName::China), CloudName::China);
        let cloud = config.custom_cloud("SIM").expect("known");
        assert_eq!(cloud.ca_file, Some(folder.path().join("ca.pem")));
        assert!(config.extensions().chromium.contains(&"abc".to_owned()));
    }

    #[test]
    fn a_wrong_file_is_told_with_its_place() {
        for text in [
            "downloadz = 'x'",
            "[clouds.x]\nresource_manager = 'http://plain.example'",
            "[clouds.x]\nresource_manager = 'no url'",
            "[network]\nconcurrency = 0",
            "not toml",
        ] {
            let problem = config(text).expect_err(text);
            assert_eq!(problem.code, ErrorCode::Config, "{text}");
            assert!(problem.params["path"].ends_with("config.toml") && !problem.params["reason"].is_empty());
            assert!(text != "downloadz = 'x'" || problem.params["reason"].ends_with("(line 1)"), "{problem}");
        }
    }

    #[test]
    fn settings_are_written_beside_the_rest_of_which_no_letter_changes() {
        let own = "# Ours.\nbandwidth = 5 # enough\n\n[clouds.sim]  # the lab\nresource_manager = 'https://localhost:1'\n";
        let (folder, first) = config(own).expect("reads");
        let downloads = folder.path().join("elsewhere").display().to_string();
        let settings =
            Settings { downloads: Some(downloads), bandwidth: Some(7), language: Some("ja".to_owned()) };
        first.configured(&settings).expect("written");
        let again = Config::read(first.path()).expect("reads again");
        assert_eq!(again.settings(), settings);
        let text = std::fs::read_to_string(first.path()).expect("the file");
        assert!(text.starts_with("# Ours.\nbandwidth = 7 # enough\n"), "{text}");
        assert!(
            text.ends_with("[clouds.sim]  # the lab\nresource_manager = 'https://localhost:1'\n"),
            "{text}"
        );

        let back =
            again.configured(&Settings { bandwidth: Some(5), ..Settings::default() }).expect("written");
        assert_eq!(back.settings().bandwidth, Some(5));
        assert_eq!(std::fs::read_to_string(first.path()).expect("the file"), own);
        let relative = Settings { downloads: Some("x/y".to_owned()), ..Settings::default() };
        assert_eq!(again.configured(&relative).expect_err("relative").code, ErrorCode::InvalidInput);
    }
}
