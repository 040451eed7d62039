use super::SettingError;
use serde::{Deserialize, Serialize};

/// The service's limits and defaults (`networkWatcher.json` 2025-05-01).
///
/// The API allows 0 for sizes and times and documents no meaning for it; Azure's own PowerShell and Terraform
/// ask for at least 1, and so do we, save for `bytesToCapturePerPacket`, where 0 is documented as the whole packet.
pub mod limit {
    use std::ops::RangeInclusive;

    /// Bytes kept of each packet; 0 = all.
    pub const BYTES_PER_PACKET: RangeInclusive<u64> = 0..=4_294_967_295;
    /// Ethernet header (14) and IPv4 header (20): "Enter 34 if you only need to capture IPv4 header".
    pub const IPV4_HEADERS_BYTES: u64 = 34;
    pub const BYTES_PER_SESSION: RangeInclusive<u64> = 1..=4_294_967_295;
    pub const DEFAULT_BYTES_PER_SESSION: u64 = 1_073_741_824;
    /// Seconds, 5 hours at most.
    pub const TIME: RangeInclusive<u64> = 1..=18_000;
    pub const DEFAULT_TIME: u64 = 18_000;
    pub const FILE_COUNT: RangeInclusive<u64> = 1..=10_000;
    pub const DEFAULT_FILE_COUNT: u64 = 10;
    pub const FILE_BYTES: RangeInclusive<u64> = 1..=4_294_967_295;
    pub const DEFAULT_FILE_BYTES: u64 = 104_857_600;
    /// Seconds, 7 days at most.
    pub const RING_TIME: RangeInclusive<u64> = 1..=604_800;
    pub const DEFAULT_RING_TIME: u64 = 86_400;
}

fn within(
    field: &'static str,
    value: u64,
    range: &std::ops::RangeInclusive<u64>,
) -> Result<u64, SettingError> {
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(SettingError::OutOfRange { field, value, min: *range.start(), max: *range.end() })
    }
}

/// What ends a capture, and how much of each packet is kept.
///
/// JSON: `{"bytesPerPacket":0,"session":{"bytes":1073741824,"seconds":18000}}`, or `"ring"` instead of `"session"`:
/// `{"continuous":true,"fileCount":10,"fileBytes":104857600,"seconds":86400}`. Absent members are Azure's defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SettingsForm", into = "SettingsForm")]
pub struct CaptureSettings {
    bytes_per_packet: u64,
    limits: CaptureLimits,
}

/// A session that ends at a limit, or a ring of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureLimits {
    Session(SessionLimits),
    Ring(RingBuffer),
}

/// The limits of an ordinary session; whichever is reached first ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SessionForm", into = "SessionForm")]
pub struct SessionLimits {
    bytes: u64,
    seconds: u64,
}

/// Continuous capture into several files (Azure calls it a preview). It excludes the session's limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RingForm", into = "RingForm")]
pub struct RingBuffer {
    continuous: bool,
    file_count: u64,
    file_bytes: u64,
    seconds: u64,
}

impl CaptureSettings {
    /// `bytes_per_packet`: 0 keeps whole packets.
    pub fn new(bytes_per_packet: u64, limits: CaptureLimits) -> Result<Self, SettingError> {
        let bytes_per_packet = within("bytesPerPacket", bytes_per_packet, &limit::BYTES_PER_PACKET)?;
        Ok(Self { bytes_per_packet, limits })
    }

    pub fn bytes_per_packet(&self) -> u64 {
        self.bytes_per_packet
    }

    pub fn limits(&self) -> &CaptureLimits {
        &self.limits
    }

    /// The most that the capture can write on `instances` instances.
    pub fn estimate(&self, instances: u64) -> Estimate {
        let (files_per_instance, bytes_per_file, seconds) = match &self.limits {
            CaptureLimits::Session(session) => (1, session.bytes, session.seconds),
            CaptureLimits::Ring(ring) => (ring.file_count, ring.file_bytes, ring.seconds),
        };
        let files = instances.saturating_mul(files_per_instance);
        Estimate { files, bytes_per_file, bytes: files.saturating_mul(bytes_per_file), seconds }
    }
}

/// "At most `files` × `bytes_per_file` within `seconds`." Limits count for each instance by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    pub files: u64,
    pub bytes_per_file: u64,
    pub bytes: u64,
    pub seconds: u64,
}

