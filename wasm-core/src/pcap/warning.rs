//! What was wrong with a capture that could still be read in part.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::report::{Params, named};

/// Offsets are bytes from the start of the (unpacked) file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Warning {
    /// The file ends inside a record; everything before is counted.
    CutShort { offset: u64 },
    /// A record claims more bytes than any capture program writes.
    RecordTooLong { offset: u64, length: u64 },
    /// A block that contradicts itself.
    BadBlock { offset: u64 },
    /// So many bytes from the offset on are damaged; reading went on behind them.
    DamageSkipped { offset: u64, bytes: u64 },
    /// A packet names an interface that its section has not described.
    UnknownInterface { offset: u64, interface: u32 },
    /// A section of a version that nobody has specified.
    UnsupportedSection { offset: u64, major: u16, minor: u16 },
    /// The gzip stream breaks off or its check fails.
    GzipDamaged { offset: u64 },
    /// More conversations than are tracked one by one; the rest are in the totals only.
    ConversationsCapped { tracked: u64, packets: u64 },
    /// More distinct DNS names than are kept.
    DnsNamesCapped { kept: u64, queries: u64 },
    /// More distinct server names than are kept.
    ServerNamesCapped { kept: u64, hellos: u64 },
    /// Packets whose link type is not taken apart: they count, their layers do not.
    UndecodedLinkType { link_type: u16 },
    /// More warnings than are kept.
    WarningsCapped { dropped: u64 },
}

impl Warning {
    pub fn code(&self) -> &'static str {
        match self {
            Self::CutShort { .. } => "cut-short",
            Self::RecordTooLong { .. } => "record-too-long",
            Self::BadBlock { .. } => "bad-block",
            Self::DamageSkipped { .. } => "damage-skipped",
            Self::UnknownInterface { .. } => "unknown-interface",
            Self::UnsupportedSection { .. } => "unsupported-section",
            Self::GzipDamaged { .. } => "gzip-damaged",
            Self::ConversationsCapped { .. } => "conversations-capped",
            Self::DnsNamesCapped { .. } => "dns-names-capped",
            Self::ServerNamesCapped { .. } => "server-names-capped",
            Self::UndecodedLinkType { .. } => "undecoded-link-type",
            Self::WarningsCapped { .. } => "warnings-capped",
        }
    }

    pub fn params(&self) -> Params {
        let pairs = match *self {
            Self::CutShort { offset } | Self::BadBlock { offset } | Self::GzipDamaged { offset } => {
                vec![("offset", json!(offset))]
            }
            Self::RecordTooLong { offset, length } => {
                vec![("offset", json!(offset)), ("length", json!(length))]
            }
            Self::DamageSkipped { offset, bytes } => {
                vec![("offset", json!(offset)), ("bytes", json!(bytes))]
            }
            Self::UnknownInterface { offset, interface } => {
                vec![("offset", json!(offset)), ("interface", json!(interface))]
            }
            Self::UnsupportedSection { offset, major, minor } => {
                vec![("offset", json!(offset)), ("version", json!(format!("{major}.{minor}")))]
            }
            Self::ConversationsCapped { tracked, packets } => {
                vec![("tracked", json!(tracked)), ("packets", json!(packets))]
            }
            Self::DnsNamesCapped { kept, queries } => {
                vec![("kept", json!(kept)), ("queries", json!(queries))]
            }
            Self::ServerNamesCapped { kept, hellos } => {
                vec![("kept", json!(kept)), ("hellos", json!(hellos))]
            }
            Self::UndecodedLinkType { link_type } => vec![("linkType", json!(link_type))],
            Self::WarningsCapped { dropped } => vec![("dropped", json!(dropped))],
        };
        named(&pairs)
    }
}

/// Why a file gives no summary at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is neither pcap nor pcapng")]
    NotACapture,
    #[error("the pcap file has version {major}.{minor}, which is unknown")]
    UnsupportedVersion { major: u16, minor: u16 },
}

impl CaptureError {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "capture-empty",
            Self::NotACapture => "not-a-capture",
            Self::UnsupportedVersion { .. } => "capture-version-unsupported",
        }
    }
}
