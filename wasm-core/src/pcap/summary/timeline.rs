//! Packets and bytes over time, in a bounded number of equal buckets.

use serde::{Deserialize, Serialize};

use super::super::report::TimelineReport;
use super::super::time::{Time, seconds};

/// Buckets at most. A step of the ladder is at most five wide, so that a capture has at least a fifth of them.
pub const MAX_BUCKETS: usize = 480;

const MS: i64 = 1_000_000;
const S: i64 = 1_000 * MS;
const DAY: i64 = 86_400 * S;

/// Widths for people. Each divides the next, so that buckets can be joined without splitting any.
const LADDER: [i64; 25] = [
    MS,
    2 * MS,
    10 * MS,
    20 * MS,
    100 * MS,
    200 * MS,
    S,
    2 * S,
    10 * S,
    30 * S,
    60 * S,
    300 * S,
    600 * S,
    1800 * S,
    3600 * S,
    7200 * S,
    21_600 * S,
    43_200 * S,
    DAY,
    5 * DAY,
    20 * DAY,
    100 * DAY,
    500 * DAY,
    2500 * DAY,
    10_000 * DAY,
];

/// Buckets start at multiples of their width since 1970: the width is the finest at which first and last packet
/// fit, whatever the order in which packets come or parts are merged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Timeline {
    /// Place of the width in the ladder.
    step: usize,
    /// The first bucket's start as a multiple of the width.
    first: i64,
    packets: Vec<u64>,
    bytes: Vec<u64>,
    /// The bucket of the last packet, by its bounds: most packets fall into the same one.
    #[serde(skip)]
    recent: Recent,
}

#[derive(Debug, Clone, Copy, Default)]
struct Recent {
    from: i64,
    to: i64,
    at: usize,
}

/// A cache is no part of the value.
impl PartialEq for Recent {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Recent {}

impl Timeline {
    #[inline(always)]
    pub fn add(&mut self, nanos: i64, length: u32) {
        if nanos < self.recent.from || nanos >= self.recent.to {
            self.find(nanos);
        }
        let at = self.recent.at;
        if let (Some(packets), Some(bytes)) = (self.packets.get_mut(at), self.bytes.get_mut(at)) {
            *packets += 1;
            *bytes += u64::from(length);
        }
    }

    /// Adds so many packets of so many bytes together if both ends of their times fall into the bucket of the last
    /// packet; if not, adds nothing.
    #[inline(always)]
    pub fn add_together(&mut self, [from, to]: [i64; 2], packets: u64, bytes: u64) -> bool {
        if from < self.recent.from || to >= self.recent.to {
            return false;
        }
        let at = self.recent.at;
        if let (Some(all_packets), Some(all_bytes)) = (self.packets.get_mut(at), self.bytes.get_mut(at)) {
            *all_packets += packets;
            *all_bytes += bytes;
        }
        true
    }

    fn width(&self) -> i64 {
        LADDER[self.step]
    }

    /// Makes room for a moment and notes its bucket.
    #[cold]
    fn find(&mut self, nanos: i64) {
        let mut bucket = nanos.div_euclid(self.width());
        if self.packets.is_empty() {
            self.first = bucket;
            self.packets.push(0);
            self.bytes.push(0);
        }
        loop {
            let last = self.first + self.packets.len() as i64 - 1;
            let span = i128::from(bucket.max(last)) - i128::from(bucket.min(self.first)) + 1;
            if span <= MAX_BUCKETS as i128 || self.step + 1 == LADDER.len() {
                break;
            }
            self.widen();
            bucket = nanos.div_euclid(self.width());
        }
        if bucket < self.first {
            let missing = (self.first - bucket) as usize;
            self.packets.splice(0..0, std::iter::repeat_n(0, missing));
            self.bytes.splice(0..0, std::iter::repeat_n(0, missing));
            self.first = bucket;
        }
        let at = (bucket - self.first) as usize;
        if at >= self.packets.len() {
            self.packets.resize(at + 1, 0);
            self.bytes.resize(at + 1, 0);
        }
        let from = bucket.saturating_mul(self.width());
        self.recent = Recent { from, to: from.saturating_add(self.width()), at };
    }

    /// Goes one step up the ladder.
    fn widen(&mut self) {
        let old = self.width();
        self.step += 1;
        let factor = self.width() / old;
        let first = self.first.div_euclid(factor);
        let join = |buckets: &[u64]| {
            let mut joined = Vec::with_capacity(buckets.len() / factor as usize + 2);
            for (bucket, count) in (self.first..).zip(buckets) {
                let at = (bucket.div_euclid(factor) - first) as usize;
                joined.resize(joined.len().max(at + 1), 0);
                joined[at] += count;
            }
            joined
        };
        (self.packets, self.bytes) = (join(&self.packets), join(&self.bytes));
        self.first = first;
    }

    pub fn merge(&mut self, other: &Self) {
        if other.packets.is_empty() {
            return;
        }
        let mut other = other.clone();
        let last = |line: &Self| line.first + line.packets.len() as i64 - 1;
        let outer =
            |line: &Self| (line.first.saturating_mul(line.width()), last(line).saturating_mul(line.width()));
        if self.packets.is_empty() {
            *self = other;
            return;
        }
        while self.step < other.step {
            self.widen();
        }
        while other.step < self.step {
            other.widen();
        }
        // Finding both ends of the other makes room for all of it.
        let (from, to) = outer(&other);
        self.find(from);
        self.find(to);
        while other.step < self.step {
            other.widen();
        }
        let shift = (other.first - self.first) as usize;
        for (at, (packets, bytes)) in other.packets.iter().zip(&other.bytes).enumerate() {
            self.packets[shift + at] += packets;
            self.bytes[shift + at] += bytes;
        }
        self.recent = Recent::default();
    }

    pub fn report(&self) -> Option<TimelineReport> {
        (!self.packets.is_empty()).then(|| TimelineReport {
            start_epoch: Time::from_nanos(self.first.saturating_mul(self.width())).epoch(),
            bucket_seconds: seconds(self.width()),
            packets: self.packets.clone(),
            bytes: self.bytes.clone(),
        })
    }
}
