//! Unpacks gzip (RFC 1952) as it comes in, a bounded piece at a time, so that a bomb costs time but no memory.
//!
//! The frame around the deflated data is read here: flate2's own reader keeps what a piece gave before damage in it,
//! so that the answer would depend on how the file came in pieces.

use flate2::{Crc, Decompress, FlushDecompress, Status};

pub const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Bytes unpacked at once.
const PIECE: usize = 64 << 10;

/// Optional fields of the header.
mod flags {
    pub const CHECK: u8 = 1 << 1;
    pub const EXTRA: u8 = 1 << 2;
    pub const NAME: u8 = 1 << 3;
    pub const COMMENT: u8 = 1 << 4;
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Header bytes so many of which have come.
    Fixed(u8),
    ExtraLength {
        low: Option<u8>,
    },
    Extra {
        left: u16,
    },
    Name,
    Comment,
    Check {
        left: u8,
    },
    Deflated,
    /// Check and length behind the data.
    Trailer(u8),
    Damaged,
}

#[derive(Debug)]
pub struct Gunzip {
    stage: Stage,
    flags: u8,
    inflater: Decompress,
    check: Crc,
    trailer: [u8; 8],
    unpacked: Vec<u8>,
}

impl Gunzip {
    pub fn new() -> Self {
        Self {
            stage: Stage::Fixed(0),
            flags: 0,
            inflater: Decompress::new(false),
            check: Crc::new(),
            trailer: [0; 8],
            unpacked: vec![0; PIECE],
        }
    }

    /// Unpacks `bytes`; what lies behind damage is passed over.
    pub fn push(&mut self, mut bytes: &[u8], mut plain: impl FnMut(&[u8])) {
        while !bytes.is_empty() && self.stage != Stage::Damaged {
            if self.stage == Stage::Deflated {
                bytes = self.inflate(bytes, &mut plain);
            } else if let Some((&byte, rest)) = bytes.split_first() {
                self.stage = self.framing(byte);
                bytes = rest;
            }
        }
    }

    /// Unpacks all that the bytes give; what is left of them lies behind the end of the data.
    fn inflate<'a>(&mut self, mut bytes: &'a [u8], plain: &mut impl FnMut(&[u8])) -> &'a [u8] {
        loop {
            let (read, written) = (self.inflater.total_in(), self.inflater.total_out());
            let status = self.inflater.decompress(bytes, &mut self.unpacked, FlushDecompress::None);
            let read = self.inflater.total_in().saturating_sub(read) as usize;
            let written = self.inflater.total_out().saturating_sub(written) as usize;
            bytes = bytes.get(read..).unwrap_or_default();
            let unpacked = self.unpacked.get(..written).unwrap_or_default();
            self.check.update(unpacked);
            if !unpacked.is_empty() {
                plain(unpacked);
            }
            match status {
                Ok(Status::StreamEnd) => {
                    self.stage = Stage::Trailer(0);
                    return bytes;
                }
                Ok(Status::Ok | Status::BufError) if written == PIECE || read > 0 && !bytes.is_empty() => {}
                Ok(Status::Ok | Status::BufError) if bytes.is_empty() => return bytes,
                Ok(Status::Ok | Status::BufError) | Err(_) => {
                    self.stage = Stage::Damaged;
                    return &[];
                }
            }
        }
    }

    /// The stage behind a byte of header or trailer.
    fn framing(&mut self, byte: u8) -> Stage {
        match self.stage {
            Stage::Fixed(at) => match (at, byte) {
                (0, 0x1f) | (1, 0x8b) | (2, 8) | (4..=8, _) => Stage::Fixed(at.saturating_add(1)),
                (3, _) => {
                    self.flags = byte;
                    Stage::Fixed(4)
                }
                (9, _) => self.optional(flags::EXTRA),
                _ => Stage::Damaged,
            },
            Stage::ExtraLength { low: None } => Stage::ExtraLength { low: Some(byte) },
            Stage::ExtraLength { low: Some(low) } => match u16::from_le_bytes([low, byte]) {
                0 => self.optional(flags::NAME),
                left => Stage::Extra { left },
            },
            Stage::Extra { left: 0 | 1 } => self.optional(flags::NAME),
            Stage::Extra { left } => Stage::Extra { left: left.saturating_sub(1) },
            Stage::Name if byte == 0 => self.optional(flags::COMMENT),
            Stage::Comment if byte == 0 => self.optional(flags::CHECK),
            Stage::Check { left: 0 | 1 } => Stage::Deflated,
            Stage::Check { left } => Stage::Check { left: left.saturating_sub(1) },
            Stage::Trailer(at) => self.trailer(at, byte),
            Stage::Name | Stage::Comment | Stage::Deflated | Stage::Damaged => self.stage,
        }
    }

    /// The first of the optional fields from this one on that the header has.
    fn optional(&self, from: u8) -> Stage {
        let fields = [
            (flags::EXTRA, Stage::ExtraLength { low: None }),
            (flags::NAME, Stage::Name),
            (flags::COMMENT, Stage::Comment),
            (flags::CHECK, Stage::Check { left: 2 }),
        ];
        let mut behind = fields.into_iter().skip_while(|(field, _)| *field != from);
        behind.find(|(field, _)| self.flags & field != 0).map_or(Stage::Deflated, |(_, stage)| stage)
    }

    fn trailer(&mut self, at: u8, byte: u8) -> Stage {
        if let Some(place) = self.trailer.get_mut(usize::from(at)) {
            *place = byte;
        }
        if at < 7 {
            return Stage::Trailer(at.saturating_add(1));
        }
        let [a, b, c, d, e, f, g, h] = self.trailer;
        let sound = u32::from_le_bytes([a, b, c, d]) == self.check.sum()
            && u32::from_le_bytes([e, f, g, h]) == self.check.amount();
        self.inflater.reset(false);
        self.check.reset();
        // Another member may follow.
        if sound { Stage::Fixed(0) } else { Stage::Damaged }
    }

    /// Whether the stream broke off or was corrupt. To be asked at its end.
    pub fn ended_badly(self) -> bool {
        self.stage != Stage::Fixed(0)
    }
}
