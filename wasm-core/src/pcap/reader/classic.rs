//! pcap: a file header, then records with a 16-byte header each.

use super::super::link::LinkType;
use super::super::time::Time;
use super::super::warning::{CaptureError, Warning};
use super::{MAX_PACKET, Packet, Step};

/// What the magic tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    big_endian: bool,
    nanoseconds: bool,
    header: RecordHeader,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecordHeader {
    Plain,
    /// Alexey Kuznetzov's: eight more bytes for interface, protocol and packet type.
    Modified,
}

/// Old versions swapped the two lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lengths {
    AsSpecified,
    Swapped,
    /// Version 2.3 was written both ways: a packet that was captured longer than it was is swapped.
    SwappedWhereImpossible,
}

#[derive(Debug, Clone)]
pub struct Classic {
    variant: Variant,
    link: LinkType,
    lengths: Lengths,
    /// Nanoseconds of one unit of the fraction.
    unit: u32,
    /// Version 2.4 or the like, plain header, little endian: nothing to convert.
    straight: bool,
}

impl Classic {
    pub fn variant(magic: [u8; 4]) -> Option<Variant> {
        let (number, big_endian) = match magic {
            [0xa1, ..] => (u32::from_be_bytes(magic), true),
            _ => (u32::from_le_bytes(magic), false),
        };
        let (nanoseconds, header) = match number {
            0xa1b2_c3d4 => (false, RecordHeader::Plain),
            0xa1b2_3c4d => (true, RecordHeader::Plain),
            0xa1b2_cd34 => (false, RecordHeader::Modified),
            _ => return None,
        };
        Some(Variant { big_endian, nanoseconds, header })
    }

    pub fn new(variant: Variant, head: &[u8; 24]) -> Result<Self, CaptureError> {
        let word = |bytes: [u8; 4]| {
            if variant.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        };
        let half = |bytes: [u8; 2]| {
            if variant.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
        };
        let major = half([head[4], head[5]]);
        let minor = half([head[6], head[7]]);
        if major < 2 {
            return Err(CaptureError::UnsupportedVersion { major, minor });
        }
        let lengths = match (major, minor) {
            (2, 0..=2) => Lengths::Swapped,
            (2, 3) => Lengths::SwappedWhereImpossible,
            _ => Lengths::AsSpecified,
        };
        // The upper half holds the frame check sequence's length and reserved bits.
        let link = LinkType((word([head[20], head[21], head[22], head[23]]) & 0xffff) as u16);
        let unit = if variant.nanoseconds { 1 } else { 1000 };
        let straight =
            !variant.big_endian && variant.header == RecordHeader::Plain && lengths == Lengths::AsSpecified;
        Ok(Self { variant, link, lengths, unit, straight })
    }

    #[inline(always)]
    pub fn step<'a>(&self, bytes: &'a [u8], offset: u64, packets: u64) -> Step<'a> {
        let Some((head, rest)) = bytes.split_first_chunk::<16>() else { return Step::Need(16) };
        let mut seconds = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        let mut fraction = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let mut captured = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
        let mut length = u32::from_le_bytes([head[12], head[13], head[14], head[15]]);
        let mut header = 16_usize;
        let mut rest = rest;
        if !self.straight {
            if self.variant.big_endian {
                seconds = seconds.swap_bytes();
                fraction = fraction.swap_bytes();
                captured = captured.swap_bytes();
                length = length.swap_bytes();
            }
            if self.lengths == Lengths::Swapped
                || self.lengths == Lengths::SwappedWhereImpossible && captured > length
            {
                std::mem::swap(&mut captured, &mut length);
            }
            if self.variant.header == RecordHeader::Modified {
                header = 24;
                let Some(behind) = rest.get(8..) else { return Step::Need(24) };
                rest = behind;
            }
        }
        if captured > MAX_PACKET {
            return Step::Damaged(Warning::RecordTooLong { offset, length: u64::from(captured) });
        }
        let used = header.wrapping_add(captured as usize);
        let Some(data) = rest.get(..captured as usize) else { return Step::Need(used) };
        let nanos = fraction.saturating_mul(self.unit);
        let packet = Packet {
            number: packets.wrapping_add(1),
            time: Some(Time::from_parts(i64::from(seconds), nanos)),
            link: self.link,
            data,
            length,
            offset,
        };
        Step::Packet { used, packet }
    }
}
