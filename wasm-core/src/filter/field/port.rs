use super::{Cell, Ends, Fault, FieldValue, Item, Repair, ends, range, string};
use crate::filter::Severity;

/// Names that people type where Azure takes numbers only (IANA service names).
const NAMES: &[(&str, u16)] = &[
    ("ssh", 22),
    ("smtp", 25),
    ("dns", 53),
    ("domain", 53),
    ("http", 80),
    ("kerberos", 88),
    ("ntp", 123),
    ("ldap", 389),
    ("https", 443),
    ("smb", 445),
    ("syslog", 514),
    ("ldaps", 636),
    ("mssql", 1433),
    ("mysql", 3306),
    ("rdp", 3389),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("winrm", 5985),
    ("redis", 6379),
];

impl FieldValue for u16 {
    fn plain(text: &str) -> Option<Self> {
        let canonical = !text.starts_with(['0', '+']);
        text.parse().ok().filter(|_| canonical)
    }

    fn entry(cells: &[Cell], faults: &mut Vec<Fault>) -> Option<Item<Self>> {
        match ends(cells) {
            Ends::Single(single) => {
                let colon = single.iter().position(|(_, c)| *c == ':');
                let (Some(first), Some(last)) = (
                    colon.and_then(|at| number(single.get(..at)?)),
                    colon.and_then(|at| number(single.get(at.saturating_add(1)..)?)),
                ) else {
                    return point(single, false, faults).map(Item::One);
                };
                // iptables and firewall tools write ranges as 80:85.
                let meant = format!("{first}-{last}");
                let repair = Repair::Replace(meant.clone());
                faults.push(Fault::new(cells, "range-sign", Severity::Error, repair).expecting(meant));
                range(first, last, cells, faults)
            }
            Ends::Range([], []) | Ends::Several => {
                faults.push(Fault::new(cells, "range-form", Severity::Error, Repair::None));
                None
            }
            Ends::Range([], last) => {
                let last = point(last, true, faults)?;
                Some(open(1, last, cells, faults))
            }
            Ends::Range(first, []) => {
                let first = point(first, false, faults)?;
                Some(open(first, u16::MAX, cells, faults))
            }
            Ends::Range(first, last) => {
                let (first_cells, last_cells) = (first, last);
                let first = point(first_cells, false, faults);
                let last = point(last_cells, true, faults);
                let (mut first, last) = (first?, last?);
                if first == 0 && last > 0 {
                    // The fault is reported by `point`; its repair is here, because a range goes on without 0.
                    first = 1;
                    if let Some(fault) = faults.last_mut().filter(|fault| fault.code == "port-zero") {
                        fault.repair = Repair::Replace("1".to_owned());
                    }
                }
                range(first, last, cells, faults)
            }
        }
    }
}

fn open(first: u16, last: u16, cells: &[Cell], faults: &mut Vec<Fault>) -> Item<u16> {
    let (first, last) = if first <= last { (first, last) } else { (last, first) };
    let meant = format!("{first}-{last}");
    let repair = Repair::Replace(meant.clone());
    faults.push(Fault::new(cells, "range-open", Severity::Error, repair).expecting(meant));
    Item::Range(first, last)
}

fn number(cells: &[Cell]) -> Option<u16> {
    u16::plain(&string(cells))
}

/// One port. `last`: the upper end of a range, which is cut to 65535 where it is above.
fn point(cells: &[Cell], last: bool, faults: &mut Vec<Fault>) -> Option<u16> {
    let text = string(cells);
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        let word = text.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let named = NAMES.iter().find(|(name, _)| *name == word).map(|(_, port)| *port);
        let meant = named.or_else(|| u16::plain(&word));
        let repair = meant.map_or(Repair::None, |port| Repair::Replace(port.to_string()));
        faults.push(Fault::new(cells, "not-port", Severity::Error, repair));
        return meant;
    }
    let digits = text.trim_start_matches('0');
    let value = if digits.is_empty() { Ok(0) } else { digits.parse::<u16>() };
    let Ok(port) = value else {
        let repair = if last { Repair::Replace(u16::MAX.to_string()) } else { Repair::None };
        faults.push(Fault::new(cells, "port-range", Severity::Error, repair));
        return last.then_some(u16::MAX);
    };
    if text.len() > 1 && text.starts_with('0') {
        let repair = Repair::Replace(port.to_string());
        let fault = Fault::new(cells, "leading-zero", Severity::Warning, repair);
        faults.push(fault.expecting(port.to_string()));
    } else if port == 0 {
        faults.push(Fault::new(cells, "port-zero", Severity::Warning, Repair::None));
    }
    Some(port)
}
