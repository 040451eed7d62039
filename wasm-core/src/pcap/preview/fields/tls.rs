//! TLS records and what of a handshake is in the clear (RFC 8446, RFC 5246).

use super::super::tree::{Scribe, Value};
use super::names;

type Out<'s, 't, 'a> = &'s mut Scribe<'t, 'a>;

const MAX_RECORDS: u32 = 64;
const MAX_EXTENSIONS: u32 = 64;

/// Whether bytes begin with a TLS record's header.
pub fn is_record(data: &[u8]) -> bool {
    matches!(data, [20..=24, 3, 0..=4, high, _, ..] if *high <= 0x48)
}

pub fn records(out: Out<'_, '_, '_>) -> Option<()> {
    let mut at = 0_usize;
    for _ in 0..MAX_RECORDS {
        if !is_record(out.part.data.get(at..)?) {
            break;
        }
        let kind = u64::from(out.u8(at)?);
        let length = usize::from(out.u16(at.saturating_add(3))?);
        let whole = length.saturating_add(5);
        out.put("tls.record.content_type", at, whole, Value::Named(kind, names::tls_content(kind)));
        let body = at.saturating_add(5);
        let _cut: Option<()> = out.within(|out| {
            out.named("tls.record.version", at.saturating_add(1), 2, names::tls_version)?;
            out.number("tls.record.length", at.saturating_add(3), 2)?;
            match (kind, length) {
                (21, 2) => {
                    out.named("tls.alert_message.level", body, 1, |level| match level {
                        1 => "Warning",
                        2 => "Fatal",
                        _ => "",
                    })?;
                    out.named("tls.alert_message.desc", body.saturating_add(1), 1, names::tls_alert)?;
                }
                (22, 4..) => handshake(out, body, length)?,
                _ => {}
            }
            Some(())
        });
        at = at.saturating_add(whole);
    }
    Some(())
}

fn handshake(out: Out<'_, '_, '_>, at: usize, record: usize) -> Option<()> {
    let kind = u64::from(out.u8(at)?);
    let length = usize::try_from(out.big(at.saturating_add(1), 3)?).ok()?;
    // An encrypted handshake message shows as nonsense here.
    if names::tls_handshake(kind).is_empty() || length > 1 << 20 {
        out.put("tls.handshake", at, record, Value::Bytes(record as u32));
        return Some(());
    }
    let whole = length.saturating_add(4);
    out.put("tls.handshake.type", at, whole, Value::Named(kind, names::tls_handshake(kind)));
    out.within(|out| {
        out.number("tls.handshake.length", at.saturating_add(1), 3)?;
        if kind == 1 || kind == 2 { hello(out, at.saturating_add(4), kind == 1) } else { Some(()) }
    })
}

fn hello(out: Out<'_, '_, '_>, at: usize, client: bool) -> Option<()> {
    out.named("tls.handshake.version", at, 2, names::tls_version)?;
    out.put("tls.handshake.random", at.saturating_add(2), 32, Value::Bytes(32));
    let mut place = at.saturating_add(34);
    let session = usize::from(out.u8(place)?);
    out.put(
        "tls.handshake.session_id_length",
        place,
        session.saturating_add(1),
        Value::Number(session as u64),
    );
    place = place.saturating_add(1).saturating_add(session);
    if client {
        let suites = usize::from(out.u16(place)?);
        let count = Value::Number((suites / 2) as u64);
        out.put("tls.handshake.cipher_suites_count", place, suites.saturating_add(2), count);
        place = place.saturating_add(2).saturating_add(suites);
        let compressions = usize::from(out.u8(place)?);
        place = place.saturating_add(1).saturating_add(compressions);
    } else {
        out.hex("tls.handshake.ciphersuite", place, 2)?;
        place = place.saturating_add(3);
    }
    let all = usize::from(out.u16(place)?);
    place = place.saturating_add(2);
    let end = place.saturating_add(all);
    for _ in 0..MAX_EXTENSIONS {
        if place >= end {
            break;
        }
        let kind = out.u16(place)?;
        let length = usize::from(out.u16(place.saturating_add(2))?);
        extension(out, kind, place.saturating_add(4), length, client)?;
        place = place.saturating_add(4).saturating_add(length);
    }
    Some(())
}

fn extension(out: Out<'_, '_, '_>, kind: u16, at: usize, length: usize, client: bool) -> Option<()> {
    const SERVER_NAME: u16 = 0;
    const ALPN: u16 = 16;
    const SUPPORTED_VERSIONS: u16 = 43;
    match kind {
        // List length, kind 0 (host name), name length, name (RFC 6066 3).
        SERVER_NAME if client && length > 5 && out.u8(at.saturating_add(2))? == 0 => {
            let name = usize::from(out.u16(at.saturating_add(3))?);
            out.line("tls.handshake.extensions_server_name", at.saturating_add(5), name)?;
        }
        ALPN if length > 3 => {
            let first = usize::from(out.u8(at.saturating_add(2))?);
            out.line("tls.handshake.extensions_alpn_str", at.saturating_add(3), first)?;
        }
        SUPPORTED_VERSIONS if !client && length == 2 => {
            out.named("tls.handshake.extensions.supported_version", at, 2, names::tls_version)?;
        }
        _ => out.put("tls.handshake.extension.type", at.saturating_sub(4), length.saturating_add(4), {
            Value::Number(u64::from(kind))
        }),
    }
    Some(())
}
