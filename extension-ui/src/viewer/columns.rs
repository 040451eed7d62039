//! The columns of the packet list: names, widths, and how times are written.

use crate::infra::{format, words::Words};
use wasm_core::pcap::preview::Row;
use yew::prelude::*;

/// How the time of a packet is shown, as in Wireshark's View → Time Display Format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeForm {
    /// Time of day, local.
    Absolute,
    /// Seconds since the first packet.
    #[default]
    Relative,
    /// Seconds since the row above.
    Delta,
}

impl TimeForm {
    pub const ALL: [Self; 3] = [Self::Relative, Self::Delta, Self::Absolute];

    pub fn name(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::Relative => "relative",
            Self::Delta => "delta",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The time of a row. `start` is the first packet's.
    pub fn write(self, row: &Row, start: Option<i64>, words: Words) -> String {
        match self {
            Self::Absolute => row.time.map_or_else(String::new, |nanos| absolute(nanos, words)),
            Self::Relative => row
                .time
                .zip(start)
                .map_or_else(String::new, |(time, start)| seconds(i128::from(time) - i128::from(start))),
            Self::Delta => row.delta.map_or_else(String::new, |delta| seconds(i128::from(delta))),
        }
    }
}

/// Seconds with microseconds: `-0.001500`.
pub fn seconds(nanos: i128) -> String {
    let micros = nanos.unsigned_abs() / 1000;
    let sign = if nanos < 0 && micros > 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// Time of day with microseconds.
fn absolute(nanos: i64, words: Words) -> String {
    let fraction = nanos.rem_euclid(1_000_000_000) / 1000;
    let whole = format::time_of_day(words.0, (nanos / 1_000_000) as f64);
    // 9:03:05 PM: the fraction belongs to the seconds.
    match whole.rfind(|character: char| character.is_ascii_digit()) {
        Some(last) => format!("{}.{fraction:06}{}", &whole[..=last], &whole[last + 1..]),
        None => whole,
    }
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Number,
    Time,
    Source,
    Destination,
    Protocol,
    Length,
    Info,
}

impl Column {
    pub const ALL: [Self; 7] =
        [Self::Number, Self::Time, Self::Source, Self::Destination, Self::Protocol, Self::Length, Self::Info];

    /// Its key in the catalogue behind `viewer-column-`, its class and its test id.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Time => "time",
            Self::Source => "source",
            Self::Destination => "destination",
            Self::Protocol => "protocol",
            Self::Length => "length",
            Self::Info => "info",
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Time | Self::Length)
    }

    pub fn write(self, row: &Row, form: TimeForm, start: Option<i64>, words: Words) -> AttrValue {
        match self {
            Self::Number => row.number.to_string().into(),
            Self::Time => form.write(row, start, words).into(),
            Self::Source => row.source.clone().into(),
            Self::Destination => row.destination.clone().into(),
            Self::Protocol => row.protocol.clone().into(),
            Self::Length => row.length.to_string().into(),
            Self::Info => row.info.clone().into(),
        }
    }
}

/// Widths of all columns but the last, which takes what is left. CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Widths([u32; 6]);

impl Default for Widths {
    fn default() -> Self {
        Self([72, 104, 132, 132, 88, 64])
    }
}

impl Widths {
    const LEAST: u32 = 40;
    const MOST: u32 = 640;
    const MARK: u32 = 28;
    /// The last column has at least this.
    const INFO: u32 = 160;

    /// Makes a column wider or narrower.
    pub fn stretch(&mut self, column: usize, by: i32) {
        if let Some(width) = self.0.get_mut(column) {
            *width = width.saturating_add_signed(by).clamp(Self::LEAST, Self::MOST);
        }
    }

    pub fn of(&self, column: usize) -> Option<u32> {
        self.0.get(column).copied()
    }

    /// For `grid-template-columns`; the first column is the mark of what a row means.
    pub fn template(&self) -> String {
        let widths = self.0.map(|width| format!("{width}px"));
        format!("{}px {} minmax({}px, 1fr)", Self::MARK, widths.join(" "), Self::INFO)
    }

    /// The narrowest row that has room for all columns.
    pub fn sum(&self) -> u32 {
        Self::MARK + self.0.iter().sum::<u32>() + Self::INFO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_six_decimals_and_no_negative_zero() {
        for (nanos, text) in
            [(0, "0.000000"), (1_500_000_000, "1.500000"), (-1_500_000, "-0.001500"), (-999, "0.000000")]
        {
            assert_eq!(seconds(nanos), text);
        }
        assert_eq!(seconds(i128::from(i64::MAX) - i128::from(i64::MIN)), "18446744073.709551");
    }

    #[test]
    fn columns_keep_a_width_that_can_be_read() {
        let mut widths = Widths::default();
        widths.stretch(0, -1000);
        widths.stretch(2, 5000);
        widths.stretch(99, 10);
        assert_eq!((widths.of(0), widths.of(2), widths.of(6)), (Some(40), Some(640), None));
        assert_eq!(widths.template(), "28px 40px 104px 640px 132px 88px 64px minmax(160px, 1fr)");
        assert_eq!(widths.sum(), 28 + 40 + 104 + 640 + 132 + 88 + 64 + 160);
    }
}
