//! A set of filters in plain words.

use super::{CaptureFilter, CaptureFilters, Protocol, Side, Values};
use crate::words::{self, Args, Language, Template, args};
use std::{cell::OnceCell, fmt::Display};

/// Entries of a list that are named one by one.
const MAX_NAMED: usize = 12;
/// Filters that are named one by one.
const MAX_FILTERS: usize = 20;

pub(super) fn reading(set: &CaptureFilters, language: Language) -> String {
    thread_local! {
        static ENGLISH: OnceCell<Phrases> = const { OnceCell::new() };
        static JAPANESE: OnceCell<Phrases> = const { OnceCell::new() };
    }
    let slot = match language {
        Language::English => &ENGLISH,
        Language::Japanese => &JAPANESE,
    };
    slot.with(|phrases| phrases.get_or_init(|| Phrases::new(language)).set(set))
}

/// The catalogue's phrases, taken apart once.
struct Phrases {
    language: Language,
    everything: String,
    any_address: String,
    any_port: String,
    or: String,
    address: Template,
    port: Template,
    ports: Template,
    side: Template,
    more: Template,
    more_filters: Template,
    one: Template,
    several: Template,
    protocol: Template,
    /// By protocol, which chooses the wording.
    local: [Template; 3],
    remote: [Template; 3],
    both: [Template; 3],
}

const PROTOCOLS: [Protocol; 3] = [Protocol::Tcp, Protocol::Udp, Protocol::Any];

impl Phrases {
    fn new(language: Language) -> Self {
        let plain = |key: &str| words::plain(language, &format!("filter-reading-{key}"));
        let template = |key: &str, fixed: Args<'static>, slots: &[&'static str]| {
            Template::new(language, &format!("filter-reading-{key}"), fixed, slots)
        };
        let free = |key: &str, slots: &[&'static str]| template(key, args([]), slots);
        let worded = |key: &str, slots: &[&'static str]| {
            PROTOCOLS.map(|protocol| template(key, args([("protocol", protocol.as_str().into())]), slots))
        };
        Self {
            language,
            everything: plain("everything"),
            any_address: plain("any-address"),
            any_port: plain("any-port"),
            or: plain("or"),
            address: free("address", &["address"]),
            port: free("port", &["port"]),
            ports: free("ports", &["ports"]),
            side: free("side", &["address", "ports"]),
            more: free("more", &["count"]),
            more_filters: free("more-filters", &["count"]),
            one: free("one", &["filter"]),
            several: free("several", &["filters"]),
            protocol: free("protocol", &["protocol"]),
            local: worded("local", &["local"]),
            remote: worded("remote", &["remote"]),
            both: worded("both", &["local", "remote"]),
        }
    }

    fn set(&self, set: &CaptureFilters) -> String {
        if set.is_everything() {
            return self.everything.clone();
        }
        let filters = set.filters();
        let mut parts: Vec<String> =
            filters.iter().take(MAX_FILTERS).map(|filter| self.filter(filter)).collect();
        if let Some(more) = filters.len().checked_sub(MAX_FILTERS).filter(|more| *more > 0) {
            parts.push(self.more_filters.fill(&[&more.to_string()]));
        }
        match parts.as_slice() {
            [single] => self.one.fill(&[single]),
            _ => self.several.fill(&[&parts.join(&format!("{} ", self.or))]),
        }
    }

    fn filter(&self, filter: &CaptureFilter) -> String {
        let worded = match filter.protocol {
            Protocol::Tcp => 0,
            Protocol::Udp => 1,
            Protocol::Any => 2,
        };
        let (local, remote) = (&filter.local, &filter.remote);
        match (local.is_any(), remote.is_any()) {
            (true, true) => self.protocol.fill(&[filter.protocol.as_str()]),
            (false, true) => self.local[worded].fill(&[&self.side(local)]),
            (true, false) => self.remote[worded].fill(&[&self.side(remote)]),
            (false, false) => self.both[worded].fill(&[&self.side(local), &self.side(remote)]),
        }
    }

    fn side(&self, side: &Side) -> String {
        let address = match &side.addresses {
            Values::Any => self.any_address.clone(),
            some => self.address.fill(&[&self.listed(some)]),
        };
        let ports = match &side.ports {
            Values::Any | Values::Range(0 | 1, u16::MAX) => self.any_port.clone(),
            Values::One(port) => self.port.fill(&[&port.to_string()]),
            some => self.ports.fill(&[&self.listed(some)]),
        };
        self.side.fill(&[&address, &ports])
    }

    /// `20, 80 or 443`, `1.1.1.1–255.255.255.255`.
    fn listed<T: Display>(&self, values: &Values<T>) -> String {
        match values {
            Values::Any => String::new(),
            Values::One(one) => one.to_string(),
            Values::Range(first, last) => match self.language {
                Language::English => format!("{first}–{last}"),
                Language::Japanese => format!("{first}～{last}"),
            },
            Values::List(list) => {
                let mut names: Vec<String> = list.iter().take(MAX_NAMED).map(ToString::to_string).collect();
                if let Some(more) = list.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
                    names.push(self.more.fill(&[&more.to_string()]));
                }
                let Some(last) = names.pop() else { return String::new() };
                match self.language {
                    Language::English => format!("{} or {last}", names.join(", ")),
                    Language::Japanese => format!("{}、{last}", names.join("、")),
                }
            }
        }
    }
}
