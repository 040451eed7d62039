//! A capture as Azure has it.

use crate::azure::{
    arm::PacketCaptureProperties,
    capture::{CaptureName, CaptureRequest},
    status::{CaptureError, CaptureStatus, StopReason},
};
use serde::{Deserialize, Serialize};

/// A capture resource with its present status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Capture {
    pub name: CaptureName,
    /// The ARM id(s); several where a Flexible scale set has one capture for each VM.
    pub ids: Vec<String>,
    /// What was asked for, as Azure returns it: a capture that others made may hold what we would refuse.
    pub properties: PacketCaptureProperties,
    /// The same as a request that can be made again; absent where we would refuse it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Box<CaptureRequest>>,
    pub status: CaptureStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<StopReason>,
    #[serde(default)]
    pub errors: Vec<CaptureError>,
    /// RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// Seconds until the time limit, by the helper's clock; absent unless running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_seconds: Option<u64>,
    /// The storage path that Azure returned; authoritative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_path: Option<String>,
    /// Status and stop reason in words, with the limit reached.
    pub text: String,
}
