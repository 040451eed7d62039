//! One conversation followed over the sources of a fleet: what each of them saw of it.
//!
//! Where a packet passes several instances, the places of a loss are the ones behind which it is missing.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::dissect::Addresses;
use super::report::{ConversationReport, ConversationTcpReport, EndReport, Report, Transport};
use super::tuple::Tuple;
use crate::order::sort;

/// The ends of a conversation, written `tcp/10.0.0.4:40000,10.0.2.7:443`; without a transport it is TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ends {
    pub transport: Transport,
    pub a: SocketAddr,
    pub b: SocketAddr,
}

/// A text is no [`Ends`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("two ends, as tcp/10.0.0.4:40000,10.0.2.7:443 or udp/[fd00::4]:5353,[fd00::7]:53")]
pub struct NoEnds;

const TRANSPORTS: [(Transport, &str); 3] =
    [(Transport::Tcp, "tcp"), (Transport::Udp, "udp"), (Transport::Sctp, "sctp")];

impl FromStr for Ends {
    type Err = NoEnds;

    fn from_str(text: &str) -> Result<Self, NoEnds> {
        let (transport, ends) = text.split_once('/').unwrap_or(("tcp", text));
        let named = |(_, name): &&(Transport, &str)| transport.trim().eq_ignore_ascii_case(name);
        let (transport, _) = TRANSPORTS.iter().find(named).ok_or(NoEnds)?;
        let (a, b) = ends.split_once(',').ok_or(NoEnds)?;
        let end = |text: &str| text.trim().parse::<SocketAddr>().map_err(|_| NoEnds);
        let (a, b) = (end(a)?, end(b)?);
        if a.is_ipv4() != b.is_ipv4() {
            return Err(NoEnds);
        }
        Ok(Self { transport: *transport, a, b })
    }
}

impl TryFrom<String> for Ends {
    type Error = NoEnds;

    fn try_from(text: String) -> Result<Self, NoEnds> {
        text.parse()
    }
}

impl From<Ends> for String {
    fn from(ends: Ends) -> Self {
        ends.to_string()
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = TRANSPORTS.iter().find(|(transport, _)| *transport == self.transport);
        write!(f, "{}/{},{}", name.map_or("", |(_, name)| name), self.a, self.b)
    }
}

impl Ends {
    /// Those of a listed conversation.
    pub fn of(item: &ConversationReport) -> Option<Self> {
        let end = |end: &EndReport| Some(SocketAddr::new(end.address.parse().ok()?, end.port));
        Some(Self { transport: item.transport, a: end(&item.a)?, b: end(&item.b)? })
    }

    pub(super) fn tuple(&self) -> Option<Tuple> {
        let addresses = match (self.a, self.b) {
            (SocketAddr::V4(a), SocketAddr::V4(b)) => {
                Addresses::V4 { source: a.ip().to_bits(), destination: b.ip().to_bits() }
            }
            (SocketAddr::V6(a), SocketAddr::V6(b)) => {
                Addresses::V6 { source: a.ip().to_bits(), destination: b.ip().to_bits() }
            }
            _ => return None,
        };
        Some(Tuple::new(self.transport, addresses, self.a.port(), self.b.port()).0)
    }

    /// A listed conversation between these ends, seen from `a`.
    fn oriented(&self, item: &ConversationReport) -> Option<ConversationReport> {
        let other = Self::of(item)?;
        if other == *self {
            return Some(item.clone());
        }
        let swapped = Self { a: self.b, b: self.a, ..*self };
        (other == swapped).then(|| turned(item))
    }
}

/// What one instance (or one source that is none) saw of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sighting {
    /// The instance, else the path.
    pub name: String,
    /// From the end that is asked for first; `None` where it is not listed.
    pub seen: Option<ConversationReport>,
    /// All conversations of this instance were looked at: what is not listed is not there.
    pub certain: bool,
}

