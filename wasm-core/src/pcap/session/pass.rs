//! Going over the whole file again: for a list, an export, a conversation.

use std::collections::VecDeque;
use std::ops::Range;

use super::super::report::Format;
use super::super::summary::{Listing, Options, Summarizer};
use super::export::Export;
use super::follow::Follow;
use super::index::Stretch;
use super::keep::Keep;
use super::opening::{LISTED, TOLD};
use super::{ExportForm, Id, Known, Span, Tell};

/// Bytes of a read, about: a little less than those of the first reading, which took the memory for them.
const PIECE: u64 = (2 << 20) - (128 << 10);

#[derive(Debug)]
pub enum Pass {
    List(Box<ListPass>),
    Export(Export),
    Follow(Follow),
}

/// Where a pass is.
#[derive(Debug, Default)]
pub struct Course {
    next: usize,
    under_way: VecDeque<Stretch>,
    done: u64,
}

impl Course {
    /// The next stretch with packets of `span`.
    pub fn wanted(&mut self, known: &Known, span: Option<Span>) -> Option<Range<u64>> {
        let at = match span {
            Some((from, to)) => known.index.within(self.next, from, to)?,
            None => self.next,
        };
        // With a span, stretches are taken one by one, so that what lies between them is not read.
        let stretch = known.index.stretch(at, if span.is_some() { 0 } else { PIECE })?;
        self.next = stretch.next;
        let bytes = stretch.bytes.clone();
        self.under_way.push_back(stretch);
        Some(bytes)
    }

    /// The stretch whose bytes have come.
    pub fn arrived(&mut self) -> Option<Stretch> {
        let stretch = self.under_way.pop_front()?;
        self.done = stretch.bytes.end;
        Some(stretch)
    }

    /// Bytes of the file that lie behind.
    pub fn done(&self) -> u64 {
        self.done
    }

    pub fn stop(&mut self) {
        self.next = usize::MAX;
    }
}

#[derive(Debug)]
pub struct ListPass {
    id: Id,
    keep: Keep,
    span: Option<Span>,
    course: Course,
    /// Bytes gone over when the list was last told of, and whether it had rows then.
    told: u64,
    shown: bool,
    /// Of the span, whatever the filter: a filtered conversation would look broken.
    summarizer: Option<Summarizer>,
}

impl Pass {
    pub fn list(id: Id, keep: Keep, span: Option<Span>) -> Self {
        let summarizer = span.map(|_| Summarizer::new(Options::default()));
        Self::List(Box::new(ListPass {
            id,
            keep,
            span,
            course: Course::default(),
            told: 0,
            shown: false,
            summarizer,
        }))
    }

    pub fn export(id: Id, form: ExportForm) -> Self {
        Self::Export(Export::new(id, form))
    }

    pub fn follow(id: Id, number: u64) -> Self {
        Self::Follow(Follow::new(id, number))
    }

    pub fn id(&self) -> Id {
        match self {
            Self::List(pass) => pass.id,
            Self::Export(pass) => pass.id(),
            Self::Follow(pass) => pass.id(),
        }
    }

    /// The next bytes; `None` where no more are wanted, or not before those under way have come.
    pub fn wanted(&mut self, known: &Known, _tells: &mut [Tell]) -> Option<Range<u64>> {
        match self {
            Self::List(pass) => pass.course.wanted(known, pass.span),
            Self::Export(pass) => pass.wanted(known),
            Self::Follow(pass) => pass.wanted(known),
        }
    }

    /// Whether its first output comes next.
    pub fn begins_output(&self) -> bool {
        matches!(self, Self::Export(export) if export.begins())
    }

    pub fn take(&mut self, bytes: &[u8], known: &mut Known, output: &mut Vec<u8>, tells: &mut Vec<Tell>) {
        match self {
            Self::List(pass) => tells.extend(pass.take(bytes, known)),
            Self::Export(pass) => tells.extend(pass.take(bytes, known, output)),
            Self::Follow(pass) => pass.take(bytes, known),
        }
    }

    pub fn end(self, known: &mut Known, output: &mut Vec<u8>) -> Tell {
        match self {
            Self::List(pass) => pass.end(known),
            Self::Export(pass) => pass.end(output),
            Self::Follow(pass) => pass.end(),
        }
    }
}

impl ListPass {
    fn take(&mut self, bytes: &[u8], known: &mut Known) -> Option<Tell> {
        let stretch = self.course.arrived()?;
        let Known { marks, preview, list, index, .. } = known;
        // A newer list has taken the place.
        let selection = list.selection.as_mut().filter(|_| list.id == self.id)?;
        super::each_packet(&stretch.start, bytes, &mut |packet| {
            if let Some((from, to)) = self.span {
                let inside = packet.time.is_some_and(|time| (from..to).contains(&time.nanos()));
                if !inside {
                    return;
                }
                if let Some(summarizer) = &mut self.summarizer {
                    summarizer.packet(packet);
                }
            }
            if self.keep.keeps(packet, || marks.of(packet.number), preview) {
                selection.push(packet.number);
            }
        });
        let (found, done) = (selection.len(), self.course.done());
        // The first rows at once, then now and then.
        if self.shown && done.saturating_sub(self.told) < TOLD {
            return None;
        }
        (self.shown, self.told) = (found > 0, done);
        Some(Tell::Listing { id: self.id, done, total: index.end(), found })
    }

    fn end(self, known: &mut Known) -> Tell {
        let found = known.list.selection.as_ref().map_or(0, super::Selection::len);
        let summary = self.summarizer.map(|summarizer| {
            let summary = summarizer.conclude(Format::Pcap, 0, Vec::new());
            Box::new(summary.report_without_words(Listing::Top(LISTED)))
        });
        Tell::Listed { id: self.id, found, summary }
    }
}
