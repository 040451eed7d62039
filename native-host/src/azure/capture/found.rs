//! One capture as Azure has it.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use wasm_core::azure::arm::{PacketCaptureResult, PacketCaptureStatusResult};
use wasm_core::azure::status::{CaptureStatus, ProvisioningState};

/// One capture as Azure has it: its resources, each with the status that was asked for it.
#[derive(Clone, Debug)]
pub struct Found {
    pub name: String,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub resource: PacketCaptureResult,
    pub status: Option<PacketCaptureStatusResult>,
}

impl Found {
    /// The capture's status: what runs, runs; otherwise the worst.
    pub fn status(&self) -> CaptureStatus {
        let rank = |status: &CaptureStatus| match status {
            CaptureStatus::Running => 0,
            CaptureStatus::NotStarted => 1,
            CaptureStatus::Error => 2,
            CaptureStatus::Other(_) => 3,
            CaptureStatus::Unknown => 4,
            CaptureStatus::Stopped => 5,
        };
        self.members.iter().map(Member::status).min_by_key(rank).unwrap_or(CaptureStatus::Unknown)
    }

    /// Neither running nor about to.
    pub fn ended(&self) -> bool {
        matches!(self.status(), CaptureStatus::Stopped | CaptureStatus::Error)
    }
}

impl Member {
    fn status(&self) -> CaptureStatus {
        let told = self.status.as_ref().and_then(|status| status.packet_capture_status.clone());
        told.unwrap_or(match &self.resource.properties.provisioning_state {
            Some(ProvisioningState::Failed | ProvisioningState::Canceled) => CaptureStatus::Error,
            Some(ProvisioningState::Creating | ProvisioningState::Updating) => CaptureStatus::NotStarted,
            _ => CaptureStatus::Unknown,
        })
    }
}

/// When the capture started, by the first member.
pub fn started(found: &Found) -> Option<OffsetDateTime> {
    let times =
        found.members.iter().filter_map(|member| member.status.as_ref()?.capture_start_time.as_deref());
    times.filter_map(|text| OffsetDateTime::parse(text, &Rfc3339).ok()).min()
}

/// The time limit in seconds, of a session or of a ring.
pub fn time_limit(found: &Found) -> Option<u64> {
    let properties = &found.members.first()?.resource.properties;
    let ring = properties.capture_settings.as_ref().and_then(|ring| ring.session_time_limit_in_seconds);
    ring.or(properties.time_limit_in_seconds)
}
