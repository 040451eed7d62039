//! What a summary says about the network, in codes and parameters. Every threshold stands here.

use std::net::IpAddr;

use serde_json::{Value, json};

use crate::words::Language;

use super::events::Event;
use super::flows::Conversation;
use super::numbers::{End, Numbers};
use super::ranking::{Heaviest, nth_smallest};
use super::report::{FindingReport, Params, Severity, Transport, named};
use super::summary::Summary;
use super::wording::sentence;
use crate::order::sort;

/// Hosts and conversations named one by one, of each kind.
const MAX_NAMED: usize = 5;
/// Flipped, signed numbers have the order of unsigned ones.
const SIGN: u64 = 1 << 63;

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    pub params: Params,
}

impl Finding {
    pub(super) fn new(code: &'static str, severity: Severity, params: &[(&str, Value)]) -> Self {
        Self { code, severity, params: named(params) }
    }

    pub fn report(self, language: Language) -> FindingReport {
        let text = sentence(language, self.code, &self.params);
        FindingReport { text, ..self.without_words() }
    }

    /// With an empty sentence.
    pub fn without_words(self) -> FindingReport {
        let text = String::new();
        FindingReport { text, code: self.code.to_owned(), severity: self.severity, params: self.params }
    }
}

/// All findings of a summary whose conversations were surveyed, the gravest first.
pub fn of(summary: &Summary, survey: Survey<'_>) -> Vec<Finding> {
    if summary.packets == 0 {
        return vec![Finding::new("no-packets", Severity::Warning, &[])];
    }
    let mut findings = Vec::new();
    servers(&survey, &mut findings);
    retransmissions(summary, survey.lossy, &mut findings);
    windows(survey.full, &mut findings);
    resets(summary, survey.tcp, &mut findings);
    names(summary, &mut findings);
    round_trips(&survey.round_trips, &mut findings);
    one_way(survey.one_way, survey.two_way, &mut findings);
    cut_packets(summary, &mut findings);
    sort(&mut findings, |a, b| b.severity.cmp(&a.severity));
    findings
}

/// How connections to one port of one host went.
#[derive(Debug, Clone, Copy)]
struct Attempts {
    server: End,
    unanswered: u64,
    refused: u64,
    open: u64,
    /// SYNs that went unanswered, repetitions included.
    syns: u64,
}

/// What two passes over the conversations show.
#[derive(Debug)]
pub struct Survey<'a> {
    /// Only of ports where something failed.
    servers: Vec<Attempts>,
    /// Places in `servers`, from 1.
    places: Numbers,
    lossy: Heaviest<&'a Conversation>,
    full: Heaviest<&'a Conversation>,
    /// In the order of signed numbers.
    round_trips: Vec<u64>,
    one_way: u64,
    two_way: u64,
    tcp: u64,
}

impl<'a> Survey<'a> {
    pub fn new() -> Self {
        Self {
            servers: Vec::new(),
            places: Numbers::new(),
            lossy: Heaviest::new(MAX_NAMED),
            full: Heaviest::new(MAX_NAMED),
            round_trips: Vec::new(),
            one_way: 0,
            two_way: 0,
            tcp: 0,
        }
    }

    /// The first look at a conversation.
    pub fn add(&mut self, conversation: &'a Conversation) {
        /// Conversations with fewer packets say nothing about one-way captures.
        const ENOUGH: u64 = 5;
        if conversation.tuple.transport() != Transport::Tcp {
            return;
        }
        self.tcp += 1;
        let count = |event| u64::from(conversation.events.of(event));
        let (unanswered, refused) = (count(Event::UnansweredSyn), count(Event::RefusedSyn));
        if unanswered + refused > 0 {
            let server = self.attempts(conversation.ends()[1]);
            server.unanswered += unanswered;
            server.refused += refused;
            if unanswered > 0 {
                server.syns += count(Event::Syn);
            }
        }
        if is_lossy(conversation) {
            self.lossy.offer(count(Event::Retransmission), conversation);
        }
        if count(Event::ZeroWindow) > 0 {
            self.full.offer(count(Event::ZeroWindow), conversation);
        }
        self.round_trips.extend(conversation.initial_rtt().map(|nanos| nanos as u64 ^ SIGN));
        if conversation.packets() >= ENOUGH {
            match went_both_ways(conversation) {
                true => self.two_way += 1,
                false => self.one_way += 1,
            }
        }
    }

