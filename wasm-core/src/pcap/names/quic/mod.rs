//! QUIC's headers (RFC 9000 17.2), versions 1 and 2 (RFC 9369) and the drafts from 23 on.

#[cfg(feature = "quic")]
pub mod initial;

/// Whether a datagram begins with a long header of a known version.
#[inline(always)]
pub fn is_long(datagram: &[u8]) -> bool {
    matches!(
        datagram,
        [0xc0..=0xff, 0, 0, 0, 1, ..]
            | [0xc0..=0xff, 0x6b, 0x33, 0x43, 0xcf, ..]
            | [0xc0..=0xff, 0xff, 0, 0, 0x17..=0x22, ..]
    )
}

/// Whether a datagram begins with a short header, where its conversation is known to be QUIC.
#[inline(always)]
pub fn is_short(datagram: &[u8]) -> bool {
    matches!(datagram, [0x40..=0x7f, ..])
}
