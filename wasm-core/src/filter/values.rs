use std::{
    fmt::{self, Debug, Display},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
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
}

impl Value for u16 {
    fn successor(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn same_family(self, _: Self) -> bool {
        true
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

    /// First and last of each entry, sorted, overlapping and neighbouring ones joined; `None` for no constraint.
    pub(super) fn intervals(&self) -> Option<Vec<(T, T)>> {
        match self {
            Self::Any => None,
            Self::One(value) => Some(vec![(*value, *value)]),
            Self::Range(first, last) => Some(vec![(*first, *last)]),
            Self::List(list) => Some(join(list.iter().map(|value| (*value, *value)).collect())),
        }
    }

    /// Whether every value of `other` is one of these.
    pub(super) fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => return true,
            (_, Self::Any) => return false,
            // The usual cases, without taking lists apart: filters are compared pair by pair while one types.
            (ours, Self::One(theirs)) => return ours.contains(*theirs),
            (Self::Range(from, to), Self::Range(first, last)) => {
                return from.same_family(*first) && from <= first && last <= to;
            }
            (ours, theirs) if ours == theirs => return true,
            _ => {}
        }
        match (self.intervals(), other.intervals()) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => theirs.iter().all(|(first, last)| {
                ours.iter().any(|(from, to)| from.same_family(*first) && from <= first && last <= to)
            }),
        }
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

fn join<T: Value>(mut intervals: Vec<(T, T)>) -> Vec<(T, T)> {
    intervals.sort_unstable();
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
impl<T: Display> Display for Values<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::One(value) => write!(f, "{value}"),
            Self::Range(first, last) => write!(f, "{first}-{last}"),
            Self::List(list) => {
                for (index, value) in list.iter().enumerate() {
                    if index > 0 {
                        f.write_str(";")?;
                    }
                    write!(f, "{value}")?;
                }
                Ok(())
            }
        }
    }
}
