//! Where the helper is registered, and whether all is well.

use wasm_core::protocol::Answer;

use super::Call;
use crate::install::{self, Browser};
use crate::problem::{Problem, Result};

pub async fn answer(call: &Call) -> Result<Answer> {
    let (config, language) = (call.helper.config(), call.language);
    // It starts the registered programs and waits for them.
    let report =
        tokio::task::spawn_blocking(move || install::examine(&config, &Browser::ALL, language)).await;
    report.map(Answer::Doctor).map_err(Problem::internal)
}
