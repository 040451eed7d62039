//! One capture with its present status.

use wasm_core::protocol::{Answer, CaptureRef};

use super::{Call, describe};
use crate::azure::capture;
use crate::problem::Result;

pub async fn answer(call: &Call, capture: &CaptureRef) -> Result<Answer> {
    let (session, ground) = call.capture_ground(capture).await?;
    let found = capture::get(&session, &ground, &capture.capture).await?;
    Ok(Answer::Capture(Box::new(describe(&found, &ground, call.language)?)))
}
