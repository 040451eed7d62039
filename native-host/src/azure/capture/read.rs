//! Listing captures and asking for their status.

use std::collections::BTreeMap;
use wasm_core::azure::arm::{PacketCaptureResult, PacketCaptureStatusResult};
use wasm_core::azure::capture::CaptureName;
use wasm_core::azure::status::ProvisioningState;
use wasm_core::protocol::ErrorCode;

use super::found::{Found, Member};
use super::ground::Ground;
use super::some_at_a_time;
use crate::azure::Session;
use crate::azure::arm::{Api, Arm};
use crate::azure::operation;
use crate::azure::scale_set::ScaleSet;
use crate::problem::{Problem, Result};

/// Captures of one scale set whose present status is asked for; older ones are listed without.
const MOST_STATUSES: usize = 100;

/// The captures of the scale set out of all of the watcher's, newest first, without their status.
pub async fn list(arm: &Arm, ground: &Ground) -> Result<Vec<Found>> {
    let own = arm.sift(&ground.captures(), Api::Network, &[], |item| ground.pick(item)).await?;
    let mut found: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for (name, resource) in own {
        found.entry(name).or_default().push(Member { resource, status: None });
    }
    let mut found: Vec<_> = found.into_iter().map(|(name, members)| Found { name, members }).collect();
    found.sort_by_key(|capture| std::cmp::Reverse((created(capture), capture.name.clone())));
    Ok(found)
}

/// A capture resource has no creation time; the storage path that Azure chose holds it.
fn created(capture: &Found) -> Option<String> {
    let location = capture.members.first()?.resource.properties.storage_location.as_ref()?;
    let path = location.storage_path.as_deref()?.to_ascii_lowercase();
    let (folder, file) = path.rsplit_once("/packetcapture_")?;
    let mut day: Vec<&str> = folder.rsplit('/').take(3).collect();
    day.reverse();
    day.iter()
        .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        .then(|| format!("{}/{file}", day.join("/")))
}

/// Asks the present status of each capture, some at a time; of one that has ended, once. A refusal for one leaves it
/// without.
pub async fn with_statuses(session: &Session, found: Vec<Found>) -> (Vec<Found>, Vec<Problem>) {
    let (arm, grounds) = (&session.arm, &session.grounds);
    let ask = async |index: usize, mut capture: Found| {
        let mut trouble = None;
        for member in &mut capture.members {
            member.status = grounds.ended(&member.resource);
            if member.status.is_some() || index >= MOST_STATUSES {
                continue;
            }
            match status_of(arm, &member.resource).await {
                Ok(status) => {
                    status.iter().for_each(|status| grounds.keep_ended(&member.resource, status));
                    member.status = status;
                }
                Err(problem) => trouble = Some(problem),
            }
        }
        (capture, trouble)
    };
    let asked =
        some_at_a_time(found.into_iter().enumerate().map(|(index, capture)| ask(index, capture))).await;
    let mut problems = Vec::new();
    let mut captures = Vec::new();
    for (capture, trouble) in asked {
        captures.push(capture);
        problems.extend(trouble);
    }
    (captures, problems)
}

/// One capture with its status. [`ErrorCode::CaptureGone`] and [`ErrorCode::ScaleSetGone`] are told apart.
pub async fn get(session: &Session, ground: &Ground, name: &CaptureName) -> Result<Found> {
    let resources = read(session, ground, name).await?;
    let arm = &session.arm;
    let ask = async |resource: PacketCaptureResult| {
        let status = status_of(arm, &resource).await?;
        Ok(Member { resource, status })
    };
    let members = some_at_a_time(resources.into_iter().map(ask)).await.into_iter().collect::<Result<_>>()?;
    Ok(Found { name: name.to_string(), members })
}

/// The resources of a capture, without asking for the status.
pub(super) async fn read(
    session: &Session,
    ground: &Ground,
    name: &CaptureName,
) -> Result<Vec<PacketCaptureResult>> {
    let arm = &session.arm;
    let find = async |candidate: String| {
        arm.find::<PacketCaptureResult>(&ground.path(&candidate), Api::Network).await
    };
    let found = some_at_a_time(ground.candidates(name).into_iter().map(find)).await;
    let found: Vec<_> = found
        .into_iter()
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .filter(|resource| {
            ground.capture_of(resource).is_some_and(|found| found.eq_ignore_ascii_case(name.as_str()))
        })
        .collect();
    if found.is_empty() {
        session.grounds.forget(&ground.scale_set);
        // Told apart from a scale set that was deleted meanwhile.
        ScaleSet::get(arm, &ground.scale_set).await?;
        return Err(Problem::new(ErrorCode::CaptureGone).with("capture", name));
    }
    Ok(found)
}

/// Nothing while the capture is still being made.
async fn status_of(arm: &Arm, resource: &PacketCaptureResult) -> Result<Option<PacketCaptureStatusResult>> {
    let settled = matches!(resource.properties.provisioning_state, Some(ProvisioningState::Succeeded) | None);
    if !settled {
        return Ok(None);
    }
    let answer = arm.query(&format!("{}/queryStatus", resource.id), Api::Network, None).await?;
    let value = operation::finish(arm, answer, "queryStatus").await?;
    // Without a `Location` the operation's envelope is all there is, and it may hold no status.
    let Some(value) = value.filter(|value| value.get("packetCaptureStatus").is_some()) else {
        return Ok(None);
    };
    let unexpected =
        |error| Problem::new(ErrorCode::UnexpectedAnswer).with("what", "queryStatus").detail(error);
    serde_json::from_value(value).map(Some).map_err(unexpected)
}
