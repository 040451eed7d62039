//! Deletes the capture resource; its files stay unless that is wished, too.

use wasm_core::protocol::{Answer, CaptureRef, ErrorCode, Step};

use super::Call;
use crate::azure::capture;
use crate::problem::{Problem, Result};

pub async fn answer(call: &Call, capture: &CaptureRef, files: bool) -> Result<Answer> {
    let (session, ground) = call.capture_ground(capture).await?;
    if files {
        return Err(Problem::new(ErrorCode::InvalidInput)
            .with("field", "files")
            .with("reason", "not supported"));
    }
    call.progress(Step::DeleteCapture, 0, Some(1)).await;
    capture::delete(&session, &ground, &capture.capture).await?;
    call.progress(Step::DeleteCapture, 1, Some(1)).await;
    Ok(Answer::Deleted { capture: capture.capture.clone(), files_deleted: 0 })
}
