//! A file between its first and its last byte: what of it is here, under way, and still to be asked for.

use super::fetch::{PIECE, Piece, Sink};
use super::follow::Follower;
use super::journal::BlobVersion;
use super::md5::Md5;
use bytes::Bytes;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// Where nothing is kept, smaller pieces fill the window ahead of the summary evenly.
const WINDOW_PIECE: u64 = 1024 * 1024;
/// A file of so many bytes is flushed once, when it is whole, and summarised afterwards: a summary takes memory from its
/// first byte on.
const SMALL: u64 = 4 * PIECE;

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
    pub sum: Sum,
    /// Bytes that the follower has at this moment.
    pub feeding: u64,
    pub replaced: Option<Replaced>,
    /// Bytes that came since the last flush.
    pub dirty: u64,
    pub flushing: bool,
    pub finishing: bool,
}

/// The one that reads in order.
pub enum Feed {
    Unwanted,
    Idle(Box<Follower>),
    Busy,
    /// It begins when the file has its name.
    Later,
}

/// The MD5 of a file on the disk.
pub enum Sum {
    Unwanted,
    Idle(Box<Md5>),
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
        // What is on the disk can be read again: then MD5s are computed side by side. What is not passes by once.
        let kept = matches!(sink, Sink::Disk { .. });
        let follower = if kept && summarise && version.size <= SMALL {
            Feed::Later
        } else {
            let follower = Follower::new(version.md5.is_some() && !kept, summarise);
            follower.map_or(Feed::Unwanted, |follower| Feed::Idle(Box::new(follower)))
        };
        let sum = if version.md5.is_some() && kept { Sum::Idle(Box::default()) } else { Sum::Unwanted };
        let mut file = Self {
            waiting: gaps(&proved, version.size, piece_of(&sink)),
            version,
            sink,
            fetching: 0,
            frontier: 0,
            beyond: BTreeMap::new(),
            held: BTreeMap::new(),
            follower,
            sum,
            feeding: 0,
            replaced: None,
            dirty: 0,
            flushing: false,
            finishing: false,
        };
        for range in proved {
            file.have(range);
        }
        file
    }

    pub fn small(&self) -> bool {
        self.version.size <= SMALL
    }

    pub fn wants(&self) -> bool {
        self.replaced.is_none() && !self.waiting.is_empty()
    }

    /// Bytes held that the follower has not had.
    pub fn ahead(&self) -> u64 {
        let held: usize = self.held.values().flatten().map(Bytes::len).sum();
        held as u64 + self.feeding
    }

    pub fn here(&self) -> u64 {
        self.frontier + self.beyond.iter().map(|(start, end)| end - start).sum::<u64>()
    }

    /// The next range to ask for: one piece, or up to `pieces` that follow each other.
    pub fn run(&self, pieces: usize) -> Option<Range<u64>> {
        let mut run = self.waiting.front()?.clone();
        for next in self.waiting.iter().take(pieces).skip(1) {
            if next.start != run.end {
                break;
            }
            run.end = next.end;
        }
        Some(run)
    }

    /// The range that [`Self::run`] gave is asked for.
    pub fn ask(&mut self, run: &Range<u64>) {
        let behind = self.waiting.partition_point(|waiting| waiting.start < run.end);
        self.waiting.drain(..behind);
        self.fetching += 1;
    }

    /// Asks for a range again, in its turn.
    pub fn put_back(&mut self, range: Range<u64>) {
        let at = self.waiting.partition_point(|waiting| waiting.start < range.start);
        for (after, piece) in pieces(range, piece_of(&self.sink)).enumerate() {
            self.waiting.insert(at + after, piece);
        }
    }

    fn have(&mut self, range: Range<u64>) {
        self.beyond.insert(range.start, range.end);
        while let Some(end) = self.beyond.remove(&self.frontier) {
            self.frontier = end;
        }
    }

    /// Nobody reads, flushes or finishes it.
    pub fn idle(&self) -> bool {
        let busy = matches!(self.follower, Feed::Busy) || matches!(self.sum, Sum::Busy);
        !busy && !self.flushing && !self.finishing
    }

    /// Bytes here that its MD5 has not had.
    pub fn unsummed(&self) -> u64 {
        match &self.sum {
            Sum::Idle(md5) if self.replaced.is_none() => self.frontier - md5.length(),
            _ => 0,
        }
    }

    /// Of these, what its MD5 is given now. A small file's bytes are all given at once: where files are cut at different
    /// lengths, lanes stay empty.
    pub fn to_sum(&self) -> u64 {
        if self.small() && !self.whole() { 0 } else { self.unsummed() }
    }

    /// Every byte is here.
    pub fn whole(&self) -> bool {
        self.frontier == self.version.size
    }

    pub fn take_held(&mut self) -> Vec<Vec<Bytes>> {
        let later = self.held.split_off(&self.frontier);
        std::mem::replace(&mut self.held, later).into_values().collect()
    }

    /// Takes in a piece that has come.
    pub fn come(&mut self, piece: Piece) {
        if piece.range.is_empty() {
            return;
        }
        self.dirty += piece.range.end - piece.range.start;
        if !piece.bytes.is_empty() {
            self.held.insert(piece.range.start, piece.bytes);
        }
        self.have(piece.range);
    }
}

