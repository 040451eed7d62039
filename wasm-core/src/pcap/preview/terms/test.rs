//! One term against a packet.

use std::net::IpAddr;

use super::super::needs::Needs;
use super::super::tree::{Tree, Value};
use super::fields::{Kind, Named};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Equal,
    Unequal,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Contains,
}

impl Compare {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Contains => "contains",
        }
    }

    fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal | Self::Contains => left == right,
            Self::Unequal => left != right,
            Self::Greater => left > right,
            Self::Less => left < right,
            Self::AtLeast => left >= right,
            Self::AtMost => left <= right,
        }
    }
}

/// An address, or all that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    pub address: IpAddr,
    pub length: u8,
}

impl Network {
    /// The addresses' leading bits, where both are of one family.
    fn heads(self, other: IpAddr) -> Option<(u128, u128)> {
        let (a, b, width) = match (self.address, other) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32_u32),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
            _ => return None,
        };
        let shift = width.saturating_sub(u32::from(self.length));
        Some((a.checked_shr(shift).unwrap_or(0), b.checked_shr(shift).unwrap_or(0)))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    Number(u64),
    Network(Network),
    Mac([u8; 6]),
    /// Letters of ASCII in lower case.
    Text(String),
    Nanos(i64),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// The protocol or field is there; a flag is set.
    Present(Named),
    Compare {
        named: Named,
        compare: Compare,
        operand: Operand,
    },
    Between {
        named: Named,
        first: Operand,
        last: Operand,
    },
    /// The packet's bytes contain these.
    Bytes(Vec<u8>),
}

impl Test {
    pub fn add_needs(&self, needs: &mut Needs) {
        match self {
            Self::Present(named) | Self::Compare { named, .. } | Self::Between { named, .. } => {
                named.fields.iter().for_each(|field| needs.add(field));
            }
            Self::Bytes(_) => {}
        }
    }

    pub fn holds(&self, tree: &Tree, bytes: &[u8]) -> bool {
        match self {
            Self::Present(named) => values(tree, *named).next().is_some(),
            Self::Compare { named, compare, operand } => {
                values(tree, *named).any(|value| holds(value, *compare, operand))
            }
            Self::Between { named, first, last } => values(tree, *named)
                .any(|value| holds(value, Compare::AtLeast, first) && holds(value, Compare::AtMost, last)),
            Self::Bytes(wanted) => contains(bytes, wanted),
        }
    }
}

fn values(tree: &Tree, named: Named) -> impl Iterator<Item = &Value> {
    let layer = named.kind == Kind::Layer;
    let nodes = tree.nodes().iter().filter(move |node| (node.depth == 0) == layer);
    nodes.filter(move |node| named.fields.contains(node.field)).map(|node| &node.value)
}

fn holds(value: &Value, compare: Compare, operand: &Operand) -> bool {
    match (value, operand) {
        (Value::Address(address), Operand::Network(network)) => {
            network.heads(*address).is_some_and(|(wanted, found)| compare.holds(&found, &wanted))
        }
        (Value::Mac(found), Operand::Mac(wanted)) => compare.holds(found, wanted),
        (Value::Text(found), Operand::Text(wanted)) => {
            let found = found.to_ascii_lowercase();
            if compare == Compare::Contains { found.contains(wanted) } else { compare.holds(&found, wanted) }
        }
        (Value::Seconds(found), Operand::Nanos(wanted)) => compare.holds(found, wanted),
        (value, Operand::Number(wanted)) => value.number().is_some_and(|found| compare.holds(&found, wanted)),
        _ => false,
    }
}

/// Whether `bytes` contain `wanted`, letters of ASCII in any case.
fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}
