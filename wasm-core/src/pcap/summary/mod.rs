//! The summary of a capture, or of several: bounded, mergeable, serialisable as a whole.

mod collect;
mod conversation;
mod hosts;
mod names;
#[cfg(feature = "quic")]
mod quic;
mod summarizer;
mod tally;
mod timeline;

pub use super::flows::Conversation;
pub use summarizer::{Options, Summarizer};
pub use tally::Tally;
pub use timeline::{MAX_BUCKETS, Timeline};

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};
use hashbrown::HashTable;
use serde::{Deserialize, Serialize};

use super::findings::{self, Finding, Survey};
use super::flows::{NameNumber, Traffic};
use super::follow::Ends;
use super::link::LinkType;
use super::names::dns;
use super::pieces::Pieces;
use super::ranking::{Heaviest, nth_smallest};
use super::report::{
    ConversationsReport, DnsQueryReport, DnsReport, Format, HostReport, LayerReport, NameReport,
    SummaryReport, TcpReport, TlsReport, WarningReport,
};
use super::time::Time;
use super::tuple::{Tuple, TupleHasher};
use super::warning::Warning;
use crate::words::Language;

/// Warnings kept of all merged sources.
const MAX_WARNINGS: usize = 256;

/// How many conversations a report lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    All,
    /// Those with the most bytes.
    Top(usize),
    /// The one between these ends.
    Only(Ends),
}

/// Counts of DNS messages over UDP and TCP port 53.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dns {
    /// Type and name of each question, as `A example.com`.
    pub queries: Tally,
    /// Responses by response code.
    pub responses: BTreeMap<u8, u64>,
    /// Queries without a response; of what was tracked.
    pub unanswered: u64,
}

/// Everything known about one capture, or about several merged ones.
///
/// [`merge`](Self::merge) is associative: whatever the grouping, the result is the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summary {
    pub format: Format,
    /// In order, each once.
    pub link_types: Vec<LinkType>,
    pub file_bytes: u64,
    pub packets: u64,
    pub bytes: u64,
    pub captured_bytes: u64,
    pub earliest: Option<Time>,
    pub latest: Option<Time>,
    pub layers: BTreeMap<String, LayerReport>,
    /// The tracked conversations, in no order.
    conversations: Pieces<Conversation>,
    /// Server names of conversations, by number.
    names: Vec<Box<str>>,
    /// Packets in conversations by transport, tracked or not: a packet counts in each of its tunnels.
    pub transports: [Traffic; 3],
    /// Conversations of this rank and above are not tracked.
    bound: Option<u64>,
    cap: usize,
    pub tcp: TcpReport,
    pub dns: Dns,
    /// Server names of TLS ClientHellos.
    pub server_names: Tally,
    pub timeline: Timeline,
    pub warnings: Vec<Warning>,
    dropped_warnings: u64,
}

impl Summary {
    /// Adds another capture's summary.
    pub fn merge(&mut self, other: &Self) {
        if self.format != other.format {
            self.format = Format::Mixed;
        }
        for link in &other.link_types {
            link.enter(&mut self.link_types);
        }
        self.file_bytes += other.file_bytes;
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.captured_bytes += other.captured_bytes;
        self.earliest = [self.earliest, other.earliest].into_iter().flatten().min();
        self.latest = self.latest.max(other.latest);
        for (layer, traffic) in &other.layers {
            self.layers.entry(layer.clone()).or_default().add(*traffic);
        }
        for (traffic, more) in self.transports.iter_mut().zip(other.transports) {
            traffic.add(more);
        }
        self.merge_conversations(other);
        self.tcp.add(&other.tcp);
        self.dns.queries.merge(&other.dns.queries);
        for (code, count) in &other.dns.responses {
            *self.dns.responses.entry(*code).or_default() += count;
        }
        self.dns.unanswered += other.dns.unanswered;
        self.server_names.merge(&other.server_names);
        self.timeline.merge(&other.timeline);
        let room = MAX_WARNINGS.saturating_sub(self.warnings.len());
        self.warnings.extend(other.warnings.iter().take(room).cloned());
        self.dropped_warnings += other.dropped_warnings + other.warnings.len().saturating_sub(room) as u64;
    }

