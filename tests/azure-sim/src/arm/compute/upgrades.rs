//! How a changed model reaches the instances: by hand, at once, or batch by batch.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;
use time::OffsetDateTime;

use super::super::error::ArmError;
use super::super::operations::{self, Announced, Done, Outlet, Plan, Provider};
use super::super::{Answer, Call};
use super::{instance_not_found, set};
use crate::clock::arm_time;
use crate::sim::{App, RollingUpgrades};
use crate::world::scale_set::{RollingUpgrade, ScaleSet, UpgradeMode};
use crate::world::{World, same};

/// The scale set with this ARM id.
pub fn set_by_id<'a>(world: &'a mut World, id: &str) -> Option<&'a mut ScaleSet> {
    world.subscriptions.iter_mut().find_map(|subscription| {
        let path = subscription.path();
        subscription.scale_sets.iter_mut().find(|set| {
            let own = format!(
                "{path}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachineScaleSets/{}",
                set.group, set.name
            );
            same(&own, id)
        })
    })
}

/// `POST /manualupgrade {"instanceIds":["0"]}`; `["*"]` means all.
pub fn manual(call: &Call) -> Answer {
    let body = call.json()?;
    let ids: Option<Vec<String>> = body["instanceIds"]
        .as_array()
        .and_then(|ids| ids.iter().map(|id| id.as_str().map(str::to_owned)).collect());
    let Some(mut ids) = ids.filter(|ids| !ids.is_empty()) else {
        return Err(ArmError::bad_request(
            "InvalidParameter",
            "Required parameter 'instanceIds' is missing (null).",
        ));
    };
    let location = call.read(|subscription| {
        let set = set(call, subscription)?;
        if ids.iter().any(|id| id == "*") {
            ids = set.instances.iter().map(|instance| instance.id.clone()).collect();
        }
        if let Some(unknown) = ids.iter().find(|id| set.instance(id).is_none()) {
            return Err(instance_not_found(unknown));
        }
        Ok(set.location.clone())
    })?;
    let plan = Plan { provider: Provider::Compute, location: &location, announced: Announced::Both };
    let scope = call.scope.clone();
    Ok(operations::start(call, plan, StatusCode::ACCEPTED.into_response(), move |app, outcome| async move {
        if outcome.is_none()
            && let Some(set) = set_by_id(&mut app.world.lock(), &scope)
        {
            ids.iter().for_each(|id| set.apply_model(id));
        }
        Ok(Done { properties: None, result: Outlet::NoContent })
    }))
}

pub fn rolling(call: &Call) -> Answer {
    let location = call.read(|subscription| {
        let set = set(call, subscription)?;
        if set.rolling.as_ref().is_some_and(|rolling| rolling.finished.is_none()) {
            return Err(ArmError::new(
                StatusCode::CONFLICT,
                "OperationNotAllowed",
                "Rolling Upgrade is already in progress on this VM Scale Set.",
            ));
        }
        Ok(set.location.clone())
    })?;
    start_rolling(&call.app, &call.scope);
    let plan = Plan { provider: Provider::Compute, location: &location, announced: Announced::Both };
    Ok(operations::start(call, plan, StatusCode::ACCEPTED.into_response(), |_, _| async {
        Ok(Done { properties: None, result: Outlet::NoContent })
    }))
}

pub fn latest(call: &Call) -> Answer {
    call.read(|subscription| {
        let set = set(call, subscription)?;
        let Some(rolling) = &set.rolling else {
            return Err(ArmError::new(
                StatusCode::NOT_FOUND,
                "RollingUpgradeNotFound",
                "Rolling upgrade not found on this VM Scale Set.",
            ));
        };
        let done = set.instances.iter().filter(|instance| instance.latest_model).count();
        let code = match (rolling.faulted, &rolling.finished) {
            (true, _) => "Faulted",
            (false, Some(_)) => "Completed",
            (false, None) => "RollingForward",
        };
        let mut status = json!({ "code": code, "startTime": rolling.started, "lastAction": "Start",
                                 "lastActionTime": rolling.started });
        if let Some(finished) = &rolling.finished {
            status["endTime"] = json!(finished);
        }
        let mut upgrade = json!({
            "id": call.scope, "name": "latest", "type": "Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades",
            "location": set.location,
            "properties": {
                "policy": { "maxBatchInstancePercent": 20, "maxUnhealthyInstancePercent": 20,
                            "maxUnhealthyUpgradedInstancePercent": 20, "pauseTimeBetweenBatches": "PT0S" },
                "runningStatus": status,
                "progress": { "successfulInstanceCount": done, "failedInstanceCount": 0, "inProgressInstanceCount": 0,
                              "pendingInstanceCount": set.instances.len() - done },
            },
        });
        if rolling.faulted {
            upgrade["properties"]["error"] = json!({
                "code": "MaxUnhealthyInstancePercentExceededInRollingUpgrade",
                "message": "Rolling Upgrade failed after exceeding the MaxUnhealthyInstancePercent value.",
            });
        }
        Ok(Json(upgrade).into_response())
    })
}

/// After a change of the model: Manual waits, Automatic takes it everywhere, Rolling goes in batches.
pub fn roll_out(app: &App, id: &str) {
    let mode = {
        let mut world = app.world.lock();
        let Some(set) = set_by_id(&mut world, id) else { return };
        if set.upgrade == UpgradeMode::Automatic {
            let ids: Vec<String> = set.instances.iter().map(|instance| instance.id.clone()).collect();
            ids.iter().for_each(|id| set.apply_model(id));
        }
        set.upgrade
    };
    if mode == UpgradeMode::Rolling {
        start_rolling(app, id);
    }
}

/// A fifth of the instances at a time, each batch as long as an operation.
fn start_rolling(app: &App, id: &str) {
    let batches: Vec<Vec<String>> = {
        let mut world = app.world.lock();
        let Some(set) = set_by_id(&mut world, id) else { return };
        set.rolling = Some(RollingUpgrade {
            started: arm_time(OffsetDateTime::now_utc()),
            finished: None,
            faulted: false,
        });
        let ids: Vec<String> = set.instances.iter().map(|instance| instance.id.clone()).collect();
        ids.chunks(ids.len().div_ceil(5).max(1)).map(<[String]>::to_vec).collect()
    };
    let (app, id) = (app.clone(), id.to_owned());
    tokio::spawn(async move {
        for batch in batches {
            let pause = app.settings.lock().operation_seconds;
            tokio::time::sleep(Duration::try_from_secs_f64(pause).unwrap_or_default()).await;
            if let Some(set) = set_by_id(&mut app.world.lock(), &id) {
                batch.iter().for_each(|instance| set.apply_model(instance));
                if app.settings.lock().rolling_upgrades == RollingUpgrades::Fault {
                    if let Some(rolling) = &mut set.rolling {
                        (rolling.faulted, rolling.finished) =
                            (true, Some(arm_time(OffsetDateTime::now_utc())));
                    }
                    return;
                }
            }
        }
        let finished = arm_time(OffsetDateTime::now_utc());
        if let Some(set) = set_by_id(&mut app.world.lock(), &id)
            && let Some(rolling) = &mut set.rolling
        {
            rolling.finished = Some(finished);
        }
    });
}