    /// The second look, when all have had the first: what worked where something failed.
    pub fn add_open(&mut self, conversation: &Conversation) {
        let opened = [Event::UnansweredSyn, Event::RefusedSyn].map(|event| conversation.events.of(event))
            == [0; 2]
            && conversation.tuple.transport() == Transport::Tcp
            && went_both_ways(conversation);
        if opened
            && !self.servers.is_empty()
            && let Some(place) = self.places.get(conversation.ends()[1])
            && let Some(server) = self.servers.get_mut(place as usize - 1)
        {
            server.open += 1;
        }
    }

    fn attempts(&mut self, server: End) -> &mut Attempts {
        let place = self.places.of(server);
        if *place == 0 {
            self.servers.push(Attempts { server, unanswered: 0, refused: 0, open: 0, syns: 0 });
            *place = self.servers.len() as u64;
        }
        &mut self.servers[*place as usize - 1]
    }
}

fn went_both_ways(conversation: &Conversation) -> bool {
    conversation.traffic.iter().all(|side| side.packets > 0)
}

/// Hosts that answer no SYN, refuse, or answer only some.
fn servers(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    /// A single SYN at the end of a capture may just not have had its answer yet: this many, with repetitions.
    const SILENT_SYNS: u64 = 2;
    /// Of connections to a port that does answer, this share without an answer is worth a word.
    const SHARE: f64 = 0.1;
    const FAILURES: u64 = 5;
    let mut ranked: Vec<&Attempts> = survey.servers.iter().collect();
    let failures = |server: &Attempts| server.unanswered + server.refused;
    sort(&mut ranked, |one, other| {
        failures(other).cmp(&failures(one)).then_with(|| one.server.cmp(&other.server))
    });
    let (mut silent, mut refusing, mut partly) = (0, 0, 0);
    for server in ranked {
        let (host, port) = server.server;
        let host = ("host", json!(host.to_string()));
        let port = ("port", json!(port));
        let failed = server.unanswered + server.refused;
        if server.open > 0 {
            let share = failed as f64 / (failed + server.open) as f64;
            if partly < MAX_NAMED && failed >= FAILURES && share >= SHARE {
                partly += 1;
                let values =
                    [("failed", json!(failed)), ("attempts", json!(failed + server.open)), host, port];
                findings.push(Finding::new("host-answers-partly", Severity::Warning, &values));
            }
        } else if server.unanswered >= server.refused {
            if silent < MAX_NAMED && server.syns >= SILENT_SYNS {
                silent += 1;
                let values =
                    [("attempts", json!(server.unanswered)), ("syns", json!(server.syns)), host, port];
                findings.push(Finding::new("host-silent", Severity::Error, &values));
            }
        } else if refusing < MAX_NAMED {
            refusing += 1;
            let values = [("attempts", json!(server.refused)), host, port];
            findings.push(Finding::new("host-refuses", Severity::Error, &values));
        }
    }
}

