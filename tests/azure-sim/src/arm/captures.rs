//! Packet captures: create, read, query, stop, delete.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::error::ArmError;
use super::operations::{self, Announced, Done, Failure, Outlet, Plan, Provider};
use super::{Answer, Call, capture_body, network};
use crate::agent;
use crate::agent::session::Key;
use crate::control::faults::Outcome;
use crate::sim::StatusForm;
use crate::world::capture::{Capture, Provisioning, Session, TargetType, Wish};
use crate::world::scale_set::Orchestration;
use crate::world::{Etag, Subscription, World, same};

pub fn list(call: &Call) -> Answer {
    call.read(|subscription| {
        let watcher = network::find(call, subscription)?;
        let id = network::id(subscription, watcher);
        let value: Vec<Value> = watcher.captures.values().map(|capture| capture.arm(&id)).collect();
        Ok(Json(json!({ "value": value })).into_response())
    })
}

/// The capture of the path, with its watcher's id and location.
fn with_capture<T>(
    call: &Call,
    read: impl FnOnce(&Capture, &str, &str) -> Result<T, ArmError>,
) -> Result<T, ArmError> {
    call.read(|subscription| {
        let watcher = network::find(call, subscription)?;
        let id = network::id(subscription, watcher);
        let name = call.params.get("C");
        let capture = watcher
            .captures
            .get(&name.to_lowercase())
            .ok_or_else(|| ArmError::network_not_found(&format!("{id}/packetCaptures/{name}")))?;
        read(capture, &id, &watcher.location)
    })
}

fn key(call: &Call) -> Key {
    Key {
        subscription: call.params.get("S").to_owned(),
        group: call.params.get("G").to_owned(),
        watcher: call.params.get("W").to_owned(),
        name: call.params.get("C").to_lowercase(),
    }
}

fn with_etag(status: StatusCode, etag: &Etag, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(etag) = HeaderValue::from_str(etag.as_str()) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

pub fn get(call: &Call) -> Answer {
    with_capture(call, |capture, watcher, _| {
        Ok(with_etag(StatusCode::OK, &capture.etag, capture.arm(watcher)))
    })
}

pub fn create(call: &Call) -> Answer {
    let wish = capture_body::parse(&call.json()?)?;
    let name = call.params.get("C").to_owned();
    let (body, etag, location) = {
        let mut world = call.app.world.lock();
        let (id, location) = {
            let subscription = subscription(&world, call)?;
            let watcher = network::find(call, subscription)?;
            if watcher.captures.contains_key(&name.to_lowercase()) {
                return Err(ArmError::new(
                    StatusCode::CONFLICT,
                    "PacketCaptureExistingAlready",
                    "Existing Packet capture can not be updated.",
                ));
            }
            (network::id(subscription, watcher), watcher.location.clone())
        };
        let wish = resolve(&world, wish, &format!("{id}/packetCaptures/{name}"), &location)?;
        let storage_path =
            agent::place::storage_path(&world, &wish, &call.app.endpoints.blob, OffsetDateTime::now_utc());
        let capture = Capture {
            name: name.clone(),
            etag: Etag::fresh(),
            provisioning: Provisioning::Updating,
            wish,
            storage_path,
            session: Session::NotStarted,
        };
        let (body, etag) = (capture.arm(&id), capture.etag.clone());
        let subscription = world.subscription_mut(call.params.get("S"));
        let watcher =
            subscription.and_then(|found| found.watcher_mut(call.params.get("G"), call.params.get("W")));
        if let Some(watcher) = watcher {
            watcher.etag = Etag::fresh();
            watcher.captures.insert(name.to_lowercase(), capture);
        }
        (body, etag, location)
    };
    let plan = Plan { provider: Provider::Network, location: &location, announced: Announced::AsyncOnly };
    let key = key(call);
    Ok(operations::start(
        call,
        plan,
        with_etag(StatusCode::CREATED, &etag, body),
        move |app, outcome| async move {
            let started = match outcome {
                None => agent::session::start(&app, &key),
                Some(_) => Err(Failure::internal()),
            };
            let mut world = app.world.lock();
            let Some((watcher, capture)) = key.find(&mut world) else { return Err(Failure::internal()) };
            capture.etag = Etag::fresh();
            capture.provisioning = match (&started, outcome) {
                (_, Some(Outcome::Canceled)) => Provisioning::Canceled,
                (Ok(()), _) => Provisioning::Succeeded,
                (Err(_), _) => Provisioning::Failed,
            };
            started?;
            Ok(Done { properties: None, result: Outlet::Body(capture.arm(&watcher)) })
        },
    ))
}

fn subscription<'a>(world: &'a World, call: &Call) -> Result<&'a Subscription, ArmError> {
    let id = call.params.get("S");
    world.subscription(id).ok_or_else(|| super::subscription_not_found(id))
}

