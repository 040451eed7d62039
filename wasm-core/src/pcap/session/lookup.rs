//! Rows and single packets: a person waits for them, so they go before everything else.

use std::fmt::Write as _;
use std::ops::Range;

use super::super::preview::Row;
use super::super::reader::Packet;
use super::index::Stretch;
use super::{Detail, Id, Known, Line, Tell};

#[derive(Debug)]
pub enum Lookup {
    Rows {
        id: Id,
        list: Id,
        first: u64,
        /// Numbers still to come, last one first; the row above the first one is among them for its time.
        numbers: Vec<u64>,
        /// The time of the row above.
        above: Option<i64>,
        /// The first number is only there for its time.
        leading: bool,
        rows: Vec<Row>,
        stretch: Option<Stretch>,
    },
    Packet {
        id: Id,
        number: u64,
        stretch: Option<Stretch>,
        detail: Option<Box<Detail>>,
    },
}

impl Lookup {
    pub fn rows(id: Id, first: u64, count: u32, known: &Known) -> Self {
        let packets = known.index.packets();
        let from = first.saturating_sub(1);
        let to = first.saturating_add(u64::from(count));
        let mut numbers: Vec<u64> = (from..to).map_while(|row| known.list.number(row, packets)).collect();
        numbers.reverse();
        Self::Rows {
            id,
            list: known.list.id,
            first,
            numbers,
            above: None,
            leading: first > 0,
            rows: Vec::new(),
            stretch: None,
        }
    }

    pub fn packet(id: Id, number: u64) -> Self {
        Self::Packet { id, number, stretch: None, detail: None }
    }

    pub fn id(&self) -> Id {
        match self {
            Self::Rows { id, .. } | Self::Packet { id, .. } => *id,
        }
    }

    /// The bytes that hold the next packet; `None` where no more are wanted.
    pub fn wanted(&mut self, known: &Known) -> Option<Range<u64>> {
        let (number, stretch) = match self {
            Self::Rows { numbers, stretch, .. } => (numbers.last().copied(), stretch),
            Self::Packet { number, stretch, detail, .. } => (detail.is_none().then_some(*number), stretch),
        };
        *stretch = number.and_then(|number| known.index.of(number));
        stretch.as_ref().map(|stretch| stretch.bytes.clone())
    }

    /// Whether that was the last of it.
    pub fn take(&mut self, bytes: &[u8], known: &mut Known) -> bool {
        let Known { marks, preview, .. } = known;
        match self {
            Self::Rows { numbers, above, leading, rows, stretch, .. } => {
                let Some(stretch) = stretch.take() else { return true };
                let before = numbers.len();
                super::each_packet(&stretch.start, bytes, &mut |packet| {
                    if numbers.last() != Some(&packet.number) {
                        return;
                    }
                    numbers.pop();
                    let time = super::nanos(packet.time);
                    if std::mem::take(leading) {
                        *above = time;
                        return;
                    }
                    let mut row = preview.row(packet, marks.of(packet.number));
                    row.delta = time.zip(*above).map(|(time, above)| time.saturating_sub(above));
                    *above = time.or(*above);
                    rows.push(row);
                });
                // A file that changed under us gives nothing new: no second try.
                numbers.is_empty() || numbers.len() == before
            }
            Self::Packet { number, stretch, detail, .. } => {
                let Some(stretch) = stretch.take() else { return true };
                super::each_packet(&stretch.start, bytes, &mut |packet| {
                    if packet.number == *number {
                        let marks = marks.of(packet.number);
                        let row = preview.row(packet, marks);
                        let lines = lines(preview.tree(packet, marks));
                        *detail = Some(Box::new(Detail { row, lines, bytes: hex(packet) }));
                    }
                });
                true
            }
        }
    }

    pub fn end(self) -> Tell {
        match self {
            Self::Rows { id, list, first, rows, .. } => Tell::Rows { id, list, first, rows },
            Self::Packet { id, detail: Some(detail), .. } => Tell::Packet { id, detail },
            Self::Packet { id, detail: None, .. } => Tell::Nothing { id },
        }
    }
}

fn lines(tree: &super::super::preview::Tree) -> Vec<Line> {
    let nodes = tree.nodes().iter();
    let line = |node: &super::super::preview::Node| {
        let term = if node.depth == 0 {
            Some(node.field.to_owned())
        } else {
            node.value.term().map(|value| format!("{} == {value}", node.field))
        };
        Line {
            depth: node.depth,
            field: node.field.to_owned(),
            value: node.value.to_string(),
            term,
            start: node.start,
            length: node.length,
        }
    };
    nodes.map(line).collect()
}

fn hex(packet: &Packet<'_>) -> String {
    let mut text = String::with_capacity(packet.data.len().saturating_mul(2));
    for byte in packet.data {
        // Writing into a String cannot fail.
        let _written = write!(text, "{byte:02x}");
    }
    text
}