impl Sighting {
    /// Seconds since 1970 of its first and last packet.
    pub fn span(&self) -> Option<(f64, f64)> {
        let seen = self.seen.as_ref()?;
        let first = start(seen)?;
        Some((first, first + seen.duration_seconds.unwrap_or(0.0)))
    }
}

impl Report {
    /// One conversation on every instance, by their numbers or names; several files of one instance count together.
    /// `alone`: the report lists no other conversation (`Listing::Only`).
    pub fn follow(&self, ends: &Ends, alone: bool) -> Vec<Sighting> {
        let mut sightings: Vec<Sighting> = Vec::new();
        for source in &self.sources {
            let conversations = &source.summary.conversations;
            let all = conversations.tcp + conversations.udp + conversations.sctp;
            let seen = conversations.items.iter().find_map(|item| ends.oriented(item));
            let certain = alone || seen.is_some() || conversations.listed >= all;
            let name = source.instance.as_ref().unwrap_or(&source.path);
            let known =
                source.instance.as_ref().and_then(|_| sightings.iter_mut().find(|known| known.name == *name));
            match known {
                Some(known) => {
                    known.certain &= certain;
                    known.seen = match (known.seen.take(), seen) {
                        (Some(one), Some(other)) => Some(merged(one, &other)),
                        (one, other) => one.or(other),
                    };
                }
                None => sightings.push(Sighting { name: name.clone(), seen, certain }),
            }
        }
        // A download reports its files in the order in which they came.
        let number = |name: &str| name.parse::<u64>().unwrap_or(u64::MAX);
        sort(&mut sightings, |a, b| (number(&a.name), &a.name).cmp(&(number(&b.name), &b.name)));
        sightings
    }
}

fn start(item: &ConversationReport) -> Option<f64> {
    item.start_epoch.as_deref()?.parse().ok()
}

fn turned(item: &ConversationReport) -> ConversationReport {
    ConversationReport {
        a: item.b.clone(),
        b: item.a.clone(),
        packets_a_to_b: item.packets_b_to_a,
        bytes_a_to_b: item.bytes_b_to_a,
        packets_b_to_a: item.packets_a_to_b,
        bytes_b_to_a: item.bytes_a_to_b,
        ..item.clone()
    }
}

/// Two parts of one conversation, as files of a ring buffer have them.
fn merged(mut one: ConversationReport, other: &ConversationReport) -> ConversationReport {
    let end = |item: &ConversationReport| Some(start(item)? + item.duration_seconds?);
    let last = end(&one).into_iter().chain(end(other)).reduce(f64::max);
    let later = match (start(&one), start(other)) {
        (Some(first), Some(second)) => second >= first,
        (first, _) => first.is_some(),
    };
    if !later {
        one.start_epoch.clone_from(&other.start_epoch);
    }
    one.duration_seconds = start(&one).zip(last).map(|(first, last)| last - first);
    one.packets_a_to_b += other.packets_a_to_b;
    one.bytes_a_to_b += other.bytes_a_to_b;
    one.packets_b_to_a += other.packets_b_to_a;
    one.bytes_b_to_a += other.bytes_b_to_a;
    one.server_name = one.server_name.or_else(|| other.server_name.clone());
    one.tcp = match (one.tcp, &other.tcp) {
        (Some(one), Some(other)) => {
            let rtts = one.initial_rtt_seconds.into_iter().chain(other.initial_rtt_seconds);
            Some(ConversationTcpReport {
                syns: one.syns + other.syns,
                resets: one.resets + other.resets,
                retransmissions: one.retransmissions + other.retransmissions,
                out_of_order: one.out_of_order + other.out_of_order,
                duplicate_acks: one.duplicate_acks + other.duplicate_acks,
                zero_windows: one.zero_windows + other.zero_windows,
                initial_rtt_seconds: rtts.reduce(f64::min),
            })
        }
        (one, other) => one.or_else(|| other.clone()),
    };
    one
}

#[cfg(test)]
mod tests;
