//! Starts a capture.

use futures::{StreamExt, stream};
use wasm_core::azure::capture::{CaptureRequest, Target as CaptureTarget};
use wasm_core::protocol::{Answer, Step, Target};
use wasm_core::words::Sentence;

use super::{Call, describe};
use crate::azure::capture::{self, Put};
use crate::azure::storage;
use crate::problem::{Problem, Result};

/// Captures of a Flexible set that are made at the same time.
const STARTS: usize = 8;

pub async fn answer(call: &Call, target: &Target, request: &CaptureRequest) -> Result<Answer> {
    let (session, ground, puts) = prepare(call, target, request).await?;
    let total = puts.len() as u64;
    call.progress(Step::StartCapture, 0, Some(total)).await;
    let arm = &session.arm;
    let work: Vec<_> = puts.iter().map(|put| capture::start(arm, put)).collect();
    let mut starting = stream::iter(work).buffer_unordered(STARTS);
    let (mut done, mut trouble) = (0, None);
    while let Some(outcome) = starting.next().await {
        match outcome {
            Ok(_) => done += 1,
            Err(problem) => trouble = Some(problem),
        }
        call.progress(Step::StartCapture, done, Some(total)).await;
    }
    drop(starting);
    if let Some(problem) = trouble {
        return Err(capture::explained(&session, &ground, problem).await);
    }
    let found = capture::get(&session, &ground, request.name()).await?;
    Ok(Answer::Capture(Box::new(describe(&found, &ground, call.language)?)))
}

async fn prepare(
    call: &Call,
    target: &Target,
    request: &CaptureRequest,
) -> Result<(crate::azure::Session, std::sync::Arc<capture::Ground>, Vec<Put>)> {
    // A message can only start what its own target names.
    match request.target() {
        CaptureTarget::ScaleSet(id) if *id == target.scale_set => {}
        other => {
            return Err(Problem::invalid(
                "target",
                Sentence::new("error-input-target").with("value", other.to_string()),
            ));
        }
    }
    let (session, ground) = call.ground(target).await?;
    if let Some(storage) = request.storage().account() {
        storage::ensure_eligible(&session.arm, storage.account(), &ground.location).await?;
    }
    let puts = capture::puts(&ground, request)?;
    if puts.is_empty() {
        return Err(Problem::invalid("scope", Sentence::new("error-input-no-instance")));
    }
    Ok((session, ground, puts))
}

/// What a start would send, with the full addresses.
pub async fn plan(call: &Call, target: &Target, request: &CaptureRequest) -> Result<Vec<(String, Put)>> {
    let (session, _, puts) = prepare(call, target, request).await?;
    puts.into_iter().map(|put| Ok((capture::put_url(&session.arm, &put)?, put))).collect()
}
