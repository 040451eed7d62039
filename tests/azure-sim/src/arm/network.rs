//! Network watchers.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::error::ArmError;
use super::{Answer, Call};
use crate::world::{Etag, Subscription, Watcher, same};

pub fn id(subscription: &Subscription, watcher: &Watcher) -> String {
    subscription.resource(&watcher.group, "Microsoft.Network", "networkWatchers", &watcher.name)
}

fn arm(subscription: &Subscription, watcher: &Watcher) -> Value {
    json!({
        "name": watcher.name, "id": id(subscription, watcher), "etag": watcher.etag.as_str(),
        "type": "Microsoft.Network/networkWatchers", "location": watcher.location,
        "properties": { "provisioningState": "Succeeded", "runningOperationIds": [] },
    })
}

pub fn list(call: &Call) -> Answer {
    call.read(|subscription| {
        let group = call.params.get("G");
        let watchers =
            subscription.watchers.iter().filter(|watcher| group.is_empty() || same(&watcher.group, group));
        let value: Vec<Value> = watchers.map(|watcher| arm(subscription, watcher)).collect();
        Ok(Json(json!({ "value": value })).into_response())
    })
}

pub fn get(call: &Call) -> Answer {
    call.read(|subscription| {
        let watcher = find(call, subscription)?;
        Ok(Json(arm(subscription, watcher)).into_response())
    })
}

/// The watcher that the path names.
pub fn find<'a>(call: &Call, subscription: &'a Subscription) -> Result<&'a Watcher, ArmError> {
    let (group, name) = (call.params.get("G"), call.params.get("W"));
    subscription
        .watcher(group, name)
        .ok_or_else(|| ArmError::resource_not_found("Microsoft.Network/networkWatchers", name, group))
}

pub fn put(call: &Call) -> Answer {
    let body = call.json()?;
    let Some(location) = body["location"].as_str().map(str::to_lowercase) else {
        return Err(ArmError::bad_request(
            "LocationRequired",
            "The location property is required for this definition.",
        ));
    };
    let (group, name) = (call.params.get("G"), call.params.get("W"));
    call.change(|subscription| {
        if let Some(watcher) = subscription.watcher(group, name) {
            if same(&watcher.location, &location) {
                return Ok((StatusCode::OK, Json(arm(subscription, watcher))).into_response());
            }
            return Err(ArmError::new(
                StatusCode::CONFLICT,
                "InvalidResourceLocation",
                format!(
                    "The resource '{name}' already exists in location '{}' in resource group '{group}'. A resource \
                     with the same name cannot be created in location '{location}'.",
                    watcher.location
                ),
            ));
        }
        // One watcher a region and subscription.
        if subscription.watchers.iter().any(|watcher| same(&watcher.location, &location)) {
            return Err(ArmError::bad_request(
                "NetworkWatcherCountLimitReached",
                format!(
                    "Cannot create more than 1 network watchers for this subscription in this region: {location}."
                ),
            ));
        }
        let watcher = Watcher {
            group: group.to_owned(),
            name: name.to_owned(),
            location,
            etag: Etag::fresh(),
            captures: BTreeMap::new(),
        };
        let body = arm(subscription, &watcher);
        subscription.watchers.push(watcher);
        Ok((StatusCode::CREATED, Json(body)).into_response())
    })
}
