//! Link layers and ARP.

use super::super::tree::{Scribe, Value};
use super::names::ether_type;

type Out<'s, 't, 'a> = &'s mut Scribe<'t, 'a>;

pub fn ethernet(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(14);
    let destination = out.mac("eth.dst", 0)?;
    let source = out.mac("eth.src", 6)?;
    out.title(format_args!("{source} → {destination}"));
    // Up to 1500 it is IEEE 802.3's length.
    if out.u16(12)? <= 1500 {
        out.number("eth.len", 12, 2)?;
    } else {
        out.named("eth.type", 12, 2, ether_type)?;
    }
    Some(())
}

/// IEEE 802.1Q; the walk hands over what follows the tag's Ethernet type.
pub fn vlan(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(4);
    let tag = out.u16(0)?;
    out.put("vlan.priority", 0, 1, Value::Number(u64::from(tag >> 13)));
    out.put("vlan.dei", 0, 1, Value::Flag(tag & 0x1000 != 0));
    out.put("vlan.id", 0, 2, Value::Number(u64::from(tag & 0x0fff)));
    out.title(format_args!("{}", tag & 0x0fff));
    out.named("vlan.etype", 2, 2, ether_type)?;
    Some(())
}

pub fn llc(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(3);
    out.hex("llc.dsap", 0, 1)?;
    out.hex("llc.ssap", 1, 1)?;
    out.hex("llc.control", 2, 1)?;
    Some(())
}

/// Linux cooked capture: version 1 has 16 bytes, version 2 begins with the protocol.
pub fn sll(out: Out<'_, '_, '_>) -> Option<()> {
    let kind = |number| match number {
        0 => "Unicast to us",
        1 => "Broadcast",
        2 => "Multicast",
        3 => "Unicast to another host",
        4 => "Sent by us",
        _ => "",
    };
    if out.u16(0)? <= 4 {
        out.close(16);
        out.named("sll.pkttype", 0, 2, kind)?;
        out.number("sll.hatype", 2, 2)?;
        if out.number("sll.halen", 4, 2)? == 6 {
            out.mac("sll.src.eth", 6)?;
        }
        out.named("sll.etype", 14, 2, ether_type)?;
    } else {
        out.close(20);
        out.named("sll.etype", 0, 2, ether_type)?;
        out.number("sll.ifindex", 4, 4)?;
        out.number("sll.hatype", 8, 2)?;
        out.named("sll.pkttype", 10, 1, kind)?;
        if out.number("sll.halen", 11, 1)? == 6 {
            out.mac("sll.src.eth", 12)?;
        }
    }
    Some(())
}

/// The family stands in the capturing machine's byte order.
pub fn null(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(4);
    let bytes = out.bytes::<4>(0)?;
    let family = u32::from_le_bytes(bytes).min(u32::from_be_bytes(bytes));
    out.put("null.family", 0, 4, Value::Number(u64::from(family)));
    Some(())
}

pub fn ppp(out: Out<'_, '_, '_>) -> Option<()> {
    // With address and control bytes, or without.
    let at: usize = if out.u16(0)? == 0xff03 { 2 } else { 0 };
    out.close(at.saturating_add(2));
    out.hex("ppp.protocol", at, 2)?;
    Some(())
}

pub fn pppoe(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(6);
    out.hex("pppoe.code", 1, 1)?;
    out.hex("pppoe.session_id", 2, 2)?;
    out.number("pppoe.payload_length", 4, 2)?;
    Some(())
}

pub fn mpls(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(4);
    let entry = out.u32(0)?;
    out.put("mpls.label", 0, 3, Value::Number(u64::from(entry >> 12)));
    out.put("mpls.exp", 2, 1, Value::Number(u64::from(entry >> 9 & 7)));
    out.put("mpls.bottom", 2, 1, Value::Flag(entry & 0x100 != 0));
    out.put("mpls.ttl", 3, 1, Value::Number(u64::from(entry & 0xff)));
    Some(())
}

pub fn arp(out: Out<'_, '_, '_>) -> Option<()> {
    out.number("arp.hw.type", 0, 2)?;
    out.named("arp.proto.type", 2, 2, ether_type)?;
    let hardware = out.number("arp.hw.size", 4, 1)?;
    let protocol = out.number("arp.proto.size", 5, 1)?;
    out.named("arp.opcode", 6, 2, |number| match number {
        1 => "request",
        2 => "reply",
        _ => "",
    })?;
    if (hardware, protocol) == (6, 4) {
        out.close(28);
        out.mac("arp.src.hw_mac", 8)?;
        out.v4("arp.src.proto_ipv4", 14)?;
        out.mac("arp.dst.hw_mac", 18)?;
        out.v4("arp.dst.proto_ipv4", 24)?;
    }
    Some(())
}
