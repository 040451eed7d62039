//! The bars: each puts what it needs into storage, measures, and says what came out and what was wanted.

use std::str::FromStr;

use super::azurite::CONTAINER;
use super::cost::{Cost, in_turns};
use super::slow::Slow;
use super::{Field, MIB};
use crate::document::Row;

const LONG: &str = "long/capture.cap";
const HALF: &str = "half/capture.cap";

/// What is measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// One long blob, beside one stream of curl and azcopy.
    One,
    /// 200 blobs of 5 MiB, beside curl with four at a time.
    Many,
    /// Each connection slow, beside one stream.
    Slow,
    /// With a summary, beside without.
    Summary,
    /// The first packets of a long blob.
    Look,
    /// 1,000 blobs of 1 MiB to one summary.
    Fleet,
}

impl FromStr for Bar {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|bar| bar.name() == name);
        known.ok_or_else(|| format!("{name} is none of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

impl Bar {
    pub const ALL: [Self; 6] = [Self::One, Self::Many, Self::Slow, Self::Summary, Self::Look, Self::Fleet];

    const fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Many => "many",
            Self::Slow => "slow",
            Self::Summary => "summary",
            Self::Look => "look",
            Self::Fleet => "fleet",
        }
    }

    pub fn measure(self, field: &mut Field) -> Result<Vec<Row>, String> {
        match self {
            Self::One => one(field),
            Self::Many => many(field),
            Self::Slow => slow(field),
            Self::Summary => summary(field),
            Self::Look => look(field),
            Self::Fleet => fleet(field),
        }
    }
}

fn row(what: impl Into<String>, figure: impl Into<String>, limit: &str, met: bool) -> Row {
    let limit = if met { limit.to_owned() } else { format!("{limit}, not met") };
    Row { what: what.into(), figure: figure.into(), limit }
}

/// `times` of the throughput or time of another.
fn at_least(what: impl Into<String>, ratio: f64, of: &str, limit: f64) -> Row {
    row(what, format!("{ratio:.2} × {of}"), &format!("≥ {limit:.1} ×"), ratio >= limit)
}

fn at_most(what: impl Into<String>, ratio: f64, of: &str, limit: f64) -> Row {
    row(what, format!("{ratio:.2} × {of}"), &format!("≤ {limit:.1} ×"), ratio <= limit)
}

fn memory(what: impl Into<String>, cost: Cost, limit: f64) -> Row {
    row(what, format!("{:.0} MiB", cost.peak_mib), &format!("≤ {limit:.0} MiB"), cost.peak_mib <= limit)
}

/// A figure with another beside it, which is no part of what the row is known by.
fn beside(row: Row, other: &str) -> Row {
    Row { figure: format!("{} ({other})", row.figure), ..row }
}

impl Field {
    fn put_long(&mut self, name: &str, part: f64) -> Result<(), String> {
        self.runtime.block_on(self.content.put_long(&self.azurite, name, part))
    }

    fn put_many(&mut self, prefix: &str, count: usize, size: u64) -> Result<(), String> {
        self.runtime.block_on(self.content.put_many(&self.azurite, prefix, count, size))
    }

    fn in_turns<const N: usize>(
        &self,
        runs: [super::cost::Run; N],
        rounds: usize,
    ) -> Result<[Cost; N], String> {
        in_turns(&runs, rounds, &self.work.path().join("to"), &self.content)
    }

    /// `1024 MiB`.
    fn size(&self, prefix: &str) -> String {
        format!("{} MiB", self.content.bytes(prefix) / MIB)
    }
}

fn one(field: &mut Field) -> Result<Vec<Row>, String> {
    field.put_long(LONG, 1.0)?;
    let azurite = &field.azurite;
    let azcopy = field.azcopy.as_deref().ok_or("azcopy was not fetched")?;
    let [curl, ours, azcopy] = field.in_turns(
        [
            azurite.curl(azurite.port, "long/", &[LONG.to_owned()], 1),
            azurite.ours("vmss-capture", azurite.port, "long/", &[])?,
            azurite.azcopy(azcopy, "long/", LONG),
        ],
        field.rounds,
    )?;
    let what = format!("one blob of {}", field.size("long/"));
    Ok(vec![
        beside(
            at_least(format!("{what}: throughput"), curl.seconds / ours.seconds, "one curl stream's", 1.0),
            &format!("{:.1} s, curl: {:.1} s, azcopy: {:.1} s", ours.seconds, curl.seconds, azcopy.seconds),
        ),
        at_most(
            format!("{what}: processor time"),
            ours.cpu / azcopy.cpu,
            &format!("azcopy's ({:.2} × curl's)", ours.cpu / curl.cpu),
            0.5,
        ),
        beside(memory(format!("{what}: memory"), ours, 64.0), &format!("azcopy: {:.0} MiB", azcopy.peak_mib)),
    ])
}

