//! IPv4 and IPv6 with extension headers, and what they carry.

use super::links::ether;
use super::{Addresses, Layer, Next, Part, Sink, Walk};

/// IP protocol numbers of the transports.
pub const TCP: u8 = 6;
pub const UDP: u8 = 17;
pub const SCTP: u8 = 132;

const HOP_BY_HOP: u8 = 0;
const ICMP: u8 = 1;
const IGMP: u8 = 2;
const IPV4: u8 = 4;
const IPV6: u8 = 41;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const GRE: u8 = 47;
const ESP: u8 = 50;
const AH: u8 = 51;
const ICMPV6: u8 = 58;
const NO_NEXT: u8 = 59;
const DESTINATION: u8 = 60;
const ETHERIP: u8 = 97;
const MOBILITY: u8 = 135;
const UDP_LITE: u8 = 136;
const MPLS: u8 = 137;
const HIP: u8 = 139;
const SHIM6: u8 = 140;
const ETHERNET: u8 = 143;

impl<'a, S: Sink> Walk<'_, S> {
    pub(super) fn ip(&mut self, part: Part<'a>) -> Next<'a> {
        match part.peek::<1>() {
            Some([0x40..=0x4f]) => Next::Ipv4(part),
            Some([0x60..=0x6f]) => Next::Ipv6(part),
            _ => Next::Done,
        }
    }

    #[inline(always)]
    pub(super) fn ipv4(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Ipv4, part);
        let Some((head, _)) = part.take::<20>() else { return self.no_ipv4(part) };
        let header = usize::from(head[0] & 0x0f).wrapping_mul(4);
        let total = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if head[0] >> 4 != 4 {
            return self.no_ipv4(part);
        }
        // A length of zero is segmentation offload: the packet reaches as far as the frame.
        let part = if total == 0 { part } else { part.limit(total) };
        if header < 20 || total != 0 && total < header {
            return Next::Done;
        }
        let fragment = u16::from_be_bytes([head[6], head[7]]);
        let source = u32::from_be_bytes([head[12], head[13], head[14], head[15]]);
        let destination = u32::from_be_bytes([head[16], head[17], head[18], head[19]]);
        let addresses = Addresses::V4 { source, destination };
        self.addresses = Some(addresses);
        self.sink.addresses(addresses, head[9]);
        if fragment & 0x1fff != 0 {
            return Next::Done;
        }
        self.fragmented = fragment & 0x2000 != 0;
        match part.skip(header) {
            Some(rest) => self.ip_protocol(head[9], rest),
            None => Next::Done,
        }
    }

