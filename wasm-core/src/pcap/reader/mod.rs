//! Reads captures piece by piece: push bytes in, get packets out.
//!
//! pcap in every variant that Wireshark knows by its magic, pcapng with all blocks, either of them gzipped.
//! Memory is constant: whole records are handed out of the pushed piece itself, and only a record that two
//! pieces share is copied. Damage ends the reading with a [`Warning`]; what came before stands. A
//! [`recovering`](Reader::recovering) reader looks for the next record instead.
//!
//! The walk over the records is written out here instead of taken from pcap-parser: its reader alone costs
//! 1.3 × the walk, and it hands out one heap-free but much wider block type a record.
//!
//! Formats: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html>,
//! <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html>; caps as Wireshark's wiretap has them.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod classic;
pub(super) mod gunzip;
mod search;
mod sections;

use classic::Classic;
use gunzip::Gunzip;
use search::{Records, Search, Sought};
use sections::Sections;

use super::link::LinkType;
use super::report::Format;
use super::time::Time;
use super::warning::{CaptureError, Warning};

/// More captured bytes than this are damage, as in wiretap (`WTAP_MAX_PACKET_SIZE_STANDARD`).
const MAX_PACKET: u32 = 262_144;
/// Packets handed out at once at most.
pub const BATCH: usize = 32;
/// Warnings kept of one file.
const MAX_WARNINGS: usize = 64;
/// Times that reading goes on behind damage.
const MAX_RECOVERIES: u32 = 64;
/// Bytes that a search takes at once where they are to be had.
const SEARCH_PIECE: usize = 64 << 10;

/// One record of a capture.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// From 1, as Wireshark numbers frames.
    pub number: u64,
    pub time: Option<Time>,
    pub link: LinkType,
    /// What was captured.
    pub data: &'a [u8],
    /// Length on the wire.
    pub length: u32,
    /// Where the record (not its data) starts in the unpacked file.
    pub offset: u64,
}

impl Packet<'_> {
    /// No packet: fills a batch before there are any.
    const NONE: Self = Self { number: 0, time: None, link: LinkType(0), data: &[], length: 0, offset: 0 };
}

/// What comes of looking at the bytes at hand.
enum Step<'a> {
    Packet {
        used: usize,
        packet: Packet<'a>,
    },
    /// Something that is no packet.
    Other {
        used: usize,
    },
    /// So many bytes are needed to go on.
    Need(usize),
    /// No packet can be trusted from here on.
    Damaged(Warning),
}

/// Everything needed to go on reading at a record's offset.
#[derive(Debug, Clone)]
enum Walk {
    /// Nothing is known yet.
    Start,
    Classic(Classic),
    Sections(Sections),
    /// Behind damage, looking for the next record.
    Searching(Box<Search>),
    /// Behind damage, or not a capture.
    Stopped,
}

/// Where reading is: the bytes at hand, their offset, and the packets before them.
struct Place<'a> {
    bytes: &'a [u8],
    offset: u64,
    packets: u64,
}

impl Place<'_> {
    #[inline(always)]
    fn pass(&mut self, used: usize) {
        self.bytes = self.bytes.get(used..).unwrap_or_default();
        self.offset = self.offset.wrapping_add(used as u64);
    }
}

