//! What TCP and UDP carry, told by port and first bytes.

use super::super::super::bytes::Part;
use super::super::super::dissect::Layer;
use super::super::tree::{Scribe, Tree, Value};
use super::{dns, names, tls};

type Out<'s, 't, 'a> = &'s mut Scribe<'t, 'a>;

const DNS: u16 = 53;
const DHCP_SERVER: u16 = 67;
const DHCP_CLIENT: u16 = 68;
const NTP: u16 = 123;
const HTTPS: u16 = 443;
const MDNS: u16 = 5353;
const LLMNR: u16 = 5355;

/// Header lines shown of an HTTP message.
const MAX_LINES: usize = 64;

const METHODS: [&[u8]; 9] =
    [b"GET ", b"POST ", b"PUT ", b"HEAD ", b"DELETE ", b"OPTIONS ", b"PATCH ", b"CONNECT ", b"TRACE "];

pub fn over_tcp(tree: &mut Tree, source: u16, destination: u16, payload: Part<'_>) {
    let data = payload.data;
    if data.is_empty() {
        return;
    }
    if tls::is_record(data) {
        tls::records(&mut Scribe::open(tree, Layer::Tls.name(), payload));
    } else if data.starts_with(b"HTTP/") || METHODS.iter().any(|method| data.starts_with(method)) {
        http(&mut Scribe::open(tree, Layer::Http.name(), payload));
    } else if data.starts_with(b"SSH-") {
        let mut out = Scribe::open(tree, Layer::Ssh.name(), payload);
        let end = data.iter().position(|byte| *byte == b'\r' || *byte == b'\n').unwrap_or(data.len());
        out.line("ssh.protocol", 0, end);
    } else if (source == DNS || destination == DNS) && data.len() > 14 {
        let mut out = Scribe::open(tree, Layer::Dns.name(), payload);
        out.number("dns.length", 0, 2);
        dns::message(&mut out, 2);
    }
}

pub fn over_udp(tree: &mut Tree, source: u16, destination: u16, payload: Part<'_>) {
    if payload.data.is_empty() {
        return;
    }
    let is = |port| source == port || destination == port;
    let layer = if is(DNS) {
        Layer::Dns
    } else if is(MDNS) {
        Layer::Mdns
    } else if is(LLMNR) {
        Layer::Llmnr
    } else if is(DHCP_SERVER) || is(DHCP_CLIENT) {
        Layer::Dhcp
    } else if is(NTP) {
        Layer::Ntp
    } else if is(HTTPS) {
        Layer::Quic
    } else {
        return;
    };
    let mut out = Scribe::open(tree, layer.name(), payload);
    let _cut: Option<()> = match layer {
        Layer::Dhcp => dhcp(&mut out),
        Layer::Ntp => ntp(&mut out),
        Layer::Quic => quic(&mut out),
        _ => dns::message(&mut out, 0),
    };
}

/// The start line and header lines of a message (RFC 9112).
fn http(out: Out<'_, '_, '_>) -> Option<()> {
    let data = out.part.data;
    let mut at = 0_usize;
    for index in 0..MAX_LINES {
        let rest = data.get(at..)?;
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else { break };
        let line = rest.get(..length)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            at = at.saturating_add(length).saturating_add(1);
            let body = data.len().saturating_sub(at);
            out.close(at);
            if body > 0 {
                out.put("http.file_data", at, body, Value::Bytes(body as u32));
            }
            return Some(());
        }
        if index == 0 {
            start_line(out, line)
        } else {
            header(out, at, line)
        };
        at = at.saturating_add(length).saturating_add(1);
    }
    out.close(at);
    Some(())
}

