//! TCP, UDP and SCTP headers.

use super::{Layer, Next, Part, Sink, Walk};

/// TCP's flag bits.
pub mod flags {
    pub const FIN: u16 = 0x001;
    pub const SYN: u16 = 0x002;
    pub const RST: u16 = 0x004;
    pub const PSH: u16 = 0x008;
    pub const ACK: u16 = 0x010;
    pub const URG: u16 = 0x020;
    pub const ECE: u16 = 0x040;
    pub const CWR: u16 = 0x080;
    pub const AE: u16 = 0x100;
}

/// A transport header and what it carries.
#[derive(Debug, Clone, Copy)]
pub enum Segment<'a> {
    Tcp(TcpSegment<'a>),
    Udp { source_port: u16, destination_port: u16, payload: Part<'a> },
    Sctp { source_port: u16, destination_port: u16 },
}

#[derive(Debug, Clone, Copy)]
pub struct TcpSegment<'a> {
    pub source_port: u16,
    pub destination_port: u16,
    pub sequence: u32,
    pub acknowledgment: u32,
    /// See [`flags`].
    pub flags: u16,
    /// As in the header, without scaling.
    pub window: u16,
    /// The header claims to be shorter than it can be: its numbers count, its payload is unknown.
    pub bogus: bool,
    pub options: &'a [u8],
    pub payload: Part<'a>,
    /// Payload bytes on the wire; `None` where nobody can know: in a fragment, or where the header is longer
    /// than the segment.
    pub length: Option<u32>,
}

impl<'a> TcpSegment<'a> {
    /// Reads a header and what follows; `None` where the fixed part of the header was not captured.
    #[inline(always)]
    pub fn read(part: Part<'a>, fragmented: bool) -> Option<Self> {
        let (head, rest) = part.take::<20>()?;
        let header = usize::from(head[12] >> 4).wrapping_mul(4);
        let length = if fragmented || part.reported < header {
            None
        } else {
            Some(part.reported.wrapping_sub(header).min(u32::MAX as usize) as u32)
        };
        let options = rest.data.get(..header.saturating_sub(20)).unwrap_or(rest.data);
        let payload = part.skip(header.max(20)).unwrap_or(Part {
            data: &[],
            at: part.at.wrapping_add(part.data.len()),
            reported: part.reported.saturating_sub(header),
        });
        Some(Self {
            source_port: u16::from_be_bytes([head[0], head[1]]),
            destination_port: u16::from_be_bytes([head[2], head[3]]),
            sequence: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
            acknowledgment: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
            flags: u16::from_be_bytes([head[12], head[13]]) & 0x1ff,
            window: u16::from_be_bytes([head[14], head[15]]),
            bogus: header < 20,
            options,
            payload,
            length,
        })
    }

    /// The window scale option's shift.
    pub fn window_scale(&self) -> Option<u8> {
        let mut options = self.options;
        while let [kind, rest @ ..] = options {
            options = match (kind, rest) {
                (0, _) => return None,
                (1, _) => rest,
                (3, [3, shift, ..]) => return Some(*shift),
                (_, [length, ..]) if *length >= 2 => options.get(usize::from(*length)..)?,
                _ => return None,
            };
        }
        None
    }
}

impl<'a, S: Sink> Walk<'_, S> {
    #[inline(always)]
    fn segment(&mut self, segment: Segment<'a>) {
        if self.quoted {
            return;
        }
        if let Some(addresses) = self.addresses {
            self.sink.segment(addresses, segment);
        }
    }

    #[inline(always)]
    pub(super) fn tcp(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Tcp, part);
        if let Some(segment) = TcpSegment::read(part, self.fragmented) {
            self.segment(Segment::Tcp(segment));
        }
        Next::Done
    }

    #[inline(always)]
    pub(super) fn udp(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Udp, part);
        let Some((head, _)) = part.take::<8>() else { return Next::Done };
        let source_port = u16::from_be_bytes([head[0], head[1]]);
        let destination_port = u16::from_be_bytes([head[2], head[3]]);
        let Some(payload) = udp_payload(part) else { return Next::Done };
        self.segment(Segment::Udp { source_port, destination_port, payload });
        self.udp_payload(source_port, destination_port, payload)
    }

    pub(super) fn sctp(&mut self, part: Part<'a>) -> Next<'a> {
        self.layer(Layer::Sctp, part);
        let Some((head, _)) = part.take::<12>() else { return Next::Done };
        self.segment(Segment::Sctp {
            source_port: u16::from_be_bytes([head[0], head[1]]),
            destination_port: u16::from_be_bytes([head[2], head[3]]),
        });
        Next::Done
    }
}

/// What a UDP header is followed by; `None` where its length is nonsense or it was not captured.
#[inline(always)]
pub fn udp_payload(part: Part<'_>) -> Option<Part<'_>> {
    let (head, rest) = part.take::<8>()?;
    match usize::from(u16::from_be_bytes([head[4], head[5]])) {
        // A jumbogram (RFC 2675) or segmentation offload.
        0 => Some(rest),
        1..8 => None,
        length => Some(rest.limit(length.wrapping_sub(8))),
    }
}
