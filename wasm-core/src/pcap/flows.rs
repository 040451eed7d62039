//! Conversations: unordered 5-tuples with their counters, in a table of bounded size.
//!
//! At 100,000 conversations nearly every packet misses the cache on its conversation: records are small, lie in
//! pieces that never move and go into the summary as they are.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::slice::from_ref;

use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};

use super::events::Events;
use super::flow_index::Index;
use super::pieces::Pieces;
use super::ranking::nth_smallest;
use super::report::{LayerReport, Transport};
use super::tcp::Analysis;
use super::time::{Span, Time};
use super::tuple::{Tuple, TupleHasher};

/// Counters of one direction.
pub type Traffic = LayerReport;

/// What a conversation counts: kept in the summary. Two lines of the cache, and every packet changes both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C, align(128))]
pub struct Conversation {
    pub tuple: Tuple,
    /// Of its packets' times.
    span: Span,
    /// From the lower end to the higher, and back.
    pub traffic: [Traffic; 2],
    /// Nanoseconds of the round trip of the first connection that had one, or 0.
    rtt: i64,
    /// Of TCP.
    pub(super) events: Events,
    /// Number of its server name.
    pub(super) name: Option<NameNumber>,
    /// Whether the first packet went from the lower end to the higher.
    pub(super) began_forward: bool,
    /// A QUIC handshake was seen.
    #[serde(skip)]
    pub(super) quic: bool,
}

/// Place of a name in the summary's list, from 1.
pub type NameNumber = NonZeroU32;

/// What is only needed while packets come: two lines of the cache.
#[derive(Debug, Clone, Default)]
#[repr(align(128))]
pub struct Progress {
    pub analysis: Analysis,
    /// Sequence number behind the last ClientHello, or DNS message that was cut, by direction.
    pub message_end: [Option<NonZeroU32>; 2],
    /// TLS records have been seen.
    pub tls: bool,
    /// Segments are being put together, by direction.
    pub assembling: [bool; 2],
}

impl Conversation {
    const fn new(tuple: Tuple, forward: bool) -> Self {
        Self {
            tuple,
            traffic: [Traffic { packets: 0, bytes: 0 }; 2],
            span: Span::EMPTY,
            rtt: 0,
            events: Events::NONE,
            name: None,
            began_forward: forward,
            quic: false,
        }
    }

    /// Earliest and latest time.
    pub fn span(&self) -> Option<(Time, Time)> {
        self.span.ends()
    }

    /// Counts a packet.
    #[inline(always)]
    pub fn count(&mut self, forward: bool, time: Option<Time>, length: u32) {
        let traffic = &mut self.traffic[usize::from(!forward)];
        traffic.packets += 1;
        traffic.bytes += u64::from(length);
        if let Some(time) = time {
            self.span.add(time);
        }
    }

    pub fn packets(&self) -> u64 {
        self.traffic[0].packets + self.traffic[1].packets
    }

    pub fn bytes(&self) -> u64 {
        self.traffic[0].bytes + self.traffic[1].bytes
    }

    /// Nanoseconds of the first handshake's round trip.
    pub fn initial_rtt(&self) -> Option<i64> {
        (self.rtt != 0).then_some(self.rtt)
    }

    /// Notes a round trip, unless there is one already.
    #[inline(always)]
    pub fn note_rtt(&mut self, rtt: Option<i64>) {
        if let (0, Some(rtt)) = (self.rtt, rtt) {
            self.rtt = rtt;
        }
    }

    /// Who sent the first packet, then the other end.
    pub fn ends(&self) -> [(IpAddr, u16); 2] {
        let (low, high) = (self.tuple.low(), self.tuple.high());
        if self.began_forward { [low, high] } else { [high, low] }
    }

    /// Adds another part's counts of the same tuple. Who began comes from the earlier part; the round trip is the
    /// shorter one; so that the order of merging does not matter. Names are the caller's.
    pub fn merge(&mut self, other: &Self) {
        for (side, more) in self.traffic.iter_mut().zip(other.traffic) {
            side.add(more);
        }
        let began = |one: &Self| (one.span.earliest(), one.began_forward);
        self.began_forward = began(self).min(began(other)).1;
        self.span.merge(other.span);
        self.rtt = match (self.rtt, other.rtt) {
            (0, rtt) | (rtt, 0) => rtt,
            (a, b) => a.min(b),
        };
        self.events.merge(&other.events);
    }
}

