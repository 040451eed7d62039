//! What the helper tells while a request runs.

use super::{Capture, Transfer};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "event")]
pub enum Event {
    /// A longer piece of work moved on.
    Progress { step: Step, done: u64, total: Option<u64> },
    /// The person has to act. With a `code`, it is typed at `url`; without, the browser was opened there.
    SignInPrompt { url: String, code: Option<String>, seconds: u64 },
    /// A watched capture changed.
    Capture { capture: Box<Capture> },
    /// A download moved on; at most four a second.
    Transfer { transfer: Box<Transfer> },
    /// Bytes of `look` and `read`, in order.
    Bytes { offset: u64, base64: String },
}

/// What a `progress` event counts. The sentence stands in the catalogue under `step-<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    CreateWatcher,
    InstallAgent,
    /// Counts instances.
    UpdateInstances,
    StartCapture,
    StopCapture,
    DeleteCapture,
    /// Counts files.
    DeleteFiles,
    /// Counts bytes.
    Summarise,
    /// Counts bytes.
    DryRun,
    /// Counts bytes.
    Merge,
    Export,
}
