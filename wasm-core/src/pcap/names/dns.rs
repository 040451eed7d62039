//! DNS messages (RFC 1035): what was asked, and how it was answered.

use std::borrow::Cow;

/// Questions of one message that are looked at; real ones have one.
const MAX_QUESTIONS: u16 = 32;
/// Compression pointers followed for one name.
const MAX_POINTERS: u32 = 32;
/// Longest name as text, by RFC 1035.
const MAX_NAME: usize = 255;

/// The ports of the DNS and its relatives.
pub const PORT: u16 = 53;
pub const MDNS_PORT: u16 = 5353;
pub const LLMNR_PORT: u16 = 5355;

/// A message's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub id: u16,
    pub response: bool,
    pub opcode: u8,
    pub response_code: u8,
    pub questions: u16,
}

impl Header {
    /// Whether it asks the ordinary way.
    pub const fn is_query(&self) -> bool {
        !self.response && self.opcode == 0
    }
}

/// Reads the header, which the capture may have cut; `None` before the response code.
pub fn header(message: &[u8]) -> Option<Header> {
    let head = message.first_chunk::<4>()?;
    let questions = message.get(4..).and_then(<[u8]>::first_chunk::<2>);
    Some(Header {
        id: u16::from_be_bytes([head[0], head[1]]),
        response: head[2] & 0x80 != 0,
        opcode: head[2] >> 3 & 0x0f,
        response_code: head[3] & 0x0f,
        questions: questions.map_or(0, |count| u16::from_be_bytes(*count)),
    })
}

/// Calls `each` with the name (lower case, no final dot, the root empty) and the type of every whole question.
/// `text` is a buffer to be used again.
pub fn questions(message: &[u8], text: &mut String, mut each: impl FnMut(&str, u16)) {
    let Some(header) = header(message) else { return };
    let mut at = 12_usize;
    for _ in 0..header.questions.min(MAX_QUESTIONS) {
        let Some(behind) = name(message, at, text) else { return };
        let Some(tail) = message.get(behind..).and_then(<[u8]>::first_chunk::<4>) else { return };
        each(text, u16::from_be_bytes([tail[0], tail[1]]));
        at = behind.saturating_add(4);
    }
}

/// Reads the name at `at` into `text`; gives the offset behind it. `None` where it is broken.
pub fn name(message: &[u8], at: usize, text: &mut String) -> Option<usize> {
    text.clear();
    let mut at = at;
    let mut behind = None;
    let mut pointers = 0_u32;
    loop {
        let length = *message.get(at)?;
        let next = at.checked_add(1)?;
        match length {
            0 => return Some(behind.unwrap_or(next)),
            1..=63 => {
                let end = next.checked_add(usize::from(length))?;
                let label = message.get(next..end)?;
                if !text.is_empty() {
                    text.push('.');
                }
                for &byte in label {
                    push_byte(text, byte);
                }
                if text.len() > MAX_NAME.saturating_mul(4) {
                    return None;
                }
                at = end;
            }
            192..=255 => {
                let low = *message.get(next)?;
                behind = behind.or(next.checked_add(1));
                pointers = pointers.checked_add(1).filter(|&count| count <= MAX_POINTERS)?;
                at = usize::from(u16::from_be_bytes([length & 0x3f, low]));
            }
            _ => return None,
        }
    }
}

/// Printable ASCII as it is (lower case), everything else as `\DDD`, like zone files write it.
fn push_byte(text: &mut String, byte: u8) {
    match byte {
        b'!'..=b'~' => text.push(char::from(byte.to_ascii_lowercase())),
        _ => {
            text.push('\\');
            for digit in [byte / 100, byte / 10 % 10, byte % 10] {
                text.push(char::from(b'0' | digit));
            }
        }
    }
}

/// IANA's mnemonic of a type, or `TYPEn`.
pub fn type_name(kind: u16) -> Cow<'static, str> {
    let name = match kind {
        1 => "A",
        2 => "NS",
        3 => "MD",
        4 => "MF",
        5 => "CNAME",
        6 => "SOA",
        7 => "MB",
        8 => "MG",
        9 => "MR",
        10 => "NULL",
        11 => "WKS",
        12 => "PTR",
        13 => "HINFO",
        14 => "MINFO",
        15 => "MX",
        16 => "TXT",
        17 => "RP",
        18 => "AFSDB",
        19 => "X25",
        20 => "ISDN",
        21 => "RT",
        22 => "NSAP",
        23 => "NSAP-PTR",
        24 => "SIG",
        25 => "KEY",
        26 => "PX",
        27 => "GPOS",
        28 => "AAAA",
        29 => "LOC",
        30 => "NXT",
        31 => "EID",
        32 => "NIMLOC",
        33 => "SRV",
        34 => "ATMA",
        35 => "NAPTR",
        36 => "KX",
        37 => "CERT",
        38 => "A6",
        39 => "DNAME",
        40 => "SINK",
        41 => "OPT",
        42 => "APL",
        43 => "DS",
        44 => "SSHFP",
        45 => "IPSECKEY",
        46 => "RRSIG",
        47 => "NSEC",
        48 => "DNSKEY",
        49 => "DHCID",
        50 => "NSEC3",
        51 => "NSEC3PARAM",
        52 => "TLSA",
        53 => "SMIMEA",
        55 => "HIP",
        56 => "NINFO",
        57 => "RKEY",
        58 => "TALINK",
        59 => "CDS",
        60 => "CDNSKEY",
        61 => "OPENPGPKEY",
        62 => "CSYNC",
        63 => "ZONEMD",
        64 => "SVCB",
        65 => "HTTPS",
        99 => "SPF",
        100 => "UINFO",
        101 => "UID",
        102 => "GID",
        103 => "UNSPEC",
        104 => "NID",
        105 => "L32",
        106 => "L64",
        107 => "LP",
        108 => "EUI48",
        109 => "EUI64",
        249 => "TKEY",
        250 => "TSIG",
        251 => "IXFR",
        252 => "AXFR",
        253 => "MAILB",
        254 => "MAILA",
        255 => "ANY",
        256 => "URI",
        257 => "CAA",
        258 => "AVC",
        259 => "DOA",
        260 => "AMTRELAY",
        32768 => "TA",
        32769 => "DLV",
        _ => return Cow::Owned(format!("TYPE{kind}")),
    };
    Cow::Borrowed(name)
}

/// IANA's name of a response code, or `RCODEn`.
pub fn response_code_name(code: u8) -> String {
    let name = match code {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        6 => "YXDOMAIN",
        7 => "YXRRSET",
        8 => "NXRRSET",
        9 => "NOTAUTH",
        10 => "NOTZONE",
        _ => return format!("RCODE{code}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_cannot_loop() {
        let mut text = String::new();
        assert_eq!(name(&[0xc0, 0x00], 0, &mut text), None);
        assert_eq!(name(&[1, b'A', 0xc0, 0x00], 0, &mut text), None);
        assert_eq!(name(&[1, b'A', 0], 0, &mut text), Some(3));
        assert_eq!(text, "a");
        assert_eq!(name(&[1, b'A', 0, 2, b'x', 7, 0xc0, 0], 3, &mut text), Some(8));
        assert_eq!(text, "x\\007.a");
    }
}
