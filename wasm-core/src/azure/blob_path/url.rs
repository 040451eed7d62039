use super::super::time::{Civil, UtcTime, number};
use crate::{
    azure::cloud::CloudName,
    words::{InWords, Sentence},
};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A name of 1,024 characters takes up to 12 KiB when encoded.
const MAX_LENGTH: usize = 16 * 1024;
/// Azure's limit for a blob's name.
const MAX_NAME: usize = 1024;

/// What a URL path must not contain literally, and `%` itself.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The URL of a blob or of a folder of blobs, on any cloud, on Azurite (account in the path) or behind a
/// custom endpoint. A query, which may be a SAS, is cut off unread and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobUrl {
    /// `https://account.blob.core.windows.net` or `http://127.0.0.1:10000/account`, without a final `/`.
    endpoint: String,
    account: String,
    container: String,
    name: String,
    cloud: Option<CloudName>,
    capture: Option<CapturePath>,
}

/// What the service's own path tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturePath {
    pub subscription: Uuid,
    pub resource_group: String,
    /// `None` for a capture of a single machine.
    pub scale_set: Option<String>,
    /// From the path where it names one, else from the name of a file in the capture's folder where that
    /// is a number or ends in one.
    pub instance: Option<String>,
    /// When the capture was created; `None` for a path that stops above it.
    pub created: Option<UtcTime>,
    /// A number after the time: the part of a ring buffer.
    pub part: Option<u64>,
}

/// Why a text is no blob URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobUrlError {
    #[error("a blob URL looks like https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME")]
    Form,
    #[error("the URL names no account")]
    Account,
    #[error("{0:?} is no container")]
    Container(String),
    #[error("the URL names no blob")]
    Name,
}

impl BlobUrlError {
    /// The stable code, which is also the end of the catalogue's key (`capture-place-CODE`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form => "blob-url-form",
            Self::Account => "blob-url-account",
            Self::Container(_) => "blob-url-container",
            Self::Name => "blob-url-name",
        }
    }
}

impl InWords for BlobUrlError {
    fn sentence(&self) -> Sentence {
        Sentence::new(format!("capture-place-{}", self.code()))
    }
}

impl BlobUrl {
    /// From the account's `primaryEndpoints.blob`, a container and a blob's name as listed (not encoded).
    pub fn new(endpoint: &str, container: &str, name: &str) -> Result<Self, BlobUrlError> {
        let encoded = utf8_percent_encode(name, PATH);
        format!("{}/{container}/{encoded}", endpoint.trim_end_matches('/')).parse()
    }

    /// Scheme, host and, for Azurite, account: what the container's name follows.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub fn account(&self) -> &str {
        &self.account
    }

    pub fn container(&self) -> &str {
        &self.container
    }

    /// The blob's name within the container, decoded.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cloud by the host's suffix; `None` for Azurite and custom endpoints.
    pub fn cloud(&self) -> Option<&CloudName> {
        self.cloud.as_ref()
    }

    /// What the path tells, where it is the service's own.
    pub fn capture(&self) -> Option<&CapturePath> {
        self.capture.as_ref()
    }

    /// Whether this is a file and not the folder that several instances' files lie in.
    pub fn is_file(&self) -> bool {
        let name = self.name.as_bytes();
        name.len() > 4 && name[name.len() - 4..].eq_ignore_ascii_case(b".cap")
    }
}

impl FromStr for BlobUrl {
    type Err = BlobUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.len() > MAX_LENGTH || text.chars().any(char::is_control) {
            return Err(BlobUrlError::Form);
        }
        let (scheme, rest) = text.split_once("://").ok_or(BlobUrlError::Form)?;
        if !(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")) {
            return Err(BlobUrlError::Form);
        }
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.split_once('/').ok_or(BlobUrlError::Form)?;
        if authority.is_empty() || authority.contains(['@', '\\', ' ']) {
            return Err(BlobUrlError::Form);
        }
        let scheme = scheme.to_ascii_lowercase();
        let authority = authority.to_ascii_lowercase();
        let host = authority.split(':').next().unwrap_or_default();
        let (account, cloud, endpoint, path) = match of_host(host) {
            Some((account, cloud)) => (account, cloud, format!("{scheme}://{authority}"), path),
            // Azurite, and emulators and gateways alike: the account is the path's first segment.
            None => {
                let (account, path) = path.split_once('/').ok_or(BlobUrlError::Form)?;
                (account.to_owned(), None, format!("{scheme}://{authority}/{account}"), path)
            }
        };
        let name_sound = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if !name_sound(&account) {
            return Err(BlobUrlError::Account);
        }
        let (container, name) = path.split_once('/').unwrap_or((path, ""));
        let container_sound = |name: &str| {
            matches!(name, "$root" | "$web" | "$logs")
                || ((3..=63).contains(&name.len())
                    && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        };
        if !container_sound(container) {
            return Err(BlobUrlError::Container(container.chars().take(80).collect()));
        }
        let name = percent_decode_str(name).decode_utf8().map_err(|_| BlobUrlError::Name)?;
        if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(BlobUrlError::Name);
        }
        let capture = CapturePath::read(&name);
        Ok(Self {
            endpoint,
            account,
            container: container.to_owned(),
            name: name.into_owned(),
            cloud,
            capture,
        })
    }
}

