//! The addresses with the most bytes.

use std::net::IpAddr;

use super::super::flows::Conversation;
use super::super::numbers::Numbers;
use super::super::ranking::Heaviest;
use super::super::report::HostReport;

/// Hosts in a report.
const MAX_HOSTS: usize = 50;

fn ends(conversation: &Conversation) -> [IpAddr; 2] {
    [conversation.tuple.low().0, conversation.tuple.high().0]
}

/// Only the bytes of all, then the counts of the few.
pub fn busiest<'a>(conversations: impl Iterator<Item = &'a Conversation> + Clone) -> Vec<HostReport> {
    let mut bytes = Numbers::new();
    for conversation in conversations.clone() {
        for address in ends(conversation) {
            *bytes.of((address, 0)) += conversation.bytes();
        }
    }
    let mut heaviest = Heaviest::new(MAX_HOSTS);
    for ((address, _), bytes) in bytes.into_all() {
        heaviest.offer(bytes, address);
    }
    let ranking = heaviest.into_ranking(IpAddr::cmp);
    let mut places = Numbers::new();
    let mut hosts = Vec::with_capacity(ranking.len());
    for (place, (_, address)) in (0..).zip(ranking) {
        *places.of((address, 0)) = place;
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
            if let Some(host) = places.get((address, 0)).and_then(|at| hosts.get_mut(at as usize)) {
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
