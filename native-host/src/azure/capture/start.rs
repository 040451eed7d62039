//! Starting, never twice.

use serde_json::Value;
use wasm_core::azure::arm::{PacketCaptureProperties, PacketCaptureResult};
use wasm_core::azure::capture::{CaptureName, CaptureRequest, Scope, Target};
use wasm_core::azure::status::ProvisioningState;
use wasm_core::protocol::{ErrorCode, Orchestration};

use super::ground::{Ground, member_name};
use super::is_open;
use crate::azure::Session;
use crate::azure::arm::{Api, Arm};
use crate::azure::operation;
use crate::problem::{Problem, Result};

/// One PUT that a start makes.
#[derive(Clone, Debug)]
pub struct Put {
    pub name: String,
    pub path: String,
    pub body: Value,
}

/// The requests that start this capture.
pub fn puts(ground: &Ground, request: &CaptureRequest) -> Result<Vec<Put>> {
    let put = |name: String, request: &CaptureRequest| {
        let body = serde_json::to_value(request.to_arm()).map_err(Problem::internal)?;
        Ok(Put { path: ground.path(&name), name, body })
    };
    match ground.orchestration {
        Orchestration::Uniform => Ok(vec![put(request.name().to_string(), request)?]),
        Orchestration::Flexible => ground
            .machines
            .iter()
            .filter(|(machine, _)| machine.parse().is_ok_and(|id| request.scope().covers(&id)))
            .map(|(machine, id)| {
                let name = member_name(request.name().as_str(), machine);
                let own: CaptureName = name.parse().map_err(|error| Problem::invalid("name", error))?;
                put(name, &request.clone().retargeted(own, Target::VirtualMachine(id.clone())))
            })
            .collect(),
    }
}

/// The address of one PUT, for people.
pub fn put_url(arm: &Arm, put: &Put) -> Result<String> {
    arm.url(&put.path, Api::Network, &[]).map(|url| url.to_string())
}

/// Starts one capture resource, never twice.
///
/// A capture cannot be changed, so an existing name is refused beforehand; where an answer was lost, the resource
/// itself tells whether it was made.
pub async fn start(arm: &Arm, put: &Put) -> Result<PacketCaptureResult> {
    let exists = || Problem::new(ErrorCode::CaptureExists).with("capture", &put.name);
    if arm.find::<Value>(&put.path, Api::Network).await?.is_some() {
        return Err(exists());
    }
    let outcome = match arm.put(&put.path, Api::Network, &put.body).await {
        Ok(answer) => operation::finish(arm, answer, "packetCaptures").await.map(drop),
        Err(problem) => Err(problem),
    };
    let problem = match outcome {
        Ok(()) => None,
        // The answer was lost, or an earlier attempt of ours stands in the way.
        Err(problem) if is_open(&problem) => Some(problem),
        Err(problem) => return Err(problem),
    };
    let Some(resource) = arm.find::<PacketCaptureResult>(&put.path, Api::Network).await? else {
        return Err(
            problem.unwrap_or_else(|| Problem::new(ErrorCode::CaptureGone).with("capture", &put.name))
        );
    };
    match (&resource.properties.provisioning_state, problem) {
        (Some(ProvisioningState::Failed | ProvisioningState::Canceled), problem) => {
            let failed = Problem::new(ErrorCode::OperationFailed)
                .with("operation", "packetCaptures")
                .with("status", "Failed");
            Err(problem.filter(|problem| problem.azure.is_some()).unwrap_or(failed))
        }
        (_, Some(problem)) if !same_wish(&put.body, &resource) => {
            tracing::warn!(%problem, "another capture of this name appeared meanwhile");
            Err(exists())
        }
        _ => Ok(resource),
    }
}

/// A refused start, or that the scale set or the region's watcher, known from before, has gone meanwhile.
pub async fn explained(session: &Session, ground: &Ground, problem: Problem) -> Problem {
    if !matches!(problem.code, ErrorCode::Rejected | ErrorCode::NotFound) {
        return problem;
    }
    session.grounds.forget(&ground.scale_set);
    match Ground::find(session, &ground.scale_set).await {
        Err(gone) if matches!(gone.code, ErrorCode::ScaleSetGone | ErrorCode::NoNetworkWatcher) => gone,
        _ => problem,
    }
}

/// True where the resource is what the body asked for.
fn same_wish(body: &Value, resource: &PacketCaptureResult) -> bool {
    let wished: Option<PacketCaptureProperties> =
        body.get("properties").and_then(|properties| serde_json::from_value(properties.clone()).ok());
    let Some(wished) = wished else { return false };
    let found = &resource.properties;
    let same_target = match (&wished.target, &found.target) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    };
    let scope = |properties: &PacketCaptureProperties| Scope::from_arm(properties.scope.as_ref()).ok();
    let filters = |properties: &PacketCaptureProperties| properties.filters.clone().unwrap_or_default();
    same_target
        && scope(&wished) == scope(found)
        && filters(&wished).len() == filters(found).len()
        && wished.capture_settings == found.capture_settings
        && (found.time_limit_in_seconds.is_none()
            || wished.time_limit_in_seconds == found.time_limit_in_seconds)
}
