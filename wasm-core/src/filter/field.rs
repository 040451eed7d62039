//! Reads one address or port field: its values, its faults with their place, and what it was meant to be.

pub(super) mod address;
mod port;

use super::{
    Protocol, Severity,
    values::{Item, Value, Values},
};
use crate::words::Sentence;
use std::{cmp::Ordering, collections::BTreeSet};

/// Fields longer than this are refused unread.
const MAX_LENGTH: usize = 16 * 1024;

/// One fault of a field.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Place in characters of the field as given; the end is excluded.
    pub start: usize,
    pub end: usize,
    /// The catalogue has its sentence under `filter-CODE`.
    pub code: &'static str,
    pub severity: Severity,
    /// The text at fault, and what was expected there.
    pub found: String,
    pub expected: String,
    pub repair: Repair,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    /// Nothing can be said about what was meant.
    None,
    /// Put this in the fault's place; it makes sense as a label by itself.
    Replace(String),
    /// The same for a piece of punctuation: only the whole field makes sense as a label.
    Punctuate(String),
    /// Several filters are needed.
    Split,
    /// The address goes on with a port, which belongs into the port field.
    MovePort { address: String, port: String },
}

impl Repair {
    pub(super) fn replacement(&self) -> Option<&str> {
        match self {
            Self::Replace(text) | Self::Punctuate(text) => Some(text),
            Self::MovePort { address, .. } => Some(address),
            Self::None | Self::Split => None,
        }
    }
}

/// What a field holds.
#[derive(Clone, Debug)]
pub(super) struct Parsed<T> {
    /// The values, where no fault is an error.
    pub values: Option<Values<T>>,
    pub faults: Vec<Fault>,
    /// The sets of values that were meant, where every fault can be repaired: one for each filter needed.
    pub groups: Option<Vec<Values<T>>>,
}

impl<T> Parsed<T> {
    fn sound(values: Values<T>) -> Self {
        Self { values: Some(values), faults: Vec::new(), groups: None }
    }
}

/// A character and its place in the field.
type Cell = (usize, char);

/// What fields hold: addresses or ports.
pub(super) trait FieldValue: Value {
    /// The plain form, without any fault.
    fn plain(text: &str) -> Option<Self>;

    /// Reads one entry: a value or a range. Faults are reported; `None` where it cannot be told what was meant.
    fn entry(cells: &[Cell], faults: &mut Vec<Fault>) -> Option<Item<Self>>;
}

pub(super) fn parse<T: FieldValue>(text: &str) -> Parsed<T> {
    flawless(text).map_or_else(|| thorough(text), Parsed::sound)
}

/// Every fault with its place, and what was meant.
fn thorough<T: FieldValue>(text: &str) -> Parsed<T> {
    let mut cells: Vec<Cell> = text.chars().enumerate().take(MAX_LENGTH.saturating_add(1)).collect();
    let mut faults = Vec::new();
    if cells.len() > MAX_LENGTH {
        faults.push(Fault::new(&cells, "too-long", Severity::Error, Repair::None));
        return Parsed { values: None, faults, groups: None };
    }
    if cells.iter().all(|(_, c)| c.is_whitespace()) {
        return Parsed::sound(Values::Any);
    }
    straighten(&mut cells, &mut faults);
    let trimmed: String = string(&cells).trim().to_ascii_lowercase();
    if matches!(trimmed.as_str(), "*" | "any" | "all") {
        faults.push(Fault::new(&cells, "wildcard", Severity::Error, Repair::Replace(String::new())));
        return Parsed { values: None, faults, groups: Some(vec![Values::Any]) };
    }
    let entries = entries(&cells, &mut faults);
    if entries.is_empty() {
        faults.push(Fault::new(&cells, "empty-list", Severity::Error, Repair::Replace(String::new())));
        return Parsed { values: None, faults, groups: Some(vec![Values::Any]) };
    }
    let mut items = Vec::with_capacity(entries.len());
    let mut all = true;
    for entry in &entries {
        match T::entry(entry, &mut faults) {
            Some(item) => items.push(item),
            None => all = false,
        }
    }
    let ranges = items.iter().filter(|item| matches!(item, Item::Range(..))).count();
    if all {
        duplicates(&entries, &items, &mut faults);
    }
    if ranges > 1 || (ranges == 1 && entries.len() > 1) {
        let code = if ranges == entries.len() { "several-ranges" } else { "range-and-list" };
        let span = span(&cells);
        faults.push(Fault { repair: Repair::Split, ..Fault::at(span, &cells, code, Severity::Error) });
    }
    let groups = all.then(|| Values::groups(&items));
    let bad = faults.iter().any(|fault| fault.severity == Severity::Error);
    let values = match &groups {
        Some(groups) if !bad => groups.first().cloned(),
        _ => None,
    };
    Parsed { values, faults, groups }
}

