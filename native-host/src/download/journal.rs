//! The journal of a transfer: what a later process needs in order to go on.
//!
//! # On disk
//! One file a transfer, `<id>.transfer` in the root of the download folder, beside the partial files
//! `<name>.<id>.part`. It is locked while a process works on it, so that a second helper (another browser, the
//! CLI) leaves it alone. Lines are only ever appended:
//! ```text
//! 7c40d0d9f4bf02a1 {"header":{"journal":1,"id":"…","capture":{…},"place":{…},"options":{…},"files":[…]}}
//! 03aa5e1c44f9d27b {"begin":{"file":0,"etag":"0x8D…","size":1073741824}}
//! d11fa1f0a7a9d3c4 {"range":{"file":0,"start":0,"length":4194304,"crc64":"9a3c…"}}
//! 8be2c1a07c11b590 {"done":{"file":0}}
//! ```
//! The first word is the CRC-64/NVME of the rest of the line. `begin` may stand again for the same file: the
//! blob was replaced, earlier ranges are void.
//!
//! # Why any moment is a good moment to die
//! * **Nothing is believed, everything is proved.** A `range` is taken over only if the bytes in the partial file
//!   have its checksum now. So it does not matter in which order the disk wrote data and journal.
//! * Reading stops at the first line that is torn or does not match its checksum, and the file is cut there.
//!   What stood behind it is fetched again, never guessed.
//! * A killed process loses nothing that it had written: a finished range is noted at once. A power cut loses at
//!   most what came since the last flush (data first, then journal, every two seconds).
//! * A file and its ranges here are flushed before it is renamed, and its folder before `done` is noted. Cut between
//!   rename and `done`, the partial file is gone and the finished one has every noted range: found out on the next
//!   start.
//! * No valid header: the transfer never began. The journal is removed last, when every file is done.
//! * A journal of a newer version is left alone.

use super::access::ContainerPlace;
use super::blob::ETag;
use super::crc64;
use super::folder::{Folder, read_at, sync_folder};
use crate::problem::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use wasm_core::azure::resource::InstanceId;
use wasm_core::protocol::{CaptureRef, DownloadOptions, FileRef, TransferId};

const VERSION: u32 = 1;
const EXTENSION: &str = "transfer";
/// A header of 100,000 files stays below; nothing of ours writes longer lines.
const MAX_LINE: u64 = 128 * 1024 * 1024;

const FRESH: Duration = Duration::from_secs(60);

/// What was asked for, complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub journal: u32,
    pub id: TransferId,
    pub capture: CaptureRef,
    pub place: ContainerPlace,
    pub options: DownloadOptions,
    pub files: Vec<PlannedFile>,
}

impl Header {
    pub fn new(
        id: TransferId,
        capture: CaptureRef,
        place: ContainerPlace,
        options: DownloadOptions,
        files: Vec<PlannedFile>,
    ) -> Self {
        Self { journal: VERSION, id, capture, place, options, files }
    }
}

/// One blob and the file that it becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
    pub file: FileRef,
    pub blob: String,
    #[serde(flatten)]
    pub version: BlobVersion,
}

/// What makes two reads of a blob the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlobVersion {
    pub etag: ETag,
    pub size: u64,
    /// Base64, of the whole blob, where its uploader gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}

/// A range that was written, with its CRC-64/NVME.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    pub start: u64,
    pub length: u64,
    pub crc64: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    Header(Box<Header>),
    Begin {
        file: usize,
        #[serde(flatten)]
        version: BlobVersion,
    },
    Range {
        file: usize,
        start: u64,
        length: u64,
        crc64: String,
    },
    Done {
        file: usize,
    },
}

/// How far a file was.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Progress {
    #[default]
    Fresh,
    Begun {
        version: BlobVersion,
        /// By start, not yet proved.
        ranges: BTreeMap<u64, Finished>,
    },
    Done,
}

/// A journal as an earlier process left it, now ours.
#[derive(Debug)]
pub struct Recovered {
    pub journal: Journal,
    pub header: Header,
    pub files: Vec<Progress>,
}

/// An open, locked journal.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// Lines that this process has appended, held by the one that appends.
    appended: Mutex<u64>,
    /// As many of them are on the disk, held by the one that flushes: who waited for it need not flush again.
    flushed: Mutex<u64>,
}

