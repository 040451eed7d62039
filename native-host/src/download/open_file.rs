//! A file between its first and its last byte: what of it is here, under way, and still to be asked for.

use super::fetch::{PIECE, Piece, Sink};
use super::follow::Follower;
use super::journal::BlobVersion;
use bytes::Bytes;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// Where nothing is kept, smaller pieces fill the window ahead of the summary evenly.
pub const WINDOW_PIECE: u64 = 1024 * 1024;

/// One file at work.
pub struct OpenFile {
    pub version: BlobVersion,
    pub sink: Sink,
    pub waiting: VecDeque<Range<u64>>,
    pub fetching: usize,
    /// Everything before is here.
    pub frontier: u64,
    /// What is here beyond, start to end.
    beyond: BTreeMap<u64, u64>,
    /// The bytes of it, where nothing is kept.
    held: BTreeMap<u64, Vec<Bytes>>,
    pub follower: Feed,
    pub replaced: Option<Replaced>,
    pub dirty: bool,
    pub flushing: bool,
    pub finishing: bool,
}

/// The one that reads in order.
pub enum Feed {
    Unwanted,
    Idle(Box<Follower>),
    Busy,
}

/// The blob has another version now.
pub enum Replaced {
    /// Requests for the old one still run.
    Noticed,
    LookedUp,
}

impl OpenFile {
    /// A file of which the ranges `proved` are here.
    pub fn new(version: BlobVersion, sink: Sink, proved: Vec<Range<u64>>, summarise: bool) -> Self {
        let piece = match sink {
            Sink::Memory => WINDOW_PIECE,
            Sink::Disk { .. } => PIECE,
        };
        let follower = Follower::new(version.md5.is_some(), summarise);
        let mut file = Self {
            waiting: gaps(&proved, version.size, piece),
            version,
            sink,
            fetching: 0,
            frontier: 0,
            beyond: BTreeMap::new(),
            held: BTreeMap::new(),
            follower: follower.map_or(Feed::Unwanted, |follower| Feed::Idle(Box::new(follower))),
            replaced: None,
            dirty: false,
            flushing: false,
            finishing: false,
        };
        for range in proved {
            file.have(range);
        }
        file
    }

    pub fn wants(&self) -> bool {
        self.replaced.is_none() && !self.waiting.is_empty()
    }

    /// Bytes asked for or held that the follower has not had.
    pub fn ahead(&self) -> u64 {
        let held: usize = self.held.values().flatten().map(Bytes::len).sum();
        held as u64 + self.fetching as u64 * WINDOW_PIECE
    }

    pub fn here(&self) -> u64 {
        self.frontier + self.beyond.iter().map(|(start, end)| end - start).sum::<u64>()
    }

    /// Asks for a range again, in its turn.
    pub fn put_back(&mut self, range: Range<u64>) {
        let at = self.waiting.partition_point(|waiting| waiting.start < range.start);
        self.waiting.insert(at, range);
    }

    fn have(&mut self, range: Range<u64>) {
        self.beyond.insert(range.start, range.end);
        while let Some(end) = self.beyond.remove(&self.frontier) {
            self.frontier = end;
        }
    }

    pub fn take_held(&mut self) -> Vec<Vec<Bytes>> {
        let later = self.held.split_off(&self.frontier);
        std::mem::replace(&mut self.held, later).into_values().collect()
    }

    /// Takes in a piece that has come.
    pub fn come(&mut self, piece: Piece) {
        self.dirty = true;
        if !piece.bytes.is_empty() {
            self.held.insert(piece.range.start, piece.bytes);
        }
        self.have(piece.range);
    }
}

/// What `proved` leaves out of `0..size`, in pieces.
pub fn gaps(proved: &[Range<u64>], size: u64, piece: u64) -> VecDeque<Range<u64>> {
    let mut pieces = VecDeque::new();
    let mut at = 0;
    for end in proved.iter().cloned().chain(std::iter::once(size..size)) {
        while at < end.start {
            let next = (at + piece).min(end.start);
            pieces.push_back(at..next);
            at = next;
        }
        at = at.max(end.end);
    }
    pieces
}
