//! Long-running operations: how they are announced, polled, and what they end with.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use super::error::ArmError;
use super::{Answer, Call};
use crate::clock::arm_time;
use crate::control::faults::Outcome;
use crate::lock::Lock;
use crate::options::LroForm;
use crate::sim::App;

/// How many operations are remembered; a session that is watched for hours starts thousands.
const KEPT: usize = 4_000;

#[derive(Debug, Default)]
pub struct Operations(Lock<Known>);

#[derive(Debug, Default)]
struct Known {
    by_id: HashMap<Uuid, Running>,
    /// Oldest first.
    order: VecDeque<Uuid>,
}

impl Known {
    fn add(&mut self, id: Uuid, running: Running) {
        if self.order.len() == KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        self.order.push_back(id);
        self.by_id.insert(id, running);
    }
}

#[derive(Debug)]
struct Running {
    provider: Provider,
    started: OffsetDateTime,
    /// Path and query of both poll URLs; a poll must repeat its own to the letter.
    polls: [String; 2],
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    InProgress,
    Succeeded { at: OffsetDateTime, properties: Option<Value>, result: Outlet },
    Failed { at: OffsetDateTime, status: &'static str, code: String, message: String },
}

/// What `operationResults` answers at the end.
#[derive(Debug, Clone)]
pub enum Outlet {
    NoContent,
    /// 200 with the four bytes `null`, as recorded for stop.
    Null,
    Body(Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    Network,
    Compute,
}

/// How Azure announces the operation by itself (`LroForm::Recorded`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    AsyncOnly,
    Both,
}

/// How the work of an operation ended.
#[derive(Debug)]
pub struct Done {
    /// What leaks into the polled envelope's `properties`.
    pub properties: Option<Value>,
    pub result: Outlet,
}

#[derive(Debug)]
pub struct Failure {
    pub code: String,
    pub message: String,
}

impl Failure {
    /// The generic failure of the service or its agent.
    pub fn internal() -> Self {
        Self { code: "InternalServerError".to_owned(), message: "An error occurred.".to_owned() }
    }
}

/// Where an operation belongs and how it is announced.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub provider: Provider,
    pub location: &'a str,
    pub announced: Announced,
}

