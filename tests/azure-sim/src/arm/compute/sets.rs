//! The scale set as a resource. An update takes tags, upgrade mode and extensions; the rest of the model stays.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::Value;

use super::super::error::ArmError;
use super::super::operations::{self, Announced, Done, Failure, Outlet, Plan, Provider};
use super::super::{Answer, Call};
use super::upgrades::roll_out;
use super::{set, set_mut};
use crate::world::extension::Extension;
use crate::world::scale_set::UpgradeMode;
use crate::world::{Etag, same};

pub fn list(call: &Call) -> Answer {
    call.read(|subscription| {
        let group = call.params.get("G");
        let sets = subscription.scale_sets.iter().filter(|set| group.is_empty() || same(&set.group, group));
        let value: Vec<Value> = sets.map(|set| set.arm(subscription)).collect();
        Ok(call.page(value.into_iter()))
    })
}

pub fn get(call: &Call) -> Answer {
    call.read(|subscription| Ok(Json(set(call, subscription)?.arm(subscription)).into_response()))
}

pub fn instance_view(call: &Call) -> Answer {
    call.read(|subscription| {
        Ok(Json(set(call, subscription)?.arm_instance_view(subscription)).into_response())
    })
}

pub fn update(call: &Call) -> Answer {
    let body = call.json()?;
    let extensions = match body.pointer("/properties/virtualMachineProfile/extensionProfile/extensions") {
        None | Some(Value::Null) => None,
        Some(Value::Array(items)) => Some(items.iter().map(extension).collect::<Result<Vec<_>, _>>()?),
        Some(_) => return Err(invalid("extensions")),
    };
    let mode = match body.pointer("/properties/upgradePolicy/mode") {
        None | Some(Value::Null) => None,
        Some(mode) => Some(
            serde_json::from_value::<UpgradeMode>(mode.clone()).map_err(|_| invalid("upgradePolicy.mode"))?,
        ),
    };
    let (location, changed) = call.change(|subscription| {
        let set = set_mut(call, subscription)?;
        if let Some(tags) = body["tags"].as_object() {
            set.tags = tags.clone();
        }
        if let Some(mode) = mode {
            set.upgrade = mode;
        }
        let changed = extensions.is_some();
        if let Some(extensions) = extensions {
            set.extensions = extensions;
            set.outdate_instances();
        }
        set.etag = Etag::fresh();
        Ok((set.location.clone(), changed))
    })?;
    let answer = call.read(|subscription| Ok(set(call, subscription)?.arm(subscription)))?;
    let plan = Plan { provider: Provider::Compute, location: &location, announced: Announced::AsyncOnly };
    let scope = call.scope.clone();
    Ok(operations::start(
        call,
        plan,
        (StatusCode::OK, Json(answer)).into_response(),
        move |app, outcome| async move {
            if outcome.is_none() && changed {
                roll_out(&app, &scope);
            }
            let world = app.world.lock();
            let (subscription, set) = world.scale_set(&scope).ok_or_else(Failure::internal)?;
            Ok(Done { properties: None, result: Outlet::Body(set.arm(subscription)) })
        },
    ))
}

fn invalid(field: &str) -> ArmError {
    ArmError::bad_request("InvalidParameter", format!("The value of parameter {field} is invalid."))
}

fn extension(body: &Value) -> Result<Extension, ArmError> {
    let name = body["name"].as_str().ok_or_else(|| invalid("extension.name"))?;
    let extension = Extension::parse(name, body).ok_or_else(|| invalid("extension.properties"))?;
    Ok(Extension { provisioning_state: "Succeeded", ..extension })
}

pub fn delete(call: &Call) -> Answer {
    let location = call.read(|subscription| Ok(set(call, subscription)?.location.clone()))?;
    let plan = Plan { provider: Provider::Compute, location: &location, announced: Announced::Both };
    let scope = call.scope.clone();
    Ok(operations::start(call, plan, StatusCode::ACCEPTED.into_response(), move |app, outcome| async move {
        if outcome.is_none() {
            for subscription in &mut app.world.lock().subscriptions {
                let path = subscription.path();
                let id = |group: &str, name: &str| {
                    format!(
                        "{path}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}"
                    )
                };
                subscription.scale_sets.retain(|set| !same(&id(&set.group, &set.name), &scope));
                subscription
                    .machines
                    .retain(|machine| !machine.scale_set.as_deref().is_some_and(|set| same(set, &scope)));
            }
        }
        Ok(Done { properties: None, result: Outlet::NoContent })
    }))
}
