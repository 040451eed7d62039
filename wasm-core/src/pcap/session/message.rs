//! What the page asks of the Worker, and what the Worker tells. One JSON text a message.

use serde::{Deserialize, Serialize};

use super::super::preview::Row;
use super::super::report::{SummaryReport, TimelineReport};
use super::keep::Keep;

/// Chosen by the page, told back with the answer.
pub type Id = u32;

/// Nanoseconds since 1970, from the first up to but not including the second.
pub type Span = (i64, i64);

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Ask {
    /// Rows of the present list, from row `first` (0) on.
    Rows { id: Id, first: u64, count: u32 },
    /// Everything about one packet.
    Packet { id: Id, number: u64 },
    /// In which row of the present list a packet is, or would be.
    Locate { id: Id, number: u64 },
    /// A new list: the packets that a filter keeps, within a span of time. Both empty: all.
    List { id: Id, keep: Keep, span: Option<Span> },
    /// What the two ends of a packet's conversation said.
    Follow { id: Id, number: u64 },
    /// The present list as a file.
    Export { id: Id, form: ExportForm },
    /// Give up the work of this id; without one: reading the file.
    Cancel { id: Option<Id> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExportForm {
    Csv,
    Json,
    /// The packets themselves.
    Pcapng,
}

/// How the reading of the file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    Whole,
    /// Given up by the person: everything up to there is there.
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Tell {
    /// Reading goes on. `done` and `total` are bytes of the file as it lies there.
    Reading {
        done: u64,
        total: u64,
        packets: u64,
        bytes: u64,
        /// Of the first packet.
        start: Option<i64>,
        timeline: Option<TimelineReport>,
    },
    /// The whole summary, its sentences still empty; reading is over. `listed`: packets that can be shown as rows.
    Read {
        ending: Ending,
        listed: u64,
        start: Option<i64>,
        summary: Box<SummaryReport>,
    },
    /// The file is no capture, or could not be read. A code of `CaptureError`, or `file-unreadable`.
    Failed {
        code: String,
    },
    Rows {
        id: Id,
        list: Id,
        first: u64,
        rows: Vec<Row>,
    },
    Packet {
        id: Id,
        detail: Box<Detail>,
    },
    Located {
        id: Id,
        row: u64,
    },
    /// How far the search for the list's packets is; `found` rows can be asked for.
    Listing {
        id: Id,
        done: u64,
        total: u64,
        found: u64,
    },
    /// The list is whole. `summary`: of its span, where it has one.
    Listed {
        id: Id,
        found: u64,
        summary: Option<Box<SummaryReport>>,
    },
    Followed {
        id: Id,
        talk: Talk,
    },
    Exporting {
        id: Id,
        done: u64,
        total: u64,
    },
    /// The file's bytes are with the Worker's script.
    Exported {
        id: Id,
        name: String,
        mime: String,
    },
    /// Nothing comes for this id: it was given up, or asks for what is not there.
    Nothing {
        id: Id,
    },
}

/// A packet taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    pub row: Row,
    pub lines: Vec<Line>,
    /// What was captured, two hexadecimal digits a byte.
    pub bytes: String,
}

/// A line of the layer tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub depth: u8,
    /// The layer's name at depth 0, else the display-filter name.
    pub field: String,
    pub value: String,
    /// The display filter for this value.
    pub term: Option<String>,
    pub start: u32,
    pub length: u32,
}

/// A conversation's payload, in the order of the packets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Talk {
    /// Who spoke first.
    pub a: String,
    pub b: String,
    /// The display filter for the conversation.
    pub filter: String,
    pub turns: Vec<Turn>,
    /// There was more than is kept.
    pub cut: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    pub from_a: bool,
    /// The packet that it begins with.
    pub number: u64,
    pub text: String,
    /// Bytes that were not captured came before.
    pub gap: bool,
}
