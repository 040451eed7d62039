//! pcapng: blocks in sections, each section with its own byte order and interfaces.

use super::super::link::LinkType;
use super::super::time::Time;
use super::super::warning::Warning;
use super::search::Begins;
use super::{MAX_PACKET, Packet, Step};

pub const MAGIC: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// Longer blocks are damage, as in wiretap (`MAX_BLOCK_SIZE`).
const MAX_BLOCK: u32 = 16 << 20;
/// Longer ones are not searched for behind damage.
const MAX_SOUGHT: u32 = 1 << 20;
/// Options behind a packet that is searched for, with its padding.
const MAX_OPTIONS: u32 = 4096;
/// Interfaces kept of a section; packets of later ones are damage.
const MAX_INTERFACES: usize = 1 << 16;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// What else is in common use: name resolution, statistics, journal entries, secrets, custom blocks.
const OTHERS: [u32; 6] = [4, 5, 9, 10, 0x0bad, 0x4000_0bad];

const OPTION_END: u16 = 0;
const IF_TSRESOL: u16 = 9;
const IF_TSOFFSET: u16 = 14;

/// How a count of ticks becomes a time.
#[derive(Debug, Clone, Copy)]
enum Ticks {
    Micros,
    Nanos,
    /// 10^-n or 2^-n seconds each.
    PerSecond(u128),
    /// So fine that every time is in the first second of the epoch.
    TooFine,
}

#[derive(Debug, Clone, Copy)]
struct Interface {
    link: LinkType,
    snap_length: u32,
    ticks: Ticks,
    /// Seconds to add to every time.
    offset: i64,
}

impl Interface {
    #[inline(always)]
    fn time(&self, ticks: u64) -> Time {
        let (seconds, nanos) = match self.ticks {
            Ticks::Micros => (ticks / 1_000_000, (ticks % 1_000_000).wrapping_mul(1000)),
            Ticks::Nanos => (ticks / 1_000_000_000, ticks % 1_000_000_000),
            Ticks::PerSecond(units) => {
                let ticks = u128::from(ticks);
                let seconds = ticks.checked_div(units).unwrap_or_default();
                let rest = ticks.checked_rem(units).unwrap_or_default();
                let nanos = rest.saturating_mul(1_000_000_000).checked_div(units).unwrap_or_default();
                (seconds as u64, nanos as u64)
            }
            Ticks::TooFine => (0, 0),
        };
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Time::from_parts(seconds.saturating_add(self.offset), nanos as u32)
    }
}

#[derive(Debug, Clone)]
pub struct Sections {
    big_endian: bool,
    interfaces: Vec<Interface>,
    begun: bool,
}

impl Sections {
    /// From the first twelve bytes of the file; `None` without a byte-order magic.
    pub fn new(head: &[u8; 12]) -> Option<Self> {
        let big_endian = byte_order([head[8], head[9], head[10], head[11]])?;
        Some(Self { big_endian, interfaces: Vec::new(), begun: false })
    }

    /// Whether the first section header was whole.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Interfaces of the present section.
    pub fn interfaces(&self) -> usize {
        self.interfaces.len()
    }

    fn u32(&self, bytes: [u8; 4]) -> u32 {
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    fn u16(&self, bytes: [u8; 2]) -> u16 {
        if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    #[inline(always)]
    pub fn step<'a>(&mut self, bytes: &'a [u8], offset: u64, packets: u64) -> Step<'a> {
        let Some(head) = bytes.first_chunk::<8>() else { return Step::Need(8) };
        let kind = self.u32([head[0], head[1], head[2], head[3]]);
        if kind == SECTION_HEADER {
            // Its byte order may differ from the section's before.
            let Some(head) = bytes.first_chunk::<12>() else { return Step::Need(12) };
            let Some(big_endian) = byte_order([head[8], head[9], head[10], head[11]]) else {
                return Step::Damaged(Warning::BadBlock { offset });
            };
            self.big_endian = big_endian;
        }
        let length = self.u32([head[4], head[5], head[6], head[7]]);
        if length > MAX_BLOCK {
            return Step::Damaged(Warning::RecordTooLong { offset, length: u64::from(length) });
        }
        if length < 12 {
            return Step::Damaged(Warning::BadBlock { offset });
        }
        // The specification wants whole words; wiretap reads on behind the padding.
        let used = (length as usize).wrapping_add(3) & !3;
        let Some(block) = bytes.get(..used) else { return Step::Need(used) };
        let Some((body, trailer)) = block.get(8..length as usize).and_then(<[u8]>::split_last_chunk::<4>)
        else {
            return Step::Damaged(Warning::BadBlock { offset });
        };
        if self.u32(*trailer) != length {
            return Step::Damaged(Warning::BadBlock { offset });
        }
        let place = Place { offset, number: packets.wrapping_add(1), used };
        match kind {
            ENHANCED_PACKET => self.enhanced(body, place),
            SECTION_HEADER => self.section(body, place),
            INTERFACE_DESCRIPTION => self.interface(body, place),
            SIMPLE_PACKET => self.simple(body, place),
            OBSOLETE_PACKET => self.obsolete(body, place),
            _ => Step::Other { used },
        }
    }

