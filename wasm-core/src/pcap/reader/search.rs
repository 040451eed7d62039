//! Finds the next record behind damage, where a caller wants to read on.
//!
//! What is taken for a record depends on the bytes from it on alone, never on how the file came in pieces: a block of
//! pcapng needs equal lengths at both ends, and a header that may begin a block behind it; a record of pcap needs two
//! more records behind it, all of them near in time. Both the distance and the number of beginnings that proved wrong
//! are bounded. The last records of a file are not found again: nothing behind them confirms them.

use super::super::time::Time;
use super::super::warning::Warning;
use super::classic::Classic;
use super::sections::Sections;

/// Bytes searched at most.
const MAX_DISTANCE: u64 = 16 << 20;
/// Beginnings that proved wrong at most: each may have made the reader hold two records' bytes.
const MAX_DOUBTS: u32 = 256;

/// Records of either format.
#[derive(Debug, Clone)]
pub enum Records {
    Classic(Classic),
    Sections(Sections),
}

/// Whether a record begins here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    Yes,
    No,
    /// It looks like one, but what follows does not.
    NotAfterAll,
    /// So many bytes are needed to tell.
    Need(usize),
}

/// What a step of the search gave.
pub enum Sought {
    /// The record is so many bytes on.
    Found(usize),
    /// No record begins in so many bytes.
    Passed(usize),
    Need(usize),
    GaveUp,
}

#[derive(Debug, Clone)]
pub struct Search {
    pub records: Records,
    /// What is wrong at the place where the search began.
    pub warning: Warning,
    /// Offset of that place.
    pub from: u64,
    /// Time of the last packet before it.
    near: Option<Time>,
    distance: u64,
    doubts: u32,
}

impl Search {
    pub fn new(records: Records, warning: Warning, from: u64, near: Option<Time>) -> Self {
        Self { records, warning, from, near, distance: 0, doubts: 0 }
    }

    /// Goes through the bytes at hand, which begin where the last step ended.
    #[cold]
    pub fn step(&mut self, bytes: &[u8]) -> Sought {
        let mut at = 0_usize;
        // The damaged record itself is none.
        if self.distance == 0 {
            if bytes.is_empty() {
                return Sought::Need(1);
            }
            at = 1;
        }
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let begins = match &self.records {
                Records::Classic(classic) => classic.begins(rest, self.near),
                Records::Sections(sections) => sections.begins(rest),
            };
            match begins {
                Begins::Yes => return Sought::Found(at),
                Begins::Need(needed) if at == 0 => return Sought::Need(needed),
                Begins::Need(_) => {
                    self.distance = self.distance.saturating_add(at as u64);
                    return Sought::Passed(at);
                }
                Begins::NotAfterAll => self.doubts = self.doubts.saturating_add(1),
                Begins::No => {}
            }
            at = at.saturating_add(1);
            if self.doubts > MAX_DOUBTS || self.distance.saturating_add(at as u64) > MAX_DISTANCE {
                return Sought::GaveUp;
            }
        }
    }
}
