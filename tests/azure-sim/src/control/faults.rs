//! Faults on purpose: rules that say which request meets which trouble, how often.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::log::Entry;
use crate::clock::http_date;
use crate::lock::Lock;
use crate::serve::Connection;
use crate::sim::App;

/// No fault holds a request longer than this.
const LONGEST_HANG: Duration = Duration::from_secs(600);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Service {
    Arm,
    Entra,
    Blob,
    Portal,
}

impl Service {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arm => "arm",
            Self::Entra => "entra",
            Self::Blob => "blob",
            Self::Portal => "portal",
        }
    }
}

/// `{"match":{…}, "skip":0, "times":1, "fault":{"kind":…}}`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    #[serde(rename = "match", default)]
    matching: Matching,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    skip: u64,
    /// How many are then hit; all, where null.
    #[serde(default = "once")]
    times: Option<u64>,
    fault: Fault,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's own type")]
fn once() -> Option<u64> {
    Some(1)
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Matching {
    service: Option<Service>,
    /// A name of README's table, `packetCaptures.create`, or a start such as `packetCaptures.*`.
    operation: Option<String>,
    method: Option<String>,
    /// A part of the path, without case.
    path: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Fault {
    /// An error answer in the service's own form.
    Status {
        status: u16,
        #[serde(default)]
        code: Option<String>,
        #[serde(default)]
        message: Option<String>,
        #[serde(default)]
        retry_after: Option<RetryAfter>,
    },
    /// A TCP reset; the request has not been acted on (`before`) or has been (`after`).
    Reset { when: When },
    /// The connection ends without an answer and without a reset.
    Drop { when: When },
    /// No answer for so many seconds, then the connection ends.
    Hang { seconds: f64 },
    /// The right answer, late.
    Delay { seconds: f64 },
    /// The right answer with half of its body, as if it were whole.
    Malformed,
    /// The body ends with a reset after so many bytes.
    Cut { after_bytes: u64 },
    /// The body comes no faster than this.
    Slow { bytes_per_second: u64 },
    /// 401: the token is expired.
    TokenExpired,
    /// 401 with a claims challenge.
    ClaimsChallenge,
    /// The long-running operation that this request starts ends so.
    Operation { outcome: Outcome },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    Before,
    After,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RetryAfter {
    Seconds(u64),
    /// An HTTP date so many seconds from now.
    Date(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Failed,
    Canceled,
    Never,
}

impl Fault {
    const fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Reset { .. } => "reset",
            Self::Drop { .. } => "drop",
            Self::Hang { .. } => "hang",
            Self::Delay { .. } => "delay",
            Self::Malformed => "malformed",
            Self::Cut { .. } => "cut",
            Self::Slow { .. } => "slow",
            Self::TokenExpired => "tokenExpired",
            Self::ClaimsChallenge => "claimsChallenge",
            Self::Operation { .. } => "operation",
        }
    }
}

#[derive(Debug)]
struct Armed {
    id: u64,
    rule: Rule,
    seen: u64,
    hit: u64,
}

#[derive(Debug, Default)]
pub struct Faults(Lock<(u64, Vec<Armed>)>);

impl Faults {
    pub fn add(&self, rule: Rule) -> u64 {
        let mut armed = self.0.lock();
        armed.0 += 1;
        let id = armed.0;
        armed.1.push(Armed { id, rule, seen: 0, hit: 0 });
        id
    }

    pub fn remove(&self, id: u64) -> bool {
        let mut armed = self.0.lock();
        let before = armed.1.len();
        armed.1.retain(|rule| rule.id != id);
        armed.1.len() < before
    }

    pub fn clear(&self) {
        self.0.lock().1.clear();
    }

    pub fn list(&self) -> Vec<Value> {
        let armed = self.0.lock();
        armed
            .1
            .iter()
            .map(|one| json!({ "id": one.id, "rule": one.rule, "seen": one.seen, "hit": one.hit }))
            .collect()
    }

    /// The fault of the first rule that this request meets.
    fn take(&self, service: Service, operation: &str, method: &str, path: &str) -> Option<Fault> {
        let mut armed = self.0.lock();
        for one in &mut armed.1 {
            if !one.rule.matching.fits(service, operation, method, path) {
                continue;
            }
            one.seen += 1;
            if one.seen <= one.rule.skip || one.rule.times.is_some_and(|times| one.hit >= times) {
                continue;
            }
            one.hit += 1;
            return Some(one.rule.fault.clone());
        }
        None
    }
}

impl Matching {
    fn fits(&self, service: Service, operation: &str, method: &str, path: &str) -> bool {
        self.service.is_none_or(|wanted| wanted == service)
            && self.operation.as_ref().is_none_or(|wanted| match wanted.strip_suffix('*') {
                Some(start) => operation.starts_with(start),
                None => operation == wanted,
            })
            && self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|wanted| path.to_lowercase().contains(&wanted.to_lowercase()))
    }
}

/// What one request is, for rules and log.
#[derive(Debug)]
pub struct Asked {
    pub service: Service,
    pub operation: String,
    pub method: String,
    pub path: String,
    pub client_request_id: Option<String>,
    pub connection: Connection,
}

/// How the service writes an error.
pub type ErrorForm = fn(StatusCode, &str, &str) -> Response;

/// Answers a request through whatever fault is due: `answer` gets the fault when it concerns the operation itself.
pub async fn through<F, R>(app: &App, asked: Asked, form: ErrorForm, answer: F) -> Response
where
    F: FnOnce(Option<Fault>) -> R,
    R: Future<Output = Response>,
{
    let fault = app.faults.take(asked.service, &asked.operation, &asked.method, &asked.path);
    let name = fault.as_ref().map(Fault::name);
    let response = play(fault, &asked.connection, form, answer).await;
    app.log.request(Entry {
        service: asked.service.name(),
        operation: asked.operation,
        method: asked.method,
        path: asked.path,
        status: response.status().as_u16(),
        fault: name,
        client_request_id: asked.client_request_id,
    });
    response
}

async fn play<F, R>(fault: Option<Fault>, connection: &Connection, form: ErrorForm, answer: F) -> Response
where
    F: FnOnce(Option<Fault>) -> R,
    R: Future<Output = Response>,
{
    let never_seen = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
    match fault {
        None => answer(None).await,
        Some(fault @ (Fault::TokenExpired | Fault::ClaimsChallenge | Fault::Operation { .. })) => {
            answer(Some(fault)).await
        }
        Some(Fault::Status { status, code, message, retry_after }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let (usual_code, usual_message) = usual(status);
            let mut response = form(
                status,
                code.as_deref().unwrap_or(usual_code),
                message.as_deref().unwrap_or(usual_message),
            );
            if let Some(wait) = retry_after {
                let value = match wait {
                    RetryAfter::Seconds(seconds) => seconds.to_string(),
                    RetryAfter::Date(seconds) => {
                        http_date(OffsetDateTime::now_utc() + Duration::from_secs(seconds))
                    }
                };
                if let Ok(value) = HeaderValue::from_str(&value) {
                    response.headers_mut().insert(header::RETRY_AFTER, value);
                }
            }
            response
        }
        Some(Fault::Reset { when }) => {
            if when == When::After {
                drop(answer(None).await);
            }
            connection.reset();
            never_seen()
        }
        Some(Fault::Drop { when }) => {
            if when == When::After {
                drop(answer(None).await);
            }
            connection.close();
            never_seen()
        }
        Some(Fault::Hang { seconds }) => {
            tokio::time::sleep(bounded(seconds)).await;
            connection.close();
            never_seen()
        }
        Some(Fault::Delay { seconds }) => {
            tokio::time::sleep(bounded(seconds)).await;
            answer(None).await
        }
        Some(Fault::Malformed) => {
            let (mut parts, body) = answer(None).await.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(body.slice(..body.len() / 2)))
        }
        Some(Fault::Cut { after_bytes }) => {
            let (parts, body) = answer(None).await.into_parts();
            Response::from_parts(parts, Body::from_stream(cut(body, after_bytes, connection.clone())))
        }
        Some(Fault::Slow { bytes_per_second }) => {
            let (parts, body) = answer(None).await.into_parts();
            Response::from_parts(parts, Body::from_stream(paced(body, bytes_per_second.max(1))))
        }
    }
}

