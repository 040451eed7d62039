//! Places in a capture from which reading can start: a few thousand, however long the file.

use std::ops::Range;

use super::super::reader::{Checkpoint, Reader};
use super::super::time::Time;

/// Bytes between two places, as long as the file is not too long for that.
const SPACING: u64 = 64 * 1024;
/// Places kept; beyond, every second one goes.
const MAX_PLACES: usize = 16_384;
/// Interfaces of pcapng sections kept in all places together.
const MAX_INTERFACES: usize = 262_144;

#[derive(Debug)]
struct Place {
    start: Checkpoint,
    /// Times of the packets from here to the next place; none: earliest above latest.
    earliest: i64,
    latest: i64,
}

/// A stretch of whole records between two places.
#[derive(Debug, Clone)]
pub struct Stretch {
    pub start: Checkpoint,
    pub bytes: Range<u64>,
    /// The place after it.
    pub next: usize,
}

#[derive(Debug)]
pub struct Index {
    places: Vec<Place>,
    spacing: u64,
    /// What is indexed so far.
    end: u64,
    packets: u64,
}

impl Default for Index {
    fn default() -> Self {
        let start = Place { start: Reader::new().checkpoint(), earliest: i64::MAX, latest: i64::MIN };
        Self { places: vec![start], spacing: SPACING, end: 0, packets: 0 }
    }
}

impl Index {
    /// How many bytes may come before the next place.
    pub fn spacing(&self) -> usize {
        usize::try_from(self.spacing).unwrap_or(usize::MAX)
    }

    /// A packet of the stretch that is being read.
    #[inline]
    pub fn packet(&mut self, time: Option<Time>) {
        if let (Some(time), Some(place)) = (time, self.places.last_mut()) {
            place.earliest = place.earliest.min(time.nanos());
            place.latest = place.latest.max(time.nanos());
        }
    }

    /// Reading has come to `reached`, behind a whole record.
    pub fn reach(&mut self, reached: Checkpoint) {
        self.end = reached.offset();
        self.packets = reached.packets();
        let far = |last: &Place| reached.offset().saturating_sub(last.start.offset()) >= self.spacing;
        if self.places.last().is_some_and(|last| far(last) && last.start.packets() < reached.packets()) {
            self.places.push(Place { start: reached, earliest: i64::MAX, latest: i64::MIN });
            self.thin();
        }
    }

    fn thin(&mut self) {
        let interfaces: usize = self.places.iter().map(|place| place.start.interfaces()).sum();
        if self.places.len() <= MAX_PLACES && interfaces <= MAX_INTERFACES || self.places.len() < 3 {
            return;
        }
        self.spacing = self.spacing.saturating_mul(2);
        let mut kept: Vec<Place> = Vec::with_capacity(self.places.len() / 2 + 1);
        for (at, place) in std::mem::take(&mut self.places).into_iter().enumerate() {
            match kept.last_mut() {
                Some(last) if at % 2 == 1 => {
                    last.earliest = last.earliest.min(place.earliest);
                    last.latest = last.latest.max(place.latest);
                }
                _ => kept.push(place),
            }
        }
        self.places = kept;
    }

    /// Plain bytes indexed.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Packets indexed.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// The stretch that holds a packet.
    pub fn of(&self, number: u64) -> Option<Stretch> {
        if number == 0 || number > self.packets {
            return None;
        }
        let at = self.places.partition_point(|place| place.start.packets() < number).checked_sub(1)?;
        self.stretch(at, 0)
    }

    /// The stretch from place `at` on, longer than `wanted` bytes where there are more.
    pub fn stretch(&self, at: usize, wanted: u64) -> Option<Stretch> {
        let start = self.places.get(at)?.start.clone();
        let first = start.offset();
        let mut next = at + 1;
        loop {
            let end = self.places.get(next).map_or(self.end, |place| place.start.offset());
            if end.saturating_sub(first) > wanted || next >= self.places.len() {
                return (end > first).then_some(Stretch { start, bytes: first..end, next });
            }
            next += 1;
        }
    }

    /// The first place from `at` on whose stretch has packets between these times.
    pub fn within(&self, at: usize, from: i64, to: i64) -> Option<usize> {
        let places = self.places.iter().enumerate().skip(at);
        places.into_iter().find(|(_, place)| place.earliest < to && place.latest >= from).map(|(at, _)| at)
    }
}
