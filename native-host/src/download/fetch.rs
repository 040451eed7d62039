//! One piece of a blob, or several that follow each other: asked for until they are here whole, hashed, and written or
//! held.

use super::blob::CHECKED_RANGE;
use super::container::{Container, transient};
use super::folder::write_at;
use super::journal::{BlobVersion, Finished, Journal};
use super::pace::Bandwidth;
use super::part::Part;
use crate::problem::{Problem, Result};
use bytes::Bytes;
use crc_fast::{CrcAlgorithm::Crc64Nvme, Digest};
use futures::StreamExt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{Id, JoinHandle};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use wasm_core::protocol::ErrorCode;

/// The length that Azure still gives a checksum for; with 32 at a time, enough for any line.
pub const PIECE: u64 = CHECKED_RANGE;
/// What is collected before it is written by another thread; as much again comes meanwhile.
const BATCH: usize = 256 * 1024;
/// What is collected before it is written by this one, out of its processor's cache.
const SHORT_BATCH: usize = 64 * 1024;
/// The longest write: for a longer one Linux takes memory in large pieces, which a virtual machine has to be given anew.
const WRITE: usize = 64 * 1024;
/// Wrong answers (not: none) to one piece before the file fails.
const WRONG_ANSWERS: u32 = 8;

/// What the pieces of one transfer share.
#[derive(Debug)]
pub struct Line {
    pub container: Container,
    pub bandwidth: Arc<Bandwidth>,
    /// Bytes that came, over all files.
    pub received: AtomicU64,
    /// Storage asked for fewer requests since this was last looked at.
    pub throttled: AtomicBool,
    pub patience: Patience,
    /// What is being written goes on when the request that brought it is given up.
    writes: TaskTracker,
    started: Instant,
    /// Milliseconds after `started`.
    last_byte: AtomicU64,
}

/// How long a dead network is put up with.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Without one byte in the whole transfer.
    pub silence: Duration,
    pub first_wait: Duration,
    pub longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(120),
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(10),
        }
    }
}

impl Line {
    pub fn new(container: Container, bandwidth: Arc<Bandwidth>, patience: Patience) -> Self {
        Self {
            container,
            bandwidth,
            received: AtomicU64::new(0),
            throttled: AtomicBool::new(false),
            patience,
            writes: TaskTracker::new(),
            started: Instant::now(),
            last_byte: AtomicU64::new(0),
        }
    }