fn piece_of(sink: &Sink) -> u64 {
    match sink {
        Sink::Memory(_) => WINDOW_PIECE,
        Sink::Disk { .. } => PIECE,
    }
}

/// `range` in pieces.
pub fn pieces(range: Range<u64>, piece: u64) -> impl Iterator<Item = Range<u64>> {
    let starts = (range.start..range.end).step_by(usize::try_from(piece).unwrap_or(usize::MAX));
    starts.map(move |start| start..(start + piece).min(range.end))
}

/// What `proved` leaves out of `0..size`, in pieces.
pub fn gaps(proved: &[Range<u64>], size: u64, piece: u64) -> VecDeque<Range<u64>> {
    let mut gaps = VecDeque::new();
    let mut at = 0;
    for end in proved.iter().cloned().chain(std::iter::once(size..size)) {
        if at < end.start {
            gaps.extend(pieces(at..end.start, piece));
        }
        at = at.max(end.end);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::super::blob::ETag;
    use super::*;

    fn version(size: u64) -> BlobVersion {
        BlobVersion { etag: ETag::new("1"), size, md5: None }
    }

    fn open(size: u64, proved: Vec<Range<u64>>) -> OpenFile {
        let (arrivals, _) = tokio::sync::mpsc::unbounded_channel();
        OpenFile::new(version(size), Sink::Memory(arrivals), proved, false)
    }

    fn came(range: Range<u64>) -> Piece {
        Piece { range, bytes: Vec::new() }
    }

    #[test]
    fn gaps_are_what_no_proved_range_holds() {
        let check = |proved: &[(u64, u64)], expected: &[(u64, u64)]| {
            let ranges =
                |ends: &[(u64, u64)]| ends.iter().map(|(start, end)| *start..*end).collect::<Vec<_>>();
            assert_eq!(gaps(&ranges(proved), 10, 4), ranges(expected), "{proved:?}");
        };
        check(&[], &[(0, 4), (4, 8), (8, 10)]);
        check(&[(0, 10)], &[]);
        check(&[(0, 3), (5, 6)], &[(3, 5), (6, 10)]);
        check(&[(0, 7), (2, 4)], &[(7, 10)]);
        check(&[(4, 10)], &[(0, 4)]);
        assert_eq!(gaps(&[], 0, 4), []);
    }

    #[test]
    fn a_run_ends_where_pieces_do_not_follow_each_other() {
        const W: u64 = WINDOW_PIECE;
        let mut file = open(6 * W, std::iter::once(2 * W..3 * W).collect());
        assert_eq!(file.run(64), Some(0..2 * W));
        assert_eq!(file.run(1), Some(0..W));
        file.ask(&(0..2 * W));
        assert_eq!(file.run(2), Some(3 * W..5 * W));
        file.put_back(0..2 * W);
        assert_eq!(file.run(64), Some(0..2 * W), "what is asked for again comes in its turn");
    }

    #[test]
    fn all_before_the_frontier_is_here() {
        let mut file = open(100, Vec::new());
        file.come(came(50..100));
        assert_eq!((file.frontier, file.here(), file.whole()), (0, 50, false));
        file.come(came(0..50));
        assert_eq!((file.frontier, file.here(), file.whole()), (100, 100, true));
        assert_eq!(file.dirty, 100);
    }

    #[test]
    fn a_small_files_md5_waits_for_its_last_byte() {
        for (size, early) in [(SMALL, 0), (SMALL + 1, 1)] {
            let mut file = open(size, Vec::new());
            file.sum = Sum::Idle(Box::default());
            file.come(came(0..1));
            assert_eq!((file.unsummed(), file.to_sum()), (1, early), "{size}");
            file.come(came(1..size));
            assert_eq!(file.to_sum(), size);
        }
    }
}