impl Journal {
    pub fn create(folder: &Folder, header: &Header) -> Result<Self> {
        let path = folder.root().join(format!("{}.{EXTENSION}", header.id));
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(&path);
        let file = file.map_err(|error| Problem::file(&path, &error))?;
        // Another process that looks for journals may hold it for a moment.
        file.lock().map_err(|error| Problem::file(&path, &error))?;
        let journal = Self::of(file, path);
        journal.append(&Line::Header(Box::new(header.clone())))?;
        journal.flush()?;
        sync_folder(&journal.path)?;
        Ok(journal)
    }

    /// The transfers in `folder`, by their ids.
    pub fn find(folder: &Folder) -> Vec<TransferId> {
        let Ok(entries) = fs::read_dir(folder.root()) else { return Vec::new() };
        let paths = entries.flatten().map(|entry| entry.path());
        let journals = paths.filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION));
        journals
            .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
            .filter(|id| is_id(id))
            .collect()
    }

    /// Whether a process works on it.
    pub fn is_held(folder: &Folder, id: &str) -> bool {
        let path = folder.root().join(format!("{id}.{EXTENSION}"));
        File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Takes over a transfer where an earlier process left it. None where another process works on it, it never
    /// began, or it is of another version.
    pub fn reopen(folder: &Folder, id: &str) -> Option<Recovered> {
        let path = folder.place(&FileRef(format!("{id}.{EXTENSION}"))).ok().filter(|_| is_id(id))?;
        Self::recover(&path)
    }

    fn recover(path: &Path) -> Option<Recovered> {
        let file = OpenOptions::new().read(true).append(true).open(path).ok()?;
        file.try_lock().ok()?;
        let id = path.file_stem()?.to_str()?;
        let mut reader = BufReader::new(&file);
        let mut header: Option<Header> = None;
        let mut files = Vec::new();
        let mut good = 0;
        let mut text = Vec::new();
        loop {
            text.clear();
            let read = (&mut reader).take(MAX_LINE).read_until(b'\n', &mut text).ok()?;
            let Some(json) = proved(&text) else { break };
            let Ok(line) = serde_json::from_slice::<Line>(json) else {
                // A line that is whole and means nothing to us is of a newer helper.
                tracing::warn!(path = %path.display(), "a transfer of another version is left alone");
                return None;
            };
            match (line, &header) {
                (Line::Header(found), None) if found.journal == VERSION && found.id == id => {
                    files.resize_with(found.files.len(), Progress::default);
                    header = Some(*found);
                }
                (Line::Header(found), _) => {
                    tracing::warn!(path = %path.display(), version = found.journal, "a transfer of another version is left alone");
                    return None;
                }
                (_, None) => return None,
                (line, Some(_)) => apply(&mut files, line),
            }
            good += read as u64;
        }
        let Some(header) = header else {
            // One that was made just now may be another process's, about to be written.
            let old =
                file.metadata().and_then(|meta| meta.modified()).ok()?.elapsed().is_ok_and(|age| age > FRESH);
            if !old || !torn_header(&file) {
                return None;
            }
            tracing::info!(path = %path.display(), "a transfer that never began is removed");
            drop(fs::remove_file(path));
            return None;
        };
        drop(reader);
        // What is torn is cut, so that the next line starts a line.
        file.set_len(good).ok()?;
        (&file).seek(SeekFrom::End(0)).ok()?;
        Some(Recovered { journal: Self::of(file, path.to_owned()), header, files })
    }

    fn of(file: File, path: PathBuf) -> Self {
        Self { file, path, appended: Mutex::default(), flushed: Mutex::default() }
    }

    pub fn begin(&self, file: usize, version: &BlobVersion) -> Result<()> {
        self.append(&Line::Begin { file, version: version.clone() })
    }

    pub fn range(&self, file: usize, range: Finished) -> Result<()> {
        let Finished { start, length, crc64 } = range;
        self.append(&Line::Range { file, start, length, crc64: format!("{crc64:016x}") })
    }

    pub fn done(&self, file: usize) -> Result<()> {
        self.append(&Line::Done { file })
    }

    /// Brings everything to the disk that was appended before.
    pub fn flush(&self) -> Result<()> {
        let appended = || *self.appended.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = appended();
        let mut flushed = self.flushed.lock().unwrap_or_else(PoisonError::into_inner);
        if *flushed < wanted {
            // Others may append meanwhile.
            let covered = appended();
            self.file.sync_data().map_err(|error| Problem::file(&self.path, &error))?;
            *flushed = covered;
        }
        Ok(())
    }

    /// The transfer has ended for good.
    pub fn remove(self) -> Result<()> {
        // Windows cannot remove an open file.
        drop(self.file);
        fs::remove_file(&self.path).map_err(|error| Problem::file(&self.path, &error))?;
        sync_folder(&self.path)
    }

    fn append(&self, line: &Line) -> Result<()> {
        let json = serde_json::to_string(line).map_err(Problem::internal)?;
        let text = format!("{:016x} {json}\n", crc64(json.as_bytes()));
        let mut appended = self.appended.lock().unwrap_or_else(PoisonError::into_inner);
        // One write: a killed process leaves the whole line or none.
        (&self.file).write_all(text.as_bytes()).map_err(|error| Problem::file(&self.path, &error))?;
        *appended += 1;
        Ok(())
    }
}