/// The field where there is nothing to say about it: nearly every field at nearly every keystroke. Whatever is
/// worth a word (IPv6, port 0, spaces, entries that stand twice) is left to the thorough reading.
fn flawless<T: FieldValue>(text: &str) -> Option<Values<T>> {
    /// Of a list that is compared entry by entry.
    const MAX_ENTRIES: usize = 32;
    if text.is_empty() {
        return Some(Values::Any);
    }
    if let Some((first, last)) = text.split_once('-') {
        let (first, last) = (T::plain(first)?, T::plain(last)?);
        return match first.cmp(&last) {
            Ordering::Less if first.same_family(last) => Some(Values::Range(first, last)),
            Ordering::Equal => Some(Values::One(first)),
            _ => None,
        };
    }
    let mut list = Vec::new();
    let entries = text.strip_suffix(';').unwrap_or(text);
    let Some((first, rest)) = entries.split_once(';') else { return T::plain(entries).map(Values::One) };
    list.push(T::plain(first)?);
    for entry in rest.split(';') {
        let value = T::plain(entry)?;
        if list.len() >= MAX_ENTRIES || list.contains(&value) {
            return None;
        }
        list.push(value);
    }
    Some(Values::List(list))
}

impl Fault {
    fn new(cells: &[Cell], code: &'static str, severity: Severity, repair: Repair) -> Self {
        Self { repair, ..Self::at(span(cells), cells, code, severity) }
    }

    fn at((start, end): (usize, usize), cells: &[Cell], code: &'static str, severity: Severity) -> Self {
        // What is shown is cut: the whole stands in the field.
        let mut found: String = cells.iter().map(|(_, c)| *c).take(80).collect();
        if cells.len() > 80 {
            found.push('…');
        }
        let (expected, repair) = (String::new(), Repair::None);
        Self { start, end, code, severity, found: found.trim().to_owned(), expected, repair }
    }

    pub(super) fn sentence(&self) -> Sentence {
        Sentence::new(format!("filter-{}", self.code))
            .with("found", self.found.as_str())
            .with("expected", self.expected.as_str())
    }

    fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }
}

fn string(cells: &[Cell]) -> String {
    cells.iter().map(|(_, c)| *c).collect()
}

/// Start of the first and end of the last character that is no space.
fn span(cells: &[Cell]) -> (usize, usize) {
    let mut inked = cells.iter().filter(|(_, c)| !c.is_whitespace()).map(|(at, _)| *at);
    let start = inked.next().unwrap_or_default();
    (start, inked.next_back().unwrap_or(start).saturating_add(1))
}

/// Half-width and ASCII forms in the place of what input methods and word processors write instead.
fn straighten(cells: &mut [Cell], faults: &mut Vec<Fault>) {
    let mut changed: Option<(usize, usize)> = None;
    let original: Vec<Cell> = cells.to_vec();
    for (index, cell) in cells.iter_mut().enumerate() {
        let Some(plain) = straight(cell.1) else { continue };
        cell.1 = plain;
        changed = Some((changed.map_or(index, |(first, _)| first), index));
    }
    let Some((first, last)) = changed else { return };
    if let (Some(before), Some(after)) = (original.get(first..=last), cells.get(first..=last)) {
        let repaired = string(after);
        let repair = Repair::Punctuate(repaired.clone());
        faults.push(Fault::new(before, "look-alike", Severity::Error, repair).expecting(repaired));
    }
}

