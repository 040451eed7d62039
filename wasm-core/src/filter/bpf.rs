//! The filters as a libpcap expression (tcpdump, Wireshark's capture filters), both directions.

use super::{CaptureFilter, CaptureFilters, Protocol, Side, Values};
use std::net::IpAddr;

/// Ranges that are at most this many prefixes are written as `net`, others as comparisons.
const MAX_PREFIXES: usize = 4;

/// `""` keeps everything.
pub(super) fn expression(set: &CaptureFilters) -> String {
    if set.is_everything() {
        return String::new();
    }
    let parts: Vec<String> = set.filters().iter().map(filter).collect();
    match parts.as_slice() {
        [single] => single.clone(),
        _ => parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(" or "),
    }
}

fn filter(filter: &CaptureFilter) -> String {
    let protocol = match filter.protocol {
        Protocol::Tcp => Some("tcp"),
        Protocol::Udp => Some("udp"),
        Protocol::Any => None,
    };
    // `host` alone fits ARP too; a protocol or a port leaves IP only.
    let bare = protocol.is_some() || !filter.local.ports.is_any() || !filter.remote.ports.is_any();
    let (local, remote) = (&filter.local, &filter.remote);
    let ends = if local.is_any() && remote.is_any() {
        None
    } else if let Some(only) = single_field(local, remote) {
        // One field of one side: libpcap's form without a direction says both.
        Some(conjunction(only, "", bare))
    } else {
        let both = |local_is: &str, remote_is: &str| {
            let parts = [(local, local_is), (remote, remote_is)];
            let parts = parts.iter().filter(|(side, _)| !side.is_any());
            parts
                .map(|(side, direction)| conjunction(side, direction, bare))
                .collect::<Vec<_>>()
                .join(" and ")
        };
        Some(format!("(({}) or ({}))", both("src ", "dst "), both("dst ", "src ")))
    };
    [protocol.map(str::to_owned), ends].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// The side that holds the only field with a constraint.
fn single_field<'a>(local: &'a Side, remote: &'a Side) -> Option<&'a Side> {
    let side = match (local.is_any(), remote.is_any()) {
        (false, true) => local,
        (true, false) => remote,
        _ => return None,
    };
    (side.addresses.is_any() || side.ports.is_any()).then_some(side)
}

/// `direction`: `"src "`, `"dst "` or `""` for either.
fn conjunction(side: &Side, direction: &str, bare: bool) -> String {
    let addresses = address_terms(&side.addresses, direction, bare);
    let ports = port_terms(&side.ports, direction);
    [addresses, ports].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

fn alternatives(terms: Vec<String>) -> Option<String> {
    match terms.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(format!("({})", terms.join(" or "))),
    }
}

fn port_terms(ports: &Values<u16>, direction: &str) -> Option<String> {
    alternatives(match ports {
        Values::Any => Vec::new(),
        Values::One(port) => vec![format!("{direction}port {port}")],
        Values::Range(first, last) => vec![format!("{direction}portrange {first}-{last}")],
        Values::List(list) => list.iter().map(|port| format!("{direction}port {port}")).collect(),
    })
}

fn address_terms(addresses: &Values<IpAddr>, direction: &str, bare: bool) -> Option<String> {
    let family = |address: &IpAddr| match (bare, address.is_ipv4()) {
        (true, _) => "",
        (false, true) => "ip ",
        (false, false) => "ip6 ",
    };
    let host = |address: &IpAddr| format!("{}{direction}host {address}", family(address));
    alternatives(match addresses {
        Values::Any => Vec::new(),
        Values::One(address) => vec![host(address)],
        Values::List(list) => list.iter().map(host).collect(),
        Values::Range(first, last) => range_terms(*first, *last, family(first), direction),
    })
}

fn range_terms(first: IpAddr, last: IpAddr, family: &str, direction: &str) -> Vec<String> {
    let nets = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            let (first, last) = (u32::from(first), u32::from(last));
            let prefixes = prefixes(first.into(), last.into(), 32);
            if prefixes.len() > MAX_PREFIXES {
                return compared(first, last, direction);
            }
            let address = |base: u128| u32::try_from(base).unwrap_or(u32::MAX);
            let nets = prefixes.into_iter().map(|(base, length)| (IpAddr::V4(address(base).into()), length));
            nets.collect::<Vec<_>>()
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => {
            let prefixes = prefixes(u128::from(first), u128::from(last), 128);
            prefixes.into_iter().map(|(base, length)| (IpAddr::V6(base.into()), length)).collect()
        }
        // A range has one family.
        _ => Vec::new(),
    };
    let term = |(base, length): (IpAddr, u32)| match length {
        // A net of length 0 is every address, but libpcap would let ARP in.
        0 => {
            if base.is_ipv4() {
                "ip".to_owned()
            } else {
                "ip6".to_owned()
            }
        }
        _ => format!("{family}{direction}net {base}/{length}"),
    };
    nets.into_iter().map(term).collect()
}

/// Offsets of the addresses in the IPv4 header: 12 source, 16 destination (RFC 791).
fn compared(first: u32, last: u32, direction: &str) -> Vec<String> {
    let at = |offset: u8| format!("(ip[{offset}:4] >= {first:#010x} and ip[{offset}:4] <= {last:#010x})");
    match direction {
        "src " => vec![at(12)],
        "dst " => vec![at(16)],
        _ => vec![at(12), at(16)],
    }
}

/// The fewest prefixes that cover exactly `first..=last`: at most twice the address length.
fn prefixes(first: u128, last: u128, bits: u32) -> Vec<(u128, u32)> {
    let mut prefixes = Vec::new();
    let mut next = Some(first);
    while let Some(base) = next.filter(|base| *base <= last) {
        let aligned = if base == 0 { bits } else { base.trailing_zeros().min(bits) };
        // The largest block that starts at `base`, is aligned there and ends within the range.
        let block = (0..=aligned).rev().find_map(|host| {
            let size_less_one =
                if host == 0 { 0 } else { u128::MAX.checked_shr(128u32.saturating_sub(host))? };
            let end = base.checked_add(size_less_one)?;
            (end <= last).then_some((host, end))
        });
        let Some((host, end)) = block else { break };
        prefixes.push((base, bits.saturating_sub(host)));
        next = end.checked_add(1);
    }
    prefixes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_cover_exactly_the_range() {
        for (first, last, expected) in [
            (0u128, 255, vec![(0u128, 24)]),
            (0, u128::from(u32::MAX), vec![(0, 0)]),
            (5, 5, vec![(5, 32)]),
            (1, 6, vec![(1, 32), (2, 31), (4, 31), (6, 32)]),
        ] {
            assert_eq!(prefixes(first, last, 32), expected, "{first}-{last}");
        }
        assert_eq!(prefixes(0, u128::MAX, 128), vec![(0, 0)]);
        assert_eq!(prefixes(1, u128::MAX - 1, 128).len(), 254);
    }
}