/// A new transfer's id: twelve hexadecimal digits.
pub fn new_id() -> TransferId {
    uuid::Uuid::new_v4().simple().to_string()[..12].to_owned()
}

/// The download folder may be the person's own: files of other names are none of ours.
fn is_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// What a crash leaves of the first line: nothing, zeros, or its beginning. Anything else is somebody's file.
fn torn_header(file: &File) -> bool {
    let mut head = [0; 17];
    let Ok(read) = read_at(file, &mut head, 0) else { return false };
    let head = &head[..read];
    let sum = |at: usize, b: u8| if at < 16 { b.is_ascii_hexdigit() } else { b == b' ' };
    head.iter().all(|b| *b == 0) || head.iter().enumerate().all(|(at, b)| sum(at, *b))
}

/// The JSON of a whole line whose checksum is right.
fn proved(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_suffix(b"\n")?;
    let (sum, json) = line.split_at_checked(16)?;
    let json = json.strip_prefix(b" ")?;
    let sum = u64::from_str_radix(std::str::from_utf8(sum).ok()?, 16).ok()?;
    (sum == crc64(json)).then_some(json)
}

fn apply(files: &mut [Progress], line: Line) {
    match line {
        Line::Begin { file, version } => {
            if let Some(progress) = files.get_mut(file) {
                *progress = Progress::Begun { version, ranges: BTreeMap::new() };
            }
        }
        Line::Range { file, start, length, crc64 } => {
            if let (Some(Progress::Begun { ranges, .. }), Ok(crc64)) =
                (files.get_mut(file), u64::from_str_radix(&crc64, 16))
            {
                ranges.insert(start, Finished { start, length, crc64 });
            }
        }
        Line::Done { file } => {
            if let Some(progress) = files.get_mut(file) {
                *progress = Progress::Done;
            }
        }
        Line::Header(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ours_is_touched() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(temporary.path()).unwrap();
        let write = |name: &str, text: &str| {
            let mut file = File::create(temporary.path().join(name)).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.set_modified(std::time::SystemTime::now() - 2 * FRESH).unwrap();
        };
        write("notes.transfer", "the person's own");
        write("0123456789ab.transfer", "the person's own, too");
        write("0123456789ac.transfer", "");
        write("0123456789ad.transfer", "7c40d0d9f4");
        write("0123456789ae.transfer", "7c40d0d9f4bf02a1 {\"header\":{\"jour");
        let mut found = Journal::find(&folder);
        found.sort();
        assert_eq!(found.len(), 4, "{found:?}");
        fs::write(temporary.path().join("0123456789af.transfer"), "").unwrap();
        assert!(Journal::reopen(&folder, "0123456789af").is_none());
        for id in found {
            assert!(Journal::reopen(&folder, &id).is_none());
        }
        let left: Vec<_> =
            fs::read_dir(temporary.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(left.len(), 3, "{left:?}");
        assert!(temporary.path().join("0123456789ab.transfer").exists());
    }
}
