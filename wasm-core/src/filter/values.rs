use crate::order::sort;
use std::{
    fmt::{self, Debug, Display, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// What a field holds: no constraint, one value, one range, or a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Values<T> {
    #[default]
    Any,
    One(T),
    /// First and last, both included; of one address family; first ≤ last.
    Range(T, T),
    /// At least two.
    List(Vec<T>),
}

/// An address or a port: ordered, with a next one.
pub trait Value: Copy + Ord + Debug + Display {
    /// The value after this one in its own family.
    fn successor(self) -> Option<Self>;
    /// Whether both belong to one family (ports all do).
    fn same_family(self, other: Self) -> bool;
    /// The same as `Display`, without the formatter: a set is written four times at every keystroke, and the
    /// formatter took most of that time.
    fn write_to(self, out: &mut impl Write) -> fmt::Result;
}

impl Value for u16 {
    fn successor(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn same_family(self, _: Self) -> bool {
        true
    }
    fn write_to(self, out: &mut impl Write) -> fmt::Result {
        out.write_str(itoa::Buffer::new().format(self))
    }
}

impl Value for IpAddr {
    fn successor(self) -> Option<Self> {
        match self {
            Self::V4(v4) => u32::from(v4).checked_add(1).map(|next| Self::V4(Ipv4Addr::from(next))),
            Self::V6(v6) => u128::from(v6).checked_add(1).map(|next| Self::V6(Ipv6Addr::from(next))),
        }
    }
    fn same_family(self, other: Self) -> bool {
        self.is_ipv4() == other.is_ipv4()
    }
    fn write_to(self, out: &mut impl Write) -> fmt::Result {
        let Self::V4(address) = self else { return write!(out, "{self}") };
        let [first, rest @ ..] = address.octets();
        out.write_str(itoa::Buffer::new().format(first))?;
        for octet in rest {
            out.write_char('.')?;
            out.write_str(itoa::Buffer::new().format(octet))?;
        }
        Ok(())
    }
}

/// One entry of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item<T> {
    One(T),
    Range(T, T),
}

impl<T: Value> Item<T> {
    pub(super) fn bounds(self) -> (T, T) {
        match self {
            Self::One(value) => (value, value),
            Self::Range(first, last) => (first, last),
        }
    }
}

impl<T: Value> Values<T> {
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    pub fn contains(&self, value: T) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => *one == value,
            Self::Range(first, last) => first.same_family(value) && (*first..=*last).contains(&value),
            Self::List(list) => list.contains(&value),
        }
    }

    /// The form that Azure documents, without a trailing `;`.
    pub(super) fn write_to(&self, out: &mut impl Write) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::One(value) => value.write_to(out),
            Self::Range(first, last) => {
                first.write_to(out)?;
                out.write_char('-')?;
                last.write_to(out)
            }
            Self::List(list) => {
                for (index, value) in list.iter().enumerate() {
                    if index > 0 {
                        out.write_char(';')?;
                    }
                    value.write_to(out)?;
                }
                Ok(())
            }
        }
    }

    /// The same as a text of its own.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = self.write_to(&mut text);
        text
    }

    /// The sets that Azure can express whose union are `items`: one, unless ranges are several or mixed.
    pub(super) fn groups(items: &[Item<T>]) -> Vec<Self> {
        let ranges = join(
            items
                .iter()
                .filter_map(|item| match item {
                    Item::Range(first, last) => Some((*first, *last)),
                    Item::One(_) => None,
                })
                .collect(),
        );
        let mut singles: Vec<T> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for item in items {
            let Item::One(value) = item else { continue };
            let covered = ranges
                .iter()
                .any(|(first, last)| first.same_family(*value) && (*first..=*last).contains(value));
            if !covered && seen.insert(*value) {
                singles.push(*value);
            }
        }
        let mut groups = Vec::with_capacity(ranges.len().saturating_add(1));
        match singles.as_slice() {
            [] => {}
            [one] => groups.push(Self::One(*one)),
            _ => groups.push(Self::List(singles)),
        }
        groups.extend(
            ranges.into_iter().map(
                |(first, last)| {
                    if first == last { Self::One(first) } else { Self::Range(first, last) }
                },
            ),
        );
        groups
    }
}

/// What a field lets through, prepared for many questions: sorted and disjoint, first and last of each interval;
/// `None` is no constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Intervals<T>(Option<Vec<(T, T)>>);

impl<T: Value> Intervals<T> {
    pub(super) fn new(values: &Values<T>) -> Self {
        Self(match values {
            Values::Any => None,
            Values::One(value) => Some(vec![(*value, *value)]),
            Values::Range(first, last) => Some(vec![(*first, *last)]),
            Values::List(list) => Some(join(list.iter().map(|value| (*value, *value)).collect())),
        })
    }

    pub(super) fn as_slice(&self) -> Option<&[(T, T)]> {
        self.0.as_deref()
    }

    pub(super) fn is_any(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn contains(&self, value: T) -> bool {
        self.0.as_ref().is_none_or(|intervals| covers(intervals, (value, value)))
    }

    /// Whether every value of `other` is one of these.
    pub(super) fn includes(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => theirs.iter().all(|interval| covers(ours, *interval)),
        }
    }
}

/// `first-last` each, separated by commas; `*` is no constraint.
impl<T: Display> Display for Intervals<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(intervals) = &self.0 else { return f.write_str("*") };
        for (at, (first, last)) in intervals.iter().enumerate() {
            write!(f, "{}{first}-{last}", if at > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

/// Reads what its [`Display`] writes.
impl<T: FromStr> FromStr for Intervals<T> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "*" {
            return Ok(Self(None));
        }
        let interval = |text: &str| {
            let (first, last) = text.split_once('-')?;
            Some((first.parse().ok()?, last.parse().ok()?))
        };
        text.split(',').map(interval).collect::<Option<_>>().map(|all| Self(Some(all))).ok_or(())
    }
}

/// Whether one interval holds all of another.
fn covers<T: Value>(intervals: &[(T, T)], (from, to): (T, T)) -> bool {
    let after = intervals.partition_point(|(first, _)| *first <= from);
    // Every IPv4 address sorts before every IPv6 one, so no interval spans families.
    after.checked_sub(1).and_then(|at| intervals.get(at)).is_some_and(|(_, last)| to <= *last)
}

fn join<T: Value>(mut intervals: Vec<(T, T)>) -> Vec<(T, T)> {
    sort(&mut intervals, Ord::cmp);
    let mut joined: Vec<(T, T)> = Vec::with_capacity(intervals.len());
    for (first, last) in intervals {
        match joined.last_mut() {
            Some((_, end)) if end.same_family(first) && (first <= *end || end.successor() == Some(first)) => {
                *end = (*end).max(last);
            }
            _ => joined.push((first, last)),
        }
    }
    joined
}

/// The form that Azure documents, without a trailing `;`.
impl<T: Value> Display for Values<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_the_formatter_would() {
        let written = |values: Values<IpAddr>| values.text();
        for port in [0u16, 1, 9, 10, 99, 100, 101, 999, 1000, 9999, 10_000, 10_203, 65_535] {
            assert_eq!(Values::One(port).text(), format!("{port}"));
        }
        for address in ["0.0.0.0", "1.20.255.100", "255.255.255.255", "::", "2001:db8::1", "::ffff:10.0.0.3"]
        {
            assert_eq!(written(Values::One(address.parse().unwrap())), address);
        }
    }
}
