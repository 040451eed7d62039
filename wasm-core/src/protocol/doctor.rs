//! Where the helper is registered, and whether all is well.

use super::Version;
use serde::{Deserialize, Serialize};

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
