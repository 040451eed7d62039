//! What a failed request means: our code, its parameters, and Azure's own words kept verbatim.

use reqwest::{StatusCode, header::HeaderMap};
use std::time::Duration;
use wasm_core::azure::arm::{ErrorDetails, ErrorResponse};
use wasm_core::protocol::{AzureError, ErrorCode};

use super::wire::Answer;
use crate::problem::Problem;

/// Longest message of Azure that is passed on.
const LONGEST: usize = 4000;

/// A text of a server, without control characters and of bounded length.
pub fn clean(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    visible.take(LONGEST).collect()
}

/// The error of an ARM operation or answer, in the protocol's form.
pub fn azure_error(status: u16, details: &ErrorDetails, headers: Option<&HeaderMap>) -> AzureError {
    let mut message = clean(&details.message);
    for inner in details.details.iter().filter(|inner| !inner.message.is_empty()).take(5) {
        if !message.contains(&inner.message) {
            message.push_str(&format!(" [{}: {}]", clean(&inner.code), clean(&inner.message)));
        }
    }
    let header = |name: &str| headers.and_then(|headers| headers.get(name)?.to_str().ok().map(clean));
    let correlation_id = header("x-ms-correlation-request-id").or_else(|| header("x-ms-request-id"));
    AzureError { status, code: clean(&details.code), message, correlation_id }
}

/// The body's error envelope; a gateway's HTML or nothing at all becomes the status's own words.
pub fn details(answer: &Answer) -> ErrorDetails {
    let envelope = serde_json::from_slice::<ErrorResponse>(&answer.body).unwrap_or_default();
    if envelope.error.code.is_empty() {
        let status = answer.status;
        return ErrorDetails {
            code: status.as_u16().to_string(),
            message: status.canonical_reason().unwrap_or_default().to_owned(),
            ..ErrorDetails::default()
        };
    }
    envelope.error
}

/// A refused request. `resource` names what was asked for, for people.
pub fn refused(answer: &Answer, resource: &str) -> Problem {
    let details = details(answer);
    let azure = azure_error(answer.status.as_u16(), &details, Some(&answer.headers));
    let problem = match answer.status {
        StatusCode::UNAUTHORIZED => Problem::new(ErrorCode::SignInFailed)
            .with("reason", if azure.message.is_empty() { "401" } else { &azure.message }),
        StatusCode::FORBIDDEN => forbidden(&azure.message, resource),
        StatusCode::NOT_FOUND => Problem::new(ErrorCode::NotFound).with("resource", resource),
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => {
            Problem::new(ErrorCode::Conflict).with("resource", resource)
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let seconds = answer.retry_after().map_or(60, |delay| delay.as_secs().max(1));
            Problem::new(ErrorCode::Throttled).with("seconds", seconds)
        }
        status if status.is_server_error() => {
            Problem::new(ErrorCode::AzureUnavailable).with("status", status.as_u16())
        }
        status if status.is_client_error() => {
            Problem::new(ErrorCode::Rejected).with("reason", format!("{}: {}", azure.code, azure.message))
        }
        status => Problem::new(ErrorCode::UnexpectedAnswer).with("what", format!("{resource}: {status}")),
    };
    problem.azure(azure)
}

/// 403: Azure names action and scope in its sentence; the built-in role that holds the action is ours to say.
fn forbidden(message: &str, resource: &str) -> Problem {
    let quoted = |after: &str| {
        let rest = &message[message.find(after)? + after.len()..];
        let rest = rest.strip_prefix(['\'', '"'])?;
        rest.split(['\'', '"']).next().filter(|text| !text.is_empty()).map(clean)
    };
    let action = quoted("perform action ").unwrap_or_default();
    let scope = quoted("over scope ").unwrap_or_else(|| resource.to_owned());
    let role = super::permission::role_for(&action);
    Problem::new(ErrorCode::NotPermitted).with("action", action).with("scope", scope).with("role", role)
}

/// A request that got no answer; `patience` is how long it was waited for.
pub fn transport(error: &reqwest::Error, host: &str, patience: Duration) -> Problem {
    // The URL inside the error may carry a signature.
    let chain = chain(error);
    let problem = if is_certificate(&chain) {
        Problem::new(ErrorCode::Certificate).with("host", host)
    } else if error.is_timeout() {
        Problem::new(ErrorCode::Timeout).with("seconds", patience.as_secs().max(1)).with("host", host)
    } else {
        Problem::new(ErrorCode::Network).with("host", host)
    };
    problem.detail(chain)
}

fn is_certificate(chain: &str) -> bool {
    let chain = chain.to_ascii_lowercase();
    chain.contains("certificate") || chain.contains("unknownissuer")
}

/// The causes below a client error, without its own text, which may hold the URL.
fn chain(error: &reqwest::Error) -> String {
    let mut parts = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        parts.push(clean(&cause.to_string()));
        source = cause.source();
    }
    if parts.is_empty() { "no cause given".to_owned() } else { parts.join(": ") }
}
