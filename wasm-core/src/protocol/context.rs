//! The scale set as the panel shows it, with all that a capture needs.

use super::{
    Params,
    reading::{FromValue, Tagged, deserialize_from_value},
};
use crate::azure::resource::{InstanceId, ScaleSetId};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

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

impl IneligibleReason {
    /// The reason's sentence in the catalogue; `region` and `sku` of the account fill its gaps.
    pub fn key(self) -> &'static str {
        match self {
            Self::Premium => "capture-account-premium",
            Self::OtherRegion => "capture-account-other-region",
            Self::SharedKeyOff => "capture-account-shared-key-off",
            Self::NoPublicAccess => "capture-account-no-public-access",
            Self::NoBlobs => "capture-account-no-blobs",
        }
    }
}

deserialize_from_value!(Fix, Eligibility);

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
