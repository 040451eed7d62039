//! Long-running operations, by `Azure-AsyncOperation`, by `Location`, or by both.
//!
//! Poll URLs are followed verbatim (they carry signatures and exceed 4 kB) and never logged whole.
//! Source: <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>, and the
//! answers recorded in Azure's own clients: 204, the literal `null`, and envelopes around the result.

use reqwest::StatusCode;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;
use wasm_core::azure::arm::{AsyncOperation, ErrorDetails, OperationStatus};
use wasm_core::protocol::ErrorCode;

use super::arm::Arm;
use super::failure;
use super::wire::Answer;
use crate::problem::{Problem, Result};

/// Azure asks for ten seconds where it asks for nothing more; a simulator may ask for less.
const SHORTEST_POLL: Duration = Duration::from_millis(50);
const LONGEST_POLL: Duration = Duration::from_secs(60);

/// Looks at the operation that `answer` began until it has ended.
///
/// Returns the result's body where there is one. `operation` names it for people. Dropping the future stops the
/// watching, not the operation. An end that was not seen is [`ErrorCode::OperationUnclear`]: then the resource
/// itself tells.
pub async fn finish(arm: &Arm, answer: Answer, operation: &str) -> Result<Option<Value>> {
    let deadline = Instant::now() + arm.cloud().network.operation();
    let watched = Watched { arm, operation, deadline };
    let location = answer.header("location").map(str::to_owned);
    let delay = watched.delay(&answer);
    match answer.header("azure-asyncoperation").map(str::to_owned) {
        Some(link) => {
            let last = watched.to_the_end(&link, delay).await?;
            match location {
                Some(location) => {
                    Ok(watched.result(&location, Duration::ZERO).await?.or_else(|| result_in(&last)))
                }
                None => Ok(result_in(&last)),
            }
        }
        None if answer.status == StatusCode::ACCEPTED => match location {
            Some(location) => watched.result(&location, delay).await,
            None => Err(watched.unclear("202 without a link to the operation")),
        },
        None => Ok(body(&answer)),
    }
}

struct Watched<'a> {
    arm: &'a Arm,
    operation: &'a str,
    deadline: Instant,
}

impl Watched<'_> {
    /// Polls the operation resource; the last answer is a success.
    async fn to_the_end(&self, link: &str, mut delay: Duration) -> Result<Value> {
        loop {
            self.pause(delay).await?;
            let answer = self.look(link).await?;
            delay = self.delay(&answer);
            if answer.status == StatusCode::ACCEPTED && answer.body.is_empty() {
                continue;
            }
            let value: Value = serde_json::from_slice(&answer.body)
                .map_err(|error| self.unclear(&format!("the operation answers no JSON: {error}")))?;
            let state: AsyncOperation = serde_json::from_value(value.clone())
                .map_err(|error| self.unclear(&format!("the operation's state is not readable: {error}")))?;
            match state.status {
                Some(OperationStatus::Succeeded) => return Ok(value),
                Some(status @ (OperationStatus::Failed | OperationStatus::Canceled)) => {
                    return Err(self.failed(status.as_str(), state.error.unwrap_or_default(), &answer));
                }
                // Any other word is one of a step on the way ("Accepted", "Updating", …).
                Some(_) => {}
                None => return Err(self.unclear("the operation has no status")),
            }
        }
    }

    /// Polls `Location` until it answers with something else than 202.
    async fn result(&self, link: &str, mut delay: Duration) -> Result<Option<Value>> {
        loop {
            if !delay.is_zero() {
                self.pause(delay).await?;
            }
            let answer = self.look(link).await?;
            if answer.status != StatusCode::ACCEPTED {
                return Ok(body(&answer));
            }
            delay = self.delay(&answer);
        }
    }

    async fn look(&self, link: &str) -> Result<Answer> {
        self.arm.follow(link, self.operation).await.map_err(|problem| match problem.code {
            // The resource can still be read: this is no statement about the operation.
            ErrorCode::NotFound
            | ErrorCode::AzureUnavailable
            | ErrorCode::Network
            | ErrorCode::Timeout
            | ErrorCode::Throttled => {
                let unclear = self.unclear(&problem.to_string());
                match problem.azure {
                    Some(azure) => unclear.azure(*azure),
                    None => unclear,
                }
            }
            _ => problem,
        })
    }

    async fn pause(&self, delay: Duration) -> Result<()> {
        if Instant::now() + delay > self.deadline {
            return Err(self.unclear("it did not end in time"));
        }
        tokio::time::sleep(delay).await;
        Ok(())
    }

    fn delay(&self, answer: &Answer) -> Duration {
        let default = self.arm.cloud().network.poll();
        answer.retry_after().unwrap_or(default).clamp(SHORTEST_POLL, LONGEST_POLL)
    }

    fn failed(&self, status: &str, error: ErrorDetails, answer: &Answer) -> Problem {
        Problem::new(ErrorCode::OperationFailed)
            .with("operation", self.operation)
            .with("status", status)
            .azure(failure::azure_error(0, &error, Some(&answer.headers)))
    }

    fn unclear(&self, detail: &str) -> Problem {
        Problem::new(ErrorCode::OperationUnclear).with("operation", self.operation).detail(detail)
    }
}

/// The body as JSON; nothing for 204, an empty body or the literal `null`.
fn body(answer: &Answer) -> Option<Value> {
    serde_json::from_slice::<Value>(&answer.body).ok().filter(|value| !value.is_null())
}

/// The result that an operation's envelope may carry in `properties`, or beside `status`.
fn result_in(envelope: &Value) -> Option<Value> {
    match envelope.get("properties") {
        Some(Value::Object(properties)) if !properties.is_empty() => envelope.get("properties").cloned(),
        _ => Some(envelope.clone()),
    }
}
