//! The filters as a libpcap expression (tcpdump, Wireshark's capture filters), both directions.

use super::{CaptureFilter, CaptureFilters, Protocol, Side, Values, values::Value};
use std::{
    fmt::{self, Write},
    net::IpAddr,
};

/// Ranges that are at most this many prefixes are written as `net`, others as comparisons.
const MAX_PREFIXES: usize = 4;

/// `""` keeps everything.
pub(super) fn expression(set: &CaptureFilters) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail.
    let _ = write_set(&mut out, set);
    out
}

fn write_set(out: &mut String, set: &CaptureFilters) -> fmt::Result {
    if set.is_everything() {
        return Ok(());
    }
    match set.filters() {
        [single] => write_filter(out, single),
        filters => alternatives(out, "", filters, |out, filter| {
            out.push('(');
            write_filter(out, filter)?;
            out.push(')');
            Ok(())
        }),
    }
}

fn write_filter(out: &mut String, filter: &CaptureFilter) -> fmt::Result {
    let protocol = match filter.protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Any => "",
    };
    out.push_str(protocol);
    let (local, remote) = (&filter.local, &filter.remote);
    if local.is_any() && remote.is_any() {
        return Ok(());
    }
    if !protocol.is_empty() {
        out.push_str(" and ");
    }
    // `host` alone fits ARP too; a protocol or a port leaves IP only.
    let bare = !protocol.is_empty() || !local.ports.is_any() || !remote.ports.is_any();
    if let Some(only) = single_field(local, remote) {
        // One field of one side: libpcap's form without a direction says both.
        return write_side(out, only, "", bare);
    }
    let mut both = |before: &str, local_is: &str, remote_is: &str, after: &str| {
        out.push_str(before);
        if !local.is_any() {
            write_side(out, local, local_is, bare)?;
        }
        if !local.is_any() && !remote.is_any() {
            out.push_str(" and ");
        }
        if !remote.is_any() {
            write_side(out, remote, remote_is, bare)?;
        }
        out.push_str(after);
        Ok(())
    };
    both("((", "src ", "dst ", ") or (")?;
    both("", "dst ", "src ", "))")
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
fn write_side(out: &mut String, side: &Side, direction: &str, bare: bool) -> fmt::Result {
    write_addresses(out, &side.addresses, direction, bare)?;
    if !side.addresses.is_any() && !side.ports.is_any() {
        out.push_str(" and ");
    }
    match &side.ports {
        Values::Any => Ok(()),
        Values::List(list) => grouped(out, list, |out, port| write_named(out, &[direction, "port "], *port)),
        Values::One(port) => write_named(out, &[direction, "port "], *port),
        range @ Values::Range(..) => {
            out.push_str(direction);
            out.push_str("portrange ");
            range.write_to(out)
        }
    }
}

fn write_named(out: &mut String, words: &[&str], value: impl Value) -> fmt::Result {
    words.iter().for_each(|word| out.push_str(word));
    value.write_to(out)
}

fn write_addresses(out: &mut String, addresses: &Values<IpAddr>, direction: &str, bare: bool) -> fmt::Result {
    let family = |address: &IpAddr| match (bare, address.is_ipv4()) {
        (true, _) => "",
        (false, true) => "ip ",
        (false, false) => "ip6 ",
    };
    let host = |out: &mut String, address: &IpAddr| {
        write_named(out, &[family(address), direction, "host "], *address)
    };
    match addresses {
        Values::Any => Ok(()),
        Values::One(address) => host(out, address),
        Values::List(list) => grouped(out, list, host),
        Values::Range(first, last) => write_range(out, *first, *last, family(first), direction),
    }
}

fn write_range(out: &mut String, first: IpAddr, last: IpAddr, family: &str, direction: &str) -> fmt::Result {
    let nets: Vec<(IpAddr, u32)> = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            let (first, last) = (u32::from(first), u32::from(last));
            let address = |base: u128| u32::try_from(base).unwrap_or(u32::MAX);
            let nets: Vec<_> = prefixes(first.into(), last.into(), 32)
                .take(MAX_PREFIXES.saturating_add(1))
                .map(|(base, length)| (IpAddr::V4(address(base).into()), length))
                .collect();
            if nets.len() > MAX_PREFIXES {
                return write_compared(out, first, last, direction);
            }
            nets
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => prefixes(first.into(), last.into(), 128)
            .map(|(base, length)| (IpAddr::V6(base.into()), length))
            .collect(),
        // A range has one family.
        _ => Vec::new(),
    };
    grouped(out, &nets, |out, (base, length)| match length {
        // A net of length 0 is every address, but libpcap would let ARP in.
        0 => out.write_str(if base.is_ipv4() { "ip" } else { "ip6" }),
        _ => write!(out, "{family}{direction}net {base}/{length}"),
    })
}

/// Offsets of the addresses in the IPv4 header: 12 source, 16 destination (RFC 791).
fn write_compared(out: &mut String, first: u32, last: u32, direction: &str) -> fmt::Result {
    let offsets: &[u8] = match direction {
        "src " => &[12],
        "dst " => &[16],
        _ => &[12, 16],
    };
    grouped(out, offsets, |out, offset| {
        write!(out, "(ip[{offset}:4] >= {first:#010x} and ip[{offset}:4] <= {last:#010x})")
    })
}

/// `a or b`, in parentheses where there is more than one.
fn grouped<T>(
    out: &mut String,
    items: &[T],
    write_item: impl Fn(&mut String, &T) -> fmt::Result,
) -> fmt::Result {
    if let [single] = items {
        return write_item(out, single);
    }
    alternatives(out, "(", items, write_item)?;
    out.push(')');
    Ok(())
}

fn alternatives<T>(
    out: &mut String,
    before: &str,
    items: &[T],
    write_item: impl Fn(&mut String, &T) -> fmt::Result,
) -> fmt::Result {
    out.push_str(before);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(" or ");
        }
        write_item(out, item)?;
    }
    Ok(())
}

/// The fewest prefixes that cover exactly `first..=last`, as base and length: at most twice the address length.
fn prefixes(first: u128, last: u128, bits: u32) -> impl Iterator<Item = (u128, u32)> {
    let mut next = Some(first);
    std::iter::from_fn(move || {
        let base = next.filter(|base| *base <= last)?;
        // The largest block that starts at `base`, is aligned there and ends within the range.
        let left = last.saturating_sub(base).checked_add(1);
        let fits = left.map_or(u128::BITS, u128::ilog2);
        let host = base.trailing_zeros().min(fits).min(bits);
        let end = base | u128::MAX.checked_shr(u128::BITS.saturating_sub(host)).unwrap_or(0);
        next = end.checked_add(1);
        Some((base, bits.saturating_sub(host)))
    })
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
            assert_eq!(prefixes(first, last, 32).collect::<Vec<_>>(), expected, "{first}-{last}");
        }
        assert_eq!(prefixes(0, u128::MAX, 128).collect::<Vec<_>>(), vec![(0, 0)]);
        assert_eq!(prefixes(1, u128::MAX - 1, 128).count(), 254);
    }
}
