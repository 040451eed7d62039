use super::{Cell, Ends, Fault, FieldValue, Item, Repair, ends, range, string};
use crate::filter::Severity;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

impl FieldValue for IpAddr {
    fn plain(text: &str) -> Option<Self> {
        text.parse::<Ipv4Addr>().ok().map(Self::V4)
    }

    fn entry(cells: &[Cell], faults: &mut Vec<Fault>) -> Option<Item<Self>> {
        let text = string(cells);
        if let Some(address) = Self::plain(&text) {
            return Some(Item::One(address));
        }
        let foreign = |c: char| !(c.is_ascii_hexdigit() || ".:-/*%[]".contains(c));
        if text.contains(foreign) && !text.contains('%') {
            faults.push(Fault::new(cells, "not-address", Severity::Error, Repair::None));
            return None;
        }
        if text.contains('/') && !text.contains('-') {
            return cidr(&text, cells, faults);
        }
        if text.contains('*') {
            return wildcard(&text, cells, faults);
        }
        match ends(cells) {
            Ends::Single(single) => match short_prefix(single) {
                Some((first, last)) => {
                    let meant = format!("{first}-{last}");
                    let fault = Fault::new(cells, "octet-count", Severity::Error, Repair::Replace(meant));
                    faults.push(fault.expecting(text.split('.').count().to_string()));
                    Some(Item::Range(IpAddr::V4(first), IpAddr::V4(last)))
                }
                None => point(single, None, faults).map(Item::One),
            },
            Ends::Range([], _) | Ends::Range(_, []) | Ends::Several => {
                faults.push(Fault::new(cells, "range-form", Severity::Error, Repair::None));
                None
            }
            Ends::Range(first, last) => {
                let first = point(first, None, faults);
                let last = point(last, Some(first), faults);
                range(first?, last?, cells, faults)
            }
        }
    }
}

/// `10.0.0` or `10.0` by itself: taken for the addresses that start so.
fn short_prefix(cells: &[Cell]) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let text = string(cells);
    let octets: Option<Vec<u8>> = text.split('.').map(octet).collect();
    let octets = octets.filter(|octets| matches!(octets.len(), 2 | 3))?;
    Some((filled(&octets, 0)?, filled(&octets, 255)?))
}

fn filled(octets: &[u8], fill: u8) -> Option<Ipv4Addr> {
    let mut all = octets.to_vec();
    all.resize(4, fill);
    <[u8; 4]>::try_from(all).ok().map(Ipv4Addr::from)
}

/// A decimal octet without leading zeros.
fn octet(text: &str) -> Option<u8> {
    let plain = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| plain)
}

/// One address. `upper`: it is the upper end of a range with that lower end.
fn point(cells: &[Cell], upper: Option<Option<IpAddr>>, faults: &mut Vec<Fault>) -> Option<IpAddr> {
    let text = string(cells);
    if let Some(address) = IpAddr::plain(&text) {
        return Some(address);
    }
    if text.contains([':', '[', '%']) {
        return point_v6(&text, cells, faults);
    }
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        faults.push(Fault::new(cells, "not-address", Severity::Error, Repair::None));
        return None;
    }
    let parts: Vec<&[Cell]> = cells.split(|(_, c)| *c == '.').collect();
    if parts.len() != 4 {
        return wrong_count(&text, cells, &parts, upper, faults);
    }
    let mut octets = Vec::with_capacity(4);
    for part in parts {
        octets.push(point_octet(part, cells, upper.is_some(), faults));
    }
    let octets: Option<Vec<u8>> = octets.into_iter().collect();
    filled(&octets?, 0).map(IpAddr::V4)
}