/// `ACCOUNT.blob.SUFFIX` of any cloud, and of DNS-zone endpoints (`ACCOUNT.z01.blob.storage.azure.net`).
fn of_host(host: &str) -> Option<(String, Option<CloudName>)> {
    if let Some((cloud, account)) = CloudName::of_blob_host(host) {
        return Some((account, Some(cloud)));
    }
    let mut labels = host.split('.');
    let account = labels.next()?;
    let cloud = host.ends_with(".blob.storage.azure.net").then_some(CloudName::Public);
    labels.any(|label| label == "blob").then(|| (account.to_owned(), cloud))
}

impl fmt::Display for BlobUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.endpoint, self.container, utf8_percent_encode(&self.name, PATH))
    }
}

impl CapturePath {
    /// Reads a blob's name; `None` where it is not of the service's form.
    pub(super) fn read(name: &str) -> Option<Self> {
        let parts: Vec<&str> = name.split('/').take(24).collect();
        let same = |part: &str, word: &str| part.eq_ignore_ascii_case(word);
        let [subscriptions, subscription, groups, group, providers, provider, kind, target, rest @ ..] =
            parts.as_slice()
        else {
            return None;
        };
        if !(same(subscriptions, "subscriptions")
            && same(groups, "resourceGroups")
            && same(providers, "providers")
            && same(provider, "Microsoft.Compute")
            && !group.is_empty()
            && !target.is_empty())
        {
            return None;
        }
        let mut path = Self {
            subscription: Uuid::try_parse(subscription).ok()?,
            resource_group: (*group).to_owned(),
            scale_set: None,
            instance: None,
            created: None,
            part: None,
        };
        let mut rest = rest;
        if same(kind, "virtualMachineScaleSets") {
            path.scale_set = Some((*target).to_owned());
            if let [machines, instance, after @ ..] = rest
                && same(machines, "virtualMachines")
            {
                path.instance = Some((*instance).to_owned());
                rest = after;
            }
        } else if same(kind, "virtualMachines") {
            path.instance = Some((*target).to_owned());
        } else {
            return None;
        }
        if let [year, month, day, file, inside @ ..] = rest {
            let date = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
            path.read_file(date, file)?;
            path.read_inside(inside);
        }
        Some(path)
    }

    /// `packetcapture_16_39_41_077.cap`, `packetCapture_16_39_41_077`, and with something after the time.
    fn read_file(&mut self, (year, month, day): (i64, i64, i64), file: &str) -> Option<()> {
        const PREFIX: &str = "packetcapture_";
        let start = file.get(..PREFIX.len())?;
        let time = file.get(PREFIX.len()..).filter(|_| start.eq_ignore_ascii_case(PREFIX))?;
        let time = time.split('.').next()?;
        let mut parts = time.split('_');
        let mut next = |digits| parts.next().and_then(|part| number(part, digits));
        let civil = Civil {
            year,
            month,
            day,
            hour: next(2)?,
            minute: next(2)?,
            second: next(2)?,
            millisecond: next(3)?,
        };
        self.created = Some(UtcTime::from_civil(civil)?);
        self.part = parts.next_back().and_then(part_number);
        Some(())
    }

    /// Files in the folder of several instances. The names are documented nowhere: what is a number, or ends
    /// in `_NUMBER` after the scale set's name, is taken for the instance.
    fn read_inside(&mut self, inside: &[&str]) {
        let Some((file, folders)) = inside.split_last() else { return };
        let stem = file.rsplit_once('.').map_or(*file, |(stem, _)| stem);
        let mut tokens: Vec<&str> = folders.to_vec();
        tokens.push(stem);
        for token in tokens {
            let scale_set = self.scale_set.as_deref().unwrap_or_default();
            let own = token
                .get(..scale_set.len())
                .filter(|start| !scale_set.is_empty() && start.eq_ignore_ascii_case(scale_set))
                .and_then(|_| token.get(scale_set.len()..))
                .and_then(|rest| rest.strip_prefix('_'))
                .unwrap_or(token);
            let mut numbers = own.split('_');
            let first = numbers.next().unwrap_or_default();
            if self.instance.is_none() && number(first, 9).is_some() {
                self.instance = Some(first.to_owned());
                self.part = self.part.or_else(|| numbers.next_back().and_then(part_number));
            } else {
                self.part = self.part.or_else(|| own.rsplit('_').next().and_then(part_number));
            }
        }
    }
}

fn part_number(text: &str) -> Option<u64> {
    number(text, 9).and_then(|part| u64::try_from(part).ok())
}