fn straight(c: char) -> Option<char> {
    match c {
        // Full-width ASCII: U+FF01 to U+FF5E stand 0xFEE0 above their plain forms.
        '，' => Some(';'),
        '～' => Some('-'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c).wrapping_sub(0xfee0)),
        '、' => Some(';'),
        '。' => Some('.'),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | '〜' | '~' => Some('-'),
        _ => None,
    }
}

/// The entries between separators, with spaces taken out; separators that Azure does not know are reported.
fn entries(cells: &[Cell], faults: &mut Vec<Fault>) -> Vec<Vec<Cell>> {
    let is_separator = |c: char| matches!(c, ';' | ',' | '|') || c.is_whitespace();
    let mut entries: Vec<Vec<Cell>> = Vec::new();
    let mut current: Vec<Cell> = Vec::new();
    let mut rest = cells;
    while let Some((_, first)) = rest.first() {
        let separator = is_separator(*first);
        let length = rest.iter().take_while(|(_, c)| is_separator(*c) == separator).count();
        let (run, after) = rest.split_at(length);
        rest = after;
        if !separator {
            current.extend_from_slice(run);
            continue;
        }
        let spaces = run.iter().all(|(_, c)| c.is_whitespace());
        let at_start = current.is_empty();
        let at_end = rest.is_empty();
        let beside_dash =
            current.last().is_some_and(|(_, c)| *c == '-') || rest.first().is_some_and(|(_, c)| *c == '-');
        let whole = run_span(run);
        if spaces && (at_start || at_end || beside_dash) {
            faults.push(punctuation(whole, run, "spaces", Severity::Warning, ""));
            continue;
        }
        if !at_start {
            entries.push(std::mem::take(&mut current));
        }
        let semicolons = run.iter().filter(|(_, c)| *c == ';').count();
        let others = run.iter().filter(|(_, c)| matches!(c, ',' | '|')).count();
        let blanks = run.iter().any(|(_, c)| c.is_whitespace());
        let right = if at_start || at_end { "" } else { ";" };
        if others > 0 || semicolons == 0 {
            faults.push(punctuation(whole, run, "separator", Severity::Error, right).expecting(";"));
        } else if semicolons > 1 || at_start {
            faults.push(punctuation(whole, run, "empty-entry", Severity::Warning, right));
        } else if blanks {
            faults.push(punctuation(whole, run, "spaces", Severity::Warning, right));
        }
    }
    if !current.is_empty() {
        entries.push(current);
    }
    entries
}

fn run_span(run: &[Cell]) -> (usize, usize) {
    let start = run.first().map_or(0, |(at, _)| *at);
    (start, start.saturating_add(run.len()))
}

fn punctuation(
    span: (usize, usize),
    run: &[Cell],
    code: &'static str,
    severity: Severity,
    right: &str,
) -> Fault {
    let mut fault = Fault::at(span, run, code, severity);
    fault.found = if fault.found.is_empty() { " ".to_owned() } else { fault.found };
    fault.repair = Repair::Punctuate(right.to_owned());
    fault
}

fn duplicates<T: Value>(entries: &[Vec<Cell>], items: &[Item<T>], faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for (entry, item) in entries.iter().zip(items) {
        if !seen.insert(item.bounds()) {
            faults.push(Fault::new(
                entry,
                "duplicate-entry",
                Severity::Note,
                Repair::Punctuate(String::new()),
            ));
        }
    }
}

/// The two ends of a range, or the single value. More than one `-` is a fault.
enum Ends<'a> {
    Single(&'a [Cell]),
    Range(&'a [Cell], &'a [Cell]),
    Several,
}

fn ends(cells: &[Cell]) -> Ends<'_> {
    let mut parts = cells.split(|(_, c)| *c == '-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(first), Some(last), None) => Ends::Range(first, last),
        (_, _, Some(_)) => Ends::Several,
        (first, _, _) => Ends::Single(first.unwrap_or_default()),
    }
}

