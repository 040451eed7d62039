//! pcap: a file header, then records with a 16-byte header each.

use super::super::link::LinkType;
use super::super::time::Time;
use super::super::warning::{CaptureError, Warning};
use super::search::Begins;
use super::{MAX_PACKET, Packet, Step};

/// Records that are further apart in time do not confirm each other: a day.
const NEAR: u64 = 86_400_000_000_000;

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

/// A record's header.
struct Record {
    /// Its own length.
    header: usize,
    seconds: u32,
    nanos: u32,
    captured: u32,
    length: u32,
}

impl Record {
    #[inline(always)]
    const fn time(&self) -> Time {
        Time::from_parts(self.seconds as i64, self.nanos)
    }

    /// Whether a capture program may have written it soon after or before another.
    fn is_plausible(&self, near: Option<Time>) -> bool {
        let distance = |near| self.time().since(near).unsigned_abs();
        (1..=self.length).contains(&self.captured)
            && self.length <= MAX_PACKET
            && self.nanos < 1_000_000_000
            && near.is_none_or(|near| distance(near) <= NEAR)
    }
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

    /// Reads a record's header; an error says how many bytes are needed.
    #[inline(always)]
    fn record<'a>(&self, bytes: &'a [u8]) -> Result<(Record, &'a [u8]), usize> {
        let Some((head, rest)) = bytes.split_first_chunk::<16>() else { return Err(16) };
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
                let Some(behind) = rest.get(8..) else { return Err(24) };
                rest = behind;
            }
        }
        let nanos = fraction.saturating_mul(self.unit);
        Ok((Record { header, seconds, nanos, captured, length }, rest))
    }

    #[inline(always)]
    pub fn step<'a>(&self, bytes: &'a [u8], offset: u64, packets: u64) -> Step<'a> {
        let (record, rest) = match self.record(bytes) {
            Ok(record) => record,
            Err(needed) => return Step::Need(needed),
        };
        if record.captured > MAX_PACKET {
            return Step::Damaged(Warning::RecordTooLong { offset, length: u64::from(record.captured) });
        }
        let used = record.header.wrapping_add(record.captured as usize);
        let Some(data) = rest.get(..record.captured as usize) else { return Step::Need(used) };
        let packet = Packet {
            number: packets.wrapping_add(1),
            time: Some(record.time()),
            link: self.link,
            data,
            length: record.length,
            offset,
        };
        Step::Packet { used, packet }
    }

    /// Whether a record begins here: three plausible headers in a row.
    pub fn begins(&self, bytes: &[u8], mut near: Option<Time>) -> Begins {
        let mut rest = bytes;
        for others in 0..3 {
            let behind = bytes.len().saturating_sub(rest.len());
            let record = match self.record(rest) {
                Ok((record, _)) => record,
                Err(needed) => return Begins::Need(behind.saturating_add(needed)),
            };
            if !record.is_plausible(near) {
                return if others == 0 { Begins::No } else { Begins::NotAfterAll };
            }
            near = Some(record.time());
            let used = record.header.saturating_add(record.captured as usize);
            match rest.get(used..) {
                Some(next) => rest = next,
                None => return Begins::Need(behind.saturating_add(used)),
            }
        }
        Begins::Yes
    }
}
