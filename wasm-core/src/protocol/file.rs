//! The files of a capture.

use super::FileRef;
use crate::azure::{cloud::CloudName, resource::InstanceId};
use serde::{Deserialize, Serialize};

/// A blob of a capture. The helper checks account and container against the capture before it reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlobRef {
    pub cloud: CloudName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    pub url: String,
}

/// One file of a capture, or an instance whose file is not there yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureFile {
    pub instance: Option<InstanceId>,
    /// Ring-buffer part, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    pub state: FileState,
    /// The name that a download gets, relative to the download folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<BlobRef>,
    /// Bytes.
    pub size: u64,
    /// RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FileState {
    /// Azure writes the file when the session ends.
    NotWritten,
    InStorage,
    /// A part is on this computer; the download can be resumed.
    Partial,
    /// Whole, on this computer.
    Local,
    /// The instance was in scope and has no file although the capture ended.
    Missing,
}