    /// Whether a block begins here that says what follows: its lengths agree, and another header is behind it. Kinds
    /// whose content cannot be told from chance do not count; a length of chance would have to be waited for.
    pub fn begins(&self, bytes: &[u8]) -> Begins {
        let Some(head) = bytes.first_chunk::<28>() else { return Begins::Need(28) };
        let Some((kind, length)) = self.block_head(bytes) else { return Begins::No };
        let word = |at: usize| head.get(at..).and_then(<[u8]>::first_chunk::<4>).copied().unwrap_or_default();
        let sound = match kind {
            SECTION_HEADER => true,
            ENHANCED_PACKET => {
                let (interface, captured) = (self.u32(word(8)), self.u32(word(20)));
                let rest = length.checked_sub(captured.saturating_add(32));
                (interface as usize) < self.interfaces.len()
                    && captured <= self.u32(word(24))
                    && rest.is_some_and(|options| options <= MAX_OPTIONS)
            }
            SIMPLE_PACKET => {
                let snap_length = self.interfaces.first().map_or(0, |interface| interface.snap_length);
                let limit = if snap_length == 0 { MAX_PACKET } else { snap_length };
                let captured = self.u32(word(8)).min(limit);
                length == captured.saturating_add(19) & !3
            }
            _ => false,
        };
        if !sound {
            return Begins::No;
        }
        let Some((block, behind)) = bytes.split_at_checked(length as usize) else {
            return Begins::Need(length as usize);
        };
        if block.last_chunk::<4>() != block.get(4..8).and_then(<[u8]>::first_chunk) {
            return Begins::NotAfterAll;
        }
        if behind.len() < 12 {
            return Begins::Need((length as usize).saturating_add(12));
        }
        if self.block_head(behind).is_some() { Begins::Yes } else { Begins::NotAfterAll }
    }

    /// Kind and length of a block that may begin here.
    fn block_head(&self, bytes: &[u8]) -> Option<(u32, u32)> {
        let head = bytes.first_chunk::<12>()?;
        let word = |at: usize| head.get(at..).and_then(<[u8]>::first_chunk::<4>).copied().unwrap_or_default();
        let kind = self.u32(word(0));
        let length = match (kind, byte_order(word(8))) {
            (SECTION_HEADER, Some(true)) => u32::from_be_bytes(word(4)),
            (SECTION_HEADER, Some(false)) => u32::from_le_bytes(word(4)),
            (SECTION_HEADER, None) => return None,
            _ => self.u32(word(4)),
        };
        let known = matches!(
            kind,
            SECTION_HEADER | INTERFACE_DESCRIPTION | OBSOLETE_PACKET | SIMPLE_PACKET | ENHANCED_PACKET
        ) || OTHERS.contains(&kind);
        let sound = known && (12..=MAX_SOUGHT).contains(&length) && length % 4 == 0;
        sound.then_some((kind, length))
    }

    #[cold]
    fn section<'a>(&mut self, body: &[u8], place: Place) -> Step<'a> {
        let Some(head) = body.first_chunk::<16>() else {
            return Step::Damaged(Warning::BadBlock { offset: place.offset });
        };
        let major = self.u16([head[4], head[5]]);
        let minor = self.u16([head[6], head[7]]);
        if major != 1 || minor != 0 && minor != 2 {
            return Step::Damaged(Warning::UnsupportedSection { offset: place.offset, major, minor });
        }
        self.begun = true;
        self.interfaces.clear();
        Step::Other { used: place.used }
    }

