//! TLS ClientHellos (RFC 8446 4.1.2) and the server name in them (RFC 6066 3).

/// Handshake messages longer than this are nothing that a client says first.
const MAX_HELLO: usize = 64 << 10;

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const CLIENT_HELLO: u8 = 1;
const SERVER_NAME: u16 = 0;

/// Whether the bytes may begin a TLS record.
pub fn is_record(bytes: &[u8]) -> bool {
    matches!(bytes, [CHANGE_CIPHER_SPEC..=APPLICATION_DATA, 3, 0..=4, high, ..] if *high <= 0x48)
}

/// Whether the bytes may begin a record with a ClientHello. Records before it are to be passed over by
/// [`behind_record`].
pub fn begins_hello(bytes: &[u8]) -> bool {
    match bytes {
        // Its first byte alone in a record.
        [HANDSHAKE, 3, 0..=4, 0, 1, CLIENT_HELLO, HANDSHAKE, ..] => true,
        [HANDSHAKE, 3, 0..=4, high, _, CLIENT_HELLO, 0, ..] => *high <= 0x48,
        _ => false,
    }
}

/// What follows a whole record.
pub fn behind_record(bytes: &[u8]) -> Option<&[u8]> {
    if !is_record(bytes) {
        return None;
    }
    let (head, rest) = bytes.split_first_chunk::<5>()?;
    rest.get(usize::from(u16::from_be_bytes([head[3], head[4]]))..)
}

/// What reading a ClientHello gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hello<'a> {
    /// More bytes are needed.
    Incomplete,
    /// Not a ClientHello.
    Invalid,
    /// Whole; `used` bytes of the stream make it up.
    Whole { server_name: Option<&'a [u8]>, used: usize },
}

/// Reads a ClientHello that starts at a record boundary. `joined` is a buffer for messages over several records.
pub fn hello<'a>(stream: &'a [u8], joined: &'a mut Vec<u8>) -> Hello<'a> {
    if !begins_hello(stream) && stream.len() >= 7 {
        return Hello::Invalid;
    }
    let Some((head, rest)) = stream.split_first_chunk::<9>() else { return Hello::Incomplete };
    let record = usize::from(u16::from_be_bytes([head[3], head[4]]));
    // The usual case: the message fits its record.
    let message = message_length([head[5], head[6], head[7], head[8]]);
    if message.saturating_add(4) <= record {
        return match rest.get(..message) {
            Some(body) => whole(body, message.saturating_add(9)),
            None => Hello::Incomplete,
        };
    }
    joined.clear();
    let mut stream = stream;
    let mut used = 0_usize;
    loop {
        if let Some((head, body)) = joined.split_first_chunk::<4>() {
            let message = message_length(*head);
            if message > MAX_HELLO {
                return Hello::Invalid;
            }
            if body.len() >= message {
                break;
            }
        }
        let Some((head, rest)) = stream.split_first_chunk::<5>() else { return Hello::Incomplete };
        if head[0] != HANDSHAKE || head[1] != 3 {
            return Hello::Invalid;
        }
        let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
        let Some((fragment, rest)) = rest.split_at_checked(length) else { return Hello::Incomplete };
        if length == 0 {
            return Hello::Invalid;
        }
        joined.extend_from_slice(fragment);
        used = used.saturating_add(length).saturating_add(5);
        stream = rest;
    }
    let body = joined.split_first_chunk::<4>().and_then(|(head, body)| body.get(..message_length(*head)));
    body.map_or(Hello::Invalid, |body| whole(body, used))
}

/// Behind a handshake message's type.
fn message_length([_, high, middle, low]: [u8; 4]) -> usize {
    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)
}

fn whole(body: &[u8], used: usize) -> Hello<'_> {
    match extensions(body) {
        Some(extensions) => Hello::Whole { server_name: server_name(extensions), used },
        None => Hello::Invalid,
    }
}

/// The server name in what was captured of a ClientHello that starts at a record boundary.
pub fn cut_server_name(stream: &[u8]) -> Option<&[u8]> {
    let (head, rest) = stream.split_first_chunk::<9>()?;
    let record = usize::from(u16::from_be_bytes([head[3], head[4]])).saturating_sub(4);
    extensions(rest.get(..record).unwrap_or(rest)).and_then(server_name)
}

/// The extensions of a ClientHello's body; empty where it has none.
pub fn extensions(body: &[u8]) -> Option<&[u8]> {
    let (head, rest) = body.split_first_chunk::<34>()?;
    if head[0] != 3 {
        return None;
    }
    let (&session, rest) = rest.split_first()?;
    let (ciphers, rest) = rest.get(usize::from(session)..)?.split_first_chunk::<2>()?;
    let (&compressions, rest) = rest.get(usize::from(u16::from_be_bytes(*ciphers))..)?.split_first()?;
    let rest = rest.get(usize::from(compressions)..)?;
    let Some((length, rest)) = rest.split_first_chunk::<2>() else { return Some(&[]) };
    Some(rest.get(..usize::from(u16::from_be_bytes(*length))).unwrap_or(rest))
}

/// The host name of the server_name extension, as the client wrote it.
pub fn server_name(mut extensions: &[u8]) -> Option<&[u8]> {
    while let Some((head, rest)) = extensions.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let (value, behind) = rest.split_at_checked(length)?;
        if u16::from_be_bytes([head[0], head[1]]) == SERVER_NAME {
            let (head, rest) = value.split_first_chunk::<5>()?;
            let name = rest.get(..usize::from(u16::from_be_bytes([head[3], head[4]])))?;
            return (head[2] == 0 && !name.is_empty()).then_some(name);
        }
        extensions = behind;
    }
    None
}
