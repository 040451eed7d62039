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
use super::super::dissect::{Addresses, Layer, Segment, Sink};
use super::tree::{Scribe, Tree};

/// Writes the whole packet into a tree while the walk goes over it.
#[derive(Debug)]
pub struct Writer<'t>(pub &'t mut Tree);

impl Sink for Writer<'_> {
    fn layer(&mut self, layer: Layer, part: Part<'_>) {
        if matches!(layer, Layer::Ipv4 | Layer::Ipv6) && self.inside_icmp() {
            self.0.quotes();
        }
        let mut out = Scribe::open(self.0, layer.name(), part);
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

    fn segment(&mut self, _addresses: Addresses, segment: Segment<'_>) {
        match segment {
            Segment::Tcp(tcp) => app::over_tcp(self.0, tcp.source_port, tcp.destination_port, tcp.payload),
            Segment::Udp { source_port, destination_port, payload } => {
                app::over_udp(self.0, source_port, destination_port, payload);
            }
            Segment::Sctp { .. } => {}
        }
    }
}

impl Writer<'_> {
    fn inside_icmp(&self) -> bool {
        let last = self.0.nodes().iter().rev().find(|node| node.depth == 0);
        last.is_some_and(|node| [Layer::Icmp.name(), Layer::Icmpv6.name()].contains(&node.field))
    }
}