    #[cold]
    fn interface<'a>(&mut self, body: &[u8], place: Place) -> Step<'a> {
        let Some((head, mut options)) = body.split_first_chunk::<8>() else {
            return Step::Damaged(Warning::BadBlock { offset: place.offset });
        };
        let link = LinkType(self.u16([head[0], head[1]]));
        let snap_length = self.u32([head[4], head[5], head[6], head[7]]);
        let mut interface = Interface { link, snap_length, ticks: Ticks::Micros, offset: 0 };
        while let Some((head, rest)) = options.split_first_chunk::<4>() {
            let code = self.u16([head[0], head[1]]);
            let length = usize::from(self.u16([head[2], head[3]]));
            let Some(value) = rest.get(..length) else { break };
            match (code, value) {
                (OPTION_END, _) => break,
                (IF_TSRESOL, &[resolution]) => interface.ticks = ticks(resolution),
                (IF_TSOFFSET, &[a, b, c, d, e, f, g, h]) => {
                    let bytes = [a, b, c, d, e, f, g, h];
                    interface.offset =
                        if self.big_endian { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) };
                }
                _ => {}
            }
            options = rest.get(length.wrapping_add(3) & !3..).unwrap_or_default();
        }
        if self.interfaces.len() < MAX_INTERFACES {
            self.interfaces.push(interface);
        }
        Step::Other { used: place.used }
    }

    #[inline(always)]
    fn enhanced<'a>(&self, body: &'a [u8], place: Place) -> Step<'a> {
        let Some((head, rest)) = body.split_first_chunk::<20>() else {
            return Step::Damaged(Warning::BadBlock { offset: place.offset });
        };
        let interface = self.u32([head[0], head[1], head[2], head[3]]);
        let high = self.u32([head[4], head[5], head[6], head[7]]);
        let low = self.u32([head[8], head[9], head[10], head[11]]);
        let captured = self.u32([head[12], head[13], head[14], head[15]]);
        let length = self.u32([head[16], head[17], head[18], head[19]]);
        self.timed(interface, u64::from(high) << 32 | u64::from(low), captured, length, rest, place)
    }

    #[cold]
    fn obsolete<'a>(&self, body: &'a [u8], place: Place) -> Step<'a> {
        let Some((head, rest)) = body.split_first_chunk::<20>() else {
            return Step::Damaged(Warning::BadBlock { offset: place.offset });
        };
        let interface = u32::from(self.u16([head[0], head[1]]));
        let high = self.u32([head[4], head[5], head[6], head[7]]);
        let low = self.u32([head[8], head[9], head[10], head[11]]);
        let captured = self.u32([head[12], head[13], head[14], head[15]]);
        let length = self.u32([head[16], head[17], head[18], head[19]]);
        self.timed(interface, u64::from(high) << 32 | u64::from(low), captured, length, rest, place)
    }

    #[inline(always)]
    fn timed<'a>(
        &self,
        interface: u32,
        ticks: u64,
        captured: u32,
        length: u32,
        rest: &'a [u8],
        place: Place,
    ) -> Step<'a> {
        let Some(known) = self.interfaces.get(interface as usize) else {
            return Step::Damaged(Warning::UnknownInterface { offset: place.offset, interface });
        };
        if captured > MAX_PACKET {
            return Step::Damaged(Warning::RecordTooLong {
                offset: place.offset,
                length: u64::from(captured),
            });
        }
        let Some(data) = rest.get(..captured as usize) else {
            return Step::Damaged(Warning::BadBlock { offset: place.offset });
        };
        let packet = Packet {
            number: place.number,
            time: Some(known.time(ticks)),
            link: known.link,
            data,
            length,
            offset: place.offset,
        };
        Step::Packet { used: place.used, packet }
    }

    #[cold]
    fn simple<'a>(&self, body: &'a [u8], place: Place) -> Step<'a> {
        let Some((head, rest)) = body.split_first_chunk::<4>() else {
            return Step::Damaged(Warning::BadBlock { offset: place.offset });
        };
        let length = self.u32(*head);
        let Some(known) = self.interfaces.first() else {
            return Step::Damaged(Warning::UnknownInterface { offset: place.offset, interface: 0 });
        };
        let captured = if known.snap_length == 0 { length } else { length.min(known.snap_length) };
        if captured > MAX_PACKET {
            return Step::Damaged(Warning::RecordTooLong {
                offset: place.offset,
                length: u64::from(captured),
            });
        }
        let Some(data) = rest.get(..captured as usize) else {
            return Step::Damaged(Warning::BadBlock { offset: place.offset });
        };
        let packet =
            Packet { number: place.number, time: None, link: known.link, data, length, offset: place.offset };
        Step::Packet { used: place.used, packet }
    }
}

/// Where a block is and what it would be as a packet.
#[derive(Clone, Copy)]
struct Place {
    offset: u64,
    number: u64,
    used: usize,
}

/// Whether the byte-order magic stands for big endian.
fn byte_order(magic: [u8; 4]) -> Option<bool> {
    match magic {
        [0x1a, 0x2b, 0x3c, 0x4d] => Some(true),
        [0x4d, 0x3c, 0x2b, 0x1a] => Some(false),
        _ => None,
    }
}

/// `if_tsresol`: the high bit chooses between powers of two and of ten.
fn ticks(resolution: u8) -> Ticks {
    let exponent = u32::from(resolution & 0x7f);
    if resolution & 0x80 != 0 {
        return match 1_u128.checked_shl(exponent) {
            Some(units) if exponent < 90 => Ticks::PerSecond(units),
            _ => Ticks::TooFine,
        };
    }
    match exponent {
        6 => Ticks::Micros,
        9 => Ticks::Nanos,
        0..=28 => Ticks::PerSecond(10_u128.saturating_pow(exponent)),
        _ => Ticks::TooFine,
    }
}
