//! Stopping and deleting.

use serde_json::Value;
use wasm_core::azure::arm::PacketCaptureResult;
use wasm_core::azure::capture::CaptureName;
use wasm_core::protocol::ErrorCode;

use super::found::Found;
use super::ground::Ground;
use super::read::{get, read};
use super::{is_open, some_at_a_time};
use crate::azure::Session;
use crate::azure::arm::Api;
use crate::azure::operation;
use crate::problem::Result;

/// How often a capture is looked at after a stop whose answer was lost.
const LOOKS_AFTER_LOST_STOP: u32 = 3;

/// Stops every running member. A capture that has ended meanwhile is no failure.
pub async fn stop(session: &Session, ground: &Ground, name: &CaptureName) -> Result<Found> {
    let arm = &session.arm;
    let resources = read(session, ground, name).await?;
    let stop = async |resource: PacketCaptureResult| {
        let answer = arm.act(&format!("{}/stop", resource.id), Api::Network, None).await?;
        operation::finish(arm, answer, "stop").await.map(drop)
    };
    let stopped = some_at_a_time(resources.into_iter().map(stop)).await;
    let Some(problem) = stopped.into_iter().find_map(Result::err) else {
        return get(session, ground, name).await;
    };
    // Whatever the stop answered: what has ended needs no stopping. A stop whose answer was lost may still be under way.
    let looks = if is_open(&problem) { LOOKS_AFTER_LOST_STOP } else { 1 };
    for look in 0..looks {
        if look > 0 {
            tokio::time::sleep(arm.cloud().network.poll()).await;
        }
        if let Ok(found) = get(session, ground, name).await
            && found.ended()
        {
            return Ok(found);
        }
    }
    Err(problem)
}

/// Deletes the resources of a capture; its files stay.
pub async fn delete(session: &Session, ground: &Ground, name: &CaptureName) -> Result<()> {
    let arm = &session.arm;
    let resources = read(session, ground, name).await?;
    let delete = async |id: String| {
        let outcome = match arm.delete(&id, Api::Network).await {
            Ok(answer) => operation::finish(arm, answer, "delete").await.map(drop),
            Err(problem) => Err(problem),
        };
        match outcome {
            Err(problem) if problem.code == ErrorCode::NotFound => Ok(()),
            // The end was not seen: the resource tells.
            Err(problem) if is_open(&problem) => match arm.find::<Value>(&id, Api::Network).await? {
                None => Ok(()),
                Some(_) => Err(problem),
            },
            outcome => outcome,
        }
    };
    let ids = resources.into_iter().map(|resource| resource.id);
    some_at_a_time(ids.map(delete)).await.into_iter().collect::<Result<()>>()?;
    Ok(())
}
