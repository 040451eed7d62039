//! Extensions: on a scale set's model, on an instance, on a virtual machine.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::super::error::ArmError;
use super::super::operations::{self, Announced, Done, Failure, Outlet, Plan, Provider};
use super::super::{Answer, Call};
use super::upgrades::{roll_out, set_by_id};
use super::{instance, machine, set, set_mut};
use crate::world::extension::{Extension, put_extension};
use crate::world::{OsType, same};

const INSTANCE: &str = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines";
const MACHINE: &str = "Microsoft.Compute/virtualMachines";

fn not_found(call: &Call) -> ArmError {
    ArmError::new(
        StatusCode::NOT_FOUND,
        "NotFound",
        format!(
            "The entity was not found in this Azure location. Extension '{}' does not exist.",
            call.params.get("E")
        ),
    )
}

fn find<'a>(call: &Call, extensions: &'a [Extension]) -> Result<&'a Extension, ArmError> {
    let name = call.params.get("E");
    extensions.iter().find(|extension| same(&extension.name, name)).ok_or_else(|| not_found(call))
}

/// The extension of a PUT's body; the agent must fit the operating system.
fn parse(call: &Call, os: OsType) -> Result<Extension, ArmError> {
    let invalid = |message: String| ArmError::bad_request("InvalidParameter", message);
    let extension = Extension::parse(call.params.get("E"), &call.json()?).ok_or_else(|| {
        invalid(
            "Required parameter 'publisher', 'type' or 'typeHandlerVersion' is missing (null).".to_owned(),
        )
    })?;
    let right = Extension::agent(os);
    if extension.is_agent() && !same(&extension.kind, &right.kind) {
        return Err(ArmError::bad_request(
            "OperationNotAllowed",
            format!("The extension type '{}' is not supported on the OS type '{os:?}'.", extension.kind),
        ));
    }
    Ok(extension)
}

pub fn list_on_set(call: &Call) -> Answer {
    call.read(|subscription| {
        let set = set(call, subscription)?;
        let id = set.id(subscription);
        let value: Vec<Value> = set.extensions.iter().map(|extension| extension.arm_in_model(&id)).collect();
        Ok(Json(json!({ "value": value })).into_response())
    })
}

pub fn get_on_set(call: &Call) -> Answer {
    call.read(|subscription| {
        let set = set(call, subscription)?;
        Ok(Json(find(call, &set.extensions)?.arm_in_model(&set.id(subscription))).into_response())
    })
}

/// `…/virtualMachineScaleSets/{V}` of a path that goes on behind it.
fn set_scope(call: &Call) -> String {
    call.scope.split('/').take(9).collect::<Vec<_>>().join("/")
}

pub fn put_on_set(call: &Call) -> Answer {
    let os = call.read(|subscription| Ok(set(call, subscription)?.os))?;
    let extension = parse(call, os)?;
    let (location, known) = call.change(|subscription| {
        let set = set_mut(call, subscription)?;
        let known = set.extensions.iter().any(|one| same(&one.name, &extension.name));
        put_extension(&mut set.extensions, extension.clone());
        set.outdate_instances();
        Ok((set.location.clone(), known))
    })?;
    let scope = set_scope(call);
    let status = if known { StatusCode::OK } else { StatusCode::CREATED };
    let response = (status, Json(extension.arm_in_model(&scope))).into_response();
    let plan = Plan { provider: Provider::Compute, location: &location, announced: Announced::AsyncOnly };
    let name = extension.name;
    Ok(operations::start(call, plan, response, move |app, outcome| async move {
        let body = {
            let mut world = app.world.lock();
            let set = set_by_id(&mut world, &scope).ok_or_else(Failure::internal)?;
            let found =
                set.extensions.iter_mut().find(|one| same(&one.name, &name)).ok_or_else(Failure::internal)?;
            found.provisioning_state = if outcome.is_none() { "Succeeded" } else { "Failed" };
            found.arm_in_model(&scope)
        };
        if outcome.is_none() {
            roll_out(&app, &scope);
        }
        Ok(Done { properties: None, result: Outlet::Body(body) })
    }))
}

pub fn delete_on_set(call: &Call) -> Answer {
    let name = call.params.get("E").to_owned();
    let location = call.change(|subscription| {
        let set = set_mut(call, subscription)?;
        find(call, &set.extensions)?;
        set.extensions.retain(|one| !same(&one.name, &name));
        set.outdate_instances();
        Ok(set.location.clone())
    })?;
    let scope = set_scope(call);
    let plan = Plan { provider: Provider::Compute, location: &location, announced: Announced::Both };
    Ok(operations::start(call, plan, StatusCode::ACCEPTED.into_response(), move |app, outcome| async move {
        if outcome.is_none() {
            roll_out(&app, &scope);
        }
        Ok(Done { properties: None, result: Outlet::NoContent })
    }))
}

