//! The first reading of the file: summary, index and marks in one go.

use std::ops::Range;

use super::super::reader::Reader;
use super::super::reader::gunzip::{self, Gunzip};
use super::super::report::Format;
use super::super::summary::{Listing, Options, Summarizer};
use super::super::warning::Warning;
use super::{Ending, Known, Tell};

/// Bytes of a read.
const PIECE: u64 = 2 << 20;
/// Of a packed file, which may unpack to a thousand times as much.
const PACKED_PIECE: u64 = 64 << 10;
/// Bytes of the file between two reports of progress.
pub const TOLD: u64 = 8 << 20;
/// Conversations that the summary sent to the page lists; the rest is counted.
pub const LISTED: usize = 2_000;

#[derive(Debug)]
pub struct Opening {
    size: u64,
    /// Bytes asked for, and bytes taken.
    asked: u64,
    taken: u64,
    /// Taken when it was last told.
    told: u64,
    reader: Reader,
    gunzip: Option<Gunzip>,
    summarizer: Summarizer,
    /// Plain bytes since the index last heard of it.
    since: usize,
}

impl Opening {
    pub fn new(size: u64) -> Self {
        Self {
            size,
            asked: 0,
            taken: 0,
            told: 0,
            reader: Reader::new(),
            gunzip: None,
            summarizer: Summarizer::new(Options::default()),
            since: 0,
        }
    }

    pub fn wanted(&mut self) -> Option<Range<u64>> {
        // The first bytes decide how long a read may be.
        let piece = if self.gunzip.is_some() || self.asked == 0 { PACKED_PIECE } else { PIECE };
        if self.asked > 0 && self.taken == 0 && self.size > 0 {
            return None;
        }
        let end = self.asked.saturating_add(piece).min(self.size);
        let range = self.asked..end;
        if range.is_empty() && self.size > 0 {
            return None;
        }
        self.asked = end;
        Some(range)
    }

    pub fn take(&mut self, bytes: &[u8], known: &mut Known, spilled: &mut Vec<u8>) {
        if self.taken == 0 && bytes.starts_with(&gunzip::MAGIC) {
            self.gunzip = Some(Gunzip::new());
        }
        self.taken = self.taken.saturating_add(bytes.len() as u64);
        if bytes.is_empty() {
            // The file ends before its size: what there was counts.
            self.size = self.taken;
        }
        match self.gunzip.take() {
            Some(mut gunzip) => {
                gunzip.push(bytes, |plain| {
                    spilled.extend_from_slice(plain);
                    self.read(plain, known);
                });
                self.gunzip = Some(gunzip);
            }
            None => self.read(bytes, known),
        }
    }

    fn read(&mut self, mut plain: &[u8], known: &mut Known) {
        while !plain.is_empty() {
            let left = known.index.spacing().saturating_sub(self.since).max(1);
            let (piece, rest) = plain.split_at_checked(left).unwrap_or((plain, &[]));
            plain = rest;
            self.since = self.since.saturating_add(piece.len());
            let Known { index, marks, start, .. } = &mut *known;
            let summarizer = &mut self.summarizer;
            super::each_batch(&mut self.reader, piece, &mut |packets| {
                summarizer.packets_of(packets, |packet, found| {
                    marks.push(packet.number, found);
                    index.packet(packet.time);
                });
                if start.is_none() {
                    *start = packets.iter().find_map(|packet| super::nanos(packet.time));
                }
            });
            if self.since >= known.index.spacing() {
                self.since = 0;
                known.index.reach(self.reader.checkpoint());
            }
        }
    }

    pub fn is_done(&self) -> bool {
        self.taken >= self.size
    }

    /// What is worth telling now.
    pub fn progress(&mut self, known: &Known) -> Option<Tell> {
        // The first piece has the first rows.
        if self.told > 0 && self.taken.saturating_sub(self.told) < TOLD {
            return None;
        }
        self.told = self.taken;
        Some(Tell::Reading {
            done: self.taken,
            total: self.size,
            packets: known.index.packets(),
            bytes: self.summarizer.bytes(),
            start: known.start,
            timeline: self.summarizer.timeline(),
        })
    }

    /// What the file held, as far as it was read.
    pub fn end(mut self, ending: Ending, known: &mut Known) -> Tell {
        known.index.reach(self.reader.checkpoint());
        let damaged = ending == Ending::Whole && self.gunzip.take().is_some_and(Gunzip::ended_badly);
        let format = self.reader.format().unwrap_or(Format::Pcap);
        let mut warnings = match self.reader.finish() {
            Ok(warnings) => warnings,
            Err(error) => return Tell::Failed { code: error.code().to_owned() },
        };
        if ending == Ending::Cancelled {
            // Where the person stopped, the file is not cut.
            warnings.retain(|warning| !matches!(warning, Warning::CutShort { .. }));
        }
        if damaged {
            warnings.push(Warning::GzipDamaged { offset: self.taken });
        }
        known.preview.count_from(self.summarizer.sequences());
        let summary = self.summarizer.conclude(format, self.taken, warnings);
        Tell::Read {
            ending,
            listed: known.index.packets(),
            start: known.start,
            summary: Box::new(summary.report_without_words(Listing::Top(LISTED))),
        }
    }
}
