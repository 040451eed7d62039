//! Link layers: from a frame's first byte to the network layer.

use super::super::link::LinkType;
use super::{Layer, Next, Part, Sink, Walk};

/// Lengths up to here are lengths of an 802.3 frame, above 1536 they are types.
const MAX_802_3_LENGTH: u16 = 1500;

pub(super) mod ether {
    pub const IPV4: u16 = 0x0800;
    pub const ARP: u16 = 0x0806;
    pub const TRANSPARENT_ETHERNET: u16 = 0x6558;
    pub const RARP: u16 = 0x8035;
    pub const VLAN: u16 = 0x8100;
    pub const IPV6: u16 = 0x86dd;
    pub const PPP: u16 = 0x880b;
    pub const MPLS: u16 = 0x8847;
    pub const MPLS_MULTICAST: u16 = 0x8848;
    pub const PPPOE_DISCOVERY: u16 = 0x8863;
    pub const PPPOE_SESSION: u16 = 0x8864;
    pub const JUMBO_LLC: u16 = 0x8870;
    pub const EAPOL: u16 = 0x888e;
    pub const SERVICE_VLAN: u16 = 0x88a8;
    pub const ERSPAN: u16 = 0x88be;
    pub const LLDP: u16 = 0x88cc;
    pub const BACKBONE_SERVICE: u16 = 0x88e7;
    pub const ERSPAN_3: u16 = 0x22eb;
    pub const WCCP: u16 = 0x883e;
    pub const OLD_QINQ: [u16; 3] = [0x9100, 0x9200, 0x9300];
}

pub(super) fn is_decoded(link: LinkType) -> bool {
    matches!(
        link,
        LinkType::NULL
            | LinkType::ETHERNET
            | LinkType::PPP
            | LinkType::RAW_BSD
            | LinkType::RAW_OPENBSD
            | LinkType::RAW
            | LinkType::PPP_HDLC
            | LinkType::PPP_ETHER
            | LinkType::PPP_PPPD
            | LinkType::C_HDLC
            | LinkType::IEEE802_11
            | LinkType::FRELAY
            | LinkType::LOOP
            | LinkType::LINUX_SLL
            | LinkType::LINUX_SLL2
            | LinkType::IEEE802_11_PRISM
            | LinkType::IEEE802_11_RADIOTAP
            | LinkType::IEEE802_11_AVS
            | LinkType::PPI
            | LinkType::IPV4
            | LinkType::IPV6
            | LinkType::NFLOG
    )
}

impl<'a, S: Sink> Walk<'_, S> {
    pub(super) fn link(&mut self, link: LinkType, part: Part<'a>) -> Next<'a> {
        match link {
            LinkType::ETHERNET => Next::Ethernet(part),
            LinkType::RAW | LinkType::RAW_BSD | LinkType::RAW_OPENBSD => Next::Ip(part),
            LinkType::IPV4 => Next::Ipv4(part),
            LinkType::IPV6 => Next::Ipv6(part),
            LinkType::NULL | LinkType::LOOP => self.null(part),
            LinkType::LINUX_SLL => self.sll(part),
            LinkType::LINUX_SLL2 => self.sll2(part),
            LinkType::PPP | LinkType::PPP_PPPD => Next::Ppp(part),
            LinkType::PPP_HDLC => match part.peek::<1>() {
                Some([0x0f | 0x8f]) => self.c_hdlc(part),
                _ => Next::Ppp(part),
            },
            LinkType::PPP_ETHER => self.pppoe_session(part),
            LinkType::C_HDLC => self.c_hdlc(part),
            LinkType::FRELAY => self.frame_relay(part),
            LinkType::NFLOG => self.nflog(part),
            LinkType::IEEE802_11 => Next::Wlan(part),
            LinkType::IEEE802_11_RADIOTAP => self.radiotap(part),
            LinkType::IEEE802_11_PRISM => self.prism(part),
            LinkType::IEEE802_11_AVS => self.avs(part),
            LinkType::PPI => self.ppi(part),
            _ => Next::Done,
        }
    }

    #[inline(always)]
    pub(super) fn ethernet(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Ethernet, part);
        let Some((head, rest)) = part.take::<14>() else { return Next::Done };
        let kind = u16::from_be_bytes([head[12], head[13]]);
        if kind > MAX_802_3_LENGTH {
            return self.ether_type(kind, rest);
        }
        // Cisco's ISL wraps an Ethernet frame and is known by the destination's first five bytes.
        if matches!(head[..5], [0x01 | 0x03 | 0x0c, 0x00, 0x0c, 0x00, 0x00]) {
            self.layer(Layer::Isl, part);
            return part.skip(26).map_or(Next::Done, Next::Ethernet);
        }
        self.ieee802_3(kind, rest)
    }

