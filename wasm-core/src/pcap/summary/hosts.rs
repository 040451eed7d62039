//! The addresses with the most bytes.

use std::hash::BuildHasher;
use std::net::IpAddr;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::super::flows::{Conversation, mix};
use super::super::ranking::Heaviest;
use super::super::report::HostReport;

/// Hosts in a report.
const MAX_HOSTS: usize = 50;

/// A number for each address. There may be as many addresses as conversations, and this is done when someone waits
/// for the answer: the general hash of an address takes most of that time.
struct Numbers {
    table: HashTable<(IpAddr, u64)>,
    secret: u64,
}

impl Numbers {
    fn new() -> Self {
        Self { table: HashTable::new(), secret: RandomState::default().hash_one(0_u8) }
    }

    /// Nobody can craft addresses that collide without the secret.
    fn hash(secret: u64, address: &IpAddr) -> u64 {
        match address {
            IpAddr::V4(address) => mix(u64::from(address.to_bits()) ^ secret),
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                mix(mix(bits as u64 ^ secret) ^ (bits >> 64) as u64)
            }
        }
    }

    fn of(&mut self, address: IpAddr) -> &mut u64 {
        let secret = self.secret;
        let hash = Self::hash(secret, &address);
        let same = |(other, _): &(IpAddr, u64)| *other == address;
        match self.table.entry(hash, same, |(other, _)| Self::hash(secret, other)) {
            Entry::Occupied(entry) => &mut entry.into_mut().1,
            Entry::Vacant(entry) => &mut entry.insert((address, 0)).into_mut().1,
        }
    }

    fn get(&self, address: IpAddr) -> Option<u64> {
        let hash = Self::hash(self.secret, &address);
        self.table.find(hash, |(other, _)| *other == address).map(|(_, number)| *number)
    }
}

fn ends(conversation: &Conversation) -> [IpAddr; 2] {
    [conversation.tuple.low().0, conversation.tuple.high().0]
}

/// Only the bytes of all, then the counts of the few.
pub fn busiest<'a>(conversations: impl Iterator<Item = &'a Conversation> + Clone) -> Vec<HostReport> {
    let mut bytes = Numbers::new();
    for conversation in conversations.clone() {
        for address in ends(conversation) {
            *bytes.of(address) += conversation.bytes();
        }
    }
    let mut heaviest = Heaviest::new(MAX_HOSTS);
    for (address, bytes) in bytes.table {
        heaviest.offer(bytes, address);
    }
    let ranking = heaviest.into_ranking(IpAddr::cmp);
    let mut places = Numbers::new();
    let mut hosts = Vec::with_capacity(ranking.len());
    for (place, (_, address)) in (0..).zip(ranking) {
        *places.of(address) = place;
        hosts.push(HostReport {
            address: address.to_string(),
            conversations: 0,
            packets_sent: 0,
            bytes_sent: 0,
            packets_received: 0,
            bytes_received: 0,
        });
    }
    for conversation in conversations {
        let [there, back] = conversation.traffic;
        for (address, (sent, received)) in ends(conversation).into_iter().zip([(there, back), (back, there)])
        {
            if let Some(host) = places.get(address).and_then(|at| hosts.get_mut(at as usize)) {
                host.conversations += 1;
                host.packets_sent += sent.packets;
                host.bytes_sent += sent.bytes;
                host.packets_received += received.packets;
                host.bytes_received += received.bytes;
            }
        }
    }
    hosts
}
