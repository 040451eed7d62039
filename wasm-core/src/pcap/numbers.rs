//! A number for each end of conversations.

use std::hash::BuildHasher;
use std::net::IpAddr;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::mix::mix;

/// An address and a port; where only addresses matter, the port is 0.
pub type End = (IpAddr, u16);

/// There may be as many ends as conversations, and they are looked up when someone waits for the answer: the general
/// hash of an address takes most of that time.
#[derive(Debug)]
pub struct Numbers {
    table: HashTable<(End, u64)>,
    secret: u64,
}

impl Numbers {
    pub fn new() -> Self {
        Self { table: HashTable::new(), secret: RandomState::default().hash_one(0_u8) }
    }

    /// Nobody can craft ends that collide without the secret.
    fn hash(secret: u64, (address, port): &End) -> u64 {
        let secret = secret ^ u64::from(*port) << 32;
        match address {
            IpAddr::V4(address) => mix(u64::from(address.to_bits()) ^ secret),
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                mix(mix(bits as u64 ^ secret) ^ (bits >> 64) as u64)
            }
        }
    }

    /// The number of an end, 0 at first.
    pub fn of(&mut self, end: End) -> &mut u64 {
        let secret = self.secret;
        let hash = Self::hash(secret, &end);
        let same = |(other, _): &(End, u64)| *other == end;
        match self.table.entry(hash, same, |(other, _)| Self::hash(secret, other)) {
            Entry::Occupied(entry) => &mut entry.into_mut().1,
            Entry::Vacant(entry) => &mut entry.insert((end, 0)).into_mut().1,
        }
    }

    pub fn get(&self, end: End) -> Option<u64> {
        let hash = Self::hash(self.secret, &end);
        self.table.find(hash, |(other, _)| *other == end).map(|(_, number)| *number)
    }

    pub fn into_all(self) -> impl Iterator<Item = (End, u64)> {
        self.table.into_iter()
    }
}
