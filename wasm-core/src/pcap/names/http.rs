//! HTTP/1 requests: which host is asked.

/// Methods that begin a request (RFC 9110 9, RFC 5789, WebDAV's are left out).
const METHODS: [&[u8]; 9] =
    [b"GET ", b"POST ", b"HEAD ", b"PUT ", b"DELETE ", b"OPTIONS ", b"PATCH ", b"CONNECT ", b"TRACE "];

/// Header bytes looked at.
const MAX_HEADER: usize = 4096;

pub fn is_request(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'C'..=b'T')) && METHODS.iter().any(|method| bytes.starts_with(method))
}

pub fn is_response(bytes: &[u8]) -> bool {
    bytes.starts_with(b"HTTP/1.")
}

/// The value of the Host header of a request, without its port.
pub fn host(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.get(..MAX_HEADER).unwrap_or(bytes);
    bytes.split(|&byte| byte == b'\n').skip(1).take_while(|line| line.len() > 1).find_map(|line| {
        let (name, value) = line.split_at_checked(5)?;
        if !name.eq_ignore_ascii_case(b"host:") {
            return None;
        }
        let value = std::str::from_utf8(value).ok()?.trim();
        let host = match value.strip_prefix('[') {
            Some(v6) => v6.split(']').next()?,
            None => value.split(':').next()?,
        };
        (!host.is_empty() && host.len() <= 255 && host.bytes().all(|byte| byte.is_ascii_graphic()))
            .then_some(host)
    })
}
