//! Takes frames apart: which layers they contain, and every transport header on the way.
//!
//! Nothing in a frame is trusted: every read is checked, every loop is bounded by the bytes left, and the
//! nesting of headers by [`MAX_DEPTH`]. What is read follows Wireshark with reassembly of IP fragments off,
//! tunnels by their default ports.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod ip;
mod layer;
mod links;
mod plain;
mod transport;
mod tunnels;
mod wlan;

pub use ip::{SCTP, TCP, UDP};
pub use layer::{Layer, LayerSet};
pub use plain::{Plain, PlainPlace};
pub use transport::{Segment, TcpSegment, flags, udp_payload};

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub use super::bytes::Part;
use super::link::LinkType;
use super::reader::Packet;

/// Headers inside headers; deeper nesting is left alone.
const MAX_DEPTH: u32 = 48;

/// Source and destination of an IP header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Addresses {
    V4 { source: u32, destination: u32 },
    V6 { source: u128, destination: u128 },
}

impl Addresses {
    pub fn source(self) -> IpAddr {
        match self {
            Self::V4 { source, .. } => Ipv4Addr::from_bits(source).into(),
            Self::V6 { source, .. } => Ipv6Addr::from_bits(source).into(),
        }
    }

    pub fn destination(self) -> IpAddr {
        match self {
            Self::V4 { destination, .. } => Ipv4Addr::from_bits(destination).into(),
            Self::V6 { destination, .. } => Ipv6Addr::from_bits(destination).into(),
        }
    }
}

