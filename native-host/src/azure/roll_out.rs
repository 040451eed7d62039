//! A changed model on its way to the instances, where the scale set itself brings it (Automatic and Rolling).
//!
//! Sources: <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-set-vms/list> (its filter on the latest
//! model), <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-set-rolling-upgrades/get-latest>.

use serde::Deserialize;
use serde::de::IgnoredAny;
use wasm_core::azure::arm::ErrorDetails;
use wasm_core::azure::resource::ScaleSetId;
use wasm_core::protocol::ErrorCode;

use super::arm::{Api, Arm};
use super::failure;
use super::operation;
use crate::problem::{Problem, Result};

/// How many instances are not on the latest model; a list of those alone.
pub async fn behind(arm: &Arm, id: &ScaleSetId) -> Result<usize> {
    let path = format!("{id}/virtualMachines");
    let filter = [("$filter", "properties/latestModelApplied eq false")];
    Ok(arm.list::<IgnoredAny>(&path, Api::Compute, &filter).await?.len())
}

/// The last rolling upgrade of a scale set.
#[derive(Debug, Deserialize)]
pub struct RollingUpgrade {
    #[serde(default)]
    properties: Properties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    running_status: RunningStatus,
    error: Option<ErrorDetails>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RunningStatus {
    code: String,
    start_time: Option<String>,
}

impl RollingUpgrade {
    /// None where there never was one.
    pub async fn latest(arm: &Arm, id: &ScaleSetId) -> Result<Option<Self>> {
        arm.find(&format!("{id}/rollingUpgrades/latest"), Api::Compute).await
    }

    /// Whether it is the same one as `earlier`.
    pub fn is(&self, earlier: Option<&Self>) -> bool {
        let start = |upgrade: &Self| upgrade.properties.running_status.start_time.clone();
        earlier.is_some_and(|earlier| start(earlier) == start(self))
    }

    /// Why it will go no further.
    pub fn failure(&self) -> Option<Problem> {
        let status = &self.properties.running_status.code;
        if !["Faulted", "Cancelled"].iter().any(|end| status.eq_ignore_ascii_case(end)) {
            return None;
        }
        let problem = Problem::new(ErrorCode::OperationFailed)
            .with("operation", "rollingUpgrades")
            .with("status", failure::clean(status));
        Some(match &self.properties.error {
            Some(error) => problem.azure(failure::azure_error(0, error, None)),
            None => problem,
        })
    }
}

/// Starts the roll-out of extensions. One that is under way already is as good.
pub async fn start(arm: &Arm, id: &ScaleSetId) -> Result<()> {
    let begun = match arm.act(&format!("{id}/extensionRollingUpgrade"), Api::Compute, None).await {
        Ok(answer) => operation::finish(arm, answer, "extensionRollingUpgrade").await.map(drop),
        Err(problem) => Err(problem),
    };
    match begun {
        Err(problem) if problem.code == ErrorCode::Conflict => Ok(()),
        begun => begun,
    }
}