fn point_octet(part: &[Cell], address: &[Cell], upper: bool, faults: &mut Vec<Fault>) -> Option<u8> {
    let text = string(part);
    if let Some(octet) = octet(&text) {
        return Some(octet);
    }
    if text.is_empty() {
        faults.push(Fault::new(address, "octet-missing", Severity::Error, Repair::None));
        return None;
    }
    match text.trim_start_matches('0') {
        // Some programs read a leading 0 as octal: 010 is 8 for them, 10 for others.
        "" => leading_zero(0, part, faults),
        digits => match digits.parse::<u8>() {
            Ok(octet) => leading_zero(octet, part, faults),
            Err(_) => {
                let repair = if upper { Repair::Replace("255".to_owned()) } else { Repair::None };
                faults.push(Fault::new(part, "octet-range", Severity::Error, repair));
                upper.then_some(255)
            }
        },
    }
}

fn leading_zero(octet: u8, part: &[Cell], faults: &mut Vec<Fault>) -> Option<u8> {
    let repair = Repair::Replace(octet.to_string());
    let fault = Fault::new(part, "leading-zero", Severity::Error, repair);
    faults.push(fault.expecting(octet.to_string()));
    Some(octet)
}

/// Three octets, or five. The end of a range may have swallowed its last octet, as in Microsoft's own
/// `1.1.1.1-255.255.255`, or may name only what changes, as in `10.0.0.1-50`.
fn wrong_count(
    text: &str,
    cells: &[Cell],
    parts: &[&[Cell]],
    upper: Option<Option<IpAddr>>,
    faults: &mut Vec<Fault>,
) -> Option<IpAddr> {
    let octets: Option<Vec<u8>> = text.split('.').map(octet).collect();
    let octets = octets.filter(|octets| octets.len() < 4);
    let meant = octets.and_then(|octets| match upper {
        None => (octets.len() == 3).then(|| filled(&octets, 0)).flatten(),
        Some(Some(IpAddr::V4(low))) => {
            let swallowed = if octets.len() == 3 { filled(&octets, 255) } else { None };
            let kept = low.octets().into_iter().take(4usize.saturating_sub(octets.len()));
            let abbreviated = filled(&kept.chain(octets.iter().copied()).collect::<Vec<u8>>(), 0);
            [swallowed, abbreviated].into_iter().flatten().find(|high| *high >= low)
        }
        Some(_) => (octets.len() == 3).then(|| filled(&octets, 255)).flatten(),
    });
    let repair = meant.map_or(Repair::None, |address| Repair::Replace(address.to_string()));
    let mut fault = Fault::new(cells, "octet-count", Severity::Error, repair);
    fault.expected = parts.len().to_string();
    faults.push(fault);
    meant.map(IpAddr::V4)
}

