//! A set of filters in plain words.

use super::{CaptureFilter, CaptureFilters, Protocol, Side, Values, values::Value};
use crate::words::{self, Args, Language, Template, args};
use std::cell::OnceCell;

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
        // One text for all: what is said of a filter is written where it belongs, without texts in between.
        let mut out = String::new();
        match set.filters() {
            [single] => self.one.write(&mut out, |out, _| self.filter(out, single)),
            filters => self.several.write(&mut out, |out, _| self.alternatives(out, filters)),
        }
        out
    }

    fn alternatives(&self, out: &mut String, filters: &[CaptureFilter]) {
        let (named, rest) = filters.split_at(filters.len().min(MAX_FILTERS));
        let separate = |out: &mut String| {
            out.push_str(&self.or);
            out.push(' ');
        };
        for (index, filter) in named.iter().enumerate() {
            if index > 0 {
                separate(out);
            }
            self.filter(out, filter);
        }
        if !rest.is_empty() {
            separate(out);
            self.more_filters.write(out, |out, _| out.push_str(&rest.len().to_string()));
        }
    }

    fn filter(&self, out: &mut String, filter: &CaptureFilter) {
        let worded = match filter.protocol {
            Protocol::Tcp => 0,
            Protocol::Udp => 1,
            Protocol::Any => 2,
        };
        let (local, remote) = (&filter.local, &filter.remote);
        match (local.is_any(), remote.is_any()) {
            (true, true) => self.protocol.write(out, |out, _| out.push_str(filter.protocol.as_str())),
            (false, true) => self.local[worded].write(out, |out, _| self.side(out, local)),
            (true, false) => self.remote[worded].write(out, |out, _| self.side(out, remote)),
            (false, false) => self.both[worded].write(out, |out, slot| {
                self.side(out, if slot == 0 { local } else { remote });
            }),
        }
    }

    fn side(&self, out: &mut String, side: &Side) {
        self.side
            .write(out, |out, slot| if slot == 0 { self.address(out, side) } else { self.ports(out, side) });
    }

    fn address(&self, out: &mut String, side: &Side) {
        match &side.addresses {
            Values::Any => out.push_str(&self.any_address),
            some => self.address.write(out, |out, _| self.listed(out, some)),
        }
    }

    fn ports(&self, out: &mut String, side: &Side) {
        match &side.ports {
            Values::Any | Values::Range(0 | 1, u16::MAX) => out.push_str(&self.any_port),
            one @ Values::One(_) => self.port.write(out, |out, _| self.listed(out, one)),
            some => self.ports.write(out, |out, _| self.listed(out, some)),
        }
    }

    /// `20, 80 or 443`, `1.1.1.1–255.255.255.255`.
    fn listed<T: Value>(&self, out: &mut String, values: &Values<T>) {
        let (comma, or, to) = match self.language {
            Language::English => (", ", " or ", '–'),
            Language::Japanese => ("、", "、", '～'),
        };
        // Writing into a String cannot fail.
        let write = |out: &mut String, value: &T| {
            let _ = value.write_to(out);
        };
        match values {
            Values::Any => {}
            Values::One(one) => write(out, one),
            Values::Range(first, last) => {
                write(out, first);
                out.push(to);
                write(out, last);
            }
            Values::List(list) => {
                let (named, rest) = list.split_at(list.len().min(MAX_NAMED));
                for (index, value) in named.iter().enumerate() {
                    let last = rest.is_empty() && index.saturating_add(1) == named.len();
                    out.push_str(match index {
                        0 => "",
                        _ if last => or,
                        _ => comma,
                    });
                    write(out, value);
                }
                if !rest.is_empty() {
                    out.push_str(or);
                    self.more.write(out, |out, _| out.push_str(&rest.len().to_string()));
                }
            }
        }
    }
}
