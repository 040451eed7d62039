//! TCP, UDP and SCTP.

use super::super::tree::{Scribe, Value};
use super::names;

type Out<'s, 't, 'a> = &'s mut Scribe<'t, 'a>;

/// Bits of the flags with their fields, in Wireshark's order.
const FLAGS: [(&str, u16); 9] = [
    ("tcp.flags.ae", 0x100),
    ("tcp.flags.cwr", 0x080),
    ("tcp.flags.ece", 0x040),
    ("tcp.flags.urg", 0x020),
    ("tcp.flags.ack", 0x010),
    ("tcp.flags.push", 0x008),
    ("tcp.flags.reset", 0x004),
    ("tcp.flags.syn", 0x002),
    ("tcp.flags.fin", 0x001),
];

pub fn tcp(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(20);
    let source = out.number("tcp.srcport", 0, 2)?;
    let destination = out.number("tcp.dstport", 2, 2)?;
    out.title(format_args!("{source} → {destination}"));
    out.number("tcp.seq_raw", 4, 4)?;
    out.number("tcp.ack_raw", 8, 4)?;
    let word = out.u16(12)?;
    let header = usize::from(word >> 12).saturating_mul(4);
    let reported = u64::try_from(out.part.reported.saturating_sub(header)).unwrap_or(u64::MAX);
    out.put("tcp.len", 0, 0, Value::Number(reported));
    out.put("tcp.hdr_len", 12, 1, Value::Number(header as u64));
    out.put("tcp.flags", 12, 2, Value::Hex(u64::from(word & 0x1ff), 3));
    out.within(|out| {
        for (field, bit) in FLAGS {
            let at = if bit == 0x100 { 12 } else { 13 };
            out.put(field, at, 1, Value::Flag(word & bit != 0));
        }
    });
    out.number("tcp.window_size_value", 14, 2)?;
    out.hex("tcp.checksum", 16, 2)?;
    out.number("tcp.urgent_pointer", 18, 2)?;
    out.close(header.max(20));
    options(out, header);
    let payload = out.part.data.len().saturating_sub(header);
    if payload > 0 && reported > 0 {
        let shown = payload.min(usize::try_from(reported).unwrap_or(usize::MAX));
        out.put("tcp.payload", header, shown, Value::Bytes(shown as u32));
    }
    Some(())
}

fn options(out: Out<'_, '_, '_>, header: usize) -> Option<()> {
    let length = header.checked_sub(20).filter(|length| *length > 0)?;
    out.put("tcp.options", 20, length, Value::Bytes(length as u32));
    out.within(|out| {
        let mut at = 20_usize;
        while at < header {
            let kind = out.u8(at)?;
            let length = if kind <= 1 { 1 } else { usize::from(out.u8(at.saturating_add(1))?) };
            if length == 0 || at.saturating_add(length) > header {
                return None;
            }
            let value = at.saturating_add(2);
            match (kind, length) {
                (2, 4) => out.number("tcp.options.mss_val", value, 2)?,
                (3, 3) => out.number("tcp.options.wscale.shift", value, 1)?,
                (8, 10) => {
                    out.number("tcp.options.timestamp.tsval", value, 4)?;
                    out.number("tcp.options.timestamp.tsecr", value.saturating_add(4), 4)?
                }
                (5, 10 | 18 | 26 | 34) => {
                    let blocks = length.saturating_sub(2) / 8;
                    for block in 0..blocks {
                        let left = value.saturating_add(block.saturating_mul(8));
                        out.number("tcp.options.sack_le", left, 4)?;
                        out.number("tcp.options.sack_re", left.saturating_add(4), 4)?;
                    }
                    0
                }
                _ => {
                    let named = Value::Named(u64::from(kind), names::tcp_option(u64::from(kind)));
                    out.put("tcp.option_kind", at, length, named);
                    0
                }
            };
            if kind == 0 {
                break;
            }
            at = at.saturating_add(length);
        }
        Some(())
    })
}

pub fn udp(out: Out<'_, '_, '_>) -> Option<()> {
    out.close(8);
    let source = out.number("udp.srcport", 0, 2)?;
    let destination = out.number("udp.dstport", 2, 2)?;
    out.title(format_args!("{source} → {destination}"));
    out.number("udp.length", 4, 2)?;
    out.hex("udp.checksum", 6, 2)?;
    Some(())
}

pub fn sctp(out: Out<'_, '_, '_>) -> Option<()> {
    const MAX_CHUNKS: u32 = 64;
    out.close(12);
    let source = out.number("sctp.srcport", 0, 2)?;
    let destination = out.number("sctp.dstport", 2, 2)?;
    out.title(format_args!("{source} → {destination}"));
    out.hex("sctp.verification_tag", 4, 4)?;
    out.hex("sctp.checksum", 8, 4)?;
    let mut at = 12_usize;
    for _ in 0..MAX_CHUNKS {
        let kind = u64::from(out.u8(at)?);
        let length = usize::from(out.u16(at.saturating_add(2))?);
        if length < 4 {
            break;
        }
        out.put("sctp.chunk_type", at, length, Value::Named(kind, names::sctp_chunk(kind)));
        at = at.saturating_add(length.next_multiple_of(4));
        out.close(at);
    }
    Some(())
}
