//! Conversations: unordered 5-tuples with their counters, in a table of bounded size.
//!
//! At 100,000 conversations nearly every packet misses the cache on its conversation, so that one record is
//! small and whole, records lie in pieces that never move, and the index holds four bytes a conversation.

use std::hash::{BuildHasher, Hash};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use serde::{Deserialize, Serialize};

use super::dissect::Addresses;
use super::report::Transport;
use super::tcp::Analysis;
use super::time::Time;

/// Records of a piece.
const PIECE: usize = 1024;

/// An unordered 5-tuple: the lower end first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tuple {
    low: u128,
    high: u128,
    low_port: u16,
    high_port: u16,
    v6: bool,
    transport: Transport,
}

impl Tuple {
    /// The tuple, and whether the packet went from its lower end to its higher one.
    #[inline(always)]
    pub fn new(
        transport: Transport,
        addresses: Addresses,
        source_port: u16,
        destination_port: u16,
    ) -> (Self, bool) {
        let (source, destination, v6) = match addresses {
            Addresses::V4 { source, destination } => (u128::from(source), u128::from(destination), false),
            Addresses::V6 { source, destination } => (source, destination, true),
        };
        let forward = (source, source_port) <= (destination, destination_port);
        let tuple = if forward {
            Self {
                low: source,
                high: destination,
                low_port: source_port,
                high_port: destination_port,
                v6,
                transport,
            }
        } else {
            Self {
                low: destination,
                high: source,
                low_port: destination_port,
                high_port: source_port,
                v6,
                transport,
            }
        };
        (tuple, forward)
    }

    pub const fn transport(&self) -> Transport {
        self.transport
    }

    pub fn low(&self) -> (IpAddr, u16) {
        (self.address(self.low), self.low_port)
    }

    pub fn high(&self) -> (IpAddr, u16) {
        (self.address(self.high), self.high_port)
    }

    fn address(&self, bits: u128) -> IpAddr {
        if self.v6 { Ipv6Addr::from_bits(bits).into() } else { Ipv4Addr::from_bits(bits as u32).into() }
    }

    /// A rank that is the same in every process: which conversations survive a cap must not depend on the
    /// order of the packets or of the merging. Mixed by splitmix64's finaliser.
    pub fn rank(&self) -> u64 {
        let tail = u64::from(self.low_port) << 32
            | u64::from(self.high_port) << 16
            | u64::from(self.transport as u8);
        [self.low as u64, (self.low >> 64) as u64, self.high as u64, (self.high >> 64) as u64, tail]
            .into_iter()
            .fold(u64::from(self.v6), |state, word| mix(state.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word))
    }
}

/// splitmix64's finaliser (public domain, Sebastiano Vigna).
pub const fn mix(word: u64) -> u64 {
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}

/// Counters of one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Traffic {
    pub packets: u64,
    pub bytes: u64,
}

/// Events of a TCP conversation, over all connections on its tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TcpEvents {
    pub syns: u32,
    pub resets: u32,
    pub retransmissions: u32,
    pub out_of_order: u32,
    pub duplicate_acks: u32,
    pub zero_windows: u32,
    pub unanswered_syns: u32,
    pub refused_syns: u32,
}

/// One conversation.
#[derive(Debug, Clone)]
pub struct Flow {
    pub tuple: Tuple,
    /// From the lower end to the higher, and back.
    pub traffic: [Traffic; 2],
    /// Times of its earliest and latest packet; the other way round before the first one with a time.
    first: Time,
    last: Time,
    pub analysis: Analysis,
    pub tcp: TcpEvents,
    /// The round trip of the first connection that had one, and when its last packet so far came.
    pub rtt: Option<i64>,
    /// Index of its server name.
    pub name: Option<u32>,
    /// Whether the first packet went from the lower end to the higher.
    pub began_forward: bool,
    /// TLS records have been seen.
    pub tls: bool,
    /// Segments of it are being put together, by direction.
    pub assembling: [bool; 2],
}

impl Flow {
    fn new(tuple: Tuple, forward: bool) -> Self {
        Self {
            tuple,
            traffic: [Traffic::default(); 2],
            first: Time::MAX,
            last: Time::MIN,
            analysis: Analysis::default(),
            tcp: TcpEvents::default(),
            rtt: None,
            name: None,
            began_forward: forward,
            tls: false,
            assembling: [false; 2],
        }
    }

    /// Earliest and latest time.
    pub fn span(&self) -> Option<(Time, Time)> {
        (self.first <= self.last).then_some((self.first, self.last))
    }

    /// Counts a packet.
    #[inline(always)]
    pub fn count(&mut self, forward: bool, time: Option<Time>, length: u32) {
        let traffic = &mut self.traffic[usize::from(!forward)];
        traffic.packets += 1;
        traffic.bytes += u64::from(length);
        if let Some(time) = time {
            self.first = self.first.min(time);
            self.last = self.last.max(time);
        }
    }
}