fn machine_scope(call: &Call) -> String {
    call.scope.split("/extensions").next().unwrap_or_default().to_owned()
}

pub fn list_on_instance(call: &Call) -> Answer {
    call.read(|subscription| {
        let set = set(call, subscription)?;
        let extensions = &instance(call, set)?.guest.extensions;
        let id = machine_scope(call);
        let value: Vec<Value> = extensions
            .iter()
            .map(|extension| extension.arm_on_machine(&id, INSTANCE, &set.location))
            .collect();
        Ok(Json(json!({ "value": value })).into_response())
    })
}

pub fn get_on_instance(call: &Call) -> Answer {
    call.read(|subscription| {
        let set = set(call, subscription)?;
        let found = find(call, &instance(call, set)?.guest.extensions)?;
        Ok(Json(found.arm_on_machine(&machine_scope(call), INSTANCE, &set.location)).into_response())
    })
}

pub fn put_on_instance(call: &Call) -> Answer {
    let (os, location) = call.read(|subscription| {
        let set = set(call, subscription)?;
        instance(call, set)?;
        Ok((set.os, set.location.clone()))
    })?;
    let extension = parse(call, os)?;
    let scope = machine_scope(call);
    let body = extension.arm_on_machine(&scope, INSTANCE, &location);
    let region = location.clone();
    let plan = Plan { provider: Provider::Compute, location: &region, announced: Announced::AsyncOnly };
    let (set_id, id) = (set_scope(call), call.params.get("I").to_owned());
    let response = (StatusCode::CREATED, Json(body)).into_response();
    Ok(operations::start(call, plan, response, move |app, outcome| async move {
        let mut world = app.world.lock();
        let set = set_by_id(&mut world, &set_id).ok_or_else(Failure::internal)?;
        let instance = set.instance_mut(&id).ok_or_else(Failure::internal)?;
        let state = if outcome.is_none() { "Succeeded" } else { "Failed" };
        let extension = Extension { provisioning_state: state, ..extension };
        let body = extension.arm_on_machine(&scope, INSTANCE, &location);
        instance.guest.agent_running |= extension.is_agent() && outcome.is_none();
        put_extension(&mut instance.guest.extensions, extension);
        Ok(Done { properties: None, result: Outlet::Body(body) })
    }))
}

pub fn list_on_machine(call: &Call) -> Answer {
    call.read(|subscription| {
        let machine = machine(call, subscription)?;
        let id = machine.id(subscription);
        let extensions = machine.guest.extensions.iter();
        let value: Vec<Value> =
            extensions.map(|extension| extension.arm_on_machine(&id, MACHINE, &machine.location)).collect();
        Ok(Json(json!({ "value": value })).into_response())
    })
}

pub fn get_on_machine(call: &Call) -> Answer {
    call.read(|subscription| {
        let machine = machine(call, subscription)?;
        let found = find(call, &machine.guest.extensions)?;
        Ok(Json(found.arm_on_machine(&machine.id(subscription), MACHINE, &machine.location)).into_response())
    })
}

pub fn put_on_machine(call: &Call) -> Answer {
    let body = call.json()?;
    let (os, location, id) = call.read(|subscription| {
        let machine = machine(call, subscription)?;
        Ok((machine.os, machine.location.clone(), machine.id(subscription)))
    })?;
    if !body["location"].as_str().is_some_and(|given| same(given, &location)) {
        return Err(ArmError::bad_request(
            "LocationRequired",
            "The location property is required for this definition.",
        ));
    }
    let extension = parse(call, os)?;
    let response =
        (StatusCode::CREATED, Json(extension.arm_on_machine(&id, MACHINE, &location))).into_response();
    let region = location.clone();
    let plan = Plan { provider: Provider::Compute, location: &region, announced: Announced::AsyncOnly };
    let (subscription, group, name) =
        (call.params.get("S").to_owned(), call.params.get("G").to_owned(), call.params.get("M").to_owned());
    Ok(operations::start(call, plan, response, move |app, outcome| async move {
        let mut world = app.world.lock();
        let found = world.subscription_mut(&subscription).and_then(|found| found.machine_mut(&group, &name));
        let machine = found.ok_or_else(Failure::internal)?;
        let state = if outcome.is_none() { "Succeeded" } else { "Failed" };
        let extension = Extension { provisioning_state: state, ..extension };
        let body = extension.arm_on_machine(&id, MACHINE, &location);
        machine.guest.agent_running |= extension.is_agent() && outcome.is_none();
        put_extension(&mut machine.guest.extensions, extension);
        Ok(Done { properties: None, result: Outlet::Body(body) })
    }))
}