fn bounded(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_HANG).min(LONGEST_HANG)
}

const fn usual(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::TOO_MANY_REQUESTS => ("TooManyRequests", "The request is being throttled."),
        StatusCode::FORBIDDEN => ("AuthorizationFailed", "The client does not have authorization."),
        StatusCode::NOT_FOUND => ("NotFound", "The resource was not found."),
        StatusCode::CONFLICT => ("Conflict", "Another operation is in progress on this resource."),
        StatusCode::SERVICE_UNAVAILABLE => ("ServerBusy", "The server is busy."),
        _ => ("InternalServerError", "An error occurred."),
    }
}

fn cut(body: Body, after: u64, connection: Connection) -> impl Stream<Item = Result<Bytes, axum::Error>> {
    let mut left = after;
    body.into_data_stream().flat_map(move |chunk| {
        let items = match chunk {
            Ok(chunk) if (chunk.len() as u64) <= left => {
                left -= chunk.len() as u64;
                vec![Ok(chunk)]
            }
            Ok(chunk) => {
                let kept = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
                left = 0;
                vec![Ok(chunk.slice(..kept)), Err(axum::Error::new(std::io::Error::other("cut on purpose")))]
            }
            Err(error) => vec![Err(error)],
        };
        let connection = connection.clone();
        futures::stream::iter(items).then(move |item| {
            let connection = connection.clone();
            async move {
                if item.is_err() {
                    // What came before is to reach the peer.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    connection.reset();
                }
                item
            }
        })
    })
}

fn paced(body: Body, bytes_per_second: u64) -> impl Stream<Item = Result<Bytes, axum::Error>> {
    // Ten steps a second are smooth enough, and few enough to sleep accurately.
    let step = usize::try_from((bytes_per_second / 10).max(1)).unwrap_or(usize::MAX);
    body.into_data_stream()
        .flat_map(move |chunk| {
            let pieces: Vec<Result<Bytes, axum::Error>> = match chunk {
                Ok(chunk) => (0..chunk.len())
                    .step_by(step)
                    .map(|from| Ok(chunk.slice(from..chunk.len().min(from.saturating_add(step)))))
                    .collect(),
                Err(error) => vec![Err(error)],
            };
            futures::stream::iter(pieces)
        })
        .then(move |piece| async move {
            let length = piece.as_ref().map_or(0, Bytes::len);
            tokio::time::sleep(Duration::from_secs_f64(length as f64 / bytes_per_second as f64)).await;
            piece
        })
}

/// The form of services that answer with nothing but a status.
pub fn plain(status: StatusCode, _code: &str, message: &str) -> Response {
    (status, message.to_owned()).into_response()
}

/// The caller's own id of a request, which Azure's services log and give back.
pub fn client_request_id(headers: &HeaderMap) -> Option<String> {
    headers.get("x-ms-client-request-id").and_then(|value| value.to_str().ok()).map(str::to_owned)
}