    /// Not an IPv4 header; some writers put IPv6 under its numbers.
    #[cold]
    fn no_ipv4(&mut self, part: Part<'a>) -> Next<'a> {
        match part.peek::<1>() {
            Some([0x60..=0x6f]) => Next::Ipv6(part),
            _ => Next::Done,
        }
    }

    pub(super) fn ipv6(&mut self, part: Part<'a>) -> Next<'a> {
        // Another version is no IPv6 at all.
        if !matches!(part.peek::<1>(), None | Some([0x60..=0x6f])) {
            return Next::Done;
        }
        self.layer(Layer::Ipv6, part);
        let Some((head, mut rest)) = part.take::<40>() else { return Next::Done };
        let payload = usize::from(u16::from_be_bytes([head[4], head[5]]));
        let mut protocol = head[6];
        // A length of zero is a jumbogram or segmentation offload.
        if payload != 0 || protocol == NO_NEXT {
            rest = rest.limit(payload);
        }
        let source = address(head, 8);
        let destination = address(head, 24);
        let mut addresses = Addresses::V6 { source, destination };
        self.addresses = Some(addresses);
        self.fragmented = false;
        // Every turn uses up eight bytes at least.
        loop {
            match protocol {
                HOP_BY_HOP | DESTINATION | MOBILITY | HIP | SHIM6 | ROUTING => {
                    let Some((&[next, words], _)) = rest.take::<2>() else { break };
                    if protocol == ROUTING
                        && let Some(last) = final_destination(rest, words)
                    {
                        addresses = Addresses::V6 { source, destination: last };
                        self.addresses = Some(addresses);
                    }
                    let length = usize::from(words).wrapping_add(1).wrapping_mul(8);
                    let Some(behind) = rest.skip(length) else { return self.cut(addresses, protocol) };
                    rest = behind;
                    protocol = next;
                }
                FRAGMENT => {
                    let Some((&[next, _, high, low, ..], behind)) = rest.take::<8>() else { break };
                    let place = u16::from_be_bytes([high, low]);
                    self.fragmented = place & 1 != 0;
                    if place & 0xfff8 != 0 {
                        return self.cut(addresses, next);
                    }
                    rest = behind;
                    protocol = next;
                }
                NO_NEXT => return self.cut(addresses, protocol),
                _ => break,
            }
        }
        self.sink.addresses(addresses, protocol);
        Next::IpProtocol(protocol, rest)
    }

    /// The packet's addresses are known, what it carries is not.
    fn cut(&mut self, addresses: Addresses, protocol: u8) -> Next<'a> {
        self.sink.addresses(addresses, protocol);
        Next::Done
    }

    #[inline(always)]
    pub(super) fn ip_protocol(&mut self, protocol: u8, part: Part<'a>) -> Next<'a> {
        if part.reported == 0 {
            return Next::Done;
        }
        match protocol {
            TCP => self.tcp(part),
            UDP => self.udp(part),
            _ => self.other_ip_protocol(protocol, part),
        }
    }

    #[inline(never)]
    fn other_ip_protocol(&mut self, protocol: u8, part: Part<'a>) -> Next<'a> {
        match protocol {
            SCTP => self.sctp(part),
            ICMP => self.icmp(part),
            ICMPV6 => self.icmpv6(part),
            IGMP => {
                self.layer(Layer::Igmp, part);
                Next::Done
            }
            IPV4 => Next::Ipv4(part),
            IPV6 => Next::Ipv6(part),
            GRE => self.gre(part),
            ESP => {
                self.layer(Layer::Esp, part);
                Next::Done
            }
            AH => {
                self.layer(Layer::Ah, part);
                let Some((&[next, words], _)) = part.take::<2>() else { return Next::Done };
                let length = usize::from(words).wrapping_add(2).wrapping_mul(4);
                part.skip(length).map_or(Next::Done, |rest| Next::IpProtocol(next, rest))
            }
            ETHERIP => {
                self.layer(Layer::EtherIp, part);
                match part.take::<2>() {
                    Some(([version, _], rest)) if version >> 4 == 3 => Next::Ethernet(rest),
                    _ => Next::Done,
                }
            }
            UDP_LITE => {
                self.layer(Layer::UdpLite, part);
                Next::Done
            }
            MPLS => Next::Mpls(part),
            ETHERNET => Next::Ethernet(part),
            HOP_BY_HOP | DESTINATION => self.extension_over_ipv4(part),
            _ => Next::Done,
        }
    }

    /// IPv6 options where an IPv4 header names them.
    fn extension_over_ipv4(&mut self, part: Part<'a>) -> Next<'a> {
        let Some((&[next, words], _)) = part.take::<2>() else { return Next::Done };
        let length = usize::from(words).wrapping_add(1).wrapping_mul(8);
        part.skip(length).map_or(Next::Done, |rest| Next::IpProtocol(next, rest))
    }

    fn icmp(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Icmp, part);
        let Some((&[kind, ..], rest)) = part.take::<8>() else { return Next::Done };
        match kind {
            // Unreachable, source quench, redirect, time exceeded, parameter problem quote the packet.
            3 | 4 | 5 | 11 | 12 => {
                self.quoted = true;
                Next::Ipv4(rest)
            }
            _ => Next::Done,
        }
    }

    fn icmpv6(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Icmpv6, part);
        let Some((&[kind, ..], rest)) = part.take::<8>() else { return Next::Done };
        match kind {
            1..=4 => {
                self.quoted = true;
                Next::Ipv6(rest)
            }
            137 => self.redirected(rest),
            _ => Next::Done,
        }
    }

    /// A redirect's options may quote the packet (RFC 4861 4.6.3).
    fn redirected(&mut self, part: Part<'a>) -> Next<'a> {
        const REDIRECTED_HEADER: u8 = 4;
        let Some(mut options) = part.skip(32) else { return Next::Done };
        while let Some((&[kind, words], _)) = options.take::<2>() {
            if words == 0 {
                break;
            }
            if kind == REDIRECTED_HEADER {
                self.quoted = true;
                return options.skip(8).map_or(Next::Done, Next::Ipv6);
            }
            let Some(behind) = options.skip(usize::from(words).wrapping_mul(8)) else { break };
            options = behind;
        }
        Next::Done
    }

    /// Generic Routing Encapsulation, versions 0 and 1 (RFC 2784, 2890, 2637).
    #[inline(never)]
    pub(super) fn gre(&mut self, part: Part<'a>) -> Next<'a> {
        const CHECKSUM: u16 = 0x8000;
        const ROUTED: u16 = 0x4000;
        const KEY: u16 = 0x2000;
        const SEQUENCE: u16 = 0x1000;
        const ACKNOWLEDGED: u16 = 0x0080;
        self.layer(Layer::Gre, part);
        let Some((head, rest)) = part.take::<4>() else { return Next::Done };
        let flags = u16::from_be_bytes([head[0], head[1]]);
        let kind = u16::from_be_bytes([head[2], head[3]]);
        let mut optional = 0_usize;
        if flags & (CHECKSUM | ROUTED) != 0 {
            optional = optional.wrapping_add(4);
        }
        if flags & KEY != 0 {
            optional = optional.wrapping_add(4);
        }
        if flags & SEQUENCE != 0 {
            optional = optional.wrapping_add(4);
        }
        if flags & 7 == 1 && flags & ACKNOWLEDGED != 0 {
            optional = optional.wrapping_add(4);
        }
        let Some(mut rest) = rest.skip(optional) else { return Next::Done };
        if flags & ROUTED != 0 {
            // Source routes until an empty one.
            while let Some((entry, behind)) = rest.take::<4>() {
                let length = usize::from(entry[3]);
                rest = behind;
                if entry[0] == 0 && entry[1] == 0 && length == 0 {
                    break;
                }
                let Some(behind) = rest.skip(length) else { return Next::Done };
                rest = behind;
            }
        }
        match kind {
            ether::ERSPAN => {
                self.layer(Layer::Erspan, rest);
                // Type I has neither a sequence number nor a header of its own.
                if flags & SEQUENCE == 0 {
                    return Next::Ethernet(rest);
                }
                rest.skip(8).map_or(Next::Done, Next::Ethernet)
            }
            ether::ERSPAN_3 => self.erspan_3(rest),
            ether::WCCP => {
                // WCCPv2 puts four bytes before the packet; version 1 does not.
                match rest.peek::<1>() {
                    Some([0x40..=0x4f]) => Next::Ipv4(rest),
                    _ => rest.skip(4).map_or(Next::Done, Next::Ipv4),
                }
            }
            _ => Next::EtherType(kind, rest),
        }
    }

    fn erspan_3(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Erspan, part);
        let Some((head, mut rest)) = part.take::<12>() else { return Next::Done };
        // The O bit announces a platform-specific subheader.
        if head[11] & 1 != 0 {
            let Some(behind) = rest.skip(8) else { return Next::Done };
            rest = behind;
        }
        Next::Ethernet(rest)
    }
}

#[inline(always)]
pub(super) fn address(head: &[u8], at: usize) -> u128 {
    head.get(at..).and_then(<[u8]>::first_chunk::<16>).map_or(0, |bytes| u128::from_be_bytes(*bytes))
}

/// A routing header's last address, where segments are left: the destination in the end, as Wireshark books it.
fn final_destination(part: Part<'_>, words: u8) -> Option<u128> {
    const SOURCE_ROUTE: u8 = 0;
    const MOBILE: u8 = 2;
    const SEGMENT_ROUTING: u8 = 4;
    let head = part.peek::<8>()?;
    let (kind, left) = (head[2], head[3]);
    if left == 0 {
        return None;
    }
    let at = match kind {
        SOURCE_ROUTE | MOBILE => usize::from(words).checked_sub(2)?.checked_mul(8)?.checked_add(8)?,
        // Segments are listed from the last one on.
        SEGMENT_ROUTING => 8,
        _ => return None,
    };
    part.skip(at)?.peek::<16>().map(|bytes| u128::from_be_bytes(*bytes))
}