/// Starts `work` after the operation's time and puts the headers on `response`.
/// `work` gets the outcome that a fault wishes and must bring it about.
pub fn start<W, F>(call: &Call, plan: Plan<'_>, mut response: Response, work: W) -> Response
where
    W: FnOnce(App, Option<Outcome>) -> F + Send + 'static,
    F: Future<Output = Result<Done, Failure>> + Send,
{
    let app = call.app.clone();
    let settings = app.settings.lock().clone();
    let id = Uuid::new_v4();
    let namespace = match plan.provider {
        Provider::Network => "Microsoft.Network",
        Provider::Compute => "Microsoft.Compute",
    };
    let query = format!(
        "api-version={}{}",
        call.api_version(),
        if settings.long_poll_urls { long_query(id) } else { String::new() }
    );
    let polls = ["operations", "operationResults"].map(|kind| {
        format!(
            "/subscriptions/{}/providers/{namespace}/locations/{}/{kind}/{id}?{query}",
            call.params.get("S"),
            plan.location
        )
    });
    if let Some((_, secret)) = query.split_once("&s=") {
        app.log.secret(secret.split('&').next().unwrap_or_default());
    }
    let both = match settings.lro {
        LroForm::Recorded => [true, plan.announced == Announced::Both],
        LroForm::Both => [true, true],
        LroForm::Async => [true, false],
        LroForm::Location => [false, true],
    };
    let headers = response.headers_mut();
    let names = [HeaderName::from_static("azure-asyncoperation"), header::LOCATION];
    for ((name, path), wanted) in names.into_iter().zip(&polls).zip(both) {
        if wanted && let Ok(value) = HeaderValue::from_str(&format!("{}{path}", call.base)) {
            headers.insert(name, value);
        }
    }
    headers.insert("azure-asyncnotification", HeaderValue::from_static("Enabled"));
    retry_after(&settings, headers);

    let running = Running {
        provider: plan.provider,
        started: OffsetDateTime::now_utc(),
        polls,
        state: State::InProgress,
    };
    app.operations.0.lock().add(id, running);
    let outcome = call.outcome;
    tokio::spawn(async move {
        tokio::time::sleep(Duration::try_from_secs_f64(settings.operation_seconds).unwrap_or_default()).await;
        if outcome == Some(Outcome::Never) {
            return;
        }
        let ended = work(app.clone(), outcome).await;
        let at = OffsetDateTime::now_utc();
        let state = match (outcome, ended) {
            (Some(Outcome::Canceled), _) => State::Failed {
                at,
                status: "Canceled",
                code: "Canceled".to_owned(),
                message: "Operation was canceled.".to_owned(),
            },
            (Some(Outcome::Failed), Ok(_)) => {
                let Failure { code, message } = Failure::internal();
                State::Failed { at, status: "Failed", code, message }
            }
            (_, Ok(Done { properties, result })) => State::Succeeded { at, properties, result },
            (_, Err(Failure { code, message })) => State::Failed { at, status: "Failed", code, message },
        };
        if let Some(running) = app.operations.0.lock().by_id.get_mut(&id) {
            running.state = state;
        }
    });
    response
}

fn retry_after(settings: &crate::sim::Settings, headers: &mut axum::http::HeaderMap) {
    if let Some(seconds) = settings.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// `&t=…&c=…&s=…&h=…` of poll URLs since 2025: ticks, a certificate, a signature and a hash, 3.2 kB in all.
fn long_query(id: Uuid) -> String {
    let stretch = |label: &str, bytes: usize| {
        let mut material = Vec::with_capacity(bytes + 32);
        let mut block = Sha256::digest(format!("{label} {id}")).to_vec();
        while material.len() < bytes {
            material.extend_from_slice(&block);
            block = Sha256::digest(&block).to_vec();
        }
        material.truncate(bytes);
        URL_SAFE_NO_PAD.encode(material)
    };
    // .NET ticks: 100 ns since the year 1.
    let ticks = OffsetDateTime::now_utc().unix_timestamp_nanos() / 100 + 621_355_968_000_000_000;
    format!(
        "&t={ticks}&c={}&s={}&h={}",
        stretch("certificate", 1960),
        stretch("signature", 256),
        stretch("hash", 32)
    )
}

/// The operation that a poll names, if the poll's URL is the one that was given out.
fn find(call: &Call, which: usize) -> Result<(Provider, OffsetDateTime, Uuid, State), ArmError> {
    let id: Option<Uuid> = call.params.get("O").parse().ok();
    let operations = call.app.operations.0.lock();
    let Some((id, running)) = id.and_then(|id| Some((id, operations.by_id.get(&id)?))) else {
        return Err(ArmError::new(
            StatusCode::NOT_FOUND,
            "OperationNotFound",
            format!("Operation {} not found.", call.params.get("O")),
        ));
    };
    if running.polls[which] != call.uri {
        return Err(ArmError::bad_request(
            "InvalidOperationUrl",
            "The address of an operation must be followed exactly as it was given.",
        ));
    }
    Ok((running.provider, running.started, id, running.state.clone()))
}

/// `…/operations/{id}`: 200 with a status, whatever it is.
pub fn get(call: &Call) -> Answer {
    let (provider, started, id, state) = find(call, 0)?;
    let settings = call.app.settings.lock().clone();
    let (status, ended) = match &state {
        State::InProgress => ("InProgress", None),
        State::Succeeded { at, .. } => ("Succeeded", Some(*at)),
        State::Failed { at, status, .. } => (*status, Some(*at)),
    };
    let mut body = match provider {
        Provider::Network => json!({ "status": status }),
        Provider::Compute => {
            let mut body = json!({ "startTime": arm_time(started), "status": status, "name": id });
            if let Some(at) = ended {
                body["endTime"] = json!(arm_time(at));
            }
            body
        }
    };
    match &state {
        State::Succeeded { properties: Some(properties), .. } => body["properties"] = properties.clone(),
        State::Failed { code, message, .. } => body["error"] = json!({ "code": code, "message": message }),
        _ => {}
    }
    let mut response = Json(body).into_response();
    if matches!(state, State::InProgress) {
        retry_after(&settings, response.headers_mut());
    }
    Ok(response)
}

/// `…/operationResults/{id}`: 202 until it ended, then what the operation is for.
pub fn result(call: &Call) -> Answer {
    let (_, _, _, state) = find(call, 1)?;
    match state {
        State::InProgress => {
            let settings = call.app.settings.lock().clone();
            let mut response = StatusCode::ACCEPTED.into_response();
            if let Ok(here) = HeaderValue::from_str(&format!("{}{}", call.base, call.uri)) {
                response.headers_mut().insert(header::LOCATION, here);
            }
            retry_after(&settings, response.headers_mut());
            Ok(response)
        }
        State::Succeeded { result: Outlet::NoContent, .. } => Ok(StatusCode::NO_CONTENT.into_response()),
        State::Succeeded { result: Outlet::Null, .. } => Ok(Json(Value::Null).into_response()),
        State::Succeeded { result: Outlet::Body(body), .. } => Ok(Json(body).into_response()),
        State::Failed { code, message, status, .. } => Err(ArmError::new(
            if status == "Canceled" { StatusCode::CONFLICT } else { StatusCode::INTERNAL_SERVER_ERROR },
            code,
            message,
        )),
    }
}
