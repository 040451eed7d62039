//! A conversation in a report.

use super::super::events::Event;
use super::super::flows::Conversation;
use super::super::report::{ConversationReport, ConversationTcpReport, EndReport, Transport};
use super::super::time::{Time, seconds};

impl Conversation {
    pub(super) fn report(&self, name: Option<&str>) -> ConversationReport {
        let end = |(address, port): (std::net::IpAddr, u16)| EndReport { address: address.to_string(), port };
        let [a, b] = self.ends();
        let [there, back] =
            if self.began_forward { self.traffic } else { [self.traffic[1], self.traffic[0]] };
        let count = |event| self.events.of(event).into();
        let tcp = (self.tuple.transport() == Transport::Tcp).then(|| ConversationTcpReport {
            syns: count(Event::Syn),
            resets: count(Event::Reset),
            retransmissions: count(Event::Retransmission),
            out_of_order: count(Event::OutOfOrder),
            duplicate_acks: count(Event::DuplicateAck),
            zero_windows: count(Event::ZeroWindow),
            initial_rtt_seconds: self.initial_rtt().map(seconds),
        });
        let span = self.span();
        ConversationReport {
            transport: self.tuple.transport(),
            a: end(a),
            b: end(b),
            packets_a_to_b: there.packets,
            bytes_a_to_b: there.bytes,
            packets_b_to_a: back.packets,
            bytes_b_to_a: back.bytes,
            start_epoch: span.map(|(first, _)| Time::epoch(first)),
            duration_seconds: span.map(|(first, last)| last.seconds_since(first)),
            server_name: name.map(str::to_owned),
            tcp,
        }
    }
}