    fn ieee802_3(&mut self, length: u16, part: Part<'a>) -> Next<'a> {
        let part = part.limit(usize::from(length));
        match part.peek::<2>() {
            Some([0xff, 0xff]) | None => Next::Done,
            Some(_) => Next::Llc(part),
        }
    }

    #[inline(always)]
    pub(super) fn ether_type(&mut self, kind: u16, part: Part<'a>) -> Next<'a> {
        match kind {
            // The common way down is one straight path.
            ether::IPV4 => self.ipv4(part),
            ether::IPV6 => Next::Ipv6(part),
            _ => self.other_ether_type(kind, part),
        }
    }

    #[inline(never)]
    fn other_ether_type(&mut self, kind: u16, part: Part<'a>) -> Next<'a> {
        match kind {
            ether::ARP | ether::RARP => {
                self.layer(Layer::Arp, part);
                Next::Done
            }
            ether::VLAN | ether::SERVICE_VLAN => self.vlan(part),
            kind if ether::OLD_QINQ.contains(&kind) => self.vlan(part),
            ether::MPLS | ether::MPLS_MULTICAST => Next::Mpls(part),
            ether::PPPOE_SESSION => self.pppoe_session(part),
            ether::PPPOE_DISCOVERY => {
                self.layer(Layer::Pppoe, part);
                Next::Done
            }
            ether::PPP => Next::Ppp(part),
            ether::TRANSPARENT_ETHERNET => Next::Ethernet(part),
            ether::JUMBO_LLC => Next::Llc(part),
            ether::BACKBONE_SERVICE => {
                self.layer(Layer::Vlan, part);
                part.skip(4).map_or(Next::Done, Next::Ethernet)
            }
            ether::EAPOL => {
                self.layer(Layer::Eapol, part);
                Next::Done
            }
            ether::LLDP => {
                self.layer(Layer::Lldp, part);
                Next::Done
            }
            _ => Next::Done,
        }
    }

    fn vlan(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Vlan, part);
        let Some((head, rest)) = part.take::<4>() else { return Next::Done };
        let kind = u16::from_be_bytes([head[2], head[3]]);
        if kind > MAX_802_3_LENGTH { Next::EtherType(kind, rest) } else { self.ieee802_3(kind, rest) }
    }

    pub(super) fn llc(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Llc, part);
        let Some((head, rest)) = part.take::<3>() else { return Next::Done };
        match *head {
            // SNAP: organisation and protocol.
            [0xaa | 0xab, 0xaa | 0xab, 0x03] => {
                let Some((snap, rest)) = rest.take::<5>() else { return Next::Done };
                let protocol = u16::from_be_bytes([snap[3], snap[4]]);
                match (snap[0], snap[1], snap[2]) {
                    (0x00, 0x00, 0x00) | (0x00, 0x00, 0xf8) => Next::EtherType(protocol, rest),
                    // 802.1's bridged frames: 1 with, 7 without the frame check sequence.
                    (0x00, 0x80, 0xc2) if protocol == 1 || protocol == 7 => Next::Ethernet(rest),
                    _ => Next::Done,
                }
            }
            [0x06, 0x06, 0x03] => Next::Ip(rest),
            [0x42, 0x42, 0x03] => {
                self.layer(Layer::Stp, rest);
                Next::Done
            }
            _ => Next::Done,
        }
    }

    /// BSD's loopback: an address family in the byte order of the writing host.
    fn null(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Null, part);
        let Some((head, rest)) = part.take::<4>() else { return Next::Done };
        if let [0xff, 0x03, ..] = head {
            return Next::Ppp(part);
        }
        let big = u32::from_be_bytes(*head);
        let family = if big <= 0xffff { big } else { u32::from_le_bytes(*head) };
        match family {
            2 => Next::Ipv4(rest),
            10 | 24 | 28 | 30 => Next::Ipv6(rest),
            // Some programs write an Ethernet type.
            0x0600..=0xffff => Next::EtherType(family as u16, rest),
            _ => Next::Done,
        }
    }