    /// After a pause the clock of the patience starts anew.
    pub fn awake(&self) {
        self.last_byte.store(self.started.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// Waits until nothing is being written any more. No request may be under way.
    pub async fn written(&self) {
        self.writes.close();
        self.writes.wait().await;
        self.writes.reopen();
    }

    fn silent_for(&self) -> Duration {
        self.started.elapsed().saturating_sub(Duration::from_millis(self.last_byte.load(Ordering::Relaxed)))
    }
}

/// Where a piece goes.
#[derive(Clone, Debug)]
pub enum Sink {
    /// Written, then noted under the file's number; of several pieces, each is told of when it is.
    Disk { part: Arc<Part>, journal: Arc<Journal>, index: usize, arrivals: mpsc::UnboundedSender<Arrived> },
    /// Given back, what needs no checksum as it comes.
    Memory(mpsc::UnboundedSender<Arrived>),
}

/// A piece that is there.
#[derive(Debug)]
pub struct Piece {
    pub range: Range<u64>,
    /// In order; empty where they were written.
    pub bytes: Vec<Bytes>,
}

/// A part of a request that goes on.
#[derive(Debug)]
pub struct Arrived {
    /// The task that asked.
    pub request: Id,
    pub piece: Piece,
}

/// Brings `range` of a blob's version. `come` counts the bytes that are here.
pub async fn fetch(
    line: Arc<Line>,
    blob: String,
    version: BlobVersion,
    range: Range<u64>,
    sink: Sink,
    come: Arc<AtomicU64>,
) -> Result<Piece> {
    let mut state = Arriving {
        writes: line.writes.clone(),
        at: range.start,
        noted: range.start,
        sums: Sums::new(),
        held: Vec::new(),
        checked: false,
        writing: None,
        range,
        sink,
        come,
    };
    let mut wrong = 0;
    let mut wait = line.patience.first_wait;
    loop {
        let before = state.at;
        let problem = match ask(&line, &blob, &version, &mut state).await {
            Ok(()) => return state.finish().await,
            Err(problem) => problem,
        };
        match problem.code {
            _ if !transient(&problem) => return Err(problem),
            ErrorCode::Corrupt | ErrorCode::UnexpectedAnswer => {
                wrong += 1;
                if wrong >= WRONG_ANSWERS {
                    return Err(problem);
                }
            }
            ErrorCode::Throttled | ErrorCode::AzureUnavailable => {
                line.throttled.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
        if line.silent_for() > line.patience.silence {
            return Err(problem);
        }
        tracing::info!(%problem, at = state.at, "a range is asked for again");
        if state.at > before {
            wait = line.patience.first_wait;
        }
        let told =
            problem.params.get("seconds").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        tokio::time::sleep(told.unwrap_or(wait).min(line.patience.longest_wait)).await;
        wait = (wait * 2).min(line.patience.longest_wait);
    }
}

/// Pieces on their way; survive broken connections.
struct Arriving {
    range: Range<u64>,
    /// Everything before is here.
    at: u64,
    /// Everything before stands in the journal.
    noted: u64,
    sums: Sums,
    held: Vec<Bytes>,
    /// A checksum of the answer is to be met at its end.
    checked: bool,
    /// The batch before, on its way to the disk.
    writing: Option<JoinHandle<Result<Sums>>>,
    writes: TaskTracker,
    sink: Sink,
    come: Arc<AtomicU64>,
}

/// One request for what is missing.
async fn ask(line: &Line, blob: &str, version: &BlobVersion, state: &mut Arriving) -> Result<()> {
    let asked = state.at..state.range.end;
    let mut body = line.container.range(blob, asked.clone(), Some(&version.etag)).await?;
    if body.size != version.size {
        return Err(Problem::new(ErrorCode::UnexpectedAnswer)
            .with("what", "the size of a blob is another one than the listing told"));
    }
    let mut batch = Batch::default();
    let mut failed = None;
    let mut got = asked.start;
    state.sums.answer = crc64();
    state.checked = body.crc64.is_some();
    while let Some(chunk) = body.bytes.next().await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(problem) => {
                failed = Some(problem);
                break;
            }
        };
        let length = chunk.len() as u64;
        if length > asked.end - got {
            state.written().await?;
            state.begin_anew(got);
            return Err(
                Problem::new(ErrorCode::UnexpectedAnswer).with("what", "a range is longer than asked for")
            );
        }
        line.bandwidth.take(length).await;
        line.received.fetch_add(length, Ordering::Relaxed);
        line.awake();
        state.come.fetch_add(length, Ordering::Relaxed);
        got += length;
        batch.push(chunk);
        state.store(&mut batch, false).await?;
    }
    state.store(&mut batch, true).await?;
    state.written().await?;
    if got == asked.end && body.crc64.is_some_and(|promised| promised != state.sums.answer.finalize()) {
        state.begin_anew(got);
        return Err(Problem::new(ErrorCode::Corrupt).with("blob", blob.escape_debug()));
    }
    match failed {
        Some(problem) => Err(problem),
        None if got < asked.end => Err(Problem::new(ErrorCode::Network)
            .with("host", line.container.place().account())
            .detail("a range ended early")),
        None => Ok(()),
    }
}

#[derive(Default)]
struct Batch {
    chunks: Vec<Bytes>,
    length: usize,
}

impl Batch {
    fn push(&mut self, chunk: Bytes) {
        self.length += chunk.len();
        self.chunks.push(chunk);
    }

    /// Writes in this thread, unless another one does: a disk may take its time, and one thread always goes on.
    fn write_at_once(&self, part: &Part, at: u64, sums: &mut Sums, checked: bool) -> Result<bool> {
        static WRITERS: LazyLock<Semaphore> = LazyLock::new(|| {
            Semaphore::new(std::thread::available_parallelism().map_or(0, |cores| cores.get() - 1))
        });
        let Ok(_permit) = WRITERS.try_acquire() else { return Ok(false) };
        let Ok(_turn) = part.writing.try_lock() else { return Ok(false) };
        self.write(part, at, sums, checked).map(|()| true)
    }

    fn write(&self, part: &Part, mut at: u64, sums: &mut Sums, checked: bool) -> Result<()> {
        for chunk in self.chunks.iter().flat_map(|chunk| chunk.chunks(WRITE)) {
            write_at(&part.file, chunk, at).map_err(|error| disk(part, &error))?;
            at += chunk.len() as u64;
            sums.add(chunk, checked);
        }
        Ok(())
    }
}

impl Arriving {
    /// Takes back everything up to `got`.
    fn begin_anew(&mut self, got: u64) {
        self.come.fetch_sub(got - self.range.start, Ordering::Relaxed);
        (self.at, self.noted, self.sums) = (self.range.start, self.range.start, Sums::new());
        self.held.clear();
    }

    /// Waits for the batch that is being written.
    async fn written(&mut self) -> Result<()> {
        if let Some(writing) = self.writing.take() {
            self.sums = writing.await.map_err(Problem::internal)??;
        }
        Ok(())
    }

    /// Writes, begins to write or holds a batch that follows what is here, if it is long enough or the last.
    async fn store(&mut self, batch: &mut Batch, last: bool) -> Result<()> {
        let full = batch.length >= BATCH || (last && batch.length > 0);
        let mut written = false;
        if let Sink::Disk { part, .. } = &self.sink
            && (full || batch.length >= SHORT_BATCH)
            && self.writing.as_ref().is_none_or(JoinHandle::is_finished)
        {
            let part = part.clone();
            self.written().await?;
            written = batch.write_at_once(&part, self.at, &mut self.sums, self.checked)?;
        }
        if !full && !written {
            return Ok(());
        }
        let batch = std::mem::take(batch);
        let (at, length) = (self.at, batch.length as u64);
        match &self.sink {
            Sink::Memory(arrivals) => {
                if self.checked {
                    batch.chunks.iter().for_each(|chunk| self.sums.add(chunk, true));
                }
                self.held.extend(batch.chunks);
                if !self.checked {
                    let piece =
                        Piece { range: self.range.start..at + length, bytes: std::mem::take(&mut self.held) };
                    self.range.start = at + length;
                    tell(arrivals, piece);
                }
            }
            Sink::Disk { .. } if written => {}
            Sink::Disk { part, .. } => {
                let part = part.clone();
                self.written().await?;
                let (mut sums, checked) = (self.sums, self.checked);
                self.writing = Some(self.writes.spawn_blocking(move || {
                    let _turn = part.writing.lock().unwrap_or_else(PoisonError::into_inner);
                    batch.write(&part, at, &mut sums, checked)?;
                    Ok(sums)
                }));
            }
        }
        self.at += length;
        // Of several pieces, each is noted as it is here; a single one when its checksum is known to be right.
        let several = self.range.end - self.range.start > PIECE;
        if several && self.at - self.noted > PIECE - 2 * BATCH as u64 {
            self.written().await?;
            self.note().await?;
            if let Sink::Disk { arrivals, .. } = &self.sink {
                tell(arrivals, Piece { range: self.range.start..self.noted, bytes: Vec::new() });
                self.range.start = self.noted;
            }
        }
        Ok(())
    }

    /// Notes what is here in the journal, where there is one.
    async fn note(&mut self) -> Result<()> {
        let finished =
            Finished { start: self.noted, length: self.at - self.noted, crc64: self.sums.fresh.finalize() };
        if let Sink::Disk { journal, index, .. } = &self.sink
            && finished.length > 0
        {
            let (journal, index) = (journal.clone(), *index);
            let note = self.writes.spawn_blocking(move || journal.range(index, finished));
            note.await.map_err(Problem::internal)??;
        }
        (self.noted, self.sums.fresh) = (self.at, crc64());
        Ok(())
    }

    async fn finish(mut self) -> Result<Piece> {
        self.note().await?;
        Ok(Piece { range: self.range, bytes: self.held })
    }
}

/// Without an engine nobody wants it.
fn tell(arrivals: &mpsc::UnboundedSender<Arrived>, piece: Piece) {
    drop(arrivals.send(Arrived { request: tokio::task::id(), piece }));
}

/// Checksums as they grow: to combine finished ones takes longer than to read a megabyte twice.
#[derive(Clone, Copy)]
struct Sums {
    /// Of what is here and not noted.
    fresh: Digest,
    /// Of the answer that is on its way, where it is checked.
    answer: Digest,
}

impl Sums {
    fn new() -> Self {
        Self { fresh: crc64(), answer: crc64() }
    }

    fn add(&mut self, bytes: &[u8], checked: bool) {
        self.fresh.update(bytes);
        if checked {
            self.answer.update(bytes);
        }
    }
}

fn crc64() -> Digest {
    Digest::new(Crc64Nvme)
}

fn disk(part: &Part, error: &std::io::Error) -> Problem {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Problem::new(ErrorCode::DiskFull)
                .with("needed", PIECE)
                .with("free", 0)
                .with("folder", part.target.parent().unwrap_or(&part.target).display())
        }
        _ => Problem::file(&part.path, error),
    }
}

/// File work off the async threads.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}
