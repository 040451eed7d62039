//! Summaries of capture files, many at once, and of all of them together.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use wasm_core::filter::{CaptureFilters, LocalAddresses, Matcher};
use wasm_core::pcap::report::{Report, SourceReport};
use wasm_core::pcap::session::captured;
use wasm_core::pcap::{Listing, Options, Summarizer, Summary};
use wasm_core::protocol::FileRef;
use wasm_core::words::{Language, Sentence};

use crate::download::{self, Sums};
use crate::not_a_capture::not_a_capture;
use crate::problem::{Problem, Result};

/// Bytes read at a time: large enough for the disk, small enough for the cache.
const CHUNK: usize = 64 * 1024;
/// Bytes that tell what a file is that is no capture.
const HEAD: usize = 64;

/// One capture to summarise.
#[derive(Clone, Debug)]
pub struct Source {
    /// As it is shown.
    pub name: String,
    pub place: Place,
    pub instance: Option<String>,
}

#[derive(Clone, Debug)]
pub enum Place {
    File(PathBuf),
    Stdin,
}

impl Source {
    pub fn file(path: &Path) -> Self {
        Self {
            name: path.display().to_string(),
            instance: instance_of(path),
            place: Place::File(path.to_owned()),
        }
    }

    pub fn stdin() -> Self {
        Self { name: "-".to_owned(), place: Place::Stdin, instance: None }
    }

    /// Bytes, where they are known beforehand.
    pub fn size(&self) -> Option<u64> {
        match &self.place {
            Place::File(path) => path.metadata().ok().map(|metadata| metadata.len()),
            Place::Stdin => None,
        }
    }

    fn open(&self) -> io::Result<Box<dyn Read>> {
        Ok(match &self.place {
            Place::File(path) => {
                let file = File::open(path)?;
                if file.metadata()?.is_dir() {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                Box::new(file)
            }
            Place::Stdin => Box::new(io::stdin().lock()),
        })
    }
}

/// Downloads tell their instance by name; other files name none.
fn instance_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    download::instance_of(&FileRef(name.to_owned())).map(|instance| instance.to_string())
}

/// What is counted.
#[derive(Clone, Debug, Default)]
pub struct Filtering {
    pub filters: Option<CaptureFilters>,
    pub local: Vec<std::net::IpAddr>,
    /// Also what is found behind damage.
    pub recover: bool,
}

/// Counts of a filter tried on a capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    pub packets: u64,
    pub kept: u64,
    pub bytes: u64,
    pub kept_bytes: u64,
}

impl Kept {
    pub fn add(&mut self, other: Self) {
        self.packets += other.packets;
        self.kept += other.kept;
        self.bytes += other.bytes;
        self.kept_bytes += other.kept_bytes;
    }
}

/// Reads one capture to its end. `progress` hears how many bytes were read.
pub fn summarise_one(
    source: &Source,
    filtering: &Filtering,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(Summary, Kept)> {
    let path = PathBuf::from(&source.name);
    let mut input = source.open().map_err(|error| Problem::file(&path, &error))?;
    let matcher =
        filtering.filters.as_ref().filter(|filters| !filters.is_everything()).map(|filters| {
            Matcher::new(filters, filtering.local.iter().copied().collect::<LocalAddresses>())
        });
    let fresh = || match filtering.recover {
        true => Summarizer::recovering(Options::default()),
        false => Summarizer::new(Options::default()),
    };
    let mut summarizer = fresh();
    let mut kept = Kept::default();
    let mut buffer = vec![0; CHUNK];
    let mut head = Vec::new();
    // What was read, as long as it may be no capture at all.
    let mut doubtful = Some(Vec::new());
    loop {
        let length = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Problem::file(&path, &error)),
        };
        let piece = buffer.get(..length).unwrap_or_default();
        head.extend(piece.iter().take(HEAD - head.len()));
        match &matcher {
            Some(matcher) => summarizer.push_filtered(piece, |packet| {
                let keep = captured(matcher, packet);
                let length = u64::from(packet.length);
                kept.add(Kept {
                    packets: 1,
                    bytes: length,
                    kept: u64::from(keep),
                    kept_bytes: if keep { length } else { 0 },
                });
                keep
            }),
            None => summarizer.push(piece),
        }
        progress(length as u64);
        if let Some(mut read) = doubtful.take_if(|_| summarizer.packets() == 0) {
            read.extend_from_slice(piece);
            if read.len() < CHUNK {
                doubtful = Some(read);
            } else {
                refuse_other_files(fresh(), &source.name, &read, &head)?;
            }
        }
    }
    let summary = summarizer.finish().map_err(|error| not_a_capture(&source.name, error, &head))?;
    if matcher.is_none() {
        let (packets, bytes) = (summary.packets, summary.bytes);
        kept = Kept { packets, kept: packets, bytes, kept_bytes: bytes };
    }
    Ok((summary, kept))
}

/// A file that is no capture is not read to its end: it may be long, or a device that has none.
fn refuse_other_files(mut trial: Summarizer, name: &str, read: &[u8], head: &[u8]) -> Result<()> {
    trial.push(read);
    trial.finish().map(drop).map_err(|error| not_a_capture(name, error, head))
}

/// What one run over several captures brought.
#[derive(Debug)]
pub struct Outcome {
    pub report: Report,
    pub kept: Kept,
    /// Sources that could not be summarised; the others still count.
    pub failed: Vec<Problem>,
}

/// Summarises every source, several at a time, in the order given. Fails where none could be.
pub fn summarise_sources(
    sources: &[Source],
    filtering: &Filtering,
    listing: Listing,
    language: Language,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Outcome> {
    let next = AtomicUsize::new(0);
    let sums = Sums::default();
    type Slot = Mutex<Option<Result<(SourceReport, Kept)>>>;
    let results: Vec<Slot> = sources.iter().map(|_| Mutex::new(None)).collect();
    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(sources.len());
    let work = || {
        while let Some((index, (source, slot))) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            sources.get(index).zip(results.get(index)).map(|found| (index, found))
        } {
            let result = summarise_one(source, filtering, progress).map(|(summary, kept)| {
                let report = SourceReport {
                    path: source.name.clone(),
                    instance: source.instance.clone(),
                    summary: summary.report(listing, language),
                };
                // The sum of one is that one.
                (report, kept, (sources.len() > 1).then_some(summary))
            });
            let (result, summary) = match result {
                Ok((report, kept, summary)) => (Ok((report, kept)), summary),
                Err(problem) => (Err(problem), None),
            };
            sums.add(index, summary);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        }
    };
    if workers <= 1 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        });
    }
    let (mut reports, mut all, mut failed) = (Vec::new(), Kept::default(), Vec::new());
    for slot in results {
        let result = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
        match result.unwrap_or_else(|| Err(Problem::internal("a worker ended early"))) {
            Ok((report, kept)) => {
                all.add(kept);
                reports.push(report);
            }
            Err(problem) => failed.push(problem),
        }
    }
    let total = match (sums.total(), reports.as_slice()) {
        (_, [only]) => only.summary.clone(),
        (Some(total), _) => total.report(listing, language),
        (None, _) => {
            let none = || Problem::invalid("files", Sentence::new("error-input-no-capture"));
            return Err(failed.into_iter().next().unwrap_or_else(none));
        }
    };
    Ok(Outcome { report: Report::of(reports, total, language), kept: all, failed })
}
