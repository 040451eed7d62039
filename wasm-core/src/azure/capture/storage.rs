use super::SettingError;
use crate::azure::resource::ResourceId;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Where the files go: a storage account, a file on each instance, or both.
///
/// JSON: `{"account":"/subscriptions/…/storageAccounts/NAME","path":"https://…"?,"file":"/var/captures/x.cap"?}`
/// with `account`, `file` or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StorageForm", into = "StorageForm")]
pub enum Storage {
    Account(AccountStorage),
    Local(LocalFile),
    Both(AccountStorage, LocalFile),
}

/// A storage account and, if wanted, a container or blob in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStorage {
    account: ResourceId,
    path: Option<String>,
}

impl Storage {
    pub fn account(&self) -> Option<&AccountStorage> {
        match self {
            Self::Account(account) | Self::Both(account, _) => Some(account),
            Self::Local(_) => None,
        }
    }

    pub fn file(&self) -> Option<&LocalFile> {
        match self {
            Self::Local(file) | Self::Both(_, file) => Some(file),
            Self::Account(_) => None,
        }
    }
}

impl AccountStorage {
    /// `path`: the URL of a container or blob (`storagePath`). Without it the service chooses the container
    /// `network-watcher-logs` and tells the place in its answer. How it treats a blob URL when several
    /// instances are captured is documented nowhere.
    pub fn new(account: ResourceId, path: Option<&str>) -> Result<Self, SettingError> {
        if !account.is_type("Microsoft.Storage/storageAccounts") {
            return Err(SettingError::StorageAccount(account.to_string()));
        }
        let path = path.map(str::trim).filter(|path| !path.is_empty());
        if let Some(path) = path {
            let refuse = || SettingError::StoragePath(path.chars().take(120).collect());
            // A SAS in this URL would be stored and shown with the capture.
            let url = path.strip_prefix("https://").or_else(|| path.strip_prefix("http://"));
            let (host, rest) = url.and_then(|url| url.split_once('/')).ok_or_else(refuse)?;
            let bad = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '?' | '#' | '@' | '\\');
            if host.is_empty() || rest.trim_matches('/').is_empty() || path.contains(bad) || path.len() > 2048
            {
                return Err(refuse());
            }
        }
        Ok(Self { account, path: path.map(str::to_owned) })
    }

    pub fn account(&self) -> &ResourceId {
        &self.account
    }

    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }
}

/// A file on each instance: below `/var/captures/` on Linux, `C:\…` on Windows, ending in `.cap`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalFile(String);

/// The operating system that a local file's form belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalSystem {
    Linux,
    Windows,
}

impl LocalFile {
    const LINUX_FOLDER: &'static str = "/var/captures/";

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn system(&self) -> LocalSystem {
        if self.0.starts_with('/') { LocalSystem::Linux } else { LocalSystem::Windows }
    }
}

impl FromStr for LocalFile {
    type Err = SettingError;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        let path = path.trim();
        let form = || SettingError::LocalFileForm(path.chars().take(120).collect());
        if path.chars().any(char::is_control) || path.len() > 1024 {
            return Err(form());
        }
        let drive = matches!(path.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
        let linux = path.starts_with('/');
        if !linux && (!drive || path[2..].contains([':', '"', '<', '>', '|', '?', '*', '/'])) {
            return Err(form());
        }
        if linux && (!path.starts_with(Self::LINUX_FOLDER) || path.contains('\\')) {
            return Err(SettingError::LocalFileLinux);
        }
        if path.split(['/', '\\']).any(|part| part == "..") {
            return Err(form());
        }
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = name.get(..name.len().saturating_sub(4)).unwrap_or_default();
        let extension = name.get(name.len().saturating_sub(4)..).unwrap_or_default();
        if stem.is_empty() || !extension.eq_ignore_ascii_case(".cap") {
            return Err(SettingError::LocalFileExtension);
        }
        Ok(Self(path.to_owned()))
    }
}

impl TryFrom<String> for LocalFile {
    type Error = SettingError;
    fn try_from(path: String) -> Result<Self, Self::Error> {
        path.parse()
    }
}

impl From<LocalFile> for String {
    fn from(file: LocalFile) -> Self {
        file.0
    }
}

impl fmt::Display for LocalFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StorageForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<ResourceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<LocalFile>,
}

impl TryFrom<StorageForm> for Storage {
    type Error = SettingError;
    fn try_from(form: StorageForm) -> Result<Self, Self::Error> {
        let account = match (form.account, form.path) {
            (Some(account), path) => Some(AccountStorage::new(account, path.as_deref())?),
            (None, Some(path)) if !path.is_empty() => return Err(SettingError::StoragePathAlone),
            (None, _) => None,
        };
        match (account, form.file) {
            (Some(account), Some(file)) => Ok(Self::Both(account, file)),
            (Some(account), None) => Ok(Self::Account(account)),
            (None, Some(file)) => Ok(Self::Local(file)),
            (None, None) => Err(SettingError::StorageMissing),
        }
    }
}

impl From<Storage> for StorageForm {
    fn from(storage: Storage) -> Self {
        let (account, file) = match storage {
            Storage::Account(account) => (Some(account), None),
            Storage::Local(file) => (None, Some(file)),
            Storage::Both(account, file) => (Some(account), Some(file)),
        };
        let (account, path) = account.map_or((None, None), |account| (Some(account.account), account.path));
        Self { account, path, file }
    }
}
