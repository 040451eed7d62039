//! What the viewer shows, and how each word of the engine changes it.

use super::{engine::Engine, row_cache::RowCache};
use crate::infra::Shared;
use std::{collections::BTreeMap, rc::Rc};
use wasm_core::pcap::{
    report::{Report, SCHEMA, SourceReport, SummaryReport, TimelineReport},
    session::{Detail, Ending, Id, Span, Talk, Tell},
};
use wasm_core::words::Language;
use yew::prelude::*;

/// Where the capture comes from, for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Only its beginning is here: the first packets of a blob that is not downloaded.
    pub partial: bool,
}

/// How far the reading of the file is.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    Going {
        done: u64,
        total: u64,
    },
    Done(Ending),
    /// With a code of the core, or what the engine said.
    Failed(String),
}

/// The rows that are shown: all, or those of a filter and a span.
#[derive(Clone, Debug, Default)]
pub struct List {
    pub id: Id,
    pub filter: String,
    pub span: Option<Span>,
    /// Rows so far.
    pub count: u64,
    /// Bytes gone over and in all, while the list is being made.
    pub progress: Option<(u64, u64)>,
    /// Of the span.
    pub report: Option<Shared<Report>>,
}

impl List {
    pub fn is_everything(&self) -> bool {
        self.filter.trim().is_empty() && self.span.is_none()
    }
}

/// The selected packet.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// Row of the present list.
    pub row: Option<u64>,
    /// What came of it; of an earlier one until the new one comes.
    pub detail: Option<Rc<Detail>>,
    /// The wish whose answer is waited for.
    asked: Option<Id>,
    /// Bytes of the selected field: first and behind the last.
    pub bytes: Option<(u32, u32)>,
}

/// A longer work beside the list.
#[derive(Clone, Debug)]
pub enum Work {
    Following {
        id: Id,
    },
    Followed(Rc<Talk>),
    /// The packet is of no conversation that can be followed.
    NotFollowed,
    Exporting {
        id: Id,
        done: u64,
        total: u64,
    },
}

/// An opened capture.
#[derive(Clone, Debug)]
pub struct Opened {
    pub source: Source,
    pub engine: Engine,
    /// Of the report's sentences.
    language: Language,
    pub reading: Reading,
    pub packets: u64,
    /// Nanoseconds since 1970 of the first packet.
    pub start: Option<i64>,
    pub timeline: Option<Rc<TimelineReport>>,
    /// Of the whole file.
    pub report: Option<Shared<Report>>,
    pub list: List,
    pub rows: RowCache,
    /// Wishes for rows under way, each with its first row.
    pub pending: BTreeMap<Id, u64>,
    pub chosen: Chosen,
    pub work: Option<Work>,
    /// Brings this row into view when its number changes.
    pub reveal: (u32, u64),
}

impl Opened {
    pub fn new(source: Source, engine: Engine, language: Language) -> Self {
        let total = source.size;
        Self {
            source,
            engine,
            language,
            reading: Reading::Going { done: 0, total },
            packets: 0,
            start: None,
            timeline: None,
            report: None,
            list: List::default(),
            rows: RowCache::default(),
            pending: BTreeMap::new(),
            chosen: Chosen::default(),
            work: None,
            reveal: (0, 0),
        }
    }

    /// The report that goes with the list: of its span, else of the whole.
    pub fn shown_report(&self) -> Option<Shared<Report>> {
        self.list.report.clone().or_else(|| self.report.clone())
    }

    fn hear(&mut self, tell: Tell) {
        match tell {
            Tell::Reading { done, total, packets, start, timeline, .. } => {
                self.reading = Reading::Going { done, total };
                self.packets = packets;
                self.start = start;
                self.timeline = timeline.map(Rc::new);
                self.grow();
            }
            Tell::Read { ending, listed, start, summary } => {
                self.reading = Reading::Done(ending);
                self.packets = listed;
                self.start = start;
                self.timeline = summary.timeline.clone().map(Rc::new);
                self.report = Some(self.report_of(*summary));
                // From now on sequence numbers count from the conversations' first ones.
                self.rows = self.rows.renewed();
                self.grow();
            }
            Tell::Failed { code } => self.reading = Reading::Failed(code),
            Tell::Rows { id, list, first, rows } => {
                self.pending.remove(&id);
                if list == self.list.id {
                    // As in Wireshark, the first packet is chosen until another one is.
                    if first == 0 && !rows.is_empty() {
                        self.chosen.row.get_or_insert(0);
                    }
                    self.rows.put(first, rows);
                }
            }
            Tell::Packet { id, detail } => {
                if self.chosen.asked == Some(id) {
                    self.chosen.asked = None;
                    self.chosen.bytes = None;
                    self.chosen.detail = Some(Rc::from(detail));
                }
            }
            Tell::Located { list, row, .. } if list == self.list.id => {
                let last = self.list.count.saturating_sub(1);
                self.reveal(row.min(last));
            }
            Tell::Listing { id, done, total, found } if id == self.list.id => {
                self.list.count = found;
                self.list.progress = Some((done, total));
            }
            Tell::Listed { id, found, summary } if id == self.list.id => {
                self.list.count = found;
                self.list.progress = None;
                self.list.report = summary.map(|summary| self.report_of(*summary));
            }
            Tell::Located { .. } | Tell::Listing { .. } | Tell::Listed { .. } => {}
            Tell::Followed { id, talk } => {
                if matches!(self.work, Some(Work::Following { id: asked }) if asked == id) {
                    self.work = Some(Work::Followed(Rc::new(talk)));
                }
            }
            Tell::Exporting { id, done, total } => {
                if matches!(self.work, Some(Work::Exporting { id: asked, .. }) if asked == id) {
                    self.work = Some(Work::Exporting { id, done, total });
                }
            }
            Tell::Exported { id, .. } => {
                if matches!(self.work, Some(Work::Exporting { id: asked, .. }) if asked == id) {
                    self.work = None;
                }
            }
            Tell::Nothing { id } => self.nothing(id),
        }
    }

