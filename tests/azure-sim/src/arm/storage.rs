//! Storage accounts, their keys, and SAS minted for the caller.

use axum::Json;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::error::ArmError;
use super::{Answer, Call};
use crate::blob::sas;
use crate::world::storage::StorageAccount;
use crate::world::{Subscription, same};

pub fn list(call: &Call) -> Answer {
    call.read(|subscription| {
        let group = call.params.get("G");
        let accounts =
            subscription.storage.iter().filter(|account| group.is_empty() || same(&account.group, group));
        let value: Vec<Value> =
            accounts.map(|account| account.arm(subscription, &call.app.endpoints.blob)).collect();
        Ok(Json(json!({ "value": value })).into_response())
    })
}

fn find<'a>(call: &Call, subscription: &'a Subscription) -> Result<&'a StorageAccount, ArmError> {
    let (group, name) = (call.params.get("G"), call.params.get("A"));
    subscription
        .storage_account(group, name)
        .ok_or_else(|| ArmError::resource_not_found("Microsoft.Storage/storageAccounts", name, group))
}

pub fn get(call: &Call) -> Answer {
    call.read(|subscription| {
        Ok(Json(find(call, subscription)?.arm(subscription, &call.app.endpoints.blob)).into_response())
    })
}

pub fn list_keys(call: &Call) -> Answer {
    call.read(|subscription| {
        let keys = find(call, subscription)?.keys();
        let keys: Vec<Value> = keys
            .iter()
            .enumerate()
            .map(|(n, key)| {
                call.app.log.secret(key);
                json!({ "keyName": format!("key{}", n + 1), "value": key, "permissions": "FULL",
                        "creationTime": "2024-03-01T08:00:00.0000000Z" })
            })
            .collect();
        Ok(Json(json!({ "keys": keys })).into_response())
    })
}

fn required<'a>(body: &'a Value, field: &str) -> Result<&'a str, ArmError> {
    body[field].as_str().filter(|text| !text.is_empty()).ok_or_else(|| {
        ArmError::bad_request(
            "InvalidValuesForRequestParameters",
            format!("Values for request parameters are invalid: {field}."),
        )
    })
}

pub fn list_account_sas(call: &Call) -> Answer {
    let body = call.json()?;
    let wish = sas::AccountSas {
        services: required(&body, "signedServices")?,
        resource_types: required(&body, "signedResourceTypes")?,
        permissions: required(&body, "signedPermission")?,
        start: body["signedStart"].as_str().unwrap_or_default(),
        expiry: required(&body, "signedExpiry")?,
        protocol: body["signedProtocol"].as_str().unwrap_or_default(),
    };
    call.read(|subscription| {
        let account = find(call, subscription)?;
        let token = wish.sign(&account.name, &chosen_key(account, &body));
        call.app.log.secret(sas::signature(&token));
        Ok(Json(json!({ "accountSasToken": token })).into_response())
    })
}

pub fn list_service_sas(call: &Call) -> Answer {
    let body = call.json()?;
    let wish = sas::ServiceSas {
        resource: required(&body, "canonicalizedResource")?,
        kind: required(&body, "signedResource")?,
        permissions: body["signedPermission"].as_str().unwrap_or_default(),
        start: body["signedStart"].as_str().unwrap_or_default(),
        expiry: required(&body, "signedExpiry")?,
        protocol: body["signedProtocol"].as_str().unwrap_or_default(),
    };
    call.read(|subscription| {
        let account = find(call, subscription)?;
        let token = wish.sign(&chosen_key(account, &body));
        call.app.log.secret(sas::signature(&token));
        Ok(Json(json!({ "serviceSasToken": token })).into_response())
    })
}

fn chosen_key(account: &StorageAccount, body: &Value) -> String {
    let [first, second] = account.keys();
    if body["keyToSign"].as_str() == Some("key2") { second } else { first }
}
