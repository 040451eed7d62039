//! The bytes of one file in order, while they arrive out of order: for the summary and the MD5.

use super::md5::Md5;
use super::part::Part;
use crate::problem::Result;
use bytes::Bytes;
use wasm_core::pcap::{CaptureError, Options, Summarizer, Summary};

const BUFFER: usize = 256 * 1024;

/// The summary of a file, or why it is no capture, which is no reason not to download it.
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

impl Follower {
    /// None where nobody wants to know anything.
    pub fn new(md5: bool, summarise: bool) -> Option<Self> {
        let md5 = md5.then(Md5::default);
        match summarise {
            true => Some(Self { md5, ..Self::of_summary() }),
            false => md5.map(|md5| Self { md5: Some(md5), summarizer: None, at: 0 }),
        }
    }

    /// One that wants a summary alone.
    pub fn of_summary() -> Self {
        Self { md5: None, summarizer: Some(Box::new(Summarizer::new(Options::default()))), at: 0 }
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

    /// What another thread left in memory, through a buffer that stays in this one's cache: the walk over records jumps.
    pub fn feed_all(&mut self, chunks: &[Vec<Bytes>]) {
        let mut buffer = Vec::with_capacity(BUFFER);
        for mut chunk in chunks.iter().flatten().map(|chunk| &**chunk) {
            while !chunk.is_empty() {
                let (now, later) = chunk.split_at(chunk.len().min(BUFFER - buffer.len()));
                buffer.extend_from_slice(now);
                chunk = later;
                if buffer.len() == BUFFER {
                    self.feed(&buffer);
                    buffer.clear();
                }
            }
        }
        self.feed(&buffer);
    }

    /// Goes on to `end` in a partial file; what was written just now comes from the page cache.
    pub fn read_to(&mut self, part: &Part, end: u64) -> Result<()> {
        let mut buffer = vec![0; BUFFER];
        while self.at < end {
            let want = (end - self.at).min(BUFFER as u64) as usize;
            part.read_whole(&mut buffer[..want], self.at)?;
            self.feed(&buffer[..want]);
        }
        Ok(())
    }

    /// The MD5 of what it has had; it goes on without.
    pub fn take_md5(&mut self) -> Option<Md5> {
        self.md5.take()
    }

    pub fn summary(self) -> Option<SummaryResult> {
        self.summarizer.map(|summarizer| summarizer.finish().map(Box::new))
    }
}
