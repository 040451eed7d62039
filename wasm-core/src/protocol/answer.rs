//! What the helper answers.

use super::{
    Account, Capture, CaptureFile, Context, DoctorReport, DownloadedFile, ErrorCode, FileRef, FlowVerdict,
    Params, Settings, Transfer, Version,
    reading::{FromValue, Tagged, deserialize_from_value},
};
use crate::{
    azure::capture::CaptureName,
    pcap::report::{Report, SummaryReport},
};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "answer")]
pub enum Answer {
    Hello(Hello),
    Account(Account),
    Context(Box<Context>),
    Capture(Box<Capture>),
    Captures {
        captures: Vec<Capture>,
        warnings: Vec<Notice>,
    },
    Deleted {
        capture: CaptureName,
        files_deleted: u32,
    },
    Files {
        files: Vec<CaptureFile>,
        warnings: Vec<Notice>,
    },
    Downloaded {
        files: Vec<DownloadedFile>,
        report: Option<Box<Report>>,
    },
    Transfers {
        transfers: Vec<Transfer>,
    },
    Report(Box<Report>),
    /// After the last `bytes` event: what was sent, and the size of the whole.
    Looked {
        bytes: u64,
        size: u64,
    },
    DryRun(DryRun),
    FlowVerdict(FlowVerdict),
    Exported {
        files: Vec<FileRef>,
        folder: String,
    },
    Done {},
    Doctor(DoctorReport),
    Settings(Settings),
}

/// The helper introduces itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    pub version: Version,
    /// Verbs that this helper answers; a page hides what is not among them.
    pub verbs: Vec<String>,
    /// `linux`, `macos` or `windows`.
    pub os: String,
    /// Where the log is, to show and to copy.
    pub log: String,
    /// The folder under which every download lands.
    pub downloads: String,
    pub wireshark: bool,
}

/// A warning beside a good answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub code: ErrorCode,
    pub params: Params,
    pub text: String,
}

/// The filters tried on an earlier capture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    pub packets: u64,
    pub kept: u64,
    pub bytes: u64,
    pub kept_bytes: u64,
    /// The local addresses that were assumed, instance by instance.
    pub local: Vec<std::net::IpAddr>,
    /// Of the kept packets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Box<SummaryReport>>,
}

deserialize_from_value!(Answer);

impl FromValue for Answer {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "answer")?;
        Ok(match told.name() {
            "hello" => Self::Hello(told.rest()?),
            "account" => Self::Account(Account::from_value(told.into_value())?),
            "context" => Self::Context(told.rest()?),
            "capture" => Self::Capture(told.rest()?),
            "captures" => {
                Self::Captures { captures: told.take("captures")?, warnings: told.take("warnings")? }
            }
            "deleted" => {
                Self::Deleted { capture: told.take("capture")?, files_deleted: told.take("filesDeleted")? }
            }
            "files" => Self::Files { files: told.take("files")?, warnings: told.take("warnings")? },
            "downloaded" => Self::Downloaded { files: told.take("files")?, report: told.take("report")? },
            "transfers" => Self::Transfers { transfers: told.take("transfers")? },
            "report" => Self::Report(told.rest()?),
            "looked" => Self::Looked { bytes: told.take("bytes")?, size: told.take("size")? },
            "dryRun" => Self::DryRun(told.rest()?),
            "flowVerdict" => Self::FlowVerdict(told.rest()?),
            "exported" => Self::Exported { files: told.take("files")?, folder: told.take("folder")? },
            "done" => Self::Done {},
            "doctor" => Self::Doctor(told.rest()?),
            "settings" => Self::Settings(told.rest()?),
            _ => return told.unknown(),
        })
    }
}
