//! The helper introduces itself.

use wasm_core::protocol::{Answer, Hello, Request, VERSION, Version};
use wasm_core::words::Language;

use super::Call;
use crate::problem::Result;
use crate::{log, programs};

pub fn answer(call: &Call, version: Version, language: Language) -> Result<Answer> {
    tracing::info!(page = %version, helper = %VERSION, %language, "hello");
    let config = call.helper.config();
    Ok(Answer::Hello(Hello {
        version: VERSION,
        verbs: Request::VERBS.iter().map(|verb| (*verb).to_owned()).collect(),
        os: std::env::consts::OS.to_owned(),
        log: log::file(config.logs()).display().to_string(),
        downloads: config.downloads().display().to_string(),
        wireshark: programs::wireshark().is_some(),
    }))
}
