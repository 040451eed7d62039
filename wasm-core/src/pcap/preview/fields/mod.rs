//! The fields of each layer, as Wireshark names them.

mod app;
mod dns;
mod ip;
mod link;
mod names;
mod tls;
mod transport;
mod tunnel;

use super::super::bytes::Part;
use super::super::dissect::{Addresses, Layer, Segment, Sink, TcpSegment, flags};
use super::super::report::Transport;
use super::super::sequences::Sequences;
use super::super::tuple::Tuple;
use super::needs::Needs;
use super::tree::{Node, Scribe, Tree, Value};

/// Writes the packet into a tree, as far as it is needed, while the walk goes over it.
#[derive(Debug)]
pub struct Writer<'t> {
    pub tree: &'t mut Tree,
    pub sequences: &'t Sequences,
    pub needs: &'t Needs,
}

impl Sink for Writer<'_> {
    fn layer(&mut self, layer: Layer, part: Part<'_>) {
        if matches!(layer, Layer::Ipv4 | Layer::Ipv6) && self.inside_icmp() {
            self.tree.quotes();
        }
        let mut out = Scribe::open(self.tree, layer.name(), part);
        if !self.needs.fields_of(layer) {
            return;
        }
        // A header that the capture cut gives the fields before the cut.
        let _cut: Option<()> = match layer {
            Layer::Ethernet => link::ethernet(&mut out),
            Layer::Vlan => link::vlan(&mut out),
            Layer::Llc => link::llc(&mut out),
            Layer::Sll => link::sll(&mut out),
            Layer::Null => link::null(&mut out),
            Layer::Ppp => link::ppp(&mut out),
            Layer::Pppoe => link::pppoe(&mut out),
            Layer::Mpls => link::mpls(&mut out),
            Layer::Arp => link::arp(&mut out),
            Layer::Ipv4 => ip::v4(&mut out),
            Layer::Ipv6 => ip::v6(&mut out),
            Layer::Icmp => ip::icmp(&mut out),
            Layer::Icmpv6 => ip::icmpv6(&mut out),
            Layer::Igmp => ip::igmp(&mut out),
            Layer::Tcp => transport::tcp(&mut out),
            Layer::Udp | Layer::UdpLite => transport::udp(&mut out),
            Layer::Sctp => transport::sctp(&mut out),
            Layer::Gre => tunnel::gre(&mut out),
            Layer::Vxlan => tunnel::vxlan(&mut out),
            Layer::Geneve => tunnel::geneve(&mut out),
            Layer::Gtp => tunnel::gtp(&mut out),
            _ => None,
        };
    }

    fn segment(&mut self, addresses: Addresses, segment: Segment<'_>) {
        match segment {
            Segment::Tcp(tcp) => {
                if self.needs.sequences() {
                    self.relative(addresses, &tcp);
                }
                if self.needs.payload() {
                    app::over_tcp(self.tree, tcp.source_port, tcp.destination_port, tcp.payload);
                }
            }
            Segment::Udp { source_port, destination_port, payload } if self.needs.payload() => {
                app::over_udp(self.tree, source_port, destination_port, payload);
            }
            Segment::Udp { .. } | Segment::Sctp { .. } => {}
        }
    }
}

impl Writer<'_> {
    /// Sequence numbers counted from the conversation's first ones, where those are known.
    fn relative(&mut self, addresses: Addresses, tcp: &TcpSegment<'_>) {
        let (tuple, forward) = Tuple::new(Transport::Tcp, addresses, tcp.source_port, tcp.destination_port);
        let [low, high] = self.sequences.of(&tuple);
        let (own, other) = if forward { (low, high) } else { (high, low) };
        let header =
            self.tree.nodes().iter().rev().find(|node| node.field == "tcp.seq_raw").map(|node| node.start);
        let Some(at) = header else { return };
        let acknowledges = tcp.flags & flags::ACK != 0;
        let pairs = [
            ("tcp.seq", own, tcp.sequence, at, true),
            ("tcp.ack", other, tcp.acknowledgment, at.saturating_add(4), acknowledges),
        ];
        for (field, base, number, start, wanted) in pairs {
            // What lies before the beginning belongs to an earlier connection between the same two ends.
            let distance =
                base.map(|base| number.wrapping_sub(base)).filter(|distance| *distance <= i32::MAX as u32);
            if let (Some(distance), true) = (distance, wanted) {
                let value = Value::Number(u64::from(distance));
                self.tree.push(Node { depth: 1, field, value, start, length: 4 });
            }
        }
    }

    fn inside_icmp(&self) -> bool {
        let last = self.tree.nodes().iter().rev().find(|node| node.depth == 0);
        last.is_some_and(|node| [Layer::Icmp.name(), Layer::Icmpv6.name()].contains(&node.field))
    }
}
