//! The files of a capture: which blobs are its, whose they are, and what of them is here already.

use super::access::ContainerPlace;
use super::blob::Blob;
use super::container::Container;
use super::folder::Folder;
use super::journal::PlannedFile;
use crate::problem::{Problem, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use time::format_description::well_known::Rfc3339;
use wasm_core::azure::blob_path::{BlobUrl, ExpectedLocation, LocalNames};
use wasm_core::azure::resource::InstanceId;
use wasm_core::protocol::{BlobRef, CaptureFile, CaptureRef, ErrorCode, FileRef, FileState};

/// Folders followed on one level where letters differ in case; real paths have one.
const SPELLINGS: usize = 8;
/// Files of one capture; 50 instances with rings of 10,000 parts stay below with their newest.
const MAX_FILES: usize = 20_000;

/// Where the files of a capture are looked for. A Flexible scale set has a capture for each machine.
#[derive(Clone, Debug)]
pub struct Sought {
    pub capture: CaptureRef,
    pub place: ContainerPlace,
    /// With the only instance that writes there, where that is known.
    pub locations: Vec<(ExpectedLocation, Option<InstanceId>)>,
    /// Azure still captures or has yet to hand the files over.
    pub running: bool,
    /// The instances in the capture's scope, where they could be read.
    pub instances: Vec<InstanceId>,
}

/// A file of a capture.
#[derive(Clone, Debug)]
pub struct FoundFile {
    pub planned: PlannedFile,
    pub part: Option<u32>,
    pub state: FileState,
    pub modified: Option<time::OffsetDateTime>,
}

/// What there is of a capture.
#[derive(Debug, Default)]
pub struct FoundFiles {
    /// Newest first.
    pub files: Vec<FoundFile>,
    /// In scope and without a file, with [`FileState::NotWritten`] or [`FileState::Missing`].
    pub absent: Vec<(InstanceId, FileState)>,
    /// What was left out.
    pub problems: Vec<Problem>,
}

impl FoundFiles {
    /// In the protocol's form: files, then instances without one.
    pub fn show(&self, sought: &Sought) -> Vec<CaptureFile> {
        let place = &sought.place;
        let files = self.files.iter().map(|found| CaptureFile {
            instance: found.planned.instance.clone(),
            part: found.part,
            state: found.state,
            file: Some(found.planned.file.clone()),
            blob: Some(BlobRef {
                cloud: place.cloud.clone(),
                tenant: place.tenant.clone(),
                url: place.url(&found.planned.blob),
            }),
            size: found.planned.version.size,
            modified: found.modified.and_then(|modified| modified.format(&Rfc3339).ok()),
        });
        let absent = self.absent.iter().map(|(instance, state)| CaptureFile {
            instance: Some(instance.clone()),
            part: None,
            state: *state,
            file: None,
            blob: None,
            size: 0,
            modified: None,
        });
        files.chain(absent).collect()
    }
}

/// Lists the files of a capture. `partial`: blobs that a transfer has begun.
pub async fn find(
    container: &Container,
    folder: &Folder,
    sought: &Sought,
    partial: impl Fn(&str) -> bool,
) -> Result<FoundFiles> {
    let mut found = FoundFiles::default();
    let mut blobs: BTreeMap<String, (Blob, Option<InstanceId>)> = BTreeMap::new();
    for (location, owner) in &sought.locations {
        for blob in blobs_at(container, location, &mut found.problems).await? {
            blobs.insert(blob.name.clone(), (blob, owner.clone()));
        }
    }
    let home = home(sought);
    let mut names = LocalNames::default();
    let known: HashMap<String, &InstanceId> =
        sought.instances.iter().map(|instance| (instance.name().to_lowercase(), instance)).collect();
    for (blob, owner) in blobs.into_values() {
        let url = match BlobUrl::new(sought.place.endpoint.as_str(), &sought.place.container, &blob.name) {
            // A name that does not survive a URL cannot be asked for.
            Ok(url) if url.name() == blob.name => url,
            _ => {
                found
                    .problems
                    .push(Problem::new(ErrorCode::PathRefused).with("path", blob.name.escape_debug()));
                continue;
            }
        };
        let path = url.capture();
        let told = path.and_then(|path| path.instance.as_deref());
        let instance = owner
            .or_else(|| told.and_then(|told| known.get(&told.to_lowercase()).copied().cloned()))
            .or_else(|| told.and_then(|told| told.parse().ok()))
            .or_else(|| match sought.instances.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            });
        let file = FileRef(format!("{home}/{}", names.name(&url)));
        let version = blob.version();
        let state = match folder.existing(&file).and_then(|path| {
            path.metadata().map(|meta| meta.len()).map_err(|error| Problem::file(&path, &error))
        }) {
            Ok(size) if size == version.size => FileState::Local,
            _ if partial(&blob.name) => FileState::Partial,
            _ => FileState::InStorage,
        };
        let part = path.and_then(|path| path.part).and_then(|part| part.try_into().ok());
        let planned = PlannedFile { instance, file, blob: blob.name, version };
        found.files.push(FoundFile { planned, part, state, modified: blob.modified });
    }
    found.files.sort_by(|a, b| {
        let place = |file: &FoundFile| (file.planned.instance.clone(), std::cmp::Reverse(file.part));
        b.modified.cmp(&a.modified).then_with(|| place(a).cmp(&place(b)))
    });
    if found.files.len() > MAX_FILES {
        found.files.truncate(MAX_FILES);
        found.problems.push(cut_off());
    }
    let seen: BTreeSet<&str> =
        found.files.iter().filter_map(|file| file.planned.instance.as_ref()).map(InstanceId::name).collect();
    let state = if sought.running { FileState::NotWritten } else { FileState::Missing };
    // A file of nobody may be anybody's.
    let certain = found.files.iter().all(|file| file.planned.instance.is_some());
    if certain {
        let absent = sought.instances.iter().filter(|instance| !seen.contains(instance.name()));
        found.absent = absent.map(|instance| (instance.clone(), state)).collect();
    }
    Ok(found)
}

