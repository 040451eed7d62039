//! An opened capture: its summary, its rows, its packets, its conversations, without ever holding the file.
//!
//! A session does no I/O. It says which bytes it needs next ([`Session::next_read`]), takes them
//! ([`Session::take`]), and tells what came of it ([`Session::tells`]); whoever drives it reads them from a file,
//! a blob or a pipe. What a person waits for goes before what runs in the background.
//!
//! ```text
//! ask ──▶ ┌─────────┐ ──next_read──▶ bytes from anywhere
//!         │ Session │ ◀────take──────
//! tells ◀─└─────────┘
//! ```

mod export;
mod follow;
mod index;
mod keep;
mod lookup;
mod marks;
mod message;
mod opening;
mod pass;
mod selection;

pub use keep::{Keep, KeepError, captured};
pub use message::*;

use super::preview::Preview;
use super::reader::{Checkpoint, Packet, Reader};
use super::time::Time;
use index::Index;
use lookup::Lookup;
use marks::MarkTable;
use opening::Opening;
use pass::Pass;
use selection::Selection;
use std::collections::VecDeque;

/// Reads that may be under way at once: one being worked on, the others ahead. They come in bursts; with three the
/// reading stood still while the engine worked.
const AHEAD: usize = 6;
/// Rows of one answer.
const MAX_ROWS: u32 = 1_000;

/// Bytes that the session needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// To be given to [`Session::take`] with the bytes; reads are taken in the order in which they were asked.
    pub ticket: u32,
    pub start: u64,
    pub end: u64,
    /// Of the file as it lies there; else of what was unpacked from it ([`Session::spilled`]). The same where
    /// the file is not packed.
    pub raw: bool,
}

/// Who waits for a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Opening,
    /// By the job's own number, as it may be gone when the bytes come.
    Lookup(u32),
    Pass(u32),
}

/// What all work on the file shares.
#[derive(Debug)]
struct Known {
    index: Index,
    marks: MarkTable,
    /// Time of the first packet that has one.
    start: Option<i64>,
    preview: Preview,
    list: List,
}

/// Which packets are shown.
#[derive(Debug, Default)]
struct List {
    id: Id,
    /// `None`: every packet.
    selection: Option<Selection>,
}

impl List {
    fn number(&self, row: u64, packets: u64) -> Option<u64> {
        match &self.selection {
            Some(selection) => selection.nth(row),
            None => row.checked_add(1).filter(|number| *number <= packets),
        }
    }

    fn row(&self, number: u64) -> u64 {
        match &self.selection {
            Some(selection) => selection.rank(number),
            None => number.saturating_sub(1),
        }
    }
}

/// One opened capture.
#[derive(Debug)]
pub struct Session {
    opening: Option<Opening>,
    known: Known,
    lookups: Vec<(u32, Lookup)>,
    passes: VecDeque<(u32, Pass)>,
    reads: VecDeque<(u32, Purpose)>,
    next: u32,
    tells: Vec<Tell>,
    spilled: Vec<u8>,
    output: Vec<u8>,
    output_begins: bool,
}

impl Session {
    /// Begins with a file of `size` bytes.
    pub fn new(size: u64) -> Self {
        Self {
            opening: Some(Opening::new(size)),
            known: Known {
                index: Index::default(),
                marks: MarkTable::default(),
                start: None,
                preview: Preview::default(),
                list: List::default(),
            },
            lookups: Vec::new(),
            passes: VecDeque::new(),
            reads: VecDeque::new(),
            next: 0,
            tells: Vec::new(),
            spilled: Vec::new(),
            output: Vec::new(),
            output_begins: false,
        }
    }

    /// Takes a wish; answers come as tells, most of them after some reads.
    pub fn ask(&mut self, ask: Ask) {
        match ask {
            Ask::Rows { id, first, count } => {
                let lookup = Lookup::rows(id, first, count.min(MAX_ROWS), &self.known);
                self.look_up(lookup);
            }
            Ask::Packet { id, number } => self.look_up(Lookup::packet(id, number)),
            Ask::Locate { id, number } => {
                let list = &self.known.list;
                self.tells.push(Tell::Located { id, list: list.id, row: list.row(number) });
            }
            Ask::List { id, keep, span } => {
                self.passes.retain(|(_, pass)| !matches!(pass, Pass::List(_)));
                let everything = keep.is_everything() && span.is_none();
                let selection = (!everything).then(Selection::default);
                self.known.list = List { id, selection };
                if everything {
                    let found = self.known.index.packets();
                    self.tells.push(Tell::Listed { id, found, summary: None });
                } else {
                    self.go_over(Pass::list(id, keep, span));
                }
            }
            Ask::Follow { id, number } => self.go_over(Pass::follow(id, number)),
            Ask::Export { id, form } => self.go_over(Pass::export(id, form)),
            Ask::Cancel { id: None } => {
                if let Some(opening) = self.opening.take() {
                    let tell = opening.end(Ending::Cancelled, &mut self.known);
                    self.tells.push(tell);
                }
            }
            Ask::Cancel { id: Some(id) } => {
                self.passes.retain(|(_, pass)| pass.id() != id);
                self.lookups.retain(|(_, lookup)| lookup.id() != id);
                self.tells.push(Tell::Nothing { id });
            }
        }
    }