impl Traffic {
    pub(super) fn add(&mut self, other: Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
    }
}

/// Sends for a line of the cache, without waiting for it.
#[inline(always)]
fn prefetch<T>(item: &T) {
    prefetch_index(from_ref(item), 0);
}

/// A tuple and its hash.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    tuple: Tuple,
    hash: u64,
}

impl Key {
    /// No key: fills an array before there are any.
    pub const NONE: Self = Self { tuple: Tuple::NONE, hash: 0 };

    /// A number that no other conversation of this capture has.
    pub const fn number(&self) -> u64 {
        self.hash
    }
}

/// Where a conversation is, until the next purge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(u32);

impl Place {
    pub const UNKNOWN: Self = Self(u32::MAX);
    /// Set in places of conversations that are not TCP.
    const OTHER: u32 = 1 << 31;

    fn connection(at: usize) -> Option<Self> {
        u32::try_from(at).ok().filter(|at| *at < Self::OTHER).map(Self)
    }

    fn other(at: usize) -> Option<Self> {
        Self::connection(at).map(|Self(at)| Self(at | Self::OTHER))
    }

    /// Among those of its kind.
    #[inline(always)]
    const fn at(self) -> usize {
        (self.0 & !Self::OTHER) as usize
    }

    #[inline(always)]
    fn of<'a>(
        self,
        connections: &'a Pieces<Conversation>,
        others: &'a Pieces<Conversation>,
    ) -> Option<&'a Conversation> {
        if self.0 & Self::OTHER == 0 { connections.get(self.at()) } else { others.get(self.at()) }
    }
}

/// All conversations of a capture, up to a cap.
#[derive(Debug)]
pub struct Flows {
    index: Index,
    /// TCP conversations, and at the same places what is in progress of them.
    connections: Pieces<Conversation>,
    progress: Pieces<Progress>,
    others: Pieces<Conversation>,
    hasher: TupleHasher,
    /// How many survive a purge; half as many again may be there before one.
    cap: usize,
    /// After a purge: only tuples that rank below are tracked.
    bound: Option<u64>,
}

/// What is left of [`Flows`] when no more packets come.
pub struct Finished {
    pub connections: Pieces<Conversation>,
    /// Of the connections.
    pub progress: Pieces<Progress>,
    pub others: Pieces<Conversation>,
    /// Conversations of this rank and above were left out.
    pub bound: Option<u64>,
}

impl Flows {
    pub fn new(cap: usize) -> Self {
        Self {
            index: Index::new(),
            connections: Pieces::default(),
            progress: Pieces::default(),
            others: Pieces::default(),
            hasher: TupleHasher::new(),
            cap,
            bound: None,
        }
    }

    /// Where the sequence numbers of each connection began, by the tuple's rank.
    pub fn bases(&self) -> impl Iterator<Item = (u64, [Option<u32>; 2])> {
        let connections = self.connections.iter().zip(self.progress.iter());
        connections.map(|(conversation, progress)| (conversation.tuple.rank(), progress.analysis.bases()))
    }

    /// TCP conversations tracked.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// The key of a tuple. The slot where it will be looked for is on its way to the cache then.
    #[inline(always)]
    pub fn key(&self, tuple: Tuple) -> Key {
        let hash = self.hasher.hash(&tuple);
        self.index.prefetch(hash);
        Key { tuple, hash }
    }

    /// Where a key's conversation most likely is. What is there is on its way to the cache then.
    #[inline(always)]
    pub fn guess(&mut self, key: &Key) -> Place {
        let Some(place) = self.index.guess(key.hash).map(Place) else { return Place::UNKNOWN };
        if let Some(known) = place.of(&self.connections, &self.others) {
            prefetch(&known.tuple);
            prefetch(&known.traffic);
        }
        // Of others there is none.
        if let Some(progress) = self.progress.get(place.0 as usize) {
            prefetch(&progress.analysis);
            prefetch(&progress.tls);
        }
        place
    }