/// What the walk over a frame tells as it goes.
pub trait Sink {
    /// A header begins; `part` is everything from it on.
    fn layer(&mut self, layer: Layer, part: Part<'_>);

    /// An IP header, before what it carries.
    fn addresses(&mut self, _addresses: Addresses, _protocol: u8) {}

    /// A transport header that is no quotation inside an ICMP error.
    fn segment(&mut self, addresses: Addresses, segment: Segment<'_>);
}

/// For sinks that are not called often enough to be worth a walk of their own.
impl Sink for &mut (dyn Sink + '_) {
    fn layer(&mut self, layer: Layer, part: Part<'_>) {
        (**self).layer(layer, part);
    }

    fn addresses(&mut self, addresses: Addresses, protocol: u8) {
        (**self).addresses(addresses, protocol);
    }

    fn segment(&mut self, addresses: Addresses, segment: Segment<'_>) {
        (**self).segment(addresses, segment);
    }
}

/// What comes next, and the bytes that it has.
#[derive(Debug, Clone, Copy)]
enum Next<'a> {
    Link(LinkType, Part<'a>),
    Ethernet(Part<'a>),
    EtherType(u16, Part<'a>),
    Llc(Part<'a>),
    Wlan(Part<'a>),
    /// PPP with address and control bytes or without.
    Ppp(Part<'a>),
    /// IPv4 or IPv6 by the first nibble.
    Ip(Part<'a>),
    Ipv4(Part<'a>),
    Ipv6(Part<'a>),
    IpProtocol(u8, Part<'a>),
    Mpls(Part<'a>),
    Done,
}

/// The walk's state over one frame.
struct Walk<'s, S> {
    sink: &'s mut S,
    addresses: Option<Addresses>,
    /// Inside an ICMP error's quotation.
    quoted: bool,
    /// The first fragment of a datagram whose rest comes in other frames.
    fragmented: bool,
}

/// Walks a frame. `length` is its length on the wire.
#[inline]
pub fn dissect<S: Sink>(link: LinkType, data: &[u8], length: u32, sink: &mut S) {
    let part = Part::whole(data, length as usize);
    let mut walk = Walk { sink, addresses: None, quoted: false, fragmented: false };
    let mut next = if link == LinkType::ETHERNET { walk.ethernet(part) } else { Next::Link(link, part) };
    for _ in 0..MAX_DEPTH {
        next = match next {
            Next::Ethernet(part) => walk.inner_ethernet(part),
            Next::EtherType(kind, part) => walk.inner_ether_type(kind, part),
            Next::Ipv4(part) => walk.inner_ipv4(part),
            Next::IpProtocol(protocol, part) => walk.inner_ip_protocol(protocol, part),
            Next::Ipv6(part) => walk.ipv6(part),
            Next::Link(link, part) => walk.link(link, part),
            Next::Llc(part) => walk.llc(part),
            Next::Wlan(part) => walk.wlan(part),
            Next::Ppp(part) => walk.ppp(part),
            Next::Ip(part) => walk.ip(part),
            Next::Mpls(part) => walk.mpls(part),
            Next::Done => return,
        };
    }
}

/// Whether frames of this link type are taken apart.
pub fn is_decoded(link: LinkType) -> bool {
    links::is_decoded(link)
}

impl<'a, S: Sink> Walk<'_, S> {
    #[inline(always)]
    fn layer(&mut self, layer: Layer, part: Part<'a>) {
        self.sink.layer(layer, part);
    }

    // Inside tunnels the same steps are calls, so that the common path is written into the loop once.

    #[inline(never)]
    fn inner_ethernet(&mut self, part: Part<'a>) -> Next<'a> {
        self.ethernet(part)
    }

    #[inline(never)]
    fn inner_ether_type(&mut self, kind: u16, part: Part<'a>) -> Next<'a> {
        self.ether_type(kind, part)
    }

    #[inline(never)]
    fn inner_ipv4(&mut self, part: Part<'a>) -> Next<'a> {
        self.ipv4(part)
    }

    #[inline(never)]
    fn inner_ip_protocol(&mut self, protocol: u8, part: Part<'a>) -> Next<'a> {
        self.ip_protocol(protocol, part)
    }
}

/// The outermost IP packet of a frame: what a capture filter decides about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoints {
    /// IP protocol number, behind IPv6 extension headers.
    pub protocol: u8,
    pub source: IpAddr,
    pub destination: IpAddr,
    /// Of TCP, UDP and SCTP, where the header was captured.
    pub source_port: Option<u16>,
    pub destination_port: Option<u16>,
}

/// Decodes one frame to what a capture filter sees; `None` without an IP header.
pub fn endpoints(link: LinkType, data: &[u8], length: u32) -> Option<Endpoints> {
    #[derive(Default)]
    struct Outermost(Option<Endpoints>);

    impl Sink for Outermost {
        fn layer(&mut self, _layer: Layer, _part: Part<'_>) {}

        fn addresses(&mut self, addresses: Addresses, protocol: u8) {
            self.0.get_or_insert(Endpoints {
                protocol,
                source: addresses.source(),
                destination: addresses.destination(),
                source_port: None,
                destination_port: None,
            });
        }

        fn segment(&mut self, addresses: Addresses, segment: Segment<'_>) {
            let Some(found) = &mut self.0 else { return };
            let (protocol, source_port, destination_port) = match segment {
                Segment::Tcp(tcp) => (ip::TCP, tcp.source_port, tcp.destination_port),
                Segment::Udp { source_port, destination_port, .. } => {
                    (ip::UDP, source_port, destination_port)
                }
                Segment::Sctp { source_port, destination_port } => (ip::SCTP, source_port, destination_port),
            };
            let outer = found.source_port.is_none()
                && found.protocol == protocol
                && found.source == addresses.source()
                && found.destination == addresses.destination();
            if outer {
                found.source_port = Some(source_port);
                found.destination_port = Some(destination_port);
            }
        }
    }

    let mut outermost = Outermost::default();
    let mut sink: &mut dyn Sink = &mut outermost;
    dissect(link, data, length, &mut sink);
    outermost.0
}

/// [`endpoints`] of a reader's packet.
pub fn endpoints_of(packet: &Packet<'_>) -> Option<Endpoints> {
    endpoints(packet.link, packet.data, packet.length)
}