/// Takes steps until the batch is full or no more can be taken; gives the packets in the batch and what ended it.
#[inline(always)]
fn fill<'a>(
    batch: &mut [Packet<'a>; BATCH],
    at: &mut Place<'a>,
    mut step: impl FnMut(&Place<'a>) -> Step<'a>,
) -> (usize, Option<Step<'a>>) {
    let mut filled = 0_usize;
    while let Some(free) = batch.get_mut(filled) {
        match step(at) {
            Step::Packet { used, packet } => {
                *free = packet;
                at.packets = packet.number;
                at.pass(used);
                filled = filled.wrapping_add(1);
            }
            Step::Other { used } => at.pass(used),
            end => return (filled, Some(end)),
        }
    }
    (filled, None)
}

/// An incremental reader.
#[derive(Debug)]
pub struct Reader {
    walk: Walk,
    gunzip: Option<Box<Gunzip>>,
    /// The beginning of a record whose end has not been pushed yet.
    carry: Vec<u8>,
    /// Of `carry`, or of the next byte to be pushed.
    offset: u64,
    packets: u64,
    pushed: u64,
    format: Option<Format>,
    failure: Option<CaptureError>,
    warnings: Vec<Warning>,
    damage: Damage,
    /// Of the last packet.
    recent: Option<Time>,
}

/// What to do about damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Stop,
    /// Read on behind it; so often it was done already.
    Recover {
        times: u32,
    },
}

/// A place in a capture from which reading can start again.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    walk: Walk,
    offset: u64,
    packets: u64,
    damage: Damage,
    recent: Option<Time>,
}

