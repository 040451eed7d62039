//! DNS messages (RFC 1035), also of mDNS and LLMNR.

use super::super::tree::{Scribe, Value, printable};
use super::names;

type Out<'s, 't, 'a> = &'s mut Scribe<'t, 'a>;

/// Records shown of a message.
const MAX_RECORDS: u64 = 256;
/// Labels of a name, pointers included.
const MAX_LABELS: u32 = 128;

/// A message whose first byte is at `start` of the part (2 behind TCP's length).
pub fn message(out: Out<'_, '_, '_>, start: usize) -> Option<()> {
    let at = |offset: usize| start.saturating_add(offset);
    out.hex("dns.id", at(0), 2)?;
    let flags = out.u16(at(2))?;
    let response = flags & 0x8000 != 0;
    out.put("dns.flags", at(2), 2, Value::Hex(u64::from(flags), 4));
    out.within(|out| {
        out.put("dns.flags.response", at(2), 1, Value::Flag(response));
        out.put("dns.flags.opcode", at(2), 1, Value::Number(u64::from(flags >> 11 & 15)));
        out.put("dns.flags.authoritative", at(2), 1, Value::Flag(flags & 0x0400 != 0));
        out.put("dns.flags.truncated", at(2), 1, Value::Flag(flags & 0x0200 != 0));
        out.put("dns.flags.recdesired", at(2), 1, Value::Flag(flags & 0x0100 != 0));
        out.put("dns.flags.recavail", at(3), 1, Value::Flag(flags & 0x0080 != 0));
        if response {
            let code = u64::from(flags & 15);
            out.put("dns.flags.rcode", at(3), 1, Value::Named(code, names::dns_response(code)));
        }
    });
    let questions = out.number("dns.count.queries", at(4), 2)?;
    let answers = out.number("dns.count.answers", at(6), 2)?;
    let authorities = out.number("dns.count.auth_rr", at(8), 2)?;
    let additional = out.number("dns.count.add_rr", at(10), 2)?;
    let mut place = at(12);
    for _ in 0..questions.min(MAX_RECORDS) {
        let (name, end) = name(out, place, start)?;
        out.put("dns.qry.name", place, end.saturating_sub(place), Value::Text(name));
        out.within(|out| {
            out.named("dns.qry.type", end, 2, names::dns_type)?;
            out.number("dns.qry.class", end.saturating_add(2), 2)
        })?;
        place = end.saturating_add(4);
    }
    let records = answers.saturating_add(authorities).saturating_add(additional);
    for _ in 0..records.min(MAX_RECORDS) {
        place = record(out, place, start)?;
    }
    Some(())
}

fn record(out: Out<'_, '_, '_>, place: usize, start: usize) -> Option<usize> {
    let (name, end) = self::name(out, place, start)?;
    let kind = u64::from(out.u16(end)?);
    let data = end.checked_add(10)?;
    let length = usize::from(out.u16(end.checked_add(8)?)?);
    let next = data.checked_add(length)?;
    out.put("dns.resp.name", place, next.saturating_sub(place), Value::Text(name));
    out.within(|out| {
        out.named("dns.resp.type", end, 2, names::dns_type)?;
        // OPT uses class and lifetime for its own ends (RFC 6891).
        if kind != 41 {
            out.number("dns.resp.ttl", end.saturating_add(4), 4)?;
        }
        match (kind, length) {
            (1, 4) => drop(out.v4("dns.a", data)?),
            (28, 16) => drop(out.v6("dns.aaaa", data)?),
            (2, _) => target(out, "dns.ns", data, length, start)?,
            (5, _) => target(out, "dns.cname", data, length, start)?,
            (12, _) => target(out, "dns.ptr.domain_name", data, length, start)?,
            (6, _) => target(out, "dns.soa.mname", data, length, start)?,
            (15, _) => {
                out.number("dns.mx.preference", data, 2)?;
                target(out, "dns.mx.mail_exchange", data.saturating_add(2), length.saturating_sub(2), start)?;
            }
            (33, _) => {
                out.number("dns.srv.port", data.saturating_add(4), 2)?;
                target(out, "dns.srv.target", data.saturating_add(6), length.saturating_sub(6), start)?;
            }
            (16, 1..) => drop(out.line("dns.txt", data.saturating_add(1), length.saturating_sub(1))),
            (_, 0) => {}
            _ => out.put("dns.resp.data", data, length, Value::Bytes(length as u32)),
        }
        Some(())
    })?;
    Some(next)
}

fn target(out: Out<'_, '_, '_>, field: &'static str, at: usize, length: usize, start: usize) -> Option<()> {
    let (name, _) = name(out, at, start)?;
    out.put(field, at, length, Value::Text(name));
    Some(())
}

/// The name at `at` of a message that begins at `start`, and where it ends. `<Root>` is the empty name.
fn name(out: &Scribe<'_, '_>, at: usize, start: usize) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut place = at;
    let mut end = None;
    for _ in 0..MAX_LABELS {
        let length = out.u8(place)?;
        match length {
            0 => {
                if text.is_empty() {
                    text.push_str("<Root>");
                }
                return Some((text, end.unwrap_or(place.saturating_add(1))));
            }
            1..=63 => {
                let from = place.saturating_add(1);
                let next = from.saturating_add(usize::from(length));
                let label = out.part.data.get(from..next)?;
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&printable(label));
                place = next;
            }
            // Compression (RFC 1035 4.1.4); the count of labels ends a loop of pointers.
            0xc0.. => {
                let pointer = usize::from(out.u16(place)? & 0x3fff);
                end.get_or_insert(place.saturating_add(2));
                place = start.saturating_add(pointer);
            }
            _ => return None,
        }
    }
    None
}