fn ends(conversation: &Conversation) -> [(&'static str, Value); 2] {
    let text = |(host, port): (IpAddr, u16)| json!(std::net::SocketAddr::new(host, port).to_string());
    let [a, b] = conversation.ends();
    [("a", text(a)), ("b", text(b))]
}

fn percent(part: u64, whole: u64) -> f64 {
    (part as f64 * 1000.0 / whole as f64).round() / 10.0
}

/// Whether a conversation is named for its losses.
fn is_lossy(one: &Conversation) -> bool {
    const RETRANSMISSIONS: u64 = 10;
    /// Percent of its packets.
    const SHARE: f64 = 5.0;
    let retransmissions = u64::from(one.events.of(Event::Retransmission));
    retransmissions >= RETRANSMISSIONS
        && percent(retransmissions, one.packets()) >= SHARE
        && went_both_ways(one)
}

fn retransmissions(summary: &Summary, lossy: Heaviest<&Conversation>, findings: &mut Vec<Finding>) {
    /// Percent of all TCP packets. One percent is felt, five cripples.
    const NOTICEABLE: f64 = 1.0;
    const GRAVE: f64 = 5.0;
    /// Below so many packets a share means nothing.
    const PACKETS: u64 = 100;
    let packets = summary.transports[Transport::Tcp as usize].packets;
    let count = summary.tcp.retransmissions;
    if packets >= PACKETS && percent(count, packets) >= NOTICEABLE {
        let share = percent(count, packets);
        let severity = if share >= GRAVE { Severity::Error } else { Severity::Warning };
        let values = [("count", json!(count)), ("percent", json!(share))];
        findings.push(Finding::new("retransmissions", severity, &values));
    }
    for (count, one) in lossy.into_ranking(|a, b| a.tuple.cmp(&b.tuple)) {
        let share = percent(count, one.packets());
        let [a, b] = ends(one);
        let values = [a, b, ("count", json!(count)), ("percent", json!(share))];
        findings.push(Finding::new("conversation-lossy", Severity::Warning, &values));
    }
}

/// Receivers that could not keep up.
fn windows(full: Heaviest<&Conversation>, findings: &mut Vec<Finding>) {
    for (count, one) in full.into_ranking(|a, b| a.tuple.cmp(&b.tuple)) {
        let [a, b] = ends(one);
        let values = [a, b, ("count", json!(count))];
        findings.push(Finding::new("zero-windows", Severity::Warning, &values));
    }
}

fn resets(summary: &Summary, conversations: u64, findings: &mut Vec<Finding>) {
    const RESETS: u64 = 10;
    /// Percent of the conversations, refused ones aside.
    const SHARE: f64 = 20.0;
    let resets = summary.tcp.resets.saturating_sub(summary.tcp.refused_syns);
    if resets >= RESETS && percent(resets, conversations.max(1)) >= SHARE {
        let values = [("count", json!(resets)), ("conversations", json!(conversations))];
        findings.push(Finding::new("resets", Severity::Warning, &values));
    }
}

fn names(summary: &Summary, findings: &mut Vec<Finding>) {
    const ANSWERS: u64 = 5;
    /// Percent of the answers.
    const NOTICEABLE: f64 = 10.0;
    const GRAVE: f64 = 30.0;
    const UNANSWERED: u64 = 3;
    const NO_ERROR: u8 = 0;
    let answers: u64 = summary.dns.responses.values().sum();
    let failures = answers - summary.dns.responses.get(&NO_ERROR).copied().unwrap_or(0);
    if answers >= ANSWERS && percent(failures, answers) >= NOTICEABLE {
        let share = percent(failures, answers);
        let severity = if share >= GRAVE { Severity::Error } else { Severity::Warning };
        let worst = summary
            .dns
            .responses
            .iter()
            .filter(|(code, _)| **code != NO_ERROR)
            .max_by_key(|(_, count)| **count);
        let code = worst.map(|(code, _)| super::names::dns::response_code_name(*code)).unwrap_or_default();
        let values = [("percent", json!(share)), ("count", json!(failures)), ("code", json!(code))];
        findings.push(Finding::new("dns-failures", severity, &values));
    }
    let queries = summary.dns.queries.total();
    let unanswered = summary.dns.unanswered;
    if unanswered >= UNANSWERED && percent(unanswered, queries.max(unanswered)) >= NOTICEABLE {
        let values = [("count", json!(unanswered)), ("queries", json!(queries))];
        findings.push(Finding::new("dns-unanswered", Severity::Warning, &values));
    }
}

fn round_trips(round_trips: &[u64], findings: &mut Vec<Finding>) {
    const CONNECTIONS: usize = 10;
    /// A median above this is another continent, or a queue.
    const SLOW: i64 = 200_000_000;
    if round_trips.len() >= CONNECTIONS {
        let middle = round_trips.len() / 2;
        let median = (nth_smallest(round_trips, middle) ^ SIGN) as i64;
        if median >= SLOW {
            let values = [("milliseconds", json!(median / 1_000_000))];
            findings.push(Finding::new("slow-handshakes", Severity::Warning, &values));
        }
    }
}

/// Captures behind asymmetric routing, or filters that keep one direction.
fn one_way(one_way: u64, two_way: u64, findings: &mut Vec<Finding>) {
    const CONVERSATIONS: u64 = 5;
    if one_way >= CONVERSATIONS && one_way > two_way {
        let values = [("count", json!(one_way)), ("conversations", json!(one_way + two_way))];
        findings.push(Finding::new("one-way", Severity::Warning, &values));
    }
}

fn cut_packets(summary: &Summary, findings: &mut Vec<Finding>) {
    /// Less than this share of the bytes was captured.
    const SHARE: f64 = 90.0;
    let share = percent(summary.captured_bytes, summary.bytes.max(1));
    if share < SHARE {
        findings.push(Finding::new("packets-cut", Severity::Info, &[("percent", json!(share))]));
    }
}