impl Checkpoint {
    /// Where in the unpacked file the next pushed byte must come from.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Packets before this place.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Interfaces that it remembers: what makes a place of a pcapng large.
    pub fn interfaces(&self) -> usize {
        match &self.walk {
            Walk::Sections(sections) => sections.interfaces(),
            Walk::Start | Walk::Classic(_) | Walk::Searching(_) | Walk::Stopped => 0,
        }
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    pub fn new() -> Self {
        Self {
            walk: Walk::Start,
            gunzip: None,
            carry: Vec::new(),
            offset: 0,
            packets: 0,
            pushed: 0,
            format: None,
            failure: None,
            warnings: Vec::new(),
            damage: Damage::Stop,
            recent: None,
        }
    }

    /// A reader that looks for the next record behind damage and reads on there, with a warning for each place.
    pub fn recovering() -> Self {
        Self { damage: Damage::Recover { times: 0 }, ..Self::new() }
    }

    /// Goes on at a place that an earlier reader of the same (unpacked) file gave.
    pub fn resume(from: &Checkpoint) -> Self {
        let format = match &from.walk {
            Walk::Classic(_) => Some(Format::Pcap),
            Walk::Sections(_) => Some(Format::Pcapng),
            Walk::Searching(search) => Some(match search.records {
                Records::Classic(_) => Format::Pcap,
                Records::Sections(_) => Format::Pcapng,
            }),
            Walk::Start | Walk::Stopped => None,
        };
        let Checkpoint { walk, offset, packets, damage, recent } = from.clone();
        Self { walk, offset, packets, format, damage, recent, ..Self::new() }
    }

    /// The place behind the last packet handed out. Of a gzipped file it counts unpacked bytes.
    pub fn checkpoint(&self) -> Checkpoint {
        let Self { offset, packets, damage, recent, .. } = *self;
        Checkpoint { walk: self.walk.clone(), offset, packets, damage, recent }
    }

    /// Takes the next bytes of the file and hands out every packet that they complete.
    pub fn push(&mut self, bytes: &[u8], mut sink: impl FnMut(&Packet<'_>)) {
        self.push_batches(bytes, |packets| packets.iter().for_each(&mut sink));
    }

    /// Like [`push`](Self::push), up to [`BATCH`] packets at a time.
    pub fn push_batches(&mut self, mut bytes: &[u8], mut sink: impl FnMut(&[Packet<'_>])) {
        self.pushed = self.pushed.saturating_add(bytes.len() as u64);
        if let Some(mut gunzip) = self.gunzip.take() {
            gunzip.push(bytes, |plain| self.push_plain(plain, &mut sink));
            self.gunzip = Some(gunzip);
            return;
        }
        if self.offset == 0 && matches!(self.walk, Walk::Start) {
            // The first two bytes decide whether everything else must be unpacked.
            if self.carry.len() < 2 {
                let missing = 2_usize.saturating_sub(self.carry.len());
                let Some((head, rest)) = bytes.split_at_checked(missing) else {
                    self.carry.extend_from_slice(bytes);
                    return;
                };
                self.carry.extend_from_slice(head);
                bytes = rest;
            }
            if self.carry == gunzip::MAGIC {
                let mut gunzip = Box::new(Gunzip::new());
                self.carry.clear();
                gunzip.push(&gunzip::MAGIC, |plain| self.push_plain(plain, &mut sink));
                gunzip.push(bytes, |plain| self.push_plain(plain, &mut sink));
                self.gunzip = Some(gunzip);
                return;
            }
        }
        self.push_plain(bytes, &mut sink);
    }

    fn push_plain(&mut self, mut bytes: &[u8], sink: &mut impl FnMut(&[Packet<'_>])) {
        // A record that began in an earlier piece: copy exactly what it lacks.
        while !self.carry.is_empty() {
            let carry = std::mem::take(&mut self.carry);
            let step = self.step(&carry);
            match step {
                Step::Need(total) => {
                    let searching = matches!(self.walk, Walk::Searching(_));
                    let least = if searching { SEARCH_PIECE } else { 0 };
                    let missing = total.saturating_sub(carry.len()).max(least);
                    let (head, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
                    self.carry = carry;
                    self.carry.extend_from_slice(head);
                    bytes = rest;
                    if self.carry.len() < total {
                        return;
                    }
                }
                Step::Packet { used, packet } => {
                    self.packets = packet.number;
                    self.recent = packet.time;
                    self.advance(used);
                    sink(&[packet]);
                    self.carry = carry.get(used..).map(<[u8]>::to_vec).unwrap_or_default();
                }
                Step::Other { used } => {
                    self.advance(used);
                    self.carry = carry.get(used..).map(<[u8]>::to_vec).unwrap_or_default();
                }
                Step::Damaged(warning) => {
                    self.damaged(warning);
                    self.carry = carry;
                    if matches!(self.walk, Walk::Stopped) {
                        self.carry = Vec::new();
                        return;
                    }
                }
            }
        }
        let mut batch = [Packet::NONE; BATCH];
        loop {
            let mut place = Place { bytes, offset: self.offset, packets: self.packets };
            let (filled, end) = match &mut self.walk {
                Walk::Classic(classic) => {
                    fill(&mut batch, &mut place, |at| classic.step(at.bytes, at.offset, at.packets))
                }
                Walk::Sections(sections) => {
                    fill(&mut batch, &mut place, |at| sections.step(at.bytes, at.offset, at.packets))
                }
                Walk::Start | Walk::Searching(_) => match self.step(bytes) {
                    Step::Other { used } => {
                        place.pass(used);
                        (0, None)
                    }
                    step => (0, Some(step)),
                },
                Walk::Stopped => return,
            };
            (bytes, self.offset, self.packets) = (place.bytes, place.offset, place.packets);
            if let Some(packets) = batch.get(..filled)
                && let Some(last) = packets.last()
            {
                self.recent = last.time;
                sink(packets);
            }
            match end {
                Some(Step::Damaged(warning)) => self.damaged(warning),
                Some(_) => {
                    if !matches!(self.walk, Walk::Stopped) {
                        self.carry.extend_from_slice(bytes);
                    }
                    return;
                }
                None => {}
            }
        }
    }

    #[inline(always)]
    fn advance(&mut self, used: usize) {
        self.offset = self.offset.wrapping_add(used as u64);
    }

    fn step<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        match &mut self.walk {
            Walk::Classic(classic) => classic.step(bytes, self.offset, self.packets),
            Walk::Sections(sections) => sections.step(bytes, self.offset, self.packets),
            Walk::Searching(_) => self.search(bytes),
            Walk::Start => self.start(bytes),
            Walk::Stopped => Step::Need(usize::MAX),
        }
    }

    #[cold]
    fn search<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        let Walk::Searching(search) = &mut self.walk else { return Step::Need(usize::MAX) };
        match search.step(bytes) {
            Sought::Found(used) => {
                let next = self.offset.saturating_add(used as u64);
                let skipped =
                    Warning::DamageSkipped { offset: search.from, bytes: next.saturating_sub(search.from) };
                self.walk = match &search.records {
                    Records::Classic(classic) => Walk::Classic(classic.clone()),
                    Records::Sections(sections) => Walk::Sections(sections.clone()),
                };
                self.warn(skipped);
                Step::Other { used }
            }
            Sought::Passed(used) => Step::Other { used },
            Sought::Need(needed) => Step::Need(needed),
            Sought::GaveUp => {
                let warning = search.warning.clone();
                Step::Damaged(warning)
            }
        }
    }

    /// Finds out the format from the first bytes.
    #[cold]
    fn start<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        let Some(magic) = bytes.first_chunk::<4>() else { return Step::Need(4) };
        if *magic == sections::MAGIC {
            let Some(head) = bytes.first_chunk::<12>() else { return Step::Need(12) };
            let Some(found) = Sections::new(head) else { return self.refuse(CaptureError::NotACapture) };
            self.walk = Walk::Sections(found);
            self.format = Some(Format::Pcapng);
            return Step::Other { used: 0 };
        }
        let Some(variant) = Classic::variant(*magic) else { return self.refuse(CaptureError::NotACapture) };
        let Some(head) = bytes.first_chunk::<24>() else { return Step::Need(24) };
        match Classic::new(variant, head) {
            Ok(found) => {
                self.walk = Walk::Classic(found);
                self.format = Some(Format::Pcap);
                Step::Other { used: head.len() }
            }
            Err(failure) => self.refuse(failure),
        }
    }

    fn refuse<'a>(&mut self, failure: CaptureError) -> Step<'a> {
        self.failure = Some(failure);
        self.walk = Walk::Stopped;
        Step::Need(usize::MAX)
    }

    /// No record can be trusted from here on: stops, or begins to look for the next one.
    #[cold]
    fn damaged(&mut self, warning: Warning) {
        let records = match std::mem::replace(&mut self.walk, Walk::Stopped) {
            Walk::Classic(classic) => Some(Records::Classic(classic)),
            // Nobody knows what the blocks of an unknown version mean.
            Walk::Sections(sections) if !matches!(warning, Warning::UnsupportedSection { .. }) => {
                Some(Records::Sections(sections))
            }
            _ => None,
        };
        match (&mut self.damage, records) {
            (Damage::Recover { times }, Some(records)) if *times < MAX_RECOVERIES => {
                *times = times.saturating_add(1);
                let search = Search::new(records, warning, self.offset, self.recent);
                self.walk = Walk::Searching(Box::new(search));
            }
            _ => self.warn(warning),
        }
    }

    fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(warning);
        }
    }

    /// Bytes pushed so far, as they lie in the file.
    pub fn file_bytes(&self) -> u64 {
        self.pushed
    }

    /// Known once the first bytes have been pushed.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Tells that the file has ended: an error where it was no capture, else what was wrong with it.
    pub fn finish(&mut self) -> Result<Vec<Warning>, CaptureError> {
        if let Some(gunzip) = self.gunzip.take() {
            if gunzip.ended_badly() {
                self.warn(Warning::GzipDamaged { offset: self.offset });
            }
        } else if self.pushed == 0 {
            return Err(CaptureError::Empty);
        }
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        match self.walk {
            Walk::Start => return Err(CaptureError::NotACapture),
            Walk::Sections(ref sections) if !sections.has_begun() => return Err(CaptureError::NotACapture),
            Walk::Classic(_) | Walk::Sections(_) if !self.carry.is_empty() => {
                self.warn(Warning::CutShort { offset: self.offset });
            }
            Walk::Searching(ref search) => self.warn(search.warning.clone()),
            Walk::Classic(_) | Walk::Sections(_) | Walk::Stopped => {}
        }
        Ok(std::mem::take(&mut self.warnings))
    }
}