fn point_v6(text: &str, cells: &[Cell], faults: &mut Vec<Fault>) -> Option<IpAddr> {
    if let Some((address, port)) = with_port(text) {
        let repair = Repair::MovePort { address: address.to_string(), port };
        faults.push(
            Fault::new(cells, "port-in-address", Severity::Error, repair).expecting(address.to_string()),
        );
        return Some(address);
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let bare = bare.split('%').next().unwrap_or_default();
    let Ok(address) = bare.parse::<Ipv6Addr>() else {
        faults.push(Fault::new(cells, "not-address", Severity::Error, Repair::None));
        return None;
    };
    if bare.len() != text.len() {
        let repair = Repair::Replace(address.to_string());
        let fault = Fault::new(cells, "ipv6-form", Severity::Error, repair);
        faults.push(fault.expecting(address.to_string()));
    }
    if let Some(mapped) = address.to_ipv4_mapped() {
        let repair = Repair::Replace(mapped.to_string());
        faults.push(Fault::new(cells, "ipv4-mapped", Severity::Error, repair).expecting(mapped.to_string()));
        return Some(IpAddr::V4(mapped));
    }
    // Once a field is enough.
    if !faults.iter().any(|fault| fault.code == "ipv6") {
        faults.push(Fault::new(cells, "ipv6", Severity::Warning, Repair::None));
    }
    Some(IpAddr::V6(address))
}

/// `10.0.0.4:443` and `[2001:db8::1]:443`.
fn with_port(text: &str) -> Option<(IpAddr, String)> {
    let (address, port) = text.rsplit_once(':')?;
    let address = match address.strip_prefix('[') {
        Some(bracketed) => IpAddr::V6(bracketed.strip_suffix(']')?.parse().ok()?),
        None => IpAddr::plain(address)?,
    };
    Some((address, u16::plain(port)?.to_string()))
}

/// `10.0.0.0/24`, `10.0.0.0/255.255.255.0` and IPv6 prefixes.
fn cidr(text: &str, cells: &[Cell], faults: &mut Vec<Fault>) -> Option<Item<IpAddr>> {
    let meant = network(text);
    let repair = match meant {
        Some((first, last)) if first == last => Repair::Replace(first.to_string()),
        Some((first, last)) => Repair::Replace(format!("{first}-{last}")),
        None => Repair::None,
    };
    let code = if meant.is_some() { "cidr" } else { "not-address" };
    let expected = repair.replacement().unwrap_or_default().to_owned();
    faults.push(Fault::new(cells, code, Severity::Error, repair).expecting(expected));
    let (first, last) = meant?;
    if first.is_ipv6() && !faults.iter().any(|fault| fault.code == "ipv6") {
        faults.push(Fault::new(cells, "ipv6", Severity::Warning, Repair::None));
    }
    Some(if first == last { Item::One(first) } else { Item::Range(first, last) })
}

/// First and last address of a network in prefix or mask notation.
pub(in crate::filter) fn network(text: &str) -> Option<(IpAddr, IpAddr)> {
    let (base, prefix) = text.split_once('/')?;
    match base.parse::<IpAddr>().ok()? {
        IpAddr::V4(base) => {
            let length = match prefix.parse::<Ipv4Addr>() {
                Ok(mask) => {
                    let bits = u32::from(mask);
                    (bits.leading_ones().saturating_add(bits.trailing_zeros()) == 32 || bits == 0)
                        .then(|| bits.leading_ones())?
                }
                Err(_) => prefix_length(prefix, 32)?,
            };
            let host = u32::MAX.checked_shr(length).unwrap_or(0);
            let first = u32::from(base) & !host;
            Some((IpAddr::V4(first.into()), IpAddr::V4((first | host).into())))
        }
        IpAddr::V6(base) => {
            let length = prefix_length(prefix, 128)?;
            let host = u128::MAX.checked_shr(length).unwrap_or(0);
            let first = u128::from(base) & !host;
            Some((IpAddr::V6(first.into()), IpAddr::V6((first | host).into())))
        }
    }
}

fn prefix_length(text: &str, max: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|length| digits && *length <= max)
}

/// `10.0.*` and `10.0.0.*`.
fn wildcard(text: &str, cells: &[Cell], faults: &mut Vec<Fault>) -> Option<Item<IpAddr>> {
    let known: Vec<&str> = text.split('.').take_while(|part| *part != "*").collect();
    let stars = text.split('.').skip(known.len());
    let only_stars = stars.clone().all(|part| part == "*");
    let octets: Option<Vec<u8>> = known.iter().map(|part| octet(part)).collect();
    let meant = octets
        .filter(|octets| {
            only_stars && (1..=3).contains(&octets.len()) && octets.len().saturating_add(stars.count()) <= 4
        })
        .and_then(|octets| Some((filled(&octets, 0)?, filled(&octets, 255)?)));
    let Some((first, last)) = meant else {
        faults.push(Fault::new(cells, "not-address", Severity::Error, Repair::None));
        return None;
    };
    let range = format!("{first}-{last}");
    let repair = Repair::Replace(range.clone());
    faults.push(Fault::new(cells, "address-wildcard", Severity::Error, repair).expecting(range));
    Some(Item::Range(IpAddr::V4(first), IpAddr::V4(last)))
}
