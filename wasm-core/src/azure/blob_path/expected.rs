use super::{BlobUrl, BlobUrlError, CapturePath, DEFAULT_CONTAINER};
use crate::azure::{
    arm,
    capture::{CaptureRequest, Scope, Target},
    resource::InstanceId,
    time::UtcTime,
};
use serde::{Deserialize, Serialize};

/// The service names a capture by its own clock: its time may be this many milliseconds off the start.
const CLOCK_TOLERANCE: i64 = 10 * 60 * 1000;

/// Where the files of a capture are to be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedLocation {
    /// The service said where: this file, or the files below it.
    Told(BlobUrl),
    /// The service said nothing; this is the documented template.
    Template(Template),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    container: String,
    target: Target,
    /// The only captured instance.
    instance: Option<InstanceId>,
    started: Option<UtcTime>,
}

/// An expected place, flat, for JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    pub container: String,
    /// The documented name; `HH_mm_ss_fff` and the date stand for what is not known yet.
    pub name: String,
    /// `true`: one file. `false`: a folder with a file for each instance.
    pub file: bool,
    /// Whether the service itself said so.
    pub told: bool,
    /// What to list: blob names that start with one of these (blob names are case-sensitive).
    pub prefixes: Vec<String>,
}

impl ExpectedLocation {
    /// For a capture that is to be started, or that the service has not told a place for.
    pub fn of_request(request: &CaptureRequest, started: Option<UtcTime>) -> Self {
        let container = request
            .storage()
            .account()
            .and_then(|account| account.path())
            .and_then(|path| container_of(path).map(str::to_owned));
        Self::template(request.target(), request.scope(), container, started)
    }

    /// From the service's answer: its `storagePath` where it says one. `None` where the capture keeps its files
    /// on the instances alone.
    pub fn of_answer(
        properties: &arm::PacketCaptureProperties,
        started: Option<UtcTime>,
    ) -> Result<Option<Self>, BlobUrlError> {
        let Some(storage) = &properties.storage_location else { return Ok(None) };
        let told = storage.storage_path.as_deref().map(str::trim).filter(|path| !path.is_empty());
        let template = |container: Option<&str>| {
            let target = properties.target.as_deref()?.parse().ok()?;
            let scope = Scope::from_arm(properties.scope.as_ref()).ok()?;
            Some(Self::template(&target, &scope, container.map(str::to_owned), started))
        };
        match (told, &storage.storage_id) {
            (Some(told), _) => match told.parse::<BlobUrl>() {
                Ok(url) => Ok(Some(Self::Told(url))),
                // Only the container: the service adds its template below it.
                Err(BlobUrlError::Name) => Ok(template(container_of(told))),
                Err(error) => Err(error),
            },
            (None, Some(_)) => Ok(template(None)),
            (None, None) => Ok(None),
        }
    }

    /// The documented template for a target.
    pub fn template(
        target: &Target,
        scope: &Scope,
        container: Option<String>,
        started: Option<UtcTime>,
    ) -> Self {
        let instance = match scope {
            Scope::Include(list) => match list.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
            Scope::All | Scope::Exclude(_) => None,
        };
        let container = container.unwrap_or_else(|| DEFAULT_CONTAINER.to_owned());
        Self::Template(Template { container, target: target.clone(), instance, started })
    }

    pub fn container(&self) -> &str {
        match self {
            Self::Told(url) => url.container(),
            Self::Template(template) => &template.container,
        }
    }

    /// The place with what to list.
    pub fn place(&self) -> Place {
        match self {
            Self::Told(url) => Place {
                container: url.container().to_owned(),
                name: url.name().to_owned(),
                file: url.is_file(),
                told: true,
                prefixes: vec![stem(url.name()).to_owned()],
            },
            Self::Template(template) => Place {
                container: template.container.clone(),
                name: template.name(),
                file: template.is_file(),
                told: false,
                prefixes: template.prefixes(),
            },
        }
    }

