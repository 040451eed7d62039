//! From Azure's answer back to the request.

use wasm_core::azure::arm::{PacketCaptureProperties, StorageLocation};
use wasm_core::azure::capture::{
    AccountStorage, CaptureLimits, CaptureName, CaptureRequest, CaptureSettings, RingBuffer, Scope,
    SessionLimits, Storage,
};
use wasm_core::protocol::Orchestration;

use super::found::Found;
use super::ground::Ground;

/// The capture's wish in our own terms, where it can be asked for again: captures that others made may have
/// filters or paths which this program refuses.
pub fn wish(found: &Found, ground: &Ground) -> Option<CaptureRequest> {
    let member = found.members.first()?;
    let properties = &member.resource.properties;
    let location = properties.storage_location.as_ref()?;
    let name: CaptureName = found.name.parse().ok()?;
    let filters = properties.filters.clone().unwrap_or_default();
    let request = CaptureRequest::new(name, ground.scale_set.clone(), storage(location)?)
        .with_filters(filters.try_into().ok()?)
        .with_settings(settings(properties)?);
    let scope = match ground.orchestration {
        Orchestration::Uniform => Scope::from_arm(properties.scope.as_ref()).ok()?,
        Orchestration::Flexible if found.members.len() >= ground.machines.len() => Scope::All,
        Orchestration::Flexible => {
            let targets =
                found.members.iter().filter_map(|member| member.resource.properties.target.as_deref());
            Scope::include(targets.filter_map(|target| target.parse().ok())).ok()?
        }
    };
    request.with_scope(scope).ok()
}

fn storage(location: &StorageLocation) -> Option<Storage> {
    // The path in an answer is the one that Azure chose, not one to ask for.
    let account =
        location.storage_id.as_deref().and_then(|id| AccountStorage::new(id.parse().ok()?, None).ok());
    let file =
        location.file_path.as_deref().or(location.local_path.as_deref()).and_then(|file| file.parse().ok());
    match (account, file) {
        (Some(account), Some(file)) => Some(Storage::Both(account, file)),
        (Some(account), None) => Some(Storage::Account(account)),
        (None, Some(file)) => Some(Storage::Local(file)),
        (None, None) => None,
    }
}

fn settings(properties: &PacketCaptureProperties) -> Option<CaptureSettings> {
    let limits = match &properties.capture_settings {
        Some(ring) => CaptureLimits::Ring(
            RingBuffer::new(
                properties.continuous_capture.unwrap_or(false),
                ring.file_count?,
                ring.file_size_in_bytes?,
                ring.session_time_limit_in_seconds?,
            )
            .ok()?,
        ),
        None => CaptureLimits::Session(
            SessionLimits::new(properties.total_bytes_per_session?, properties.time_limit_in_seconds?)
                .ok()?,
        ),
    };
    CaptureSettings::new(properties.bytes_to_capture_per_packet.unwrap_or(0), limits).ok()
}
