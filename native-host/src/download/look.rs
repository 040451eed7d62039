//! Bytes for the viewer: the first packets of a blob that stays where it is, and ranges of finished files.

use super::blob::ETag;
use super::container::{Container, transient};
use super::fetch::blocking;
use super::folder::{Folder, read_at};
use crate::problem::{Problem, Result};
use backon::Retryable;
use bytes::Bytes;
use futures::TryStreamExt;
use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use wasm_core::pcap::Reader;
use wasm_core::protocol::{ErrorCode, FileRef};

/// As base64 in one frame it stays under the browsers' 1 MiB.
const CHUNK: u64 = 512 * 1024;
/// Enough for a thousand short packets.
const FIRST: u64 = 256 * 1024;
/// Read at most, for each thousand packets that are wanted.
const BUDGET: u64 = 2 * 1024 * 1024;
/// A look at a long capture would be a download.
const MAX_BUDGET: u64 = 64 * 1024 * 1024;
const ROUNDS: usize = 3;

/// Pieces of a blob or a file, in order. Take them with [`next`](Self::next).
#[derive(Debug)]
pub struct Pieces {
    source: Source,
    /// Bytes of the whole.
    pub size: u64,
    /// Bytes given out.
    pub sent: u64,
    offset: u64,
    ready: Vec<Bytes>,
}

#[derive(Debug)]
enum Source {
    Blob(Box<Looking>),
    File { file: Arc<File>, path: PathBuf, end: u64 },
}

/// A look in progress.
#[derive(Debug)]
struct Looking {
    container: Container,
    blob: String,
    etag: Option<ETag>,
    reader: Reader,
    found: u64,
    wanted: u64,
    budget: u64,
    rounds: usize,
}

impl Pieces {
    /// The first `packets` packets of a blob, in at most three requests and 2 MiB for each thousand of them.
    pub fn of_blob(container: Container, blob: String, packets: u32) -> Self {
        let wanted = u64::from(packets.max(1));
        let looking = Looking {
            container,
            blob,
            etag: None,
            reader: Reader::new(),
            found: 0,
            wanted,
            budget: (wanted.div_ceil(1000) * BUDGET).min(MAX_BUDGET),
            rounds: ROUNDS,
        };
        Self {
            source: Source::Blob(Box::new(looking)),
            size: u64::MAX,
            sent: 0,
            offset: 0,
            ready: Vec::new(),
        }
    }

    /// Bytes `offset..offset + length` of a finished file, as many of them as there are.
    pub async fn of_file(folder: Folder, file: FileRef, offset: u64, length: u64) -> Result<Self> {
        blocking(move || {
            let path = folder.existing(&file)?;
            let file = File::open(&path).map_err(|error| Problem::file(&path, &error))?;
            let size = file.metadata().map_err(|error| Problem::file(&path, &error))?.len();
            let end = offset.saturating_add(length).min(size);
            let source = Source::File { file: Arc::new(file), path, end };
            Ok(Self { source, size, sent: 0, offset: offset.min(size), ready: Vec::new() })
        })
        .await
    }

    /// The next piece and its offset; none when everything wanted was given.
    pub async fn next(&mut self) -> Result<Option<(u64, Bytes)>> {
        if self.ready.is_empty() {
            match &mut self.source {
                Source::Blob(looking) => {
                    let Some(range) = looking.next_range(self.offset, self.size) else { return Ok(None) };
                    let (bytes, size) = looking.fetch(range).await?;
                    self.size = size;
                    let mut rest = Bytes::from(bytes);
                    while !rest.is_empty() {
                        self.ready.insert(0, rest.split_to(rest.len().min(CHUNK as usize)));
                    }
                }
                Source::File { file, path, end } => {
                    let (file, path, offset) = (file.clone(), path.clone(), self.offset);
                    let length = end.saturating_sub(offset).min(CHUNK);
                    let read = move || {
                        let mut bytes = vec![0; length as usize];
                        let read = read_at(&file, &mut bytes, offset)
                            .map_err(|error| Problem::file(&path, &error))?;
                        bytes.truncate(read);
                        Ok(Bytes::from(bytes))
                    };
                    let bytes = blocking(read).await?;
                    if bytes.is_empty() {
                        return Ok(None);
                    }
                    self.ready.push(bytes);
                }
            }
        }
        let Some(piece) = self.ready.pop() else { return Ok(None) };
        let offset = self.offset;
        self.offset += piece.len() as u64;
        self.sent += piece.len() as u64;
        Ok(Some((offset, piece)))
    }
}

impl Looking {
    /// What to ask for next, by the packets found in what is here.
    fn next_range(&mut self, at: u64, size: u64) -> Option<Range<u64>> {
        if self.found >= self.wanted || at >= size || at >= self.budget || self.rounds == 0 {
            return None;
        }
        self.rounds -= 1;
        let length = match self.found {
            _ if at == 0 => FIRST,
            // No packet yet: long headers, or no capture at all.
            0 => FIRST,
            // As many more bytes as the packets so far took, and a quarter in hand.
            found => {
                let each = at.div_ceil(found);
                let rest = (self.wanted - found).saturating_mul(each);
                if self.rounds == 0 { self.budget } else { rest + rest / 4 }
            }
        };
        Some(at..at.saturating_add(length.max(CHUNK / 8)).min(self.budget).min(size))
    }

    async fn fetch(&mut self, range: Range<u64>) -> Result<(Vec<u8>, u64)> {
        let (bytes, size, etag) = (|| self.ask(range.clone()))
            .retry(backon::ExponentialBuilder::default().with_max_times(3).with_jitter())
            .when(transient)
            .await?;
        self.etag = etag;
        let found = &mut self.found;
        self.reader.push(&bytes, |_| *found += 1);
        Ok((bytes, size))
    }

    async fn ask(&self, range: Range<u64>) -> Result<(Vec<u8>, u64, Option<ETag>)> {
        let mut body = match self.container.range(&self.blob, range.clone(), self.etag.as_ref()).await {
            // A range that starts at the end of an empty blob.
            Err(problem)
                if self.etag.is_none() && problem.azure.as_ref().is_some_and(|azure| azure.status == 416) =>
            {
                return Ok((Vec::new(), 0, None));
            }
            body => body?,
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = body.bytes.try_next().await? {
            if (bytes.len() + chunk.len()) as u64 > range.end - range.start {
                return Err(Problem::new(ErrorCode::UnexpectedAnswer)
                    .with("what", "a range is longer than asked for"));
            }
            bytes.extend_from_slice(&chunk);
        }
        let expected = range.end.min(body.size) - range.start;
        if (bytes.len() as u64) < expected {
            return Err(Problem::new(ErrorCode::Network).with("host", self.container.place().account()));
        }
        Ok((bytes, body.size, body.etag))
    }
}
