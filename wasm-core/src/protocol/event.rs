//! What the helper tells while a request runs.

use super::{
    Capture, Transfer,
    reading::{FromValue, Tagged, deserialize_from_value},
};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

#[derive(Clone, Debug, PartialEq, Serialize)]
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

deserialize_from_value!(Event);

impl FromValue for Event {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "event")?;
        Ok(match told.name() {
            "progress" => Self::Progress {
                step: told.take("step")?,
                done: told.take("done")?,
                total: told.take("total")?,
            },
            "signInPrompt" => Self::SignInPrompt {
                url: told.take("url")?,
                code: told.take("code")?,
                seconds: told.take("seconds")?,
            },
            "capture" => Self::Capture { capture: told.take("capture")? },
            "transfer" => Self::Transfer { transfer: told.take("transfer")? },
            "bytes" => Self::Bytes { offset: told.take("offset")?, base64: told.take("base64")? },
            _ => return told.unknown(),
        })
    }
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
