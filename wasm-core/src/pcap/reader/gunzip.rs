//! Unpacks gzip as it comes in, a bounded piece at a time, so that a bomb costs time but no memory.

use std::io::Write;

use flate2::write::MultiGzDecoder;

pub const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Compressed bytes given to the inflater at once; at most about a thousand times as many come out. What a piece with
/// damage in it would have given is lost, so that pieces are small.
const PIECE: usize = 64;

#[derive(Debug)]
pub struct Gunzip {
    inflater: MultiGzDecoder<Vec<u8>>,
    damaged: bool,
}

impl Gunzip {
    pub fn new() -> Self {
        Self { inflater: MultiGzDecoder::new(Vec::new()), damaged: false }
    }

    /// Unpacks `bytes`; what lies behind damage is passed over.
    pub fn push(&mut self, bytes: &[u8], mut plain: impl FnMut(&[u8])) {
        for mut piece in bytes.chunks(PIECE) {
            while !self.damaged && !piece.is_empty() {
                let written = self.inflater.write(piece);
                plain(self.inflater.get_ref());
                self.inflater.get_mut().clear();
                match written {
                    Ok(used) if used > 0 => piece = piece.get(used..).unwrap_or_default(),
                    Ok(_) | Err(_) => self.damaged = true,
                }
            }
        }
        if !self.damaged && self.inflater.flush().is_err() {
            self.damaged = true;
        }
        plain(self.inflater.get_ref());
        self.inflater.get_mut().clear();
    }

    /// Whether the stream broke off or was corrupt. To be asked at its end.
    pub fn ended_badly(mut self) -> bool {
        self.damaged || self.inflater.try_finish().is_err()
    }
}
