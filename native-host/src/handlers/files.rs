//! The files of a capture by instance, in storage and on this computer.

use wasm_core::azure::blob_path::ExpectedLocation;
use wasm_core::azure::capture::{Scope, Target};
use wasm_core::azure::resource::{InstanceId, ResourceId};
use wasm_core::azure::time::UtcTime;
use wasm_core::protocol::{Answer, CaptureRef, ErrorCode, Orchestration};

use super::Call;
use crate::azure::capture::{self, Found, Ground};
use crate::azure::{Session, scale_set, storage};
use crate::download::{ContainerPlace, FoundFiles, Sought};
use crate::problem::{Problem, Result};

pub async fn answer(call: &Call, capture: &CaptureRef) -> Result<Answer> {
    let (sought, found) = find(call, capture).await?;
    let warnings = found.problems.iter().map(|problem| problem.notice(call.language)).collect();
    Ok(Answer::Files { files: found.show(&sought), warnings })
}

/// Where the capture writes, and what lies there.
pub async fn find(call: &Call, capture: &CaptureRef) -> Result<(Sought, FoundFiles)> {
    let (session, ground) = call.capture_ground(capture).await?;
    let found = capture::get(&session, &ground, &capture.capture).await?;
    let mut problems = Vec::new();
    let instances = instances(&session, &ground, &found).await.unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    let sought = sought(&session, &ground, capture, &found, instances).await?;
    let mut files = call.helper.downloads()?.files(&sought).await?;
    files.problems.extend(problems);
    Ok((sought, files))
}

async fn sought(
    session: &Session,
    ground: &Ground,
    capture: &CaptureRef,
    found: &Found,
    instances: Vec<InstanceId>,
) -> Result<Sought> {
    let started = capture::started(found)
        .and_then(|started| i64::try_from(started.unix_timestamp_nanos() / 1_000_000).ok())
        .and_then(UtcTime::from_epoch_milliseconds);
    let mut place: Option<ContainerPlace> = None;
    let mut locations = Vec::new();
    let mut local = None;
    for member in &found.members {
        let properties = &member.resource.properties;
        let location = ExpectedLocation::of_answer(properties, started).map_err(|error| {
            Problem::new(ErrorCode::UnexpectedAnswer).with("what", "storagePath").detail(error)
        })?;
        let storage = properties.storage_location.as_ref();
        let Some(location) = location else {
            local = storage.and_then(|storage| storage.file_path.clone());
            continue;
        };
        let storage_id = storage.and_then(|storage| storage.storage_id.clone());
        if place.is_none() {
            let endpoint = endpoint(session, ground, &location, storage_id.as_deref()).await?;
            place = Some(ContainerPlace {
                cloud: session.cloud.name.clone(),
                tenant: session.tenant.clone(),
                storage_id,
                endpoint: endpoint.parse().map_err(|_| {
                    Problem::new(ErrorCode::UnexpectedAnswer).with("what", "primaryEndpoints.blob")
                })?,
                container: location.container().to_owned(),
            });
        }
        let owner = match properties.target.as_deref().and_then(|target| target.parse().ok()) {
            Some(Target::VirtualMachine(machine)) => machine.name().parse().ok(),
            _ => None,
        };
        locations.push((location, owner));
    }
    // Without a storage account the files stay on the instances.
    let place = place.ok_or_else(|| {
        Problem::new(ErrorCode::NotFound).with("resource", local.as_deref().unwrap_or("storageLocation"))
    })?;
    Ok(Sought { capture: capture.clone(), place, locations, running: !found.ended(), instances })
}

/// The account's blob endpoint: as the service's own path has it, else asked for.
async fn endpoint(
    session: &Session,
    ground: &Ground,
    location: &ExpectedLocation,
    storage_id: Option<&str>,
) -> Result<String> {
    if let ExpectedLocation::Told(url) = location {
        return Ok(url.endpoint().to_owned());
    }
    let id: ResourceId = storage_id
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Problem::new(ErrorCode::UnexpectedAnswer).with("what", "storageId"))?;
    Ok(storage::get(&session.arm, &id, &ground.location).await?.blob_endpoint)
}

/// The instances in the capture's scope.
async fn instances(session: &Session, ground: &Ground, found: &Found) -> Result<Vec<InstanceId>> {
    let scope = found.members.first().and_then(|member| member.resource.properties.scope.as_ref());
    let scope = Scope::from_arm(scope).unwrap_or(Scope::All);
    if let Scope::Include(instances) = scope {
        return Ok(instances);
    }
    let mut instances: Vec<InstanceId> = match ground.orchestration {
        Orchestration::Uniform => {
            let machines = scale_set::uniform_machines(&session.arm, &ground.scale_set).await?;
            machines.iter().filter_map(scale_set::Machine::instance).collect()
        }
        Orchestration::Flexible => {
            let targets =
                found.members.iter().filter_map(|member| member.resource.properties.target.as_deref());
            targets.filter_map(|target| target.rsplit('/').next()?.parse().ok()).collect()
        }
    };
    instances.retain(|instance| scope.covers(instance));
    Ok(instances)
}
