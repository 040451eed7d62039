//! What UDP and MPLS carry that is a packet again, by the ports that the standards and Wireshark give them.

use super::{Layer, Next, Part, Sink, Walk, ip};

const L2TP: u16 = 1701;
const GTP_USER: u16 = 2152;
const TEREDO: u16 = 3544;
const GRE: u16 = 4754;
const VXLAN: u16 = 4789;
const VXLAN_GPE: u16 = 4790;
const GENEVE: u16 = 6081;
const MPLS: u16 = 6635;
const SCTP: u16 = 9899;

/// Whether a datagram between these ports may carry a packet.
#[inline(always)]
pub(super) const fn is_one(source_port: u16, destination_port: u16) -> bool {
    const fn known(port: u16) -> bool {
        matches!(port, VXLAN | VXLAN_GPE | GTP_USER | GENEVE | GRE | MPLS | SCTP | L2TP | TEREDO)
    }
    known(source_port) || known(destination_port)
}

impl<'a, S: Sink> Walk<'_, S> {
    #[inline(always)]
    pub(super) fn udp_payload(
        &mut self,
        source_port: u16,
        destination_port: u16,
        part: Part<'a>,
    ) -> Next<'a> {
        if is_one(source_port, destination_port) {
            self.tunnels([source_port.min(destination_port), source_port.max(destination_port)], part)
        } else {
            Next::Done
        }
    }

    /// Wireshark asks for the lower port first.
    #[inline(never)]
    fn tunnels(&mut self, ports: [u16; 2], part: Part<'a>) -> Next<'a> {
        ports.into_iter().find_map(|port| self.tunnel(port, part)).unwrap_or(Next::Done)
    }

    fn tunnel(&mut self, port: u16, part: Part<'a>) -> Option<Next<'a>> {
        match port {
            VXLAN => Some(self.vxlan(part)),
            VXLAN_GPE => Some(self.vxlan_gpe(part)),
            GTP_USER => Some(self.gtp(part)),
            GENEVE => Some(self.geneve(part)),
            // RFC 8086.
            GRE => Some(self.gre(part)),
            // RFC 7510.
            MPLS => Some(Next::Mpls(part)),
            // RFC 6951.
            SCTP => Some(Next::IpProtocol(ip::SCTP, part)),
            L2TP => Some(self.l2tp(part)),
            TEREDO => Some(self.teredo(part)),
            _ => None,
        }
    }

    /// RFC 7348.
    fn vxlan(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Vxlan, part);
        part.take::<8>().map_or(Next::Done, |(_, rest)| Next::Ethernet(rest))
    }

    /// draft-ietf-nvo3-vxlan-gpe: the last byte of the flags' word names what follows.
    fn vxlan_gpe(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Vxlan, part);
        let Some((head, rest)) = part.take::<8>() else { return Next::Done };
        match head[3] {
            1 => Next::Ipv4(rest),
            2 => Next::Ipv6(rest),
            3 => Next::Ethernet(rest),
            5 => Next::Mpls(rest),
            _ => Next::Done,
        }
    }

    /// RFC 8926.
    fn geneve(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Geneve, part);
        let Some((head, rest)) = part.take::<8>() else { return Next::Done };
        let options = usize::from(head[0] & 0x3f).wrapping_mul(4);
        let kind = u16::from_be_bytes([head[2], head[3]]);
        if head[0] >> 6 != 0 {
            return Next::Done;
        }
        rest.skip(options).map_or(Next::Done, |rest| Next::EtherType(kind, rest))
    }

    /// 3GPP TS 29.281: user packets of GTPv1.
    fn gtp(&mut self, part: Part<'a>) -> Next<'a> {
        const USER_PACKET: u8 = 0xff;
        const EXTENDED: u8 = 0x04;
        self.layer(Layer::Gtp, part);
        let Some((head, rest)) = part.take::<8>() else { return Next::Done };
        if head[0] >> 5 != 1 || head[0] & 0x10 == 0 || head[1] != USER_PACKET {
            return Next::Done;
        }
        let mut rest = rest;
        if head[0] & 0x07 != 0 {
            let Some((optional, behind)) = rest.take::<4>() else { return Next::Done };
            rest = behind;
            let mut next = if head[0] & EXTENDED != 0 { optional[3] } else { 0 };
            while next != 0 {
                let Some((&[words], _)) = rest.take::<1>() else { return Next::Done };
                let length = usize::from(words).wrapping_mul(4);
                let Some(last) = length.checked_sub(1) else { return Next::Done };
                let Some((&[following], behind)) = rest.skip(last).and_then(Part::take::<1>) else {
                    return Next::Done;
                };
                next = following;
                rest = behind;
            }
        }
        match rest.peek::<1>() {
            Some([0xff]) => Next::Ppp(rest),
            Some([0x40..=0x4f | 0x60..=0x6f]) | None => Next::Ip(rest),
            Some(_) => Next::Ethernet(rest),
        }
    }

    /// RFC 2661: data messages carry PPP.
    fn l2tp(&mut self, part: Part<'a>) -> Next<'a> {
        const CONTROL: u16 = 0x8000;
        const LENGTH: u16 = 0x4000;
        const SEQUENCE: u16 = 0x0800;
        const OFFSET: u16 = 0x0200;
        self.layer(Layer::L2tp, part);
        let Some((head, mut rest)) = part.take::<2>() else { return Next::Done };
        let flags = u16::from_be_bytes(*head);
        if flags & CONTROL != 0 || flags & 0x0f != 2 {
            return Next::Done;
        }
        if flags & LENGTH != 0 {
            let Some((length, behind)) = rest.take::<2>() else { return Next::Done };
            rest = behind.limit(usize::from(u16::from_be_bytes(*length)).saturating_sub(4));
        }
        let numbers = if flags & SEQUENCE != 0 { 8 } else { 4 };
        let Some(behind) = rest.skip(numbers) else { return Next::Done };
        rest = behind;
        if flags & OFFSET != 0 {
            let Some((size, behind)) = rest.take::<2>() else { return Next::Done };
            let Some(behind) = behind.skip(usize::from(u16::from_be_bytes(*size))) else { return Next::Done };
            rest = behind;
        }
        if rest.is_empty() { Next::Done } else { Next::Ppp(rest) }
    }

    /// RFC 4380: authentication and origin before an IPv6 packet.
    fn teredo(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Teredo, part);
        let mut rest = part;
        if let Some((&[0, 1, client, value], behind)) = rest.take::<4>() {
            let length = usize::from(client).wrapping_add(usize::from(value)).wrapping_add(9);
            let Some(behind) = behind.skip(length) else { return Next::Done };
            rest = behind;
        }
        if let Some((&[0, 0], _)) = rest.take::<2>() {
            let Some(behind) = rest.skip(8) else { return Next::Done };
            rest = behind;
        }
        match rest.peek::<1>() {
            Some([0x60..=0x6f]) => Next::Ipv6(rest),
            _ => Next::Done,
        }
    }

    /// RFC 3032: labels down to the bottom of the stack; the first nibble behind tells what follows.
    pub(super) fn mpls(&mut self, part: Part<'a>) -> Next<'a> {
        const BOTTOM: u8 = 1;
        self.layer(Layer::Mpls, part);
        let mut rest = part;
        loop {
            let Some((label, behind)) = rest.take::<4>() else { return Next::Done };
            rest = behind;
            if label[2] & BOTTOM != 0 {
                break;
            }
        }
        match rest.peek::<1>() {
            Some([0x40..=0x4f]) => Next::Ipv4(rest),
            Some([0x60..=0x6f]) => Next::Ipv6(rest),
            // An Ethernet pseudo-wire, with its control word (RFC 4448).
            Some([0x00]) if matches!(rest.peek::<4>(), Some([0, 0, _, _])) => {
                rest.skip(4).map_or(Next::Done, Next::Ethernet)
            }
            Some(_) => Next::Ethernet(rest),
            None => Next::Done,
        }
    }
}
