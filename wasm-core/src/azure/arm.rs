//! The wire models of `packetCaptures`, as Azure Resource Manager writes and reads them.
//!
//! Requests say only what is meant; answers are read with absent, null and unknown members and with unknown
//! enumeration values. Source: `networkWatcher.json` 2025-05-01 (models unchanged up to 2026-03-01) and
//! recorded answers.

use super::{
    open_enum::open_enum,
    status::{CaptureError, CaptureStatus, ProvisioningState, StopReason},
};
use crate::filter::FilterInput;
use serde::{Deserialize, Deserializer, Serialize};

/// `null` reads as the default, like an absent member.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

open_enum! {
    /// `targetType`.
    TargetType {
        AzureVM = "AzureVM",
        AzureVMSS = "AzureVMSS",
    }
}

/// The body of a PUT.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacketCapture {
    pub properties: PacketCaptureProperties,
}

/// The properties of request and answer alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PacketCaptureProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioning_state: Option<ProvisioningState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_type: Option<TargetType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<MachineScope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_to_capture_per_packet: Option<u64>,
    /// Absent from answers where `captureSettings` are present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_bytes_per_session: Option<u64>,
    /// Absent from answers where `captureSettings` are present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_limit_in_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_location: Option<StorageLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filters: Option<Vec<FilterInput>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuous_capture: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture_settings: Option<CaptureSettings>,
}

/// `scope`: short instance ids in requests, full ones in answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MachineScope {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<Vec<String>>,
}

/// `storageLocation`. In answers, `storagePath` is where the files really are, or `""`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StorageLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_path: Option<String>,
}

/// `captureSettings` of a continuous capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CaptureSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_time_limit_in_seconds: Option<u64>,
}

/// A capture as GET and PUT answer it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PacketCaptureResult {
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    #[serde(deserialize_with = "nullable")]
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Sent by the service, absent from its description.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub properties: PacketCaptureProperties,
}

/// The answer of the list; the service pages nothing, `next_link` is read all the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PacketCaptureListResult {
    #[serde(deserialize_with = "nullable")]
    pub value: Vec<PacketCaptureResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

/// The answer of `queryStatus`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PacketCaptureStatusResult {
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    #[serde(deserialize_with = "nullable")]
    pub id: String,
    /// RFC 3339, up to 7 digits of a second, as the service wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture_start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_capture_status: Option<CaptureStatus>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stop_reason")]
    pub stop_reason: Option<StopReason>,
    #[serde(deserialize_with = "nullable")]
    pub packet_capture_error: Vec<CaptureError>,
}

/// An empty stop reason is none.
fn stop_reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<StopReason>, D::Error> {
    Ok(Option::<StopReason>::deserialize(deserializer)?.filter(|reason| !reason.as_str().is_empty()))
}

/// The envelope of every failure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorResponse {
    #[serde(deserialize_with = "nullable")]
    pub error: ErrorDetails,
}

/// Code and message are shown verbatim beside our own words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorDetails {
    #[serde(deserialize_with = "nullable")]
    pub code: String,
    #[serde(deserialize_with = "nullable")]
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub details: Vec<ErrorDetails>,
}

open_enum! {
    /// `status` of a long-running operation.
    OperationStatus {
        InProgress = "InProgress",
        Succeeded = "Succeeded",
        Failed = "Failed",
        Canceled = "Canceled",
    }
}

/// What the URL of `Azure-AsyncOperation` answers. The result that some operations put beside it is of any form
/// and is not read here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AsyncOperation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<OperationStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorDetails>,
}

#[cfg(test)]
mod tests;
