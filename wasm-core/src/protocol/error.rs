//! Failures: an append-only code, named parameters, a sentence with the next step, and Azure's own words.
//! The detail for the log never crosses to the browser.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+) => {
        /// Why a request failed. Append only: a published code never changes its meaning.
        /// The sentences stand in the message catalogue under `error-<code>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "&'static str", from = "String")]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $variant,)+
            /// A code of a newer helper.
            Unknown,
        }

        impl From<String> for ErrorCode {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => ErrorCode::$variant,)+
                    _ => ErrorCode::Unknown,
                }
            }
        }

        impl From<ErrorCode> for &'static str {
            fn from(code: ErrorCode) -> Self {
                code.as_str()
            }
        }

        impl ErrorCode {
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)+ ErrorCode::Unknown];

            /// As on the wire, in the catalogue's keys and on the CLI's stderr.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(ErrorCode::$variant => $text,)+
                    ErrorCode::Unknown => "unknown",
                }
            }
        }
    };
}

codes! {
    /// A bug of ours; the log has the detail.
    Internal = "internal",
    /// The message is not JSON of a known shape. `reason`.
    BadMessage = "bad-message",
    /// A verb that this helper does not know. `verb`.
    UnknownVerb = "unknown-verb",
    /// The caller is not a known extension. `origin`.
    UnknownOrigin = "unknown-origin",
    /// The request was cancelled by its caller.
    Cancelled = "cancelled",
    /// No answer in time. `seconds`.
    Timeout = "timeout",
    /// The helper is not installed or the browser cannot start it. `detail`.
    HelperMissing = "helper-missing",
    /// The helper ended during the request. `detail`.
    HelperGone = "helper-gone",
    /// The URL names no scale set. `url`.
    NotAScaleSet = "not-a-scale-set",
    /// Input that Azure would refuse or misread. `field`, `rule` (the catalogue's key), `reason` (its sentence).
    InvalidInput = "invalid-input",
    /// Nobody is signed in for this tenant. `tenant`.
    SignedOut = "signed-out",
    /// Signing in failed. `reason`.
    SignInFailed = "sign-in-failed",
    /// Entra wants more (conditional access, consent, MFA). `reason`.
    SignInInteraction = "sign-in-interaction",
    /// The signed-in account belongs to another tenant. `tenant`, `expected`.
    WrongTenant = "wrong-tenant",
    /// The cloud is not known to the helper. `cloud`.
    UnknownCloud = "unknown-cloud",
    /// 403 with the missing permission. `action`, `scope`, `role`.
    NotPermitted = "not-permitted",
    /// 404. `resource`.
    NotFound = "not-found",
    /// The scale set does not exist (any more). `scaleSet`.
    ScaleSetGone = "scale-set-gone",
    /// The capture does not exist (any more). `capture`.
    CaptureGone = "capture-gone",
    /// A capture of this name exists already; captures cannot be changed. `capture`.
    CaptureExists = "capture-exists",
    /// 409 of another kind. `resource`.
    Conflict = "conflict",
    /// Azure refused the request's content. `reason`.
    Rejected = "rejected",
    /// 429; `seconds` until Azure wants to be asked again.
    Throttled = "throttled",
    /// 5xx, after retries. `status`.
    AzureUnavailable = "azure-unavailable",
    /// No connection. `host`.
    Network = "network",
    /// TLS certificate not trusted. `host`.
    Certificate = "certificate",
    /// An answer that is not what Azure documents. `what`.
    UnexpectedAnswer = "unexpected-answer",
    /// A long-running operation ended as Failed or Canceled. `operation`, `status`.
    OperationFailed = "operation-failed",
    /// The operation's end was not seen; read the resource. `operation`.
    OperationUnclear = "operation-unclear",
    /// No Network Watcher in the region. `region`.
    NoNetworkWatcher = "no-network-watcher",
    /// The agent extension is missing on `count` of `total` instances.
    AgentMissing = "agent-missing",
    /// The storage account cannot take captures. `account`, `rule`, `reason`.
    StorageNotEligible = "storage-not-eligible",
    /// The blob is not there (yet). `blob`.
    BlobMissing = "blob-missing",
    /// The blob was replaced during the download. `blob`.
    BlobChanged = "blob-changed",
    /// Storage answered 403 for the blob. `account`, `role`.
    BlobNotPermitted = "blob-not-permitted",
    /// The bytes do not match their checksum. `blob`.
    Corrupt = "corrupt",
    /// Not enough space. `needed`, `free`, `folder`.
    DiskFull = "disk-full",
    /// A local file operation failed. `path`, `reason`.
    LocalFile = "local-file",
    /// A file of that name exists. `path`.
    FileExists = "file-exists",
    /// The path is outside the download folder or not ours. `path`.
    PathRefused = "path-refused",
    /// Not a capture file. `name`, `looksLike`.
    NotACapture = "not-a-capture",
    /// A program is not installed. `program`.
    ProgramMissing = "program-missing",
    /// The settings or config file is not usable. `path`, `reason`.
    Config = "config",
    /// The storage account's network rules turn this computer away. `account`.
    BlobNetworkRefused = "blob-network-refused",
    /// A capture that was waited for ended as failed. `capture`, `reason`.
    CaptureFailed = "capture-failed",
}

/// Named parameters of a code; numbers are written plainly, without grouping.
pub type Params = BTreeMap<String, String>;

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    pub code: ErrorCode,
    #[serde(default, skip_serializing_if = "Params::is_empty")]
    pub params: Params,
    /// What happened and what to do next, in the language of `hello`.
    pub text: String,
    /// Azure's own code and message, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azure: Option<AzureError>,
}

/// What Azure said. Source: the ARM error envelope, <https://aka.ms/arm-error-details>.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AzureError {
    /// HTTP status, 0 where there was none (a failed operation).
    pub status: u16,
    pub code: String,
    pub message: String,
    /// `x-ms-correlation-request-id` or `x-ms-request-id`, for a support case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}
