//! What a page may ask. A closed list of verbs: there is none that runs a command, reads an arbitrary file
//! or calls an arbitrary URL.

use super::{BlobRef, Fix, Settings, TransferId, Version};
use crate::azure::{
    capture::{CaptureName, CaptureRequest},
    cloud::CloudName,
    resource::{InstanceId, ScaleSetId},
};
use crate::filter::FilterInput;
use crate::words::Language;
use serde::{Deserialize, Serialize};

/// Which scale set, seen from which portal. The cloud and tenant come from the portal's URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    pub scale_set: ScaleSetId,
    pub cloud: CloudName,
    /// GUID or domain; absent where the URL names none, then the account's home tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// One capture of a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureRef {
    #[serde(flatten)]
    pub target: Target,
    pub capture: CaptureName,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "verb")]
pub enum Request {
    /// The first message of every page. → `hello`
    Hello { version: Version, language: Language },
    /// Who is signed in for this cloud and tenant. → `account`
    Account { cloud: CloudName, tenant: Option<String> },
    /// Sign in with no other tool installed; `signInPrompt` events tell what the person has to do. → `account`
    SignIn { cloud: CloudName, tenant: Option<String>, method: SignInMethod },
    /// Forget the tokens of this cloud and tenant. → `account`
    SignOut { cloud: CloudName, tenant: Option<String> },
    /// The scale set, its instances and everything that a capture needs. → `context`
    Context { target: Target },
    /// Mend one prerequisite; `progress` events. → `context`
    Fix { target: Target, fix: Fix },
    /// Start a capture. → `capture`
    Start { target: Target, request: Box<CaptureRequest> },
    /// The captures of this scale set, newest first. → `captures`
    List { target: Target },
    /// One capture with its present status. → `capture`
    Status { capture: CaptureRef },
    /// Follow a capture until it ends or the request is cancelled; `capture` events. → `capture`
    Watch { capture: CaptureRef },
    /// Stop a running capture. → `capture`
    Stop { capture: CaptureRef },
    /// Delete the capture resource; the files stay unless `files` is true. → `deleted`
    Delete { capture: CaptureRef, files: bool },
    /// The files of a capture by instance; also what is already on this computer. → `files`
    Files { capture: CaptureRef },
    /// Bring files down; goes on when the page is closed. `transfer` events. → `downloaded`
    Download { capture: CaptureRef, instances: InstanceChoice, options: DownloadOptions },
    /// Running, paused and interrupted downloads. → `transfers`
    Transfers {},
    /// Follow a download that another request began; `transfer` events. → `downloaded`
    Follow { transfer: TransferId },
    /// → `transfers`
    Pause { transfer: TransferId },
    /// Also after a restart of helper or computer. → `transfers`
    Resume { transfer: TransferId },
    /// Give up a download and remove its partial file. → `transfers`
    Discard { transfer: TransferId },
    /// Summaries of files that are on this computer, and of all of them together. → `report`
    Summarise { files: Vec<FileRef>, conversations: Listing },
    /// The first packets of a blob of any size, without downloading it; `bytes` events. → `looked`
    Look { blob: BlobRef, packets: u32 },
    /// A range of a downloaded file, for the viewer; `bytes` events. → `looked`
    Read { file: FileRef, offset: u64, length: u64 },
    /// What the filters would have kept of an earlier capture. → `dryRun`
    DryRun { filters: Vec<FilterInput>, files: Vec<FileRef> },
    /// Ask Network Watcher which rule lets this 5-tuple pass or not, and where it would go. → `flowVerdict`
    VerifyFlow { target: Target, instance: InstanceId, flow: FlowTuple },
    /// Open a downloaded file in Wireshark or show it in its folder. → `done`
    Open { file: FileRef, with: OpenWith },
    /// Write summaries or conversations in another form into the download folder. → `exported`
    Export { files: Vec<FileRef>, format: ExportFormat },
    /// One time-ordered pcapng of several files, an interface for each instance. → `exported`
    Merge { files: Vec<FileRef>, name: String },
    /// Where the helper is registered, and whether all is well. → `doctor`
    Doctor {},
    /// → `settings`
    Settings {},
    /// → `settings`
    Configure { settings: Settings },
}

impl Request {
    /// The verb as on the wire.
    pub const VERBS: &'static [&'static str] = &[
        "hello",
        "account",
        "signIn",
        "signOut",
        "context",
        "fix",
        "start",
        "list",
        "status",
        "watch",
        "stop",
        "delete",
        "files",
        "download",
        "transfers",
        "follow",
        "pause",
        "resume",
        "discard",
        "summarise",
        "look",
        "read",
        "dryRun",
        "verifyFlow",
        "open",
        "export",
        "merge",
        "doctor",
        "settings",
        "configure",
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignInMethod {
    /// The system browser with PKCE on a loopback redirect.
    Browser,
    /// A code typed on another page or machine.
    DeviceCode,
}

/// Which instances' files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InstanceChoice {
    All,
    Only(Vec<InstanceId>),
}

impl InstanceChoice {
    /// Whether the file of this instance is meant; of `None`, nobody knows whose it is.
    pub fn includes(&self, instance: Option<&InstanceId>) -> bool {
        match (self, instance) {
            (Self::All, _) => true,
            (Self::Only(chosen), Some(instance)) => {
                chosen.iter().any(|chosen| chosen.name().eq_ignore_ascii_case(instance.name()))
            }
            (Self::Only(_), None) => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DownloadOptions {
    /// False: summarise while it arrives and write nothing to disk.
    pub keep: bool,
    pub summarise: bool,
    /// Replace a finished file of the same name. Without it such a file is `file-exists`.
    pub overwrite: bool,
    /// Bytes a second over all transfers; absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<u64>,
}

impl Default for DownloadOptions {
    fn default() -> Self {
        Self { keep: true, summarise: true, overwrite: false, bandwidth: None }
    }
}

/// A file in the download folder, as `files` and `downloaded` name it: relative, `/`-separated.
/// The helper resolves it and refuses whatever leads outside.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileRef(pub String);

/// How many conversations a summary lists; the rest is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Listing {
    All,
    Top(u32),
    /// The one between these ends, `tcp/10.0.0.4:40000,10.0.2.7:443`.
    Only(crate::pcap::follow::Ends),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowTuple {
    pub protocol: FlowProtocol,
    pub direction: Direction,
    pub local_address: std::net::IpAddr,
    pub local_port: u16,
    pub remote_address: std::net::IpAddr,
    pub remote_port: u16,
}

/// Source: `VerificationIPFlowParameters` of the Network Watcher API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlowProtocol {
    #[serde(rename = "TCP")]
    Tcp,
    #[serde(rename = "UDP")]
    Udp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    Inbound,
    Outbound,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OpenWith {
    Wireshark {
        /// A Wireshark display filter, for example that of one conversation.
        #[serde(default, skip_serializing_if = "Option::is_none", rename = "displayFilter")]
        display_filter: Option<String>,
    },
    Folder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    Json,
    Csv,
    Markdown,
    Parquet,
}