/// The folder of a capture's files.
fn home(sought: &Sought) -> String {
    let plain = |text: &str| {
        let safe: String = text
            .chars()
            .map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-') { c } else { '-' })
            .take(80)
            .collect();
        if safe.is_empty() { "capture".to_owned() } else { safe }
    };
    // A prefix keeps names such as `con` from being devices.
    format!(
        "{}/capture-{}",
        plain(sought.capture.target.scale_set.name()),
        plain(sought.capture.capture.as_str())
    )
}

/// The instance that a download's name tells: `web/capture-run/web_3_20250131T163941.077Z_2.cap`. Uniform instances are
/// numbers behind the scale set's name, Flexible ones are machines with names of their own.
pub fn instance_of(file: &FileRef) -> Option<InstanceId> {
    let mut parts = file.0.rsplit('/');
    let name = parts.next()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_time = |token: &str| {
        let shape = |c: char| if c.is_ascii_digit() { '0' } else { c };
        token.chars().map(shape).eq("00000000T000000.000Z".chars())
    };
    let tokens: Vec<&str> = stem.split('_').collect();
    let at = tokens.iter().rposition(|token| is_time(token))?;
    let is_mark = |token: &&str| token.len() == 8 && token.bytes().all(|b| b.is_ascii_hexdigit());
    if tokens[at + 1..].last().is_some_and(is_mark) {
        return None;
    }
    let (last, before) = tokens[..at].split_last()?;
    let numbered = !before.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    if numbered { last.parse().ok() } else { tokens[..at].join("_").parse().ok() }
}

fn cut_off() -> Problem {
    Problem::new(ErrorCode::UnexpectedAnswer).with("what", "a blob listing without an end")
}

async fn blobs_at(
    container: &Container,
    location: &ExpectedLocation,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Blob>> {
    let mut blobs = Vec::new();
    for prefix in location.place().prefixes {
        let listed = container.list(&prefix, None).await?;
        if listed.cut_off {
            problems.push(cut_off());
        }
        blobs.extend(listed.blobs.into_iter().filter(|blob| location.covers(&blob.name)));
    }
    if blobs.is_empty() {
        for prefix in location.place().prefixes {
            blobs.extend(blobs_in_any_case(container, location, &prefix).await?);
        }
    }
    Ok(blobs)
}

/// Blob names are case-sensitive and a prefix is compared letter by letter, so each folder on the way is looked up.
async fn blobs_in_any_case(
    container: &Container,
    location: &ExpectedLocation,
    prefix: &str,
) -> Result<Vec<Blob>> {
    let mut folders = vec![String::new()];
    let (above, _) = prefix.rsplit_once('/').unwrap_or_default();
    for segment in above.split('/').filter(|segment| !segment.is_empty()) {
        let mut next = Vec::new();
        for folder in &folders {
            let wanted = format!("{folder}{segment}/");
            let listed = container.list(folder, Some("/")).await?;
            next.extend(
                listed.prefixes.into_iter().filter(|found| found.to_lowercase() == wanted.to_lowercase()),
            );
        }
        next.truncate(SPELLINGS);
        folders = next;
    }
    let mut blobs = Vec::new();
    for folder in folders {
        let listed = container.list(&folder, None).await?;
        blobs.extend(listed.blobs.into_iter().filter(|blob| location.covers(&blob.name)));
    }
    Ok(blobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_downloads_name_tells_the_instance() {
        for (name, instance) in [
            ("web/capture-run/web_3_20250131T163941.077Z.cap", Some("3")),
            ("web_12_20250131T163941.077Z_2.pcapng", Some("12")),
            ("my_web_3_20250131T163941.077Z.cap", Some("3")),
            ("web_1a2b3c_20250131T163941.077Z.cap", Some("web_1a2b3c")),
            ("web_20250131T163941.077Z_0123abcd.cap", None),
            ("anything.cap", None),
            ("20250131T163941.077Z.cap", None),
        ] {
            let found = instance_of(&FileRef(name.into()));
            assert_eq!(found.as_ref().map(InstanceId::name), instance, "{name}");
        }
    }
}
