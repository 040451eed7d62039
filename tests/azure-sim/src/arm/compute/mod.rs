//! Scale sets, their instances and single machines.

pub mod extensions;
pub mod machines;
pub mod sets;
pub mod upgrades;

use super::Call;
use super::error::ArmError;
use crate::world::Subscription;
use crate::world::machine::Machine;
use crate::world::scale_set::{Instance, ScaleSet};

fn set<'a>(call: &Call, subscription: &'a Subscription) -> Result<&'a ScaleSet, ArmError> {
    let (group, name) = (call.params.get("G"), call.params.get("V"));
    subscription
        .scale_set(group, name)
        .ok_or_else(|| ArmError::resource_not_found("Microsoft.Compute/virtualMachineScaleSets", name, group))
}

fn set_mut<'a>(call: &Call, subscription: &'a mut Subscription) -> Result<&'a mut ScaleSet, ArmError> {
    let (group, name) = (call.params.get("G"), call.params.get("V"));
    subscription
        .scale_set_mut(group, name)
        .ok_or_else(|| ArmError::resource_not_found("Microsoft.Compute/virtualMachineScaleSets", name, group))
}

fn instance_not_found(id: &str) -> ArmError {
    ArmError::new(
        axum::http::StatusCode::NOT_FOUND,
        "NotFound",
        format!("The entity was not found in this Azure location. Instance '{id}' does not exist."),
    )
}

fn instance<'a>(call: &Call, set: &'a ScaleSet) -> Result<&'a Instance, ArmError> {
    let id = call.params.get("I");
    set.instance(id).ok_or_else(|| instance_not_found(id))
}

fn machine<'a>(call: &Call, subscription: &'a Subscription) -> Result<&'a Machine, ArmError> {
    let (group, name) = (call.params.get("G"), call.params.get("M"));
    subscription
        .machine(group, name)
        .ok_or_else(|| ArmError::resource_not_found("Microsoft.Compute/virtualMachines", name, group))
}
