//! What the service says about a capture. Unknown values are kept verbatim: the API marks these
//! enumerations as extensible (`modelAsString`), and `stopReason` is a free string.
//! Source: `networkWatcher.json` 2025-05-01; values seen in Azure's own recordings and documentation.

use super::open_enum::open_enum;
use crate::words::{self, Language};

open_enum! {
    /// `packetCaptureStatus`: one aggregate value for all instances.
    CaptureStatus {
        NotStarted = "NotStarted",
        Running = "Running",
        Stopped = "Stopped",
        Error = "Error",
        Unknown = "Unknown",
    }
}

open_enum! {
    /// `stopReason`. `Manual` was recorded, `TimeExceeded` is documented; what the service says when the
    /// size limit ends a session is documented nowhere.
    StopReason {
        Manual = "Manual",
        TimeExceeded = "TimeExceeded",
    }
}

open_enum! {
    /// An item of `packetCaptureError`.
    CaptureError {
        InternalError = "InternalError",
        AgentStopped = "AgentStopped",
        CaptureFailed = "CaptureFailed",
        LocalFileFailed = "LocalFileFailed",
        StorageFailed = "StorageFailed",
    }
}

open_enum! {
    /// `provisioningState` of the capture resource; the first answer to a PUT says `Updating`.
    ProvisioningState {
        Creating = "Creating",
        Updating = "Updating",
        Deleting = "Deleting",
        Succeeded = "Succeeded",
        Failed = "Failed",
        Canceled = "Canceled",
    }
}

/// A short label and a sentence with the next step, for values of the service.
pub trait Explain {
    /// The catalogue's keys start with this.
    const TOPIC: &'static str;

    /// The value, kebab-case, or `None` for a value that this version does not know.
    fn key(&self) -> Option<&'static str>;

    /// The value as the service wrote it.
    fn verbatim(&self) -> &str;

    /// A label of one or two words.
    fn label(&self, language: Language) -> String {
        match self.key() {
            Some(key) => words::plain(language, &format!("{}-{key}-label", Self::TOPIC)),
            None => self.verbatim().to_owned(),
        }
    }

    /// What it means and what to do next.
    fn sentence(&self, language: Language) -> String {
        match self.key() {
            Some(key) => words::plain(language, &format!("{}-{key}", Self::TOPIC)),
            None => words::text(
                language,
                &format!("{}-other", Self::TOPIC),
                &words::args([("value", self.verbatim().into())]),
            ),
        }
    }
}

macro_rules! explain {
    ($name:ident, $topic:literal, $($variant:ident => $key:literal),+ $(,)?) => {
        impl Explain for $name {
            const TOPIC: &'static str = $topic;

            fn key(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => Some($key),)+
                    Self::Other(_) => None,
                }
            }

            fn verbatim(&self) -> &str {
                self.as_str()
            }
        }
    };
}

explain!(CaptureStatus, "capture-status",
    NotStarted => "not-started", Running => "running", Stopped => "stopped", Error => "error",
    Unknown => "unknown");
explain!(StopReason, "capture-stop", Manual => "manual", TimeExceeded => "time-exceeded");
explain!(CaptureError, "capture-error",
    InternalError => "internal-error", AgentStopped => "agent-stopped", CaptureFailed => "capture-failed",
    LocalFileFailed => "local-file-failed", StorageFailed => "storage-failed");
explain!(ProvisioningState, "capture-provisioning",
    Creating => "creating", Updating => "updating", Deleting => "deleting", Succeeded => "succeeded",
    Failed => "failed", Canceled => "canceled");

#[cfg(test)]
mod tests {
    use super::*;

    fn explained<T: Explain>(values: &[T], unknown: T) {
        for language in Language::ALL {
            for value in values {
                for text in [value.label(language), value.sentence(language)] {
                    assert!(!text.starts_with("capture-"), "no words for {text}");
                }
            }
            assert!(unknown.sentence(language).contains(unknown.verbatim()));
            assert_eq!(unknown.label(language), unknown.verbatim());
        }
    }

    #[test]
    fn every_value_has_words_in_both_languages() {
        explained(CaptureStatus::KNOWN, "Paused".into());
        explained(StopReason::KNOWN, "SizeExceeded".into());
        explained(CaptureError::KNOWN, "DiskFull".into());
        explained(ProvisioningState::KNOWN, "Moving".into());
    }

    #[test]
    fn values_are_read_in_any_case_and_unknown_ones_come_back_verbatim() {
        for (json, value) in [
            ("\"Running\"", CaptureStatus::Running),
            ("\"running\"", CaptureStatus::Running),
            ("\"Paused\"", CaptureStatus::Other("Paused".to_owned())),
        ] {
            assert_eq!(serde_json::from_str::<CaptureStatus>(json).unwrap(), value);
        }
        let verbatim = serde_json::to_string(&CaptureStatus::Other("PAUSED x".to_owned())).unwrap();
        assert_eq!(verbatim, "\"PAUSED x\"");
    }
}