    /// Linux "cooked": 16 bytes with the packet's type, hardware type and protocol.
    fn sll(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Sll, part);
        let Some((head, rest)) = part.take::<16>() else { return Next::Done };
        self.cooked(u16::from_be_bytes([head[2], head[3]]), u16::from_be_bytes([head[14], head[15]]), rest)
    }

    fn sll2(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Sll, part);
        let Some((head, rest)) = part.take::<20>() else { return Next::Done };
        self.cooked(u16::from_be_bytes([head[8], head[9]]), u16::from_be_bytes([head[0], head[1]]), rest)
    }

    fn cooked(&mut self, hardware: u16, protocol: u16, rest: Part<'a>) -> Next<'a> {
        /// Linux's `ARPHRD_` numbers that change what the protocol field means.
        const FRAD: u16 = 770;
        const WLAN: u16 = 801;
        const RADIOTAP: u16 = 803;
        const NETLINK: u16 = 824;
        match (hardware, protocol) {
            (RADIOTAP, _) => self.radiotap(rest),
            (WLAN, _) => Next::Wlan(rest),
            (FRAD, _) => self.frame_relay(rest),
            (NETLINK, _) => Next::Done,
            (_, 0x0001) => Next::Done,
            (_, 0x0004) => Next::Llc(rest),
            (_, 0x0007) => Next::Ppp(rest),
            (_, 0x0000..=MAX_802_3_LENGTH) => Next::Done,
            (_, kind) => Next::EtherType(kind, rest),
        }
    }

    fn c_hdlc(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Chdlc, part);
        let Some((head, rest)) = part.take::<4>() else { return Next::Done };
        match u16::from_be_bytes([head[2], head[3]]) {
            // OSI behind a padding byte, and Cisco's keep-alives.
            0xfefe | 0x8035 => Next::Done,
            kind => Next::EtherType(kind, rest),
        }
    }

    pub(super) fn ppp(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Ppp, part);
        let part = match part.peek::<2>() {
            Some([0xff, 0x03]) => part.skip(2).unwrap_or(part),
            Some(_) => part,
            None => return Next::Done,
        };
        self.ppp_protocol(part)
    }

    /// A protocol of one byte (odd) or two.
    pub(super) fn ppp_protocol(&mut self, part: Part<'a>) -> Next<'a> {
        let Some((&[first], rest)) = part.take::<1>() else { return Next::Done };
        let (protocol, rest) = if first & 1 == 1 {
            (u16::from(first), rest)
        } else {
            let Some((&[second], rest)) = rest.take::<1>() else { return Next::Done };
            (u16::from_be_bytes([first, second]), rest)
        };
        match protocol {
            0x0021 => Next::Ipv4(rest),
            0x0057 => Next::Ipv6(rest),
            0x0281 | 0x0283 => Next::Mpls(rest),
            0x0031 => self.ppp_bridging(rest),
            _ => Next::Done,
        }
    }

    /// RFC 3518: flags and a MAC type before a bridged frame.
    fn ppp_bridging(&mut self, part: Part<'a>) -> Next<'a> {
        match part.take::<2>() {
            Some(([_, 1], rest)) => Next::Ethernet(rest),
            _ => Next::Done,
        }
    }

    pub(super) fn pppoe_session(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Pppoe, part);
        let Some((head, rest)) = part.take::<6>() else { return Next::Done };
        let rest = rest.limit(usize::from(u16::from_be_bytes([head[4], head[5]])));
        self.layer(Layer::Ppp, rest);
        self.ppp_protocol(rest)
    }

    /// Q.922 address, then RFC 2427's control and protocol, or Cisco's Ethernet type.
    fn frame_relay(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::FrameRelay, part);
        let mut rest = part;
        let mut length = 0_u32;
        loop {
            let Some((&[byte], behind)) = rest.take::<1>() else { return Next::Done };
            rest = behind;
            length = length.wrapping_add(1);
            if byte & 1 == 1 || length == 4 {
                break;
            }
        }
        if rest.peek::<1>() != Some(&[0x03]) {
            return match rest.take::<2>() {
                Some((kind, rest)) => Next::EtherType(u16::from_be_bytes(*kind), rest),
                None => Next::Done,
            };
        }
        let Some(mut rest) = rest.skip(1) else { return Next::Done };
        // Padding so that the protocol behind is aligned.
        while let Some((&[0], behind)) = rest.take::<1>() {
            rest = behind;
        }
        let Some((&[protocol], rest)) = rest.take::<1>() else { return Next::Done };
        match protocol {
            0xcc => Next::Ipv4(rest),
            0x8e => Next::Ipv6(rest),
            0xcf => self.ppp_protocol(rest),
            0x80 => {
                let Some((snap, rest)) = rest.take::<5>() else { return Next::Done };
                let kind = u16::from_be_bytes([snap[3], snap[4]]);
                match (snap[0], snap[1], snap[2]) {
                    (0, 0, 0) => Next::EtherType(kind, rest),
                    (0x00, 0x80, 0xc2) if kind == 1 || kind == 7 => Next::Ethernet(rest),
                    _ => Next::Done,
                }
            }
            _ => Next::Done,
        }
    }

    /// Linux's netfilter log: type-length-value fields, one of which is the packet.
    fn nflog(&mut self, part: Part<'a>) -> Next<'a> {
        const PACKET_HEADER: u16 = 1;
        const PAYLOAD: u16 = 9;
        self.layer(Layer::Nflog, part);
        let mut protocol = 0;
        let Some((&[family, _, _, _], mut rest)) = part.take::<4>() else { return Next::Done };
        while let Some((head, value)) = rest.take::<4>() {
            // Lengths are in the host's byte order; every other field of practice is little endian too.
            let mut length = usize::from(u16::from_le_bytes([head[0], head[1]]));
            let mut kind = u16::from_le_bytes([head[2], head[3]]);
            if length > rest.reported {
                length = usize::from(u16::from_be_bytes([head[0], head[1]]));
                kind = u16::from_be_bytes([head[2], head[3]]);
            }
            if length < 4 {
                return Next::Done;
            }
            match kind & 0x7fff {
                PACKET_HEADER => protocol = value.peek::<2>().map_or(0, |bytes| u16::from_be_bytes(*bytes)),
                PAYLOAD => {
                    let value = value.limit(length.wrapping_sub(4));
                    return match (protocol, family) {
                        (0, 2) => Next::Ipv4(value),
                        (0, 10) => Next::Ipv6(value),
                        (protocol, _) => Next::EtherType(protocol, value),
                    };
                }
                _ => {}
            }
            let Some(behind) = rest.skip(length.wrapping_add(3) & !3) else { return Next::Done };
            rest = behind;
        }
        Next::Done
    }
}
