//! The filters as a Wireshark display filter, both directions.
//!
//! Wireshark looks at every occurrence of a field: in a packet with a tunnel or a quoted header (ICMP errors)
//! it may find an address that the capture filter, which reads the outermost header, does not.

use super::{CaptureFilter, CaptureFilters, Protocol, Side, Values};
use std::{fmt::Display, net::IpAddr};

/// `""` keeps everything.
pub(super) fn expression(set: &CaptureFilters) -> String {
    if set.is_everything() {
        return String::new();
    }
    let parts: Vec<String> = set.filters().iter().map(filter).collect();
    match parts.as_slice() {
        [single] => single.clone(),
        _ => parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(" || "),
    }
}

fn filter(filter: &CaptureFilter) -> String {
    let transports: &[&str] = match filter.protocol {
        Protocol::Tcp => &["tcp"],
        Protocol::Udp => &["udp"],
        Protocol::Any => &["tcp", "udp", "sctp"],
    };
    let mut parts = Vec::new();
    if filter.protocol != Protocol::Any {
        parts.extend(transports.first().map(|name| (*name).to_owned()));
    }
    let (local, remote) = (&filter.local, &filter.remote);
    let directed = |local_is: usize, remote_is: usize| {
        let mut parts = conditions(local, transports, local_is);
        parts.extend(conditions(remote, transports, remote_is));
        parts.join(" && ")
    };
    if !(local.is_any() && remote.is_any()) {
        parts.push(format!("(({}) || ({}))", directed(0, 1), directed(1, 0)));
    }
    parts.join(" && ")
}

/// `end`: 0 source, 1 destination.
fn conditions(side: &Side, transports: &[&str], end: usize) -> Vec<String> {
    let pick = |names: [&'static str; 2]| names.into_iter().nth(end).unwrap_or_default();
    let mut parts = Vec::new();
    if let Some(sets) = address_sets(&side.addresses) {
        let names = [pick(["ip.src", "ip.dst"]), pick(["ipv6.src", "ipv6.dst"])];
        parts.push(alternatives(
            names.iter().zip(sets).filter_map(|(name, set)| Some(condition(name, &set?))).collect(),
        ));
    }
    if let Some(set) = set(&side.ports) {
        let port = pick(["srcport", "dstport"]);
        let terms = transports.iter().map(|transport| condition(&format!("{transport}.{port}"), &set));
        parts.push(alternatives(terms.collect()));
    }
    parts
}

/// The IPv4 and the IPv6 ones; `None` for no constraint.
fn address_sets(values: &Values<IpAddr>) -> Option<[Option<Members>; 2]> {
    let of = |v4: bool| match values {
        Values::List(list) => {
            let family: Vec<IpAddr> =
                list.iter().copied().filter(|address| address.is_ipv4() == v4).collect();
            match family.as_slice() {
                [] => None,
                [one] => set(&Values::One(*one)),
                _ => set(&Values::List(family)),
            }
        }
        Values::One(first) | Values::Range(first, _) if first.is_ipv4() != v4 => None,
        other => set(other),
    };
    (!values.is_any()).then(|| [of(true), of(false)])
}

enum Members {
    One(String),
    Set(String),
}

fn set<T: Display>(values: &Values<T>) -> Option<Members> {
    match values {
        Values::Any => None,
        Values::One(one) => Some(Members::One(one.to_string())),
        Values::Range(first, last) => Some(Members::Set(format!("{first}..{last}"))),
        Values::List(list) => {
            Some(Members::Set(list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
        }
    }
}

fn condition(name: &str, members: &Members) -> String {
    match members {
        Members::One(one) => format!("{name} == {one}"),
        Members::Set(set) => format!("{name} in {{{set}}}"),
    }
}

fn alternatives(terms: Vec<String>) -> String {
    match terms.as_slice() {
        [one] => one.clone(),
        _ => format!("({})", terms.join(" || ")),
    }
}
