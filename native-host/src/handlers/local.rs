//! What is done with bytes and with files that are on this computer: looking, reading, summarising, trying filters,
//! merging, exporting, opening.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wasm_core::azure::blob_path::BlobUrl;
use wasm_core::filter::{CaptureFilters, FilterInput};
use wasm_core::pcap;
use wasm_core::protocol::{
    Answer, BlobRef, DryRun, ErrorCode, Event, ExportFormat, FileRef, Listing, OpenWith, Step,
};
use wasm_core::words::Sentence;

use super::Call;
use super::summarise::{Filtering, Kept, Place, Source, summarise_sources};
use crate::download::{ContainerPlace, Downloads, Pieces, instance_of};
use crate::problem::{Problem, Result};

/// Files of one request.
const MOST_FILES: usize = 20_000;

pub async fn look(call: &Call, blob: &BlobRef, packets: u32) -> Result<Answer> {
    let refused = || Problem::new(ErrorCode::PathRefused).with("path", blob.url.escape_debug());
    let url: BlobUrl = blob.url.parse().map_err(|_| refused())?;
    let cloud = call.helper.config().cloud_of_page(&blob.cloud);
    let place = ContainerPlace {
        cloud,
        tenant: blob.tenant.clone(),
        storage_id: None,
        endpoint: url.endpoint().parse().map_err(|_| refused())?,
        container: url.container().to_owned(),
    };
    let downloads = call.helper.downloads()?;
    // A container that no capture wrote to is none of ours.
    let place = downloads.known(&place).ok_or_else(refused)?;
    send(call, downloads.look(place, url.name().to_owned(), packets).await?).await
}

pub async fn read(call: &Call, file: &FileRef, offset: u64, length: u64) -> Result<Answer> {
    send(call, call.helper.downloads()?.read(file.clone(), offset, length).await?).await
}

async fn send(call: &Call, mut pieces: Pieces) -> Result<Answer> {
    while let Some((offset, bytes)) = pieces.next().await? {
        call.tell(Event::Bytes { offset, base64: STANDARD.encode(bytes) }).await;
    }
    Ok(Answer::Looked { bytes: pieces.sent, size: pieces.size })
}

pub async fn summarise(call: &Call, files: &[FileRef], conversations: Listing) -> Result<Answer> {
    let listing = match conversations {
        Listing::All => pcap::Listing::All,
        Listing::Top(count) => pcap::Listing::Top(count as usize),
        Listing::Only(ends) => pcap::Listing::Only(ends),
    };
    let sources = sources(&call.helper.downloads()?, files)?;
    let language = call.language;
    let outcome = counted(call, Step::Summarise, total(&sources), move |moved| {
        summarise_sources(&sources, &Filtering::default(), listing, language, &|bytes| {
            moved.fetch_add(bytes, Ordering::Relaxed);
        })
    });
    Ok(Answer::Report(Box::new(outcome.await?.report)))
}

pub async fn dry_run(call: &Call, filters: &[FilterInput], files: &[FileRef]) -> Result<Answer> {
    let filters = CaptureFilters::try_from(filters).map_err(|error| Problem::invalid("filters", error))?;
    let sources = sources(&call.helper.downloads()?, files)?;
    let language = call.language;
    let listing = pcap::Listing::Top(100);
    // Each file is read twice: first to find whose it is, then with its own address as the local one.
    let tried = counted(call, Step::DryRun, total(&sources).map(|total| total * 2), move |moved| {
        let progress = |bytes| {
            moved.fetch_add(bytes, Ordering::Relaxed);
        };
        let mut kept = Kept::default();
        let (mut local, mut summaries) = (Vec::new(), Vec::new());
        for source in sources {
            let one = std::slice::from_ref(&source);
            let whole = summarise_sources(one, &Filtering::default(), listing, language, &progress)?;
            let own = own_address(&whole.report.total);
            local.extend(own.filter(|address| !local.contains(address)));
            let filtering = Filtering {
                filters: Some(filters.clone()),
                local: own.into_iter().collect(),
                ..Filtering::default()
            };
            let outcome = summarise_sources(one, &filtering, listing, language, &progress)?;
            kept.add(outcome.kept);
            summaries.push(outcome.report.total);
        }
        Ok((kept, local, summaries))
    });
    let (kept, local, mut summaries) = tried.await?;
    let summary = if summaries.len() == 1 { summaries.pop().map(Box::new) } else { None };
    let Kept { packets, kept, bytes, kept_bytes } = kept;
    Ok(Answer::DryRun(DryRun { packets, kept, bytes, kept_bytes, local, summary }))
}