/// Checks what the body refers to, and expands the scope to full ids as the service does.
fn resolve(world: &World, mut wish: Wish, capture: &str, location: &str) -> Result<Wish, ArmError> {
    let unknown = |id: &str| {
        ArmError::bad_request(
            "InvalidResourceReference",
            format!(
                "Resource {id} referenced by resource {capture} was not found. Please make sure that the referenced \
                 resource exists, and that both resources are in the same region."
            ),
        )
    };
    match wish.target_type {
        TargetType::AzureVm => {
            let (_, machine) = world.machine(&wish.target).ok_or_else(|| unknown(&wish.target))?;
            if !same(&machine.location, location) {
                return Err(unknown(&wish.target));
            }
        }
        TargetType::AzureVmss => {
            let (subscription, set) = world.scale_set(&wish.target).ok_or_else(|| unknown(&wish.target))?;
            if !same(&set.location, location) {
                return Err(unknown(&wish.target));
            }
            if set.orchestration == Orchestration::Flexible {
                return Err(ArmError::bad_request(
                    "InvalidRequestFormat",
                    "The simulator takes no Flexible scale set as a target: what Azure does is documented nowhere.",
                ));
            }
            let expand = |given: &mut Vec<String>| {
                for item in given {
                    let instance = item.rsplit('/').next().unwrap_or_default();
                    let found = set.instance(instance).ok_or_else(|| unknown(item))?;
                    *item = format!("{}/virtualMachines/{}", set.id(subscription), found.id);
                }
                Ok(())
            };
            expand(&mut wish.include)?;
            expand(&mut wish.exclude)?;
        }
    }
    if let Some(id) = &wish.storage_id {
        world.storage_account(id).ok_or_else(|| unknown(id))?;
    }
    Ok(wish)
}

pub fn query_status(call: &Call) -> Answer {
    let (location, stopped) = with_capture(call, |capture, _, location| {
        Ok((location.to_owned(), matches!(capture.session, Session::Ended { .. })))
    })?;
    let key = key(call);
    let direct = match call.app.settings.lock().status_form {
        StatusForm::Recorded => stopped && call.outcome.is_none(),
        StatusForm::Direct => true,
        StatusForm::Accepted => false,
    };
    if direct && let Some(status) = key.status(&call.app.world.lock()) {
        return Ok(Json(status).into_response());
    }
    let plan = Plan { provider: Provider::Network, location: &location, announced: Announced::Both };
    Ok(operations::start(call, plan, StatusCode::ACCEPTED.into_response(), move |app, _| async move {
        let status = key.status(&app.world.lock()).ok_or_else(Failure::internal)?;
        Ok(Done { properties: Some(status.clone()), result: Outlet::Body(status) })
    }))
}

pub fn stop(call: &Call) -> Answer {
    let location = with_capture(call, |_, _, location| Ok(location.to_owned()))?;
    let plan = Plan { provider: Provider::Network, location: &location, announced: Announced::Both };
    let key = key(call);
    Ok(operations::start(call, plan, StatusCode::ACCEPTED.into_response(), move |app, outcome| async move {
        if outcome.is_none() {
            agent::session::stop(&app, &key).await;
        }
        Ok(Done { properties: Some(json!({})), result: Outlet::Null })
    }))
}

pub fn delete(call: &Call) -> Answer {
    let location = match with_capture(call, |_, _, location| Ok(location.to_owned())) {
        Ok(location) => location,
        // Deleting what is gone is done at once.
        Err(_) if call.read(|subscription| network::find(call, subscription).map(drop)).is_ok() => {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        Err(error) => return Err(error),
    };
    let key = key(call);
    if let Some((_, capture)) = key.find(&mut call.app.world.lock()) {
        capture.provisioning = Provisioning::Deleting;
    }
    let plan = Plan { provider: Provider::Network, location: &location, announced: Announced::Both };
    Ok(operations::start(call, plan, StatusCode::ACCEPTED.into_response(), move |app, outcome| async move {
        if outcome.is_some() {
            if let Some((_, capture)) = key.find(&mut app.world.lock()) {
                capture.provisioning = Provisioning::Succeeded;
            }
        } else {
            agent::session::stop(&app, &key).await;
            key.remove(&mut app.world.lock());
        }
        Ok(Done { properties: None, result: Outlet::NoContent })
    }))
}
