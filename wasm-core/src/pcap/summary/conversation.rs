//! A conversation as a summary keeps it.

use serde::{Deserialize, Serialize};

use super::super::flows::{Flow, TcpEvents, Traffic, Tuple};
use super::super::report::{ConversationReport, ConversationTcpReport, EndReport, Transport};
use super::super::time::{Time, seconds};

/// The counters of one 5-tuple. What only one part can tell (who began, the first round trip, the name) comes
/// from the part in which the conversation began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub tuple: Tuple,
    /// From the lower end to the higher, and back.
    pub traffic: [Traffic; 2],
    pub first: Option<Time>,
    pub last: Option<Time>,
    /// Start of the part that tells who began, and whether it was the lower end.
    began: (Option<Time>, bool),
    pub tcp: TcpEvents,
    rtt: Option<(Option<Time>, i64)>,
    name: Option<(Option<Time>, Box<str>)>,
}

impl Conversation {
    pub(super) fn new(flow: &Flow, name: Option<&str>) -> Self {
        let first = flow.span().map(|(first, _)| first);
        Self {
            tuple: flow.tuple,
            traffic: flow.traffic,
            first,
            last: flow.span().map(|(_, last)| last),
            began: (first, flow.began_forward),
            tcp: flow.tcp,
            rtt: flow.rtt.map(|rtt| (first, rtt)),
            name: name.map(|name| (first, name.into())),
        }
    }

    pub fn packets(&self) -> u64 {
        self.traffic.iter().map(|side| side.packets).sum()
    }

    pub fn bytes(&self) -> u64 {
        self.traffic.iter().map(|side| side.bytes).sum()
    }

    pub fn server_name(&self) -> Option<&str> {
        self.name.as_ref().map(|(_, name)| &**name)
    }

    /// Nanoseconds of the first handshake's round trip.
    pub fn initial_rtt(&self) -> Option<i64> {
        self.rtt.map(|(_, rtt)| rtt)
    }

    /// Who sent the first packet, then the other end.
    pub fn ends(&self) -> [(std::net::IpAddr, u16); 2] {
        let (low, high) = (self.tuple.low(), self.tuple.high());
        if self.began.1 { [low, high] } else { [high, low] }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (side, more) in self.traffic.iter_mut().zip(other.traffic) {
            side.add(more);
        }
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
        self.began = self.began.min(other.began);
        self.rtt = [self.rtt, other.rtt].into_iter().flatten().min();
        self.name = [self.name.take(), other.name.clone()].into_iter().flatten().min();
        self.tcp.syns += other.tcp.syns;
        self.tcp.resets += other.tcp.resets;
        self.tcp.retransmissions += other.tcp.retransmissions;
        self.tcp.out_of_order += other.tcp.out_of_order;
        self.tcp.duplicate_acks += other.tcp.duplicate_acks;
        self.tcp.zero_windows += other.tcp.zero_windows;
        self.tcp.unanswered_syns += other.tcp.unanswered_syns;
        self.tcp.refused_syns += other.tcp.refused_syns;
    }

    pub(super) fn report(&self) -> ConversationReport {
        let end = |(address, port): (std::net::IpAddr, u16)| EndReport { address: address.to_string(), port };
        let [a, b] = self.ends();
        let [there, back] = if self.began.1 { self.traffic } else { [self.traffic[1], self.traffic[0]] };
        let tcp = (self.tuple.transport() == Transport::Tcp).then(|| ConversationTcpReport {
            syns: self.tcp.syns.into(),
            resets: self.tcp.resets.into(),
            retransmissions: self.tcp.retransmissions.into(),
            out_of_order: self.tcp.out_of_order.into(),
            duplicate_acks: self.tcp.duplicate_acks.into(),
            zero_windows: self.tcp.zero_windows.into(),
            initial_rtt_seconds: self.initial_rtt().map(seconds),
        });
        ConversationReport {
            transport: self.tuple.transport(),
            a: end(a),
            b: end(b),
            packets_a_to_b: there.packets,
            bytes_a_to_b: there.bytes,
            packets_b_to_a: back.packets,
            bytes_b_to_a: back.bytes,
            start_epoch: self.first.map(Time::epoch),
            duration_seconds: self.first.zip(self.last).map(|(first, last)| last.seconds_since(first)),
            server_name: self.server_name().map(str::to_owned),
            tcp,
        }
    }
}
