//! `/__sim/…`: what tests and demos ask of the simulator itself. README.md lists every call.

pub mod faults;
pub mod log;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sim::{App, Settings};
use crate::world::principal::{Principal, Role};
use faults::Rule;

pub fn router() -> Router<App> {
    Router::new()
        .route("/__sim/state", get(state))
        .route("/__sim/faults", get(list_faults).post(add_fault).delete(clear_faults))
        .route("/__sim/faults/{id}", delete(remove_fault))
        .route("/__sim/requests", get(requests).delete(clear_requests))
        .route("/__sim/secrets", get(secrets))
        .route("/__sim/settings", get(settings).put(put_settings))
        .route("/__sim/principals/{client}", post(put_principal))
        .route("/__sim/agents", post(put_agent))
        .route("/__sim/certificates/{client}", post(put_certificate))
        .route("/__sim/tokens/expire", post(expire_tokens))
        .route("/__sim/violations", get(violations).delete(clear_violations))
        .route("/__sim/devicecodes", get(device_codes))
        .route("/__sim/devicecodes/{code}/{answer}", post(answer_device_code))
}

async fn state(State(app): State<App>) -> Json<Value> {
    let world = app.world.lock();
    let captures: Vec<Value> = world
        .subscriptions
        .iter()
        .flat_map(|subscription| {
            subscription.watchers.iter().flat_map(move |watcher| {
                let id = subscription.resource(
                    &watcher.group,
                    "Microsoft.Network",
                    "networkWatchers",
                    &watcher.name,
                );
                watcher.captures.values().take(100).map(move |capture| capture.status(&id, &[]))
            })
        })
        .collect();
    Json(
        json!({ "endpoints": *app.endpoints, "captures": captures, "settings": app.settings.lock().clone() }),
    )
}

async fn list_faults(State(app): State<App>) -> Json<Value> {
    Json(json!({ "value": app.faults.list() }))
}

async fn add_fault(State(app): State<App>, Json(rule): Json<Rule>) -> Response {
    let id = app.faults.add(rule);
    (StatusCode::CREATED, Json(json!({ "id": id }))).into_response()
}

async fn remove_fault(State(app): State<App>, Path(id): Path<u64>) -> StatusCode {
    if app.faults.remove(id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn clear_faults(State(app): State<App>) -> StatusCode {
    app.faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(app): State<App>) -> Json<Value> {
    Json(app.log.requests())
}

async fn clear_requests(State(app): State<App>) -> StatusCode {
    app.log.clear_requests();
    StatusCode::NO_CONTENT
}

async fn secrets(State(app): State<App>) -> Json<Value> {
    Json(json!({ "value": app.log.secrets() }))
}

async fn settings(State(app): State<App>) -> Json<Settings> {
    Json(app.settings.lock().clone())
}

async fn put_settings(State(app): State<App>, Json(settings): Json<Settings>) -> Json<Settings> {
    *app.settings.lock() = settings.clone();
    Json(settings)
}

/// Replaces what a service principal may do; it need not be known yet.
async fn put_principal(
    State(app): State<App>,
    Path(client): Path<String>,
    Json(roles): Json<Vec<Role>>,
) -> StatusCode {
    let mut world = app.world.lock();
    match world.principals.iter_mut().find(|principal| principal.client_id == client) {
        Some(principal) => principal.roles = roles,
        None => world.principals.push(Principal { roles, ..Principal::unknown(&client) }),
    }
    StatusCode::NO_CONTENT
}

/// Registers the certificates of a PEM text: from now on the application's assertions are checked against them.
async fn put_certificate(State(app): State<App>, Path(client): Path<String>, pem: String) -> StatusCode {
    if app.certificates.register(&client, &pem) { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AgentWish {
    /// ARM id of a scale set or of a virtual machine.
    target: String,
    /// Instances of the scale set; all, where absent.
    instances: Option<Vec<String>>,
    running: Option<bool>,
    installed: Option<bool>,
}

/// Starts, stops, installs or removes agents behind Azure's back.
async fn put_agent(State(app): State<App>, Json(wish): Json<AgentWish>) -> StatusCode {
    let mut world = app.world.lock();
    let mut touched = false;
    for subscription in &mut world.subscriptions {
        let prefix = subscription.path();
        let change = |guest: &mut crate::world::guest::Guest, os| {
            if let Some(running) = wish.running {
                guest.agent_running = running;
            }
            match wish.installed {
                Some(true) if !guest.agent_installed() => {
                    guest.extensions.push(crate::world::extension::Extension::agent(os));
                }
                Some(false) => guest.extensions.retain(|extension| !extension.is_agent()),
                _ => {}
            }
        };
        for set in &mut subscription.scale_sets {
            let id = format!(
                "{prefix}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachineScaleSets/{}",
                set.group, set.name
            );
            if !crate::world::same(&id, &wish.target) {
                continue;
            }
            let os = set.os;
            for instance in &mut set.instances {
                if wish.instances.as_ref().is_none_or(|chosen| chosen.contains(&instance.id)) {
                    change(&mut instance.guest, os);
                    touched = true;
                }
            }
        }
        for machine in &mut subscription.machines {
            let id = format!(
                "{prefix}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachines/{}",
                machine.group, machine.name
            );
            if crate::world::same(&id, &wish.target) {
                change(&mut machine.guest, machine.os);
                touched = true;
            }
        }
    }
    if touched { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// Every token issued so far is expired from now on, whatever it says itself.
async fn expire_tokens(State(app): State<App>) -> StatusCode {
    app.tokens.expire_all();
    StatusCode::NO_CONTENT
}

async fn violations(State(app): State<App>) -> Json<Value> {
    Json(app.log.violations())
}

async fn clear_violations(State(app): State<App>) -> StatusCode {
    app.log.clear_violations();
    StatusCode::NO_CONTENT
}

async fn device_codes(State(app): State<App>) -> Json<Value> {
    Json(json!({ "value": app.sign_ins.user_codes() }))
}

async fn answer_device_code(
    State(app): State<App>,
    Path((code, answer)): Path<(String, String)>,
) -> StatusCode {
    let approve = match answer.as_str() {
        "approve" => true,
        "deny" => false,
        _ => return StatusCode::NOT_FOUND,
    };
    if app.sign_ins.answer(&code, approve) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
