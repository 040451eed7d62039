//! A set of filters in plain words.

use super::{CaptureFilter, CaptureFilters, Side, Values};
use crate::words::{self, Language, args};
use std::fmt::Display;

/// Entries of a list that are named one by one.
const MAX_NAMED: usize = 12;
/// Filters that are named one by one.
const MAX_FILTERS: usize = 20;

pub(super) fn reading(set: &CaptureFilters, language: Language) -> String {
    if set.is_everything() {
        return words::plain(language, "filter-reading-everything");
    }
    let filters = set.filters();
    let mut parts: Vec<String> =
        filters.iter().take(MAX_FILTERS).map(|filter| one(filter, language)).collect();
    if let Some(more) = filters.len().checked_sub(MAX_FILTERS).filter(|more| *more > 0) {
        parts.push(words::text(language, "filter-reading-more-filters", &args([("count", more.into())])));
    }
    match parts.as_slice() {
        [single] => words::text(language, "filter-reading-one", &args([("filter", single.as_str().into())])),
        _ => {
            let separator = words::plain(language, "filter-reading-or");
            let joined = parts.join(&format!("{separator} "));
            words::text(language, "filter-reading-several", &args([("filters", joined.into())]))
        }
    }
}

fn one(filter: &CaptureFilter, language: Language) -> String {
    let (local, remote) = (side(&filter.local, language), side(&filter.remote, language));
    let key = match (filter.local.is_any(), filter.remote.is_any()) {
        (true, true) => "filter-reading-protocol",
        (false, true) => "filter-reading-local",
        (true, false) => "filter-reading-remote",
        (false, false) => "filter-reading-both",
    };
    words::text(
        language,
        key,
        &args([
            ("protocol", filter.protocol.as_str().into()),
            ("local", local.into()),
            ("remote", remote.into()),
        ]),
    )
}

fn side(side: &Side, language: Language) -> String {
    if side.is_any() {
        return String::new();
    }
    let address = match &side.addresses {
        Values::Any => words::plain(language, "filter-reading-any-address"),
        some => {
            let listed = listed(some, language);
            words::text(language, "filter-reading-address", &args([("address", listed.into())]))
        }
    };
    let ports = match &side.ports {
        Values::Any => words::plain(language, "filter-reading-any-port"),
        Values::Range(0 | 1, u16::MAX) => words::plain(language, "filter-reading-any-port"),
        Values::One(port) => {
            words::text(language, "filter-reading-port", &args([("port", port.to_string().into())]))
        }
        some => {
            words::text(language, "filter-reading-ports", &args([("ports", listed(some, language).into())]))
        }
    };
    words::text(
        language,
        "filter-reading-side",
        &args([("address", address.into()), ("ports", ports.into())]),
    )
}

/// `20, 80 or 443`, `1.1.1.1–255.255.255.255`.
fn listed<T: Display>(values: &Values<T>, language: Language) -> String {
    match values {
        Values::Any => String::new(),
        Values::One(one) => one.to_string(),
        Values::Range(first, last) => match language {
            Language::English => format!("{first}–{last}"),
            Language::Japanese => format!("{first}～{last}"),
        },
        Values::List(list) => {
            let mut names: Vec<String> = list.iter().take(MAX_NAMED).map(ToString::to_string).collect();
            if let Some(more) = list.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
                names.push(words::text(language, "filter-reading-more", &args([("count", more.into())])));
            }
            let Some(last) = names.pop() else { return String::new() };
            match language {
                Language::English => format!("{} or {last}", names.join(", ")),
                Language::Japanese => format!("{}、{last}", names.join("、")),
            }
        }
    }
}