    fn nothing(&mut self, id: Id) {
        self.pending.remove(&id);
        if self.chosen.asked == Some(id) {
            self.chosen.asked = None;
        }
        if id == self.list.id {
            self.list.progress = None;
        }
        match self.work {
            Some(Work::Following { id: asked }) if asked == id => self.work = Some(Work::NotFollowed),
            Some(Work::Exporting { id: asked, .. }) if asked == id => self.work = None,
            _ => {}
        }
    }

    /// The list of everything grows with the reading.
    fn grow(&mut self) {
        if self.list.is_everything() {
            self.list.count = self.packets;
        }
    }

    fn report_of(&self, summary: SummaryReport) -> Shared<Report> {
        let summary = summary.worded(self.language);
        let source =
            SourceReport { path: self.source.name.clone(), instance: None, summary: summary.clone() };
        Shared::new(Report { schema: SCHEMA, sources: vec![source], total: summary })
    }

    fn reveal(&mut self, row: u64) {
        self.chosen.row = Some(row);
        self.reveal = (self.reveal.0.wrapping_add(1), row);
    }
}

/// The viewer's state.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub opened: Option<Opened>,
    /// Why nothing could be opened: a key of the catalogue.
    pub refused: Option<AttrValue>,
}

/// What changes the state.
#[derive(Debug)]
pub enum Action {
    Open(Box<Opened>),
    Close,
    /// With a key of the catalogue.
    Refuse(&'static str),
    /// What the engine told; only the present one counts.
    Tell(Engine, Box<Tell>),
    Broken(Engine, String),
    /// Rows were asked for: the wish and its first row.
    Pending(Id, u64),
    /// A new list was asked for.
    List(List),
    /// A row was chosen, and its packet asked for.
    Choose {
        row: u64,
        reveal: bool,
    },
    Asked(Id),
    Bytes(Option<(u32, u32)>),
    Work(Option<Work>),
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = Self::clone(&self);
        let opened = match action {
            Action::Open(opened) => {
                return Rc::new(Self { opened: Some(*opened), refused: None });
            }
            Action::Close => return Rc::new(Self::default()),
            Action::Refuse(why) => {
                state.refused = Some(why.into());
                return Rc::new(state);
            }
            Action::Tell(engine, tell) => {
                match state.opened.as_mut().filter(|opened| opened.engine == engine) {
                    Some(opened) => opened.hear(*tell),
                    None => return self,
                }
                return Rc::new(state);
            }
            Action::Broken(engine, text) => {
                match state.opened.as_mut().filter(|opened| opened.engine == engine) {
                    Some(opened) => opened.reading = Reading::Failed(text),
                    None => return self,
                }
                return Rc::new(state);
            }
            action => state.opened.as_mut().map(|opened| (opened, action)),
        };
        let Some((opened, action)) = opened else { return self };
        match action {
            Action::Pending(id, first) => drop(opened.pending.insert(id, first)),
            Action::List(list) => {
                opened.list = list;
                opened.rows = RowCache::default();
                opened.pending.clear();
                opened.chosen.row = None;
                opened.reveal = (opened.reveal.0.wrapping_add(1), 0);
                opened.grow();
            }
            Action::Choose { row, reveal: true } => opened.reveal(row),
            Action::Choose { row, reveal: false } => opened.chosen.row = Some(row),
            Action::Asked(id) => opened.chosen.asked = Some(id),
            Action::Bytes(bytes) => opened.chosen.bytes = bytes,
            Action::Work(work) => opened.work = work,
            Action::Open(_) | Action::Close | Action::Refuse(_) | Action::Tell(..) | Action::Broken(..) => {}
        }
        Rc::new(state)
    }
}