/// A range from its ends: turned round where it is reversed.
fn range<T: Value>(first: T, last: T, cells: &[Cell], faults: &mut Vec<Fault>) -> Option<Item<T>> {
    if !first.same_family(last) {
        faults.push(Fault::new(cells, "families-mixed", Severity::Error, Repair::None));
        return None;
    }
    if first > last {
        let turned = format!("{last}-{first}");
        let repair = Repair::Replace(turned.clone());
        faults.push(Fault::new(cells, "reversed", Severity::Error, repair).expecting(turned));
        return Some(Item::Range(last, first));
    }
    Some(Item::Range(first, last))
}

/// The protocol field.
pub(super) fn parse_protocol(text: &str) -> ParsedProtocol {
    if let Ok(protocol) = text.parse() {
        return ParsedProtocol { value: Some(protocol), faults: Vec::new(), groups: None };
    }
    let mut cells: Vec<Cell> = text.chars().enumerate().take(200).collect();
    let mut faults = Vec::new();
    straighten(&mut cells, &mut faults);
    let plain = string(&cells);
    let mut groups = Vec::new();
    for word in plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '*').filter(|word| !word.is_empty())
    {
        let meant = match word.to_ascii_lowercase().as_str() {
            "tcp" | "6" => Protocol::Tcp,
            "udp" | "17" => Protocol::Udp,
            "any" | "all" | "*" | "icmp" | "icmpv4" | "icmpv6" | "ip" | "ping" => Protocol::Any,
            _ => {
                faults.push(Fault::new(&cells, "protocol-unknown", Severity::Error, Repair::None));
                return ParsedProtocol { value: None, faults, groups: None };
            }
        };
        if !groups.contains(&meant) {
            groups.push(meant);
        }
    }
    if groups.contains(&Protocol::Any) {
        groups = vec![Protocol::Any];
    }
    let icmp = plain.to_ascii_lowercase().contains("icmp") || plain.eq_ignore_ascii_case("ping");
    let (code, repair) = match groups.as_slice() {
        [] => ("protocol-unknown", Repair::None),
        [one] if icmp => ("protocol-icmp", Repair::Replace(one.to_string())),
        [one] => ("protocol-form", Repair::Replace(one.to_string())),
        _ => ("protocol-several", Repair::Split),
    };
    let expected = repair.replacement().unwrap_or_default().to_owned();
    faults.push(Fault::new(&cells, code, Severity::Error, repair).expecting(expected));
    let groups = (!groups.is_empty()).then_some(groups);
    ParsedProtocol { value: None, faults, groups }
}

#[derive(Clone, Debug)]
pub(super) struct ParsedProtocol {
    pub value: Option<Protocol>,
    pub faults: Vec<Fault>,
    pub groups: Option<Vec<Protocol>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::IpAddr;

    /// The short cut says nothing else than the thorough reading would.
    fn agrees<T: FieldValue>(text: &str) -> bool {
        let Some(values) = flawless::<T>(text) else { return false };
        let thorough = thorough::<T>(text);
        assert_eq!(thorough.values, Some(values), "{text:?}");
        assert!(thorough.faults.is_empty(), "{text:?}: {:?}", thorough.faults);
        true
    }

    #[test]
    fn what_azure_documents_takes_the_short_cut() {
        for text in ["", "80", "80-85", "80;443;", "20;80;443", "7-7"] {
            assert!(agrees::<u16>(text), "{text}");
        }
        for text in ["10.0.0.3", "10.0.0.3-10.0.0.9", "127.0.0.1;127.0.0.5;", "10.0.0.3;"] {
            assert!(agrees::<IpAddr>(text), "{text}");
        }
        for text in ["0", "080", "85-80", "80;80", ";", "80;;443", "80 ", "1-2;3", "*"] {
            assert!(!agrees::<u16>(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_cut_agrees_on_anything(text in "([0-9]{1,5}[-;]?){0,5}|([0-9]{1,3}[.;-]){0,12}|[0-9;:. -]{0,12}") {
            agrees::<u16>(&text);
            agrees::<IpAddr>(&text);
        }
    }
}
