//! A capture in the protocol's form, with its state in words.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use wasm_core::azure::capture::CaptureName;
use wasm_core::azure::status::{CaptureError, CaptureStatus, Explain, StopReason};
use wasm_core::protocol::{Capture, ErrorCode};
use wasm_core::words::Language;

use crate::azure::capture::{self, Found, Ground};
use crate::problem::{Problem, Result};

/// What the page is shown of a capture.
pub fn describe(found: &Found, ground: &Ground, language: Language) -> Result<Capture> {
    let name = CaptureName::existing(&found.name).map_err(|error| {
        Problem::new(ErrorCode::UnexpectedAnswer).with("what", "packetCaptures").detail(error)
    })?;
    let status = found.status();
    let statuses = || found.members.iter().filter_map(|member| member.status.as_ref());
    let stop_reason = statuses().find_map(|status| status.stop_reason.clone());
    let mut errors: Vec<CaptureError> = Vec::new();
    for error in statuses().flat_map(|status| &status.packet_capture_error) {
        if !errors.contains(error) {
            errors.push(error.clone());
        }
    }
    let started = capture::started(found);
    let running = status == CaptureStatus::Running;
    let remaining_seconds = match (running, started, capture::time_limit(found)) {
        (true, Some(started), Some(limit)) => {
            let passed = (OffsetDateTime::now_utc() - started).whole_seconds().max(0);
            Some(limit.saturating_sub(passed.unsigned_abs()))
        }
        _ => None,
    };
    let location =
        found.members.first().and_then(|member| member.resource.properties.storage_location.as_ref());
    let storage_path =
        location.and_then(|location| location.storage_path.clone()).filter(|path| !path.is_empty());
    Ok(Capture {
        name,
        ids: found.members.iter().map(|member| member.resource.id.clone()).collect(),
        text: words(&status, stop_reason.as_ref(), &errors, language),
        properties: found
            .members
            .first()
            .map(|member| member.resource.properties.clone())
            .unwrap_or_default(),
        request: capture::wish(found, ground).map(Box::new),
        status,
        stop_reason,
        errors,
        started: started.and_then(|started| started.format(&Rfc3339).ok()),
        remaining_seconds,
        storage_path,
    })
}

/// Why it stopped, or what went wrong, or the plain status.
fn words(
    status: &CaptureStatus,
    stop_reason: Option<&StopReason>,
    errors: &[CaptureError],
    language: Language,
) -> String {
    let mut sentences = vec![match (status, stop_reason) {
        (CaptureStatus::Stopped, Some(reason)) => reason.sentence(language),
        _ => status.sentence(language),
    }];
    sentences.extend(errors.iter().map(|error| error.sentence(language)));
    sentences.join(" ")
}