fn many(field: &mut Field) -> Result<Vec<Row>, String> {
    field.put_many("many/", 200, 5 * MIB)?;
    let azurite = &field.azurite;
    let [curl, ours] = field.in_turns(
        [
            azurite.curl(azurite.port, "many/", &field.content.names("many/"), 4),
            azurite.ours("vmss-capture", azurite.port, "many/", &[])?,
        ],
        field.rounds,
    )?;
    let what = "200 blobs of 5 MiB, Content-MD5 checked";
    Ok(vec![
        beside(
            at_least(
                format!("{what}: throughput"),
                curl.seconds / ours.seconds,
                "curl's, 4 at a time, unchecked",
                1.0,
            ),
            &format!("{:.1} s, curl: {:.1} s", ours.seconds, curl.seconds),
        ),
        memory(format!("{what}: memory"), ours, 64.0),
    ])
}

fn slow(field: &mut Field) -> Result<Vec<Row>, String> {
    field.put_long(HALF, 0.5)?;
    let slow = field.runtime.block_on(Slow::start(field.azurite.port))?;
    let azurite = &field.azurite;
    let [curl, ours] = field.in_turns(
        [
            azurite.curl(slow.port, "half/", &[HALF.to_owned()], 1),
            azurite.ours("vmss-capture", slow.port, "half/", &[])?,
        ],
        field.rounds.min(3),
    )?;
    let what = format!("one blob of {}, 20 MiB/s a connection, 30 ms delay", field.size("half/"));
    Ok(vec![
        at_least(format!("{what}: throughput"), curl.seconds / ours.seconds, "one curl stream's", 8.0),
        memory(format!("{what}: memory"), ours, 64.0),
    ])
}

fn summary(field: &mut Field) -> Result<Vec<Row>, String> {
    field.put_long(LONG, 1.0)?;
    let azurite = &field.azurite;
    let [alone, with, only] = field.in_turns(
        [
            azurite.ours("download", azurite.port, "long/", &[])?,
            azurite.ours("download with summary", azurite.port, "long/", &["--summarize"])?,
            azurite.ours("summary only", azurite.port, "long/", &["--summarize", "--no-keep"])?,
        ],
        field.rounds,
    )?;
    let what = format!("one blob of {}", field.size("long/"));
    Ok(vec![
        at_most(format!("{what}, summarised meanwhile: time"), with.seconds / alone.seconds, "without", 1.1),
        memory(format!("{what}, summarised meanwhile: memory, 200,000 conversations in it"), with, 128.0),
        at_most(
            format!("{what}, summarised and not kept: time"),
            only.seconds / alone.seconds,
            "kept without",
            1.1,
        ),
    ])
}

fn look(field: &mut Field) -> Result<Vec<Row>, String> {
    field.put_long(LONG, 1.0)?;
    let looked = field.runtime.block_on(field.azurite.look(CONTAINER, LONG, 1000))?;
    let met = looked.packets >= 1000 && looked.requests <= 3 && looked.bytes <= 2 * MIB;
    Ok(vec![row(
        format!("the first 1,000 packets of {}", field.size("long/")),
        format!("{} round trips, {:.2} MiB", looked.requests, looked.bytes as f64 / MIB as f64),
        "≤ 3, ≤ 2 MiB",
        met,
    )])
}

fn fleet(field: &mut Field) -> Result<Vec<Row>, String> {
    field.put_many("fleet/", 1000, MIB)?;
    let azurite = &field.azurite;
    let [alone, with] = field.in_turns(
        [
            azurite.ours("download", azurite.port, "fleet/", &[])?,
            azurite.ours("fleet summary", azurite.port, "fleet/", &["--summarize"])?,
        ],
        field.rounds,
    )?;
    let what = "1,000 blobs of 1 MiB to one merged summary";
    Ok(vec![
        at_most(format!("{what}: time"), with.seconds / alone.seconds, "the download alone", 1.2),
        memory(format!("{what}: memory"), with, 128.0),
    ])
}