    fn merge_conversations(&mut self, other: &Self) {
        self.bound = match (self.bound, other.bound) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.cap = self.cap.min(other.cap);
        self.keep_below_bound();
        let numbers = self.adopt_names(&other.names);
        let number = |conversation: &Conversation| {
            conversation.name.and_then(|name| numbers.get(name.get() as usize - 1).copied())
        };
        let places = Places::of(&self.conversations);
        for conversation in other.conversations.iter() {
            if self.bound.is_some_and(|bound| conversation.tuple.rank() >= bound) {
                continue;
            }
            let name = number(conversation);
            match places.find(&mut self.conversations, &conversation.tuple) {
                Some(known) => {
                    known.merge(conversation);
                    // Of two names the first by the alphabet, whatever the order of merging.
                    let text = |name: &NameNumber| self.names.get(name.get() as usize - 1);
                    known.name = [known.name, name].into_iter().flatten().min_by_key(text);
                }
                None => {
                    let mut conversation = conversation.clone();
                    conversation.name = name;
                    self.conversations.push(conversation);
                }
            }
        }
        if self.conversations.len() > self.cap {
            let ranks: Vec<u64> = self.conversations.iter().map(|one| one.tuple.rank()).collect();
            self.bound = Some(nth_smallest(&ranks, self.cap));
            self.keep_below_bound();
        }
        self.conversations.shrink();
    }

    fn keep_below_bound(&mut self) {
        if let Some(bound) = self.bound {
            let all = std::mem::take(&mut self.conversations).into_items();
            self.conversations = all.filter(|conversation| conversation.tuple.rank() < bound).collect();
        }
    }

    /// Takes over another summary's names; gives the number that each has here.
    fn adopt_names(&mut self, names: &[Box<str>]) -> Vec<NameNumber> {
        let mut known: HashMap<Box<str>, NameNumber> = HashMap::with_capacity(self.names.len());
        let number =
            |at: usize| u32::try_from(at + 1).ok().and_then(NameNumber::new).unwrap_or(NameNumber::MAX);
        known.extend(self.names.iter().enumerate().map(|(at, name)| (name.clone(), number(at))));
        let mut numbers = Vec::with_capacity(names.len());
        for name in names {
            numbers.push(*known.entry(name.clone()).or_insert_with(|| {
                self.names.push(name.clone());
                number(self.names.len() - 1)
            }));
        }
        numbers
    }