    /// Whether a listed blob belongs to the capture. Ignores case throughout.
    pub fn covers(&self, blob_name: &str) -> bool {
        match self {
            Self::Told(url) => {
                let (name, stem) = (blob_name.to_lowercase(), stem(url.name()).to_lowercase());
                match name.strip_prefix(&stem) {
                    // The file itself, parts of a ring buffer, or files below a folder; not a longer name.
                    Some(rest) => rest.is_empty() || rest.starts_with(['.', '_', '/']),
                    None => false,
                }
            }
            Self::Template(template) => {
                CapturePath::read(blob_name).is_some_and(|path| template.covers(&path))
            }
        }
    }
}

/// Without the extension: parts of a ring buffer may go on with a number there.
fn stem(name: &str) -> &str {
    let at = name.len().saturating_sub(4);
    let has_extension = name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(".cap"));
    if has_extension { name.get(..at).unwrap_or(name) } else { name.trim_end_matches('/') }
}

/// The container in a URL that the user gave as `storagePath`.
fn container_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    // Azurite and the like have the account first.
    let path = if host.contains(".blob.") { path } else { path.split_once('/')?.1 };
    path.split(['/', '?', '#']).next().filter(|container| !container.is_empty())
}

impl Template {
    fn is_file(&self) -> bool {
        self.instance.is_some() || matches!(self.target, Target::VirtualMachine(_))
    }

    /// `subscriptions/…/virtualmachinescalesets/SET` in lower case, as real paths are.
    fn base(&self) -> String {
        self.target.to_string().trim_start_matches('/').to_lowercase()
    }

    fn name(&self) -> String {
        let machine = self
            .instance
            .as_ref()
            .map(|instance| format!("/virtualmachines/{}", instance.name().to_lowercase()));
        let date = self.started.map_or_else(|| "yyyy/MM/dd".to_owned(), date_folder);
        let extension = if self.is_file() { ".cap" } else { "" };
        let machine = machine.unwrap_or_default();
        format!("{}{machine}/{date}/packetcapture_HH_mm_ss_fff{extension}", self.base())
    }

    /// As narrow as is certain: to the day where it is known (both days around midnight). The documented mixed
    /// case of `virtualMachines` is listed as well.
    fn prefixes(&self) -> Vec<String> {
        let base = self.base();
        let folders = match &self.instance {
            None => vec![base],
            Some(instance) => {
                let name = instance.name().to_lowercase();
                vec![format!("{base}/virtualmachines/{name}"), format!("{base}/virtualMachines/{name}")]
            }
        };
        let days: Vec<String> = match self.started {
            None => vec![String::new()],
            Some(started) => {
                let mut days: Vec<String> =
                    [started.shifted(-CLOCK_TOLERANCE), Some(started), started.shifted(CLOCK_TOLERANCE)]
                        .into_iter()
                        .flatten()
                        .map(|time| format!("{}/packet", date_folder(time)))
                        .collect();
                days.dedup();
                days
            }
        };
        folders.iter().flat_map(|folder| days.iter().map(move |day| format!("{folder}/{day}"))).collect()
    }

    fn covers(&self, path: &CapturePath) -> bool {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let (subscription, group, scale_set, machine) = match &self.target {
            Target::ScaleSet(id) => (id.subscription(), id.resource_group(), Some(id.name()), None),
            Target::VirtualMachine(id) => (id.subscription(), id.resource_group(), None, Some(id.name())),
        };
        let machine = machine.or(self.instance.as_ref().map(InstanceId::name));
        let near = match (self.started, path.created) {
            (Some(started), Some(created)) => {
                (created.epoch_milliseconds() - started.epoch_milliseconds()).abs() <= CLOCK_TOLERANCE
            }
            _ => true,
        };
        path.subscription == subscription
            && same(&path.resource_group, group)
            && path.scale_set.as_deref().map(str::to_lowercase) == scale_set.map(str::to_lowercase)
            && machine.is_none_or(|machine| {
                path.instance.as_deref().is_some_and(|instance| same(instance, machine))
            })
            && near
    }
}

fn date_folder(time: UtcTime) -> String {
    let civil = time.civil();
    format!("{:04}/{:02}/{:02}", civil.year, civil.month, civil.day)
}
