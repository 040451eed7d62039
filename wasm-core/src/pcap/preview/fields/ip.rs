//! IPv4, IPv6 and their control protocols.

use super::super::tree::{Scribe, Value};
use super::names;

type Out<'s, 't, 'a> = &'s mut Scribe<'t, 'a>;

pub fn v4(out: Out<'_, '_, '_>) -> Option<()> {
    let first = out.u8(0)?;
    let header = usize::from(first & 0x0f).saturating_mul(4);
    out.close(header.max(20));
    out.put("ip.version", 0, 1, Value::Number(u64::from(first >> 4)));
    out.put("ip.hdr_len", 0, 1, Value::Number(header as u64));
    let service = out.u8(1)?;
    out.put("ip.dsfield.dscp", 1, 1, Value::Number(u64::from(service >> 2)));
    out.put("ip.dsfield.ecn", 1, 1, Value::Number(u64::from(service & 3)));
    out.number("ip.len", 2, 2)?;
    out.hex("ip.id", 4, 2)?;
    let fragment = out.u16(6)?;
    out.put("ip.flags.df", 6, 1, Value::Flag(fragment & 0x4000 != 0));
    out.put("ip.flags.mf", 6, 1, Value::Flag(fragment & 0x2000 != 0));
    out.put("ip.frag_offset", 6, 2, Value::Number(u64::from(fragment & 0x1fff).saturating_mul(8)));
    out.number("ip.ttl", 8, 1)?;
    out.named("ip.proto", 9, 1, names::ip_protocol)?;
    out.hex("ip.checksum", 10, 2)?;
    let source = out.v4("ip.src", 12)?;
    let destination = out.v4("ip.dst", 16)?;
    out.title(format_args!("{source} → {destination}"));
    if header > 20 {
        out.put(
            "ip.options",
            20,
            header.saturating_sub(20),
            Value::Bytes((header as u32).saturating_sub(20)),
        );
    }
    Some(())
}

pub fn v6(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(40);
    let first = out.u32(0)?;
    out.put("ipv6.version", 0, 1, Value::Number(u64::from(first >> 28)));
    out.put("ipv6.tclass", 0, 2, Value::Hex(u64::from(first >> 20 & 0xff), 2));
    out.put("ipv6.flow", 1, 3, Value::Hex(u64::from(first & 0xf_ffff), 5));
    out.number("ipv6.plen", 4, 2)?;
    out.named("ipv6.nxt", 6, 1, names::ip_protocol)?;
    out.number("ipv6.hlim", 7, 1)?;
    let source = out.v6("ipv6.src", 8)?;
    let destination = out.v6("ipv6.dst", 24)?;
    out.title(format_args!("{source} → {destination}"));
    extensions(out)
}

/// Extension headers by kind and length; their content stays bytes.
fn extensions(out: Out<'_, '_, '_>) -> Option<()> {
    const FRAGMENT: u8 = 44;
    const MAX: u32 = 32;
    let mut protocol = out.u8(6)?;
    let mut at = 40_usize;
    for _ in 0..MAX {
        if !matches!(protocol, 0 | 43 | FRAGMENT | 60 | 135 | 139 | 140) {
            break;
        }
        let next = out.u8(at)?;
        let words = usize::from(out.u8(at.saturating_add(1))?);
        let length = if protocol == FRAGMENT { 8 } else { words.saturating_add(1).saturating_mul(8) };
        let kind = u64::from(protocol);
        out.put("ipv6.ext", at, length, Value::Named(kind, names::ip_protocol(kind)));
        if protocol == FRAGMENT {
            let place = out.u16(at.saturating_add(2))?;
            let id = out.u32(at.saturating_add(4))?;
            out.within(|out| {
                let offset = Value::Number(u64::from(place & 0xfff8));
                out.put("ipv6.fraghdr.offset", at.saturating_add(2), 2, offset);
                out.put("ipv6.fraghdr.more", at.saturating_add(3), 1, Value::Flag(place & 1 != 0));
                out.put("ipv6.fraghdr.ident", at.saturating_add(4), 4, Value::Hex(u64::from(id), 8));
            });
        }
        at = at.saturating_add(length);
        protocol = next;
        out.close(at);
    }
    Some(())
}

pub fn icmp(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(8);
    let kind = out.named("icmp.type", 0, 1, names::icmp)?;
    out.named("icmp.code", 1, 1, |code| if kind == 3 { names::unreachable(code) } else { "" })?;
    out.hex("icmp.checksum", 2, 2)?;
    match kind {
        0 | 8 | 13 | 14 => {
            out.number("icmp.ident", 4, 2)?;
            out.number("icmp.seq", 6, 2)?;
        }
        3 => {
            out.number("icmp.mtu", 6, 2)?;
        }
        5 => {
            out.v4("icmp.redir_gw", 4)?;
        }
        _ => {}
    }
    Some(())
}

pub fn icmpv6(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(8);
    let kind = out.named("icmpv6.type", 0, 1, names::icmpv6)?;
    out.number("icmpv6.code", 1, 1)?;
    out.hex("icmpv6.checksum", 2, 2)?;
    match kind {
        2 => {
            out.number("icmpv6.mtu", 4, 4)?;
        }
        128 | 129 => {
            out.number("icmpv6.echo.identifier", 4, 2)?;
            out.number("icmpv6.echo.sequence_number", 6, 2)?;
        }
        135 | 136 => {
            out.close(24);
            out.v6("icmpv6.nd.target_address", 8)?;
        }
        _ => {}
    }
    Some(())
}

pub fn igmp(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(8);
    out.named("igmp.type", 0, 1, |number| match number {
        0x11 => "Membership Query",
        0x12 => "Membership Report v1",
        0x16 => "Membership Report v2",
        0x17 => "Leave Group",
        0x22 => "Membership Report v3",
        _ => "",
    })?;
    out.hex("igmp.checksum", 2, 2)?;
    out.v4("igmp.maddr", 4)?;
    Some(())
}