    fn number(&mut self) -> u32 {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    fn look_up(&mut self, lookup: Lookup) {
        let number = self.number();
        self.lookups.push((number, lookup));
    }

    fn go_over(&mut self, pass: Pass) {
        let number = self.number();
        self.passes.push_back((number, pass));
    }

    /// The next bytes to read; `None` while enough reads are under way, or where nothing is left to do.
    pub fn next_read(&mut self) -> Option<Read> {
        if self.reads.len() >= AHEAD {
            return None;
        }
        let (purpose, range, raw) = self.wanted()?;
        let ticket = self.number();
        self.reads.push_back((ticket, purpose));
        Some(Read { ticket, start: range.start, end: range.end, raw })
    }

    fn wanted(&mut self) -> Option<(Purpose, std::ops::Range<u64>, bool)> {
        let under_way = |purpose| self.reads.iter().any(|(_, other)| *other == purpose);
        let mut finished = None;
        for (number, lookup) in &mut self.lookups {
            if !under_way(Purpose::Lookup(*number)) {
                match lookup.wanted(&self.known) {
                    Some(range) => return Some((Purpose::Lookup(*number), range, false)),
                    None => {
                        finished = Some(*number);
                        break;
                    }
                }
            }
        }
        if let Some(number) = finished {
            self.finish_lookup(number);
            return self.wanted();
        }
        if let Some(opening) = &mut self.opening {
            return Some((Purpose::Opening, opening.wanted()?, true));
        }
        let (number, pass) = self.passes.front_mut()?;
        let number = *number;
        if let Some(range) = pass.wanted(&self.known, &mut self.tells) {
            return Some((Purpose::Pass(number), range, false));
        }
        if self.reads.iter().any(|(_, other)| *other == Purpose::Pass(number)) {
            return None;
        }
        let (_, pass) = self.passes.pop_front()?;
        let tell = pass.end(&mut self.known, &mut self.output);
        self.tells.push(tell);
        self.wanted()
    }

    fn finish_lookup(&mut self, number: u32) {
        if let Some(at) = self.lookups.iter().position(|(other, _)| *other == number) {
            let (_, lookup) = self.lookups.remove(at);
            self.tells.push(lookup.end());
        }
    }

    /// Takes the bytes of a read. Fewer than asked for means that the file has changed.
    pub fn take(&mut self, ticket: u32, bytes: &[u8]) {
        let Some(at) = self.reads.iter().position(|(other, _)| *other == ticket) else { return };
        let Some((_, purpose)) = self.reads.remove(at) else { return };
        match purpose {
            Purpose::Opening => self.open_more(bytes),
            Purpose::Lookup(number) => {
                let found = self.lookups.iter_mut().find(|(other, _)| *other == number);
                if let Some((_, lookup)) = found
                    && lookup.take(bytes, &mut self.known)
                {
                    self.finish_lookup(number);
                }
            }
            Purpose::Pass(number) => {
                if let Some((_, pass)) = self.passes.front_mut().filter(|(other, _)| *other == number) {
                    self.output_begins |= pass.begins_output();
                    pass.take(bytes, &mut self.known, &mut self.output, &mut self.tells);
                }
            }
        }
    }

    fn open_more(&mut self, bytes: &[u8]) {
        let Some(opening) = &mut self.opening else { return };
        opening.take(bytes, &mut self.known, &mut self.spilled);
        let tell = if opening.is_done() {
            self.opening.take().map(|opening| opening.end(Ending::Whole, &mut self.known))
        } else {
            opening.progress(&self.known)
        };
        self.tells.extend(tell);
    }

    /// A read could not be done: the file is gone or has changed.
    pub fn fail(&mut self, ticket: u32) {
        let Some(at) = self.reads.iter().position(|(other, _)| *other == ticket) else { return };
        let Some((_, purpose)) = self.reads.remove(at) else { return };
        match purpose {
            Purpose::Opening => self.opening = None,
            Purpose::Lookup(number) => self.lookups.retain(|(other, _)| *other != number),
            Purpose::Pass(number) => self.passes.retain(|(other, _)| *other != number),
        }
        self.tells.push(Tell::Failed { code: "file-unreadable".to_owned() });
    }

    /// What there is to tell since the last call.
    pub fn tells(&mut self) -> Vec<Tell> {
        std::mem::take(&mut self.tells)
    }

    /// What was unpacked since the last call, in order; empty where the file is not packed. The driver keeps it
    /// for reads that are not raw.
    pub fn spilled(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spilled)
    }

    /// Whether an exported file begins with the next [`Self::output`].
    pub fn output_begins(&mut self) -> bool {
        std::mem::take(&mut self.output_begins)
    }

    /// The next bytes of an exported file.
    pub fn output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }
}

/// Hands out the packets of a stretch. One for all callers: inlined into each of them it was half of the engine.
fn each_packet(start: &Checkpoint, bytes: &[u8], sink: &mut dyn FnMut(&Packet<'_>)) {
    each_batch(&mut Reader::resume(start), bytes, &mut |packets| packets.iter().for_each(&mut *sink));
}

/// The reader's walk, compiled once.
fn each_batch(reader: &mut Reader, bytes: &[u8], sink: &mut dyn FnMut(&[Packet<'_>])) {
    reader.push_batches(bytes, sink);
}

/// Nanoseconds of a packet's time.
fn nanos(time: Option<Time>) -> Option<i64> {
    time.map(Time::nanos)
}

#[cfg(test)]
mod tests;
