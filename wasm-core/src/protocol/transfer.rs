//! Downloads.

use super::{
    Failure, FileRef,
    reading::{FromValue, Tagged, deserialize_from_value},
};
use crate::azure::{
    capture::CaptureName,
    resource::{InstanceId, ScaleSetId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

/// Names a download over restarts.
pub type TransferId = String;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    pub id: TransferId,
    pub capture: CaptureName,
    pub scale_set: ScaleSetId,
    pub state: TransferState,
    pub files: Vec<FileTransfer>,
    /// Bytes a second, smoothed over the last seconds.
    pub bytes_per_second: u64,
    /// Absent where not yet known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum TransferState {
    Running,
    Paused,
    /// Begun by an earlier helper process; `resume` goes on.
    Interrupted,
    Done,
    Failed {
        failure: Failure,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileTransfer {
    pub instance: Option<InstanceId>,
    pub file: FileRef,
    pub done: u64,
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DownloadedFile {
    pub instance: Option<InstanceId>,
    /// Absent when it was not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileRef>,
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

deserialize_from_value!(TransferState);

impl FromValue for TransferState {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "kind")?;
        Ok(match told.name() {
            "running" => Self::Running,
            "paused" => Self::Paused,
            "interrupted" => Self::Interrupted,
            "done" => Self::Done,
            "failed" => Self::Failed { failure: told.take("failure")? },
            _ => return told.unknown(),
        })
    }
}