    /// The tracked conversations, in no order.
    pub fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.conversations.iter()
    }

    /// From a TLS ClientHello or an HTTP Host.
    pub fn server_name(&self, conversation: &Conversation) -> Option<&str> {
        let name = conversation.name?;
        self.names.get(name.get() as usize - 1).map(|name| &**name)
    }

    /// Distinct conversations by transport: counted, or estimated where not all are tracked.
    fn distinct(&self, tracked: u64) -> u64 {
        match self.bound {
            // Ranks are uniform, so that the tracked ones are this share of all.
            Some(bound) if bound > 0 => (tracked as f64 / (bound as f64 / u64::MAX as f64)).round() as u64,
            _ => tracked,
        }
    }

    /// Whether conversations, names or warnings had to be left out, and how much they were.
    fn remainders(&self) -> Vec<Warning> {
        let mut remainders = Vec::new();
        if self.bound.is_some() {
            let tracked: u64 = self.conversations.iter().map(Conversation::packets).sum();
            let all: u64 = self.transports.iter().map(|traffic| traffic.packets).sum();
            remainders.push(Warning::ConversationsCapped {
                tracked: self.conversations.len() as u64,
                packets: all.saturating_sub(tracked),
            });
        }
        if self.dns.queries.is_capped() {
            let (kept, queries) = (self.dns.queries.kept() as u64, self.dns.queries.total());
            remainders.push(Warning::DnsNamesCapped { kept, queries });
        }
        if self.server_names.is_capped() {
            let (kept, hellos) = (self.server_names.kept() as u64, self.server_names.total());
            remainders.push(Warning::ServerNamesCapped { kept, hellos });
        }
        if self.dropped_warnings > 0 {
            remainders.push(Warning::WarningsCapped { dropped: self.dropped_warnings });
        }
        remainders
    }

    /// The contract's form of it, with sentences in a language.
    pub fn report(&self, listing: Listing, language: Language) -> SummaryReport {
        self.report_without_words(listing).worded(language)
    }

    /// As [`Self::report`] with empty sentences: [`SummaryReport::worded`] adds them where the catalogue is.
    pub fn report_without_words(&self, listing: Listing) -> SummaryReport {
        let remainders = self.remainders();
        let (conversations, hosts, findings) = self.of_conversations(listing);
        let warnings = self.warnings.iter().chain(&remainders).map(|warning| WarningReport {
            code: warning.code().to_owned(),
            text: String::new(),
            params: warning.params(),
        });
        SummaryReport {
            format: self.format,
            link_types: self.link_types.iter().map(|link| link.name()).collect(),
            file_bytes: self.file_bytes,
            packets: self.packets,
            bytes: self.bytes,
            captured_bytes: self.captured_bytes,
            earliest_epoch: self.earliest.map(Time::epoch),
            latest_epoch: self.latest.map(Time::epoch),
            layers: self.layers.clone(),
            conversations,
            tcp: self.tcp,
            dns: self.dns_report(),
            tls: TlsReport {
                server_names: self
                    .server_names
                    .ranking()
                    .into_iter()
                    .map(|(name, count)| NameReport { name: name.to_owned(), count })
                    .collect(),
            },
            timeline: self.timeline.report(),
            hosts,
            findings: findings.into_iter().map(Finding::without_words).collect(),
            warnings: warnings.collect(),
        }
    }

    /// All that a report takes from the conversations, in two passes: at many conversations each look at one is a
    /// cache miss.
    fn of_conversations(&self, listing: Listing) -> (ConversationsReport, Vec<HostReport>, Vec<Finding>) {
        let limit = match listing {
            Listing::All => self.conversations.len(),
            Listing::Top(count) => count.min(self.conversations.len()),
            Listing::Only(_) => 1,
        };
        let only = match listing {
            Listing::Only(ends) => Some(ends.tuple()),
            Listing::All | Listing::Top(_) => None,
        };
        let mut tracked = [0_u64; 3];
        let mut heaviest = Heaviest::new(limit);
        let (mut weights, mut survey) = (hosts::Weights::new(), Survey::new());
        for conversation in self.conversations.iter() {
            tracked[conversation.tuple.transport() as usize] += 1;
            if only.is_none_or(|only| only == Some(conversation.tuple)) {
                heaviest.offer(conversation.bytes(), conversation);
            }
            weights.add(conversation);
            survey.add(conversation);
        }
        let mut hosts = weights.busiest();
        for conversation in self.conversations.iter() {
            hosts.count(conversation);
            survey.add_open(conversation);
        }
        let ranked = heaviest.into_ranking(|a, b| a.tuple.cmp(&b.tuple));
        let [tcp, udp, sctp] = tracked.map(|count| self.distinct(count));
        let items: Vec<_> = ranked.into_iter().map(|(_, one)| one.report(self.server_name(one))).collect();
        let conversations = ConversationsReport { tcp, udp, sctp, listed: items.len() as u64, items };
        (conversations, hosts.into_report(), findings::of(self, survey))
    }

    fn dns_report(&self) -> DnsReport {
        let queries = self.dns.queries.ranking().into_iter().filter_map(|(question, count)| {
            let (kind, name) = question.split_once(' ')?;
            Some(DnsQueryReport { name: name.to_owned(), kind: kind.to_owned(), count })
        });
        let mut response_codes = BTreeMap::new();
        for (&code, &count) in &self.dns.responses {
            response_codes.insert(dns::response_code_name(code), count);
        }
        DnsReport { queries: queries.collect(), response_codes, unanswered: self.dns.unanswered }
    }
}

/// Finds conversations among those that a summary had before another was merged into it. Four bytes each: the tuples
/// stay where they are.
struct Places {
    places: HashTable<u32>,
    hasher: TupleHasher,
}

impl Places {
    fn of(conversations: &Pieces<Conversation>) -> Self {
        let hasher = TupleHasher::new();
        let hash = |at: u32| {
            conversations.get(at as usize).map_or(0, |conversation| hasher.hash(&conversation.tuple))
        };
        let mut places = HashTable::with_capacity(conversations.len());
        for at in (0..=u32::MAX).take(conversations.len()) {
            places.insert_unique(hash(at), at, |&at| hash(at));
        }
        Self { places, hasher }
    }

    fn find<'a>(
        &self,
        conversations: &'a mut Pieces<Conversation>,
        tuple: &Tuple,
    ) -> Option<&'a mut Conversation> {
        let same = |at: &u32| conversations.get(*at as usize).is_some_and(|known| known.tuple == *tuple);
        let at = *self.places.find(self.hasher.hash(tuple), same)?;
        conversations.get_mut(at as usize)
    }
}

impl TcpReport {
    fn add(&mut self, other: &Self) {
        self.resets += other.resets;
        self.retransmissions += other.retransmissions;
        self.fast_retransmissions += other.fast_retransmissions;
        self.spurious_retransmissions += other.spurious_retransmissions;
        self.out_of_order += other.out_of_order;
        self.duplicate_acks += other.duplicate_acks;
        self.zero_windows += other.zero_windows;
        self.window_full += other.window_full;
        self.keep_alives += other.keep_alives;
        self.lost_segments += other.lost_segments;
        self.reused_ports += other.reused_ports;
        self.unanswered_syns += other.unanswered_syns;
        self.refused_syns += other.refused_syns;
    }
}