impl Default for CaptureLimits {
    fn default() -> Self {
        Self::Session(SessionLimits::default())
    }
}

impl SessionLimits {
    /// Bytes for each instance's file, and seconds.
    pub fn new(bytes: u64, seconds: u64) -> Result<Self, SettingError> {
        Ok(Self {
            bytes: within("sessionBytes", bytes, &limit::BYTES_PER_SESSION)?,
            seconds: within("sessionSeconds", seconds, &limit::TIME)?,
        })
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn seconds(&self) -> u64 {
        self.seconds
    }
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { bytes: limit::DEFAULT_BYTES_PER_SESSION, seconds: limit::DEFAULT_TIME }
    }
}

impl RingBuffer {
    /// `continuous`: the value of `continuousCapture`. Azure documents both values and not their difference;
    /// `true` presumably overwrites the oldest file, `false` presumably stops after the last.
    pub fn new(
        continuous: bool,
        file_count: u64,
        file_bytes: u64,
        seconds: u64,
    ) -> Result<Self, SettingError> {
        Ok(Self {
            continuous,
            file_count: within("fileCount", file_count, &limit::FILE_COUNT)?,
            file_bytes: within("fileBytes", file_bytes, &limit::FILE_BYTES)?,
            seconds: within("ringSeconds", seconds, &limit::RING_TIME)?,
        })
    }

    pub fn continuous(&self) -> bool {
        self.continuous
    }

    pub fn file_count(&self) -> u64 {
        self.file_count
    }

    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    pub fn seconds(&self) -> u64 {
        self.seconds
    }
}

impl Default for RingBuffer {
    fn default() -> Self {
        Self {
            continuous: true,
            file_count: limit::DEFAULT_FILE_COUNT,
            file_bytes: limit::DEFAULT_FILE_BYTES,
            seconds: limit::DEFAULT_RING_TIME,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SettingsForm {
    #[serde(default)]
    bytes_per_packet: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<SessionLimits>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ring: Option<RingBuffer>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct SessionForm {
    bytes: u64,
    seconds: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct RingForm {
    continuous: bool,
    file_count: u64,
    file_bytes: u64,
    seconds: u64,
}

impl Default for SessionForm {
    fn default() -> Self {
        SessionLimits::default().into()
    }
}

impl Default for RingForm {
    fn default() -> Self {
        RingBuffer::default().into()
    }
}

impl TryFrom<SettingsForm> for CaptureSettings {
    type Error = SettingError;
    fn try_from(form: SettingsForm) -> Result<Self, Self::Error> {
        let limits = match (form.session, form.ring) {
            (Some(_), Some(_)) => return Err(SettingError::LimitsBoth),
            (session, None) => CaptureLimits::Session(session.unwrap_or_default()),
            (None, Some(ring)) => CaptureLimits::Ring(ring),
        };
        Self::new(form.bytes_per_packet, limits)
    }
}

impl From<CaptureSettings> for SettingsForm {
    fn from(settings: CaptureSettings) -> Self {
        let (session, ring) = match settings.limits {
            CaptureLimits::Session(session) => (Some(session), None),
            CaptureLimits::Ring(ring) => (None, Some(ring)),
        };
        Self { bytes_per_packet: settings.bytes_per_packet, session, ring }
    }
}

impl TryFrom<SessionForm> for SessionLimits {
    type Error = SettingError;
    fn try_from(form: SessionForm) -> Result<Self, Self::Error> {
        Self::new(form.bytes, form.seconds)
    }
}

impl From<SessionLimits> for SessionForm {
    fn from(limits: SessionLimits) -> Self {
        Self { bytes: limits.bytes, seconds: limits.seconds }
    }
}

impl TryFrom<RingForm> for RingBuffer {
    type Error = SettingError;
    fn try_from(form: RingForm) -> Result<Self, Self::Error> {
        Self::new(form.continuous, form.file_count, form.file_bytes, form.seconds)
    }
}

impl From<RingBuffer> for RingForm {
    fn from(ring: RingBuffer) -> Self {
        Self {
            continuous: ring.continuous,
            file_count: ring.file_count,
            file_bytes: ring.file_bytes,
            seconds: ring.seconds,
        }
    }
}