fn start_line(out: Out<'_, '_, '_>, line: &[u8]) -> Option<()> {
    let title = out.line("http.start_line", 0, line.len())?;
    out.title(format_args!("{title}"));
    let first = line.iter().position(|byte| *byte == b' ')?;
    let after = first.checked_add(1)?;
    let rest = line.get(after..)?;
    let second = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
    let last = after.saturating_add(second).saturating_add(1);
    out.within(|out| {
        if line.starts_with(b"HTTP/") {
            out.line("http.response.version", 0, first)?;
            let code = std::str::from_utf8(rest.get(..second)?).ok()?.parse().ok()?;
            out.put("http.response.code", after, second, Value::Number(code));
            out.line("http.response.phrase", last, line.len().checked_sub(last)?)?;
        } else {
            out.line("http.request.method", 0, first)?;
            out.line("http.request.uri", after, second)?;
            out.line("http.request.version", last, line.len().checked_sub(last)?)?;
        }
        Some(())
    })
}

fn header(out: Out<'_, '_, '_>, at: usize, line: &[u8]) -> Option<()> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line.get(..colon)?;
    let value = line.get(colon.checked_add(1)?..)?;
    let blank = value.iter().take_while(|byte| **byte == b' ').count();
    let field = [
        ("host", "http.host"),
        ("user-agent", "http.user_agent"),
        ("server", "http.server"),
        ("content-type", "http.content_type"),
        ("content-length", "http.content_length_header"),
        ("location", "http.location"),
    ]
    .into_iter()
    .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
    match field {
        Some((_, field)) => {
            let start = at.saturating_add(colon).saturating_add(1).saturating_add(blank);
            out.line(field, start, value.len().saturating_sub(blank))?;
        }
        None => drop(out.line("http.header", at, line.len())?),
    }
    Some(())
}

/// BOOTP's fixed part and the options that matter (RFC 2131, 2132).
fn dhcp(out: Out<'_, '_, '_>) -> Option<()> {
    const MAX_OPTIONS: u32 = 64;
    out.named("dhcp.type", 0, 1, |number| match number {
        1 => "Boot Request",
        2 => "Boot Reply",
        _ => "",
    })?;
    out.hex("dhcp.id", 4, 4)?;
    out.v4("dhcp.ip.client", 12)?;
    out.v4("dhcp.ip.your", 16)?;
    out.v4("dhcp.ip.server", 20)?;
    out.mac("dhcp.hw.mac_addr", 28)?;
    let mut at = 240_usize;
    for _ in 0..MAX_OPTIONS {
        let kind = out.u8(at)?;
        if kind == 255 {
            break;
        }
        if kind == 0 {
            at = at.saturating_add(1);
            continue;
        }
        let length = usize::from(out.u8(at.saturating_add(1))?);
        let value = at.saturating_add(2);
        match (kind, length) {
            (53, 1) => drop(out.named("dhcp.option.dhcp", value, 1, names::dhcp_message)?),
            (12, 1..) => drop(out.line("dhcp.option.hostname", value, length)?),
            (50, 4) => drop(out.v4("dhcp.option.requested_ip_address", value)?),
            (54, 4) => drop(out.v4("dhcp.option.dhcp_server_id", value)?),
            _ => {}
        }
        at = value.saturating_add(length);
    }
    Some(())
}

/// RFC 5905.
fn ntp(out: Out<'_, '_, '_>) -> Option<()> {
    let first = u64::from(out.u8(0)?);
    out.put("ntp.flags.vn", 0, 1, Value::Number(first >> 3 & 7));
    let mode = first & 7;
    let name = match mode {
        3 => "client",
        4 => "server",
        5 => "broadcast",
        _ => "",
    };
    out.put("ntp.flags.mode", 0, 1, Value::Named(mode, name));
    out.number("ntp.stratum", 1, 1)?;
    Some(())
}

/// RFC 9000: only the header's form is in the clear.
fn quic(out: Out<'_, '_, '_>) -> Option<()> {
    let first = out.u8(0)?;
    let long = first & 0x80 != 0;
    out.put(
        "quic.header_form",
        0,
        1,
        Value::Named(u64::from(long), if long { "Long Header" } else { "Short Header" }),
    );
    if long {
        out.hex("quic.version", 1, 4)?;
        let kind = u64::from(first >> 4 & 3);
        let name = match kind {
            0 => "Initial",
            1 => "0-RTT",
            2 => "Handshake",
            _ => "Retry",
        };
        out.put("quic.long.packet_type", 0, 1, Value::Named(kind, name));
    }
    Some(())
}
