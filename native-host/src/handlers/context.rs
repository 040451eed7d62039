//! The scale set, its instances and everything that a capture needs.

use wasm_core::protocol::{Answer, Target};

use super::Call;
use crate::azure::checks;
use crate::problem::Result;

pub async fn answer(call: &Call, target: &Target) -> Result<Answer> {
    let session = call.session(target).await?;
    let context = checks::context(&session, &target.scale_set, call.language).await?;
    Ok(Answer::Context(Box::new(context)))
}
