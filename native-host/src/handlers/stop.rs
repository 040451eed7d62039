//! Stops a running capture.

use wasm_core::protocol::{Answer, CaptureRef, Step};

use super::{Call, describe};
use crate::azure::capture;
use crate::problem::Result;

pub async fn answer(call: &Call, capture: &CaptureRef) -> Result<Answer> {
    let (session, ground) = call.capture_ground(capture).await?;
    call.progress(Step::StopCapture, 0, Some(1)).await;
    let found = capture::stop(&session, &ground, &capture.capture).await?;
    call.progress(Step::StopCapture, 1, Some(1)).await;
    Ok(Answer::Capture(Box::new(describe(&found, &ground, call.language)?)))
}