/// All conversations of a capture, up to a cap.
#[derive(Debug)]
pub struct Flows {
    index: HashTable<u32>,
    pieces: Vec<Vec<Flow>>,
    hasher: RandomState,
    /// How many survive a purge; twice half of it again may be there before one.
    cap: usize,
    /// After a purge: only tuples that rank below are tracked.
    bound: Option<u64>,
}

impl Flows {
    pub fn new(cap: usize) -> Self {
        Self { index: HashTable::new(), pieces: Vec::new(), hasher: RandomState::default(), cap, bound: None }
    }

    /// The conversation of a tuple, new where there is none; `None` where the cap leaves it out.
    #[inline(always)]
    pub fn of(&mut self, tuple: Tuple, forward: bool) -> Option<(u64, &mut Flow)> {
        let hash = self.hasher.hash_one(Words(&tuple));
        let pieces = &self.pieces;
        let found =
            self.index.find(hash, |&at| flow(pieces, at).is_some_and(|flow| flow.tuple == tuple)).copied();
        let at = match found {
            Some(at) => at,
            None => self.add(tuple, forward, hash)?,
        };
        let flow = self.pieces.get_mut(at as usize / PIECE)?.get_mut(at as usize % PIECE)?;
        Some((hash, flow))
    }

    #[cold]
    #[inline(never)]
    fn add(&mut self, tuple: Tuple, forward: bool, hash: u64) -> Option<u32> {
        if self.bound.is_some_and(|bound| tuple.rank() >= bound) {
            return None;
        }
        if self.index.len() >= self.cap + self.cap / 2 {
            self.purge();
            if self.bound.is_some_and(|bound| tuple.rank() >= bound) {
                return None;
            }
        }
        let at = u32::try_from(self.index.len()).ok()?;
        if self.pieces.last().is_none_or(|piece| piece.len() == PIECE) {
            // The first piece grows, so that a small capture stays small.
            self.pieces.push(if self.pieces.is_empty() { Vec::new() } else { Vec::with_capacity(PIECE) });
        }
        self.pieces.last_mut()?.push(Flow::new(tuple, forward));
        let (pieces, hasher) = (&self.pieces, &self.hasher);
        self.index.insert_unique(hash, at, |&at| {
            flow(pieces, at).map_or(0, |flow| hasher.hash_one(Words(&flow.tuple)))
        });
        Some(at)
    }

    /// Keeps the `cap` conversations of lowest rank.
    fn purge(&mut self) {
        let mut ranks: Vec<u64> = self.pieces.iter().flatten().map(|flow| flow.tuple.rank()).collect();
        let (_, &mut bound, _) = ranks.select_nth_unstable(self.cap);
        drop(ranks);
        self.bound = Some(bound);
        self.index.clear();
        let mut kept: Vec<Vec<Flow>> = Vec::with_capacity(self.pieces.len());
        for piece in std::mem::take(&mut self.pieces) {
            for flow in piece.into_iter().filter(|flow| flow.tuple.rank() < bound) {
                if kept.last().is_none_or(|piece| piece.len() == PIECE) {
                    kept.push(Vec::with_capacity(PIECE));
                }
                if let Some(last) = kept.last_mut() {
                    last.push(flow);
                }
            }
        }
        self.pieces = kept;
        let hasher = &self.hasher;
        for (at, flow) in (0_u32..).zip(self.pieces.iter().flatten()) {
            let pieces = &self.pieces;
            self.index.insert_unique(hasher.hash_one(Words(&flow.tuple)), at, |&at| {
                self::flow(pieces, at).map_or(0, |flow| hasher.hash_one(Words(&flow.tuple)))
            });
        }
    }

    /// Hands over the conversations, no more than the cap, freeing as it goes; and the bound of rank if some
    /// were left out.
    pub fn finish(mut self) -> (impl Iterator<Item = Flow>, Option<u64>) {
        if self.index.len() > self.cap {
            self.purge();
        }
        drop(self.index);
        (self.pieces.into_iter().flatten(), self.bound)
    }
}

#[inline(always)]
fn flow(pieces: &[Vec<Flow>], at: u32) -> Option<&Flow> {
    pieces.get(at as usize / PIECE)?.get(at as usize % PIECE)
}

/// Hashes a tuple as five words.
struct Words<'a>(&'a Tuple);

impl Hash for Words<'_> {
    #[inline(always)]
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let tuple = self.0;
        let tail = u64::from(tuple.low_port) << 32
            | u64::from(tuple.high_port) << 16
            | u64::from(tuple.transport as u8) << 8
            | u64::from(tuple.v6);
        if tuple.v6 {
            state.write_u128(tuple.low);
            state.write_u128(tuple.high);
        } else {
            state.write_u64((tuple.low as u64) << 32 | tuple.high as u64);
        }
        state.write_u64(tail);
    }
}
