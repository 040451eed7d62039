//! What the page asks of the Worker, one line of text a wish, and what the Worker tells, one JSON text a message.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::super::preview::Row;
use super::super::report::{SummaryReport, TimelineReport};
use super::keep::Keep;

/// Chosen by the page, told back with the answer.
pub type Id = u32;

/// Nanoseconds since 1970, from the first up to but not including the second.
pub type Span = (i64, i64);

/// A wish. Its text is a word, its numbers (`-` for none) and, of a list, the filter:
///
/// ```text
/// rows ID FIRST COUNT        list ID FROM TO everything
/// packet ID NUMBER           list ID FROM TO terms TERMS
/// locate ID NUMBER           list ID FROM TO capture MATCHER
/// follow ID NUMBER           export ID csv|json|pcapng
/// cancel ID
/// ```
///
/// No JSON: reading that took a tenth of what a browser loads for the engine.
#[derive(Debug, Clone, PartialEq)]
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

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows { id, first, count } => write!(f, "rows {id} {first} {count}"),
            Self::Packet { id, number } => write!(f, "packet {id} {number}"),
            Self::Locate { id, number } => write!(f, "locate {id} {number}"),
            Self::List { id, keep, span } => {
                match span {
                    Some((from, to)) => write!(f, "list {id} {from} {to} ")?,
                    None => write!(f, "list {id} - - ")?,
                }
                match keep {
                    Keep::Everything => f.write_str("everything"),
                    Keep::Terms(terms) => write!(f, "terms {terms}"),
                    Keep::Capture(matcher) => write!(f, "capture {matcher}"),
                }
            }
            Self::Follow { id, number } => write!(f, "follow {id} {number}"),
            Self::Export { id, form } => write!(f, "export {id} {}", form.name()),
            Self::Cancel { id: Some(id) } => write!(f, "cancel {id}"),
            Self::Cancel { id: None } => f.write_str("cancel -"),
        }
    }
}

/// A text is no [`Ask`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no wish")]
pub struct NoAsk;

impl FromStr for Ask {
    type Err = NoAsk;

    fn from_str(text: &str) -> Result<Self, NoAsk> {
        fn number<T: FromStr>(text: Option<&str>) -> Result<T, NoAsk> {
            text.and_then(|text| text.parse().ok()).ok_or(NoAsk)
        }
        fn optional<T: FromStr>(text: Option<&str>) -> Result<Option<T>, NoAsk> {
            if text == Some("-") { Ok(None) } else { number(text).map(Some) }
        }
        let mut words = text.splitn(6, ' ');
        let verb = words.next();
        let given = words.next();
        if verb == Some("cancel") {
            return Ok(Self::Cancel { id: optional(given)? });
        }
        let id = number(given)?;
        let mut next = || words.next();
        match verb {
            Some("rows") => Ok(Self::Rows { id, first: number(next())?, count: number(next())? }),
            Some("packet") => Ok(Self::Packet { id, number: number(next())? }),
            Some("locate") => Ok(Self::Locate { id, number: number(next())? }),
            Some("follow") => Ok(Self::Follow { id, number: number(next())? }),
            Some("export") => {
                let name = next();
                let form = ExportForm::ALL.into_iter().find(|form| Some(form.name()) == name);
                Ok(Self::Export { id, form: form.ok_or(NoAsk)? })
            }
            Some("list") => {
                let (from, to) = (optional(next())?, optional(next())?);
                let keep = match (next(), next()) {
                    (Some("everything"), None) => Keep::Everything,
                    (Some("terms"), Some(terms)) => Keep::Terms(terms.parse().map_err(|_| NoAsk)?),
                    (Some("capture"), Some(matcher)) => Keep::Capture(matcher.parse().map_err(|_| NoAsk)?),
                    _ => return Err(NoAsk),
                };
                Ok(Self::List { id, keep, span: from.zip(to) })
            }
            _ => Err(NoAsk),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    Csv,
    Json,
    /// The packets themselves.
    Pcapng,
}

impl ExportForm {
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Pcapng];

    /// Of the form, and the end of its files' names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Pcapng => "pcapng",
        }
    }
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
        /// The list whose row it is.
        list: Id,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read_as_they_are_written() {
        let keep = |text: &str| text.parse::<Keep>().expect(text);
        for (ask, text) in [
            (Ask::Rows { id: 1, first: 0, count: 100 }, "rows 1 0 100"),
            (Ask::Packet { id: 2, number: u64::MAX }, "packet 2 18446744073709551615"),
            (Ask::Locate { id: 3, number: 5 }, "locate 3 5"),
            (Ask::List { id: 4, keep: keep(""), span: None }, "list 4 - - everything"),
            (
                Ask::List { id: 5, keep: keep("dns or  tcp.port == 80"), span: Some((-1, i64::MAX)) },
                "list 5 -1 9223372036854775807 terms dns or  tcp.port == 80",
            ),
            (
                Ask::List { id: 6, keep: keep(r#"[{"protocol":"TCP","remotePort":"80"}]"#), span: None },
                "list 6 - - capture ;TCP;*;*;*;80-80",
            ),
            (Ask::Follow { id: 7, number: 1 }, "follow 7 1"),
            (Ask::Export { id: 8, form: ExportForm::Pcapng }, "export 8 pcapng"),
            (Ask::Cancel { id: Some(9) }, "cancel 9"),
            (Ask::Cancel { id: None }, "cancel -"),
        ] {
            assert_eq!(ask.to_string(), text);
            assert_eq!(text.parse(), Ok(ask));
        }
        for text in
            ["", "rows", "rows 1 x 1", "list 1 - - terms", "list 1 - - terms tcp.port ==", "export 1 xml"]
        {
            assert_eq!(text.parse::<Ask>(), Err(NoAsk), "{text}");
        }
    }
}
