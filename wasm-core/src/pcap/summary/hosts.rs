//! The addresses with the most bytes: weighed in one pass over the conversations, counted in a second one, so that not
//! every host needs counters.

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

/// The bytes of each address.
#[derive(Debug)]
pub struct Weights(Numbers);

impl Weights {
    pub fn new() -> Self {
        Self(Numbers::new())
    }

    pub fn add(&mut self, conversation: &Conversation) {
        for address in ends(conversation) {
            *self.0.of((address, 0)) += conversation.bytes();
        }
    }

    /// Those with the most, whose packets are still to be counted.
    pub fn busiest(self) -> Busiest {
        let mut heaviest = Heaviest::new(MAX_HOSTS);
        for ((address, _), bytes) in self.0.into_all() {
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
        Busiest { places, hosts }
    }
}

/// The few addresses of a report, by their places in it.
#[derive(Debug)]
pub struct Busiest {
    places: Numbers,
    hosts: Vec<HostReport>,
}

impl Busiest {
    pub fn count(&mut self, conversation: &Conversation) {
        let [there, back] = conversation.traffic;
        for (address, (sent, received)) in ends(conversation).into_iter().zip([(there, back), (back, there)])
        {
            let place = self.places.get((address, 0));
            if let Some(host) = place.and_then(|at| self.hosts.get_mut(at as usize)) {
                host.conversations += 1;
                host.packets_sent += sent.packets;
                host.bytes_sent += sent.bytes;
                host.packets_received += received.packets;
                host.bytes_received += received.bytes;
            }
        }
    }

    pub fn into_report(self) -> Vec<HostReport> {
        self.hosts
    }
}
