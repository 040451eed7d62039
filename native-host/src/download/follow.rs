//! The bytes of files in order, while they arrive out of order: for the summary and the MD5.

use super::fetch::blocking;
use super::folder::read_at;
use super::md5::{LANES, Md5, update_all};
use super::part::Part;
use crate::problem::{Problem, Result};
use bytes::Bytes;
use std::sync::{Arc, LazyLock};
use tokio::runtime::{Builder, Runtime};
use wasm_core::pcap::{CaptureError, Options, Summarizer, Summary};

const BUFFER: usize = 256 * 1024;
/// What is read of each of many files at once.
const STRIDE: usize = 64 * 1024;
/// What one file's MD5 is brought forward by at most, so that others can join soon.
const LEAP: u64 = 8 * 1024 * 1024;

/// The summary of a file, or why it is no capture.
pub type SummaryResult = Result<Box<Summary>, CaptureError>;

/// Takes a file's bytes once, from the first to the last.
pub struct Follower {
    md5: Option<Md5>,
    summarizer: Option<Box<Summarizer>>,
    at: u64,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("at", &self.at).finish_non_exhaustive()
    }
}

/// What the bytes came to.
#[derive(Debug, Default)]
pub struct Followed {
    pub md5: Option<Md5>,
    /// Or why it is no capture, which is no reason not to download it.
    pub summary: Option<SummaryResult>,
}

impl Follower {
    /// None where nobody wants to know anything.
    pub fn new(md5: bool, summarise: bool) -> Option<Self> {
        (md5 || summarise).then(|| Self {
            md5: md5.then(Md5::default),
            summarizer: summarise.then(|| Box::new(Summarizer::new(Options::default()))),
            at: 0,
        })
    }

    /// The next byte that is wanted.
    pub fn at(&self) -> u64 {
        self.at
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        if let Some(summarizer) = &mut self.summarizer {
            summarizer.push(bytes);
        }
        self.at += bytes.len() as u64;
    }

    pub fn feed_all(&mut self, chunks: &[Bytes]) {
        chunks.iter().for_each(|chunk| self.feed(chunk));
    }

    /// Goes on to `end` in a partial file; what was written just now comes from the page cache.
    pub fn read_to(&mut self, part: &Part, end: u64) -> Result<()> {
        let mut buffer = vec![0; BUFFER];
        while self.at < end {
            let want = (end - self.at).min(BUFFER as u64) as usize;
            read_whole(part, &mut buffer[..want], self.at)?;
            self.feed(&buffer[..want]);
        }
        Ok(())
    }

    pub fn finish(self) -> Followed {
        Followed {
            md5: self.md5,
            summary: self.summarizer.map(|summarizer| summarizer.finish().map(Box::new)),
        }
    }
}

/// Threads that read in order. What a summary holds grows where it is fed; each thread more keeps memory of its own.
static READERS: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(1, 4));
    Builder::new_current_thread().max_blocking_threads(threads).thread_name("in-order").build()
});

/// Work that takes processor time, on as few threads as there are cores.
pub async fn in_order<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match &*READERS {
        Ok(readers) => readers.spawn_blocking(work).await.map_err(Problem::internal)?,
        Err(_) => blocking(work).await,
    }
}

/// A file whose MD5 lags behind what is here of it.
#[derive(Debug)]
pub struct Lag {
    pub index: usize,
    pub part: Arc<Part>,
    pub md5: Box<Md5>,
    /// Everything before is here.
    pub end: u64,
}

/// Brings the MD5 of up to [`LANES`] files forward, side by side: to what is here of each, or by [`LEAP`].
pub fn catch_up(mut lags: Vec<Lag>) -> Vec<(usize, Result<Box<Md5>>)> {
    let mut buffers = vec![0; lags.len().min(LANES) * STRIDE];
    let mut done = Vec::with_capacity(lags.len());
    lags.iter_mut().for_each(|lag| lag.end = lag.end.min(lag.md5.length() + LEAP));
    loop {
        let mut inputs = Vec::with_capacity(lags.len());
        let mut behind = Vec::with_capacity(lags.len());
        let mut buffers = buffers.chunks_mut(STRIDE);
        for lag in lags {
            let (at, end) = (lag.md5.length(), lag.end);
            let Some(buffer) = buffers.next().filter(|_| at < end) else {
                done.push((lag.index, Ok(lag.md5)));
                continue;
            };
            let buffer = &mut buffer[..(end - at).min(STRIDE as u64) as usize];
            match read_whole(&lag.part, buffer, at) {
                Ok(()) => {
                    inputs.push(&*buffer);
                    behind.push(lag);
                }
                Err(problem) => done.push((lag.index, Err(problem))),
            }
        }
        if behind.is_empty() {
            return done;
        }
        let mut sums: Vec<&mut Md5> = behind.iter_mut().map(|lag| &mut *lag.md5).collect();
        update_all(&mut sums, &inputs);
        lags = behind;
    }
}

fn read_whole(part: &Part, buffer: &mut [u8], at: u64) -> Result<()> {
    match read_at(&part.file, buffer, at).map_err(|error| Problem::file(&part.path, &error))? {
        read if read == buffer.len() => Ok(()),
        _ => Err(Problem::file(&part.path, &std::io::ErrorKind::UnexpectedEof.into())),
    }
}
