//! What was asked of a capture, from what Azure returns: others may have made it, with values that we would refuse.

use crate::infra::{format, words::Words};
use wasm_core::{
    azure::capture::{Scope, limit},
    filter::{CheckContext, check},
    protocol::Capture,
    words::Language,
};
use yew::AttrValue;

/// Seconds that it may last at most.
pub fn time_limit(capture: &Capture) -> u64 {
    let asked = &capture.properties;
    match &asked.capture_settings {
        Some(ring) => ring.session_time_limit_in_seconds.unwrap_or(limit::DEFAULT_RING_TIME),
        None => asked.time_limit_in_seconds.unwrap_or(limit::DEFAULT_TIME),
    }
}

/// Which limit will end it.
pub fn ends(words: Words, capture: &Capture) -> AttrValue {
    let time = format::duration(words.0, time_limit(capture) as f64);
    match &capture.properties.capture_settings {
        None => {
            let size = capture.properties.total_bytes_per_session.unwrap_or(limit::DEFAULT_BYTES_PER_SESSION);
            words.with(
                "ui-ends-session",
                [("time", time.into()), ("size", format::bytes(words.0, size).into())],
            )
        }
        Some(ring) => words.with(
            "ui-ends-ring",
            [
                ("time", time.into()),
                ("files", ring.file_count.unwrap_or(limit::DEFAULT_FILE_COUNT).into()),
                (
                    "size",
                    format::bytes(words.0, ring.file_size_in_bytes.unwrap_or(limit::DEFAULT_FILE_BYTES))
                        .into(),
                ),
            ],
        ),
    }
}

/// How many instances it runs on; `all`: how many there are, where known.
pub fn instances(capture: &Capture, all: Option<usize>) -> Option<usize> {
    match Scope::from_arm(capture.properties.scope.as_ref()).ok()? {
        Scope::All => all,
        Scope::Include(list) => Some(list.len()),
        Scope::Exclude(list) => Some(all?.saturating_sub(list.len())),
    }
}

/// What it keeps, in plain words.
pub fn reading(words: Words, capture: &Capture) -> String {
    let filters = capture.properties.filters.as_deref().unwrap_or_default();
    let reading = check(filters, &CheckContext::default()).reading;
    match words.0 {
        Language::English => reading.en,
        Language::Japanese => reading.ja,
    }
}

/// Whether its files go into a storage account.
pub fn uses_account(capture: &Capture) -> bool {
    let place = capture.properties.storage_location.as_ref();
    place.and_then(|place| place.storage_id.as_deref()).is_some_and(|id| !id.is_empty())
}