    #[inline(always)]
    fn find(&mut self, key: &Key) -> Option<Place> {
        let Self { index, connections, others, .. } = self;
        let found = index.find(key.hash, |at| {
            Place(at).of(connections, others).is_some_and(|known| known.tuple == key.tuple)
        });
        found.map(Place)
    }

    /// The TCP conversation of a key, new where there is none; `None` where the cap leaves it out.
    #[inline(always)]
    pub fn connection(
        &mut self,
        guess: Place,
        key: &Key,
        forward: bool,
    ) -> Option<(&mut Conversation, &mut Progress)> {
        let at = guess.at();
        if self.connections.get(at).is_some_and(|known| known.tuple == key.tuple) {
            return Some((self.connections.get_mut(at)?, self.progress.get_mut(at)?));
        }
        let at = self.find_or_add(key, forward)?.at();
        Some((self.connections.get_mut(at)?, self.progress.get_mut(at)?))
    }

    /// The same of any other transport.
    #[inline(always)]
    pub fn other(&mut self, guess: Place, key: &Key, forward: bool) -> Option<&mut Conversation> {
        let at = guess.at();
        if self.others.get(at).is_some_and(|known| known.tuple == key.tuple) {
            return self.others.get_mut(at);
        }
        let at = self.find_or_add(key, forward)?.at();
        self.others.get_mut(at)
    }

    /// Where a key's conversation is, new where there is none; `None` where the cap leaves it out.
    #[inline(never)]
    fn find_or_add(&mut self, key: &Key, forward: bool) -> Option<Place> {
        match self.find(key) {
            None => self.add(key, forward),
            known => known,
        }
    }

    fn add(&mut self, &Key { tuple, hash }: &Key, forward: bool) -> Option<Place> {
        if self.bound.is_some_and(|bound| tuple.rank() >= bound) {
            return None;
        }
        if self.index.len() >= self.cap + self.cap / 2 {
            self.purge();
            if self.bound.is_some_and(|bound| tuple.rank() >= bound) {
                return None;
            }
        }
        let conversation = Conversation::new(tuple, forward);
        let place = if tuple.transport() == Transport::Tcp {
            let place = Place::connection(self.connections.len())?;
            self.connections.push(conversation);
            self.progress.push(Progress::default());
            place
        } else {
            let place = Place::other(self.others.len())?;
            self.others.push(conversation);
            place
        };
        self.index.insert(hash, place.0);
        Some(place)
    }

    /// Keeps the `cap` conversations of lowest rank.
    fn purge(&mut self) {
        let tuples = self.connections.iter().chain(self.others.iter());
        let ranks: Vec<u64> = tuples.map(|known| known.tuple.rank()).collect();
        let bound = nth_smallest(&ranks, self.cap);
        drop(ranks);
        self.bound = Some(bound);
        self.index.clear();
        let connections = std::mem::take(&mut self.connections).into_items();
        for (known, progress) in connections.zip(std::mem::take(&mut self.progress).into_items()) {
            if known.tuple.rank() < bound {
                self.connections.push(known);
                self.progress.push(progress);
            }
        }
        let others = std::mem::take(&mut self.others).into_items();
        self.others = others.filter(|known| known.tuple.rank() < bound).collect();
        let connections = (0..self.connections.len()).filter_map(Place::connection);
        for place in connections.chain((0..self.others.len()).filter_map(Place::other)) {
            let known = place.of(&self.connections, &self.others);
            if let Some(hash) = known.map(|known| self.hasher.hash(&known.tuple)) {
                self.index.insert(hash, place.0);
            }
        }
    }

    /// Hands over the conversations, no more than the cap.
    pub fn finish(mut self) -> Finished {
        if self.index.len() > self.cap {
            self.purge();
        }
        let Self { connections, progress, others, bound, .. } = self;
        Finished { connections, progress, others, bound }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever grows here is paid for at every packet: the table no longer fits the cache.
    #[test]
    fn a_conversation_is_two_lines_of_the_cache() {
        assert_eq!(size_of::<Conversation>(), 128);
        assert_eq!(size_of::<Progress>(), 128);
    }
}