/// The address that takes part in most packets of a capture on one machine: its own.
fn own_address(summary: &pcap::report::SummaryReport) -> Option<IpAddr> {
    let mut packets: BTreeMap<&str, u64> = BTreeMap::new();
    for conversation in &summary.conversations.items {
        let count = conversation.packets_a_to_b + conversation.packets_b_to_a;
        for end in [&conversation.a, &conversation.b] {
            *packets.entry(&end.address).or_default() += count;
        }
    }
    let (address, _) = packets.into_iter().max_by_key(|(_, count)| *count)?;
    address.parse().ok()
}

pub async fn merge(call: &Call, files: &[FileRef], name: &str) -> Result<Answer> {
    let downloads = call.helper.downloads()?;
    let sources = sources(&downloads, files)?;
    let folder = folder_of(files);
    let name = name.strip_suffix(".pcapng").unwrap_or(name);
    let target = FileRef(format!("{folder}{name}.pcapng"));
    let (merged, inputs, door) = (target.clone(), files.to_vec(), downloads.clone());
    counted(call, Step::Merge, total(&sources), move |moved| {
        door.merge(&inputs, &merged, |bytes| {
            moved.fetch_add(bytes, Ordering::Relaxed);
        })
    })
    .await?;
    exported(&downloads, vec![target])
}

pub async fn export(call: &Call, files: &[FileRef], format: ExportFormat) -> Result<Answer> {
    let downloads = call.helper.downloads()?;
    let sources = sources(&downloads, files)?;
    let (language, folder, door) = (call.language, folder_of(files), downloads.clone());
    let written = counted(call, Step::Export, total(&sources), move |moved| {
        let outcome =
            summarise_sources(&sources, &Filtering::default(), pcap::Listing::All, language, &|bytes| {
                moved.fetch_add(bytes, Ordering::Relaxed);
            })?;
        door.export(&outcome.report, &folder, format)
    });
    exported(&downloads, written.await?)
}

pub fn open(call: &Call, file: &FileRef, with: &OpenWith) -> Result<Answer> {
    call.helper.downloads()?.open_with(file, with)?;
    Ok(Answer::Done {})
}

fn exported(downloads: &Downloads, files: Vec<FileRef>) -> Result<Answer> {
    Ok(Answer::Exported { files, folder: downloads.folder().root().display().to_string() })
}

/// Beside the first file, with a final `/`.
fn folder_of(files: &[FileRef]) -> String {
    let first = files.first().map_or("", |file| file.0.as_str());
    first.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"))
}

/// Finished files as sources, shown by their references.
fn sources(downloads: &Downloads, files: &[FileRef]) -> Result<Vec<Source>> {
    if files.is_empty() || files.len() > MOST_FILES {
        return Err(Problem::invalid("files", Sentence::new("error-input-files").with("max", MOST_FILES)));
    }
    let source = |file: &FileRef| {
        Ok(Source {
            name: file.0.clone(),
            place: Place::File(downloads.folder().existing(file)?),
            instance: instance_of(file).map(|instance| instance.to_string()),
        })
    };
    files.iter().map(source).collect()
}

fn total(sources: &[Source]) -> Option<u64> {
    sources.iter().map(Source::size).sum()
}

/// Runs `work` off the async threads and tells four times a second how far it is.
async fn counted<T: Send + 'static>(
    call: &Call,
    step: Step,
    total: Option<u64>,
    work: impl FnOnce(&AtomicU64) -> Result<T> + Send + 'static,
) -> Result<T> {
    let moved = Arc::new(AtomicU64::new(0));
    let counter = moved.clone();
    let mut work = tokio::task::spawn_blocking(move || work(&counter));
    let mut tick = tokio::time::interval(Duration::from_millis(250));
    loop {
        tokio::select! {
            done = &mut work => return done.map_err(Problem::internal)?,
            _ = tick.tick() => call.progress(step, moved.load(Ordering::Relaxed), total).await,
        }
    }
}
