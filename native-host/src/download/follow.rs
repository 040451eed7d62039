//! The bytes of one file in order, while they arrive out of order: for the summary and the MD5.

use super::folder::read_at;
use super::part::Part;
use crate::problem::{Problem, Result};
use base64::Engine;
use bytes::Bytes;
use md5::{Digest, Md5};
use wasm_core::pcap::{CaptureError, Options, Summarizer, Summary};

const BUFFER: usize = 256 * 1024;

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
    /// Base64, as Azure writes it.
    pub md5: Option<String>,
    /// Or why it is no capture, which is no reason not to download it.
    pub summary: Option<SummaryResult>,
}

impl Follower {
    /// None where nobody wants to know anything.
    pub fn new(md5: bool, summarise: bool) -> Option<Self> {
        (md5 || summarise).then(|| Self {
            md5: md5.then(Md5::new),
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
            let got = read_at(&part.file, &mut buffer[..want], self.at);
            match got.map_err(|error| Problem::file(&part.path, &error))? {
                0 => return Err(Problem::file(&part.path, &std::io::ErrorKind::UnexpectedEof.into())),
                got => self.feed(&buffer[..got]),
            }
        }
        Ok(())
    }

    pub fn finish(self) -> Followed {
        Followed {
            md5: self.md5.map(|md5| base64::engine::general_purpose::STANDARD.encode(md5.finalize())),
            summary: self.summarizer.map(|summarizer| summarizer.finish().map(Box::new)),
        }
    }
}
