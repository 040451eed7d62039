//! What the helper answers.

use super::{
    Direction, ErrorCode, Failure, FileRef, Params, Version,
    reading::{FromValue, Tagged, deserialize_from_value},
};
use crate::azure::{
    arm::PacketCaptureProperties,
    capture::{CaptureName, CaptureRequest},
    resource::{InstanceId, ScaleSetId},
    status::{CaptureError, CaptureStatus, StopReason},
};
use crate::pcap::report::{Report, SummaryReport};
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Account {
    SignedOut {
        /// Why the automatic ways found nobody, one line each.
        tried: Vec<String>,
    },
    SignedIn {
        /// User principal name or application id.
        name: String,
        tenant: String,
        credential: CredentialKind,
        /// False: tokens are kept in memory only, as this computer has no usable keychain.
        remembered: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CredentialKind {
    AzureCli,
    AzureDeveloperCli,
    ManagedIdentity,
    WorkloadIdentity,
    ClientSecret,
    ClientCertificate,
    /// Our own sign-in.
    SignIn,
}

/// The scale set and all that a capture on it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    pub scale_set: ScaleSetId,
    pub location: String,
    pub orchestration: Orchestration,
    pub os: OsType,
    /// `Manual`, `Automatic` or `Rolling`; Azure's own word.
    pub upgrade_policy: String,
    /// True where AKS owns the scale set: Azure does not support the agent there.
    pub aks_owned: bool,
    pub instances: Vec<Instance>,
    pub checks: Vec<Check>,
    pub storage_accounts: Vec<StorageAccount>,
}

impl Context {
    /// Nothing stands in the way of a capture.
    pub fn ready(&self) -> bool {
        self.checks.iter().all(|check| !matches!(check.state, CheckState::Blocked))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Orchestration {
    Uniform,
    Flexible,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OsType {
    Linux,
    Windows,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    /// Uniform: "0"; Flexible: the VM's name.
    pub id: InstanceId,
    pub name: String,
    /// `running`, `deallocated`…: Azure's `PowerState/…` without the prefix; absent where not readable.
    pub power: Option<String>,
    pub agent: AgentState,
    pub latest_model: bool,
    /// Private addresses, where they could be read.
    pub addresses: Vec<std::net::IpAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AgentState {
    Installed,
    Missing,
    /// The extension is there and its provisioning failed.
    Failed,
    Unknown,
}

/// One line of the "Ready?" list. Sentences: `check-<kind>-<state>` in the catalogue, with `params`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub kind: CheckKind,
    pub state: CheckState,
    pub params: Params,
    pub text: String,
    /// What one click can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckKind {
    NetworkWatcher,
    AgentOnModel,
    AgentOnInstances,
    LatestModel,
    Storage,
    Permissions,
    Supported,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    Ok,
    /// A capture can start; something is not as it should be.
    Warning,
    /// A capture cannot start, or would be empty.
    Blocked,
    /// Could not be found out.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Fix {
    CreateWatcher,
    InstallAgent,
    /// Bring these instances to the latest model.
    UpdateInstances {
        instances: Vec<InstanceId>,
    },
    SignIn,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StorageAccount {
    pub id: String,
    pub name: String,
    pub location: String,
    pub sku: String,
    pub blob_endpoint: String,
    pub eligibility: Eligibility,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Eligibility {
    Eligible,
    /// Works only if the scale set's subnet is among the account's network rules.
    Restricted,
    Ineligible {
        reason: IneligibleReason,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IneligibleReason {
    Premium,
    OtherRegion,
    SharedKeyOff,
    NoPublicAccess,
    NoBlobs,
}

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

/// A warning beside a good answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub code: ErrorCode,
    pub params: Params,
    pub text: String,
}

/// A blob of a capture. The helper checks account and container against the capture before it reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlobRef {
    pub cloud: crate::azure::cloud::CloudName,
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

/// Source: Network Watcher's `ipFlowVerify` and `nextHop`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowVerdict {
    /// `Allow` or `Deny`, Azure's own word.
    pub access: String,
    /// The security rule that decides, as Azure names it.
    pub rule: String,
    pub direction: Direction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_hop: Option<NextHop>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NextHop {
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_table: Option<String>,
}

/// `chrome`, `edge`, `chromium`, `brave`, `firefox`.
pub type InstallationId = String;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DoctorReport {
    pub version: Version,
    pub executable: String,
    pub log: String,
    pub config: String,
    pub downloads: String,
    pub registrations: Vec<Registration>,
    /// Everything as one text to copy; holds no secret.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    pub browser: InstallationId,
    /// Manifest file or registry key.
    pub place: String,
    pub state: RegistrationState,
    /// What is wrong or whom it shadows.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RegistrationState {
    Ok,
    Absent,
    /// Points elsewhere, or to no program, or misses our extension's id.
    Broken,
    /// Valid, but another one wins.
    Shadowed,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Absolute folder; absent: the system's download folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downloads: Option<String>,
    /// Bytes a second over all transfers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<u64>,
    /// BCP 47; absent: the portal's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

deserialize_from_value!(Answer, Account, Fix, Eligibility, TransferState);

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

impl FromValue for Account {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "state")?;
        Ok(match told.name() {
            "signedOut" => Self::SignedOut { tried: told.take("tried")? },
            "signedIn" => Self::SignedIn {
                name: told.take("name")?,
                tenant: told.take("tenant")?,
                credential: told.take("credential")?,
                remembered: told.take("remembered")?,
            },
            _ => return told.unknown(),
        })
    }
}

impl FromValue for Fix {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "kind")?;
        Ok(match told.name() {
            "createWatcher" => Self::CreateWatcher,
            "installAgent" => Self::InstallAgent,
            "updateInstances" => Self::UpdateInstances { instances: told.take("instances")? },
            "signIn" => Self::SignIn,
            _ => return told.unknown(),
        })
    }
}

impl FromValue for Eligibility {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "state")?;
        Ok(match told.name() {
            "eligible" => Self::Eligible,
            "restricted" => Self::Restricted,
            "ineligible" => Self::Ineligible { reason: told.take("reason")? },
            _ => return told.unknown(),
        })
    }
}

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
