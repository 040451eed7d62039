//! Deletes the capture resource; its files stay unless that is wished, too.

use wasm_core::protocol::{Answer, CaptureRef, Step};

use super::{Call, files};
use crate::azure::{blobs::Blobs, capture};
use crate::problem::Result;

pub async fn answer(call: &Call, capture: &CaptureRef, files: bool) -> Result<Answer> {
    let (session, ground) = call.capture_ground(capture).await?;
    // The resource tells where the files are, so they go first; what fails can be tried again.
    let files_deleted = if files { delete_files(call, capture).await? } else { 0 };
    call.progress(Step::DeleteCapture, 0, Some(1)).await;
    capture::delete(&session, &ground, &capture.capture).await?;
    call.progress(Step::DeleteCapture, 1, Some(1)).await;
    Ok(Answer::Deleted { capture: capture.capture.clone(), files_deleted })
}

async fn delete_files(call: &Call, capture: &CaptureRef) -> Result<u32> {
    let (sought, found) = files::find(call, capture).await?;
    let blobs = Blobs::new(call.helper.azure.clone());
    let total = found.files.len() as u64;
    let mut deleted = 0;
    for file in &found.files {
        call.progress(Step::DeleteFiles, u64::from(deleted), Some(total)).await;
        blobs.delete(&sought.place, &file.planned.blob).await?;
        deleted += 1;
    }
    Ok(deleted)
}
