//! What tells conversations apart.

use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};

use super::dissect::Addresses;
use super::mix::mix;
use super::report::Transport;

/// An unordered 5-tuple: the lower end first.
#[derive(Debug, Clone, Copy, PartialOrd, Ord, Eq, Serialize, Deserialize)]
pub struct Tuple {
    /// Addresses, their high halves first; those of IPv4 are in the low halves.
    low: [u64; 2],
    high: [u64; 2],
    /// From the top: the lower end's port, the higher end's port, 16 bits for the version, 16 for the transport.
    ends: u64,
}

/// Of `ends`: the addresses are IPv6.
const V6: u64 = 1 << 16;

impl PartialEq for Tuple {
    /// Without a branch for each word: nearly all comparisons hold.
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        let addresses = (self.low[0] ^ other.low[0])
            | (self.low[1] ^ other.low[1])
            | (self.high[0] ^ other.high[0])
            | (self.high[1] ^ other.high[1]);
        addresses | (self.ends ^ other.ends) == 0
    }
}

impl Tuple {
    /// No tuple: fills an array before there are any.
    pub const NONE: Self = Self { low: [0; 2], high: [0; 2], ends: 0 };

    /// The tuple, and whether the packet went from its lower end to its higher one.
    #[inline(always)]
    pub fn new(
        transport: Transport,
        addresses: Addresses,
        source_port: u16,
        destination_port: u16,
    ) -> (Self, bool) {
        let transport = transport as u64;
        match addresses {
            Addresses::V4 { source, destination } => {
                let source = u64::from(source) << 16 | u64::from(source_port);
                let destination = u64::from(destination) << 16 | u64::from(destination_port);
                let (low, high) = (source.min(destination), source.max(destination));
                let ends = low << 48 | (high & 0xffff) << 32 | transport;
                (Self { low: [0, low >> 16], high: [0, high >> 16], ends }, source <= destination)
            }
            Addresses::V6 { source, destination } => {
                // Either end may be the lower one: a branch would often go wrong.
                let forward =
                    (source < destination) | ((source == destination) & (source_port <= destination_port));
                let halves = |address: u128| [(address >> 64) as u64, address as u64];
                let (low, high) = (halves(source.min(destination)), halves(source.max(destination)));
                let ports = u32::from(source_port) << 16 | u32::from(destination_port);
                let ports = if forward { ports } else { ports.rotate_left(16) };
                let ends = u64::from(ports) << 32 | V6 | transport;
                (Self { low, high, ends }, forward)
            }
        }
    }

    #[inline(always)]
    pub const fn transport(&self) -> Transport {
        match self.ends & 0xffff {
            0 => Transport::Tcp,
            1 => Transport::Udp,
            _ => Transport::Sctp,
        }
    }

    pub fn low(&self) -> (IpAddr, u16) {
        (self.address(self.low), (self.ends >> 48) as u16)
    }

    pub fn high(&self) -> (IpAddr, u16) {
        (self.address(self.high), (self.ends >> 32) as u16)
    }

    #[inline(always)]
    const fn is_v6(&self) -> bool {
        self.ends & V6 != 0
    }

    fn address(&self, [high, low]: [u64; 2]) -> IpAddr {
        if self.is_v6() {
            Ipv6Addr::from_bits(u128::from(high) << 64 | u128::from(low)).into()
        } else {
            Ipv4Addr::from_bits(low as u32).into()
        }
    }

    /// A rank that is the same in every process: which conversations survive a cap must not depend on the
    /// order of the packets or of the merging. Mixed by splitmix64's finaliser.
    pub fn rank(&self) -> u64 {
        let ports = self.ends >> 32;
        let tail = (ports & 0xffff_0000) << 16 | (ports & 0xffff) << 16 | self.ends & 0xffff;
        [self.low[1], self.low[0], self.high[1], self.high[0], tail].into_iter().fold(
            u64::from(self.is_v6()),
            |state, word| mix(state.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word),
        )
    }
}

/// Hashes tuples by folded multiplication, with secrets of its own: nobody can craft a capture that collides.
#[derive(Debug, Clone, Copy)]
pub struct TupleHasher {
    secrets: [u64; 2],
}

impl TupleHasher {
    pub fn new() -> Self {
        let random = RandomState::default();
        // An odd secret is never zero, so that no word is lost.
        Self { secrets: [random.hash_one(1) | 1, random.hash_one(2) | 1] }
    }

    #[inline(always)]
    pub fn hash(&self, tuple: &Tuple) -> u64 {
        let [first, second] = self.secrets;
        let addresses = if tuple.is_v6() {
            let low = fold(tuple.low[1] ^ first, tuple.low[0] ^ second);
            fold(tuple.high[1] ^ low, tuple.high[0] ^ first)
        } else {
            tuple.low[1] << 32 | tuple.high[1]
        };
        fold(fold(addresses ^ first, tuple.ends ^ second), first)
    }
}

/// Both halves of a product, mixed.
#[inline(always)]
const fn fold(a: u64, b: u64) -> u64 {
    let product = (a as u128).wrapping_mul(b as u128);
    product as u64 ^ (product >> 64) as u64
}
