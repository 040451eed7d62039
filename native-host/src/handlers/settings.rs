//! The settings that the page shows and changes.

use wasm_core::protocol::{Answer, Settings};

use super::Call;
use crate::problem::Result;

pub fn settings(call: &Call) -> Result<Answer> {
    Ok(Answer::Settings(call.helper.config().settings()))
}

pub fn configure(call: &Call, settings: &Settings) -> Result<Answer> {
    let config = call.helper.config().configured(settings)?;
    call.helper.configure(config);
    self::settings(call)
}
