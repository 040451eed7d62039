//! A page that looks and behaves like the Azure portal's shell to an extension: a single-page application under
//! a strict Content-Security-Policy, with hash routes, theme classes and a language.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::control::faults::{self, Asked, Service, plain};
use crate::entra::Fields;
use crate::serve::Connection;
use crate::sim::App;
use crate::world::World;

const SHELL: &str = include_str!("shell.html");
const STYLE: &str = include_str!("shell.css");
const SCRIPT: &str = include_str!("shell.js");

pub fn router() -> Router<App> {
    Router::new()
        .route("/__sim/csp-report", post(csp_report))
        .route("/__sim/console", post(console_error))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(page)
}

async fn page(State(app): State<App>, RawQuery(query): RawQuery, request: Request) -> Response {
    let asked = Asked {
        service: Service::Portal,
        operation: "page".to_owned(),
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        client_request_id: None,
        connection: request.extensions().get::<Connection>().cloned().unwrap_or_default(),
    };
    let inner = app.clone();
    faults::through(&app, asked, plain, move |_| async move {
        let query = Fields::parse(query.unwrap_or_default().as_bytes());
        shell(&inner, &query)
    })
    .await
}

fn shell(app: &App, query: &Fields) -> Response {
    // `?l=ja.ja-jp` and `?theme=dark`, as the portal has a language and a theme.
    let japanese = query.get("l").is_some_and(|language| language.to_lowercase().starts_with("ja"));
    let language = if japanese { "ja" } else { "en" };
    let dark = query.get("theme") == Some("dark");
    let theme = if dark {
        "fxs-mode-dark ext-mode-dark fxs-theme-dark"
    } else {
        "fxs-mode-light ext-mode-light fxs-theme-blue"
    };
    let nonce = Uuid::new_v4().simple().to_string();
    // JSON within a script element: `<` never appears as itself.
    let data = describe(&app.world.lock()).to_string().replace('<', "\\u003c");
    let page = SHELL
        .replace("{{language}}", language)
        .replace("{{theme}}", theme)
        .replace("{{nonce}}", &nonce)
        .replace("{{style}}", STYLE)
        .replace("{{script}}", SCRIPT)
        .replace("{{data}}", &data);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; \
         frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'; report-uri /__sim/csp-report"
    );
    let mut response = Html(page).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_LANGUAGE, language),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}

/// What the page shows of the world.
fn describe(world: &World) -> Value {
    let subscriptions: Vec<Value> = world
        .subscriptions
        .iter()
        .map(|subscription| {
            let sets: Vec<Value> = subscription
                .scale_sets
                .iter()
                .map(|set| {
                    let id = set.id(subscription);
                    let members = subscription
                        .machines
                        .iter()
                        .filter(|machine| machine.scale_set.as_deref() == Some(id.as_str()))
                        .map(|machine| json!({ "name": machine.name, "id": machine.name, "address": machine.guest.address,
                                               "latest": true, "flexible": true }));
                    let instances = set.instances.iter().map(|instance| {
                        json!({ "name": format!("{}_{}", set.name, instance.id), "id": instance.id,
                                "address": instance.guest.address, "latest": instance.latest_model, "flexible": false })
                    });
                    json!({
                        "id": id, "name": set.name, "group": set.group, "location": set.location, "os": set.os,
                        "orchestration": set.orchestration, "upgrade": set.upgrade,
                        "capacity": set.capacity(subscription),
                        "instances": instances.chain(members).take(200).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let accounts: Vec<Value> = subscription
                .storage
                .iter()
                .map(|account| {
                    json!({ "id": account.id(subscription), "name": account.name, "group": account.group,
                            "location": account.location, "sku": account.sku })
                })
                .collect();
            json!({ "id": subscription.id, "name": subscription.name, "scaleSets": sets, "storageAccounts": accounts })
        })
        .collect();
    json!({ "domain": world.domain, "subscriptions": subscriptions })
}

async fn csp_report(State(app): State<App>, body: Bytes) -> StatusCode {
    let report: Value =
        serde_json::from_slice(&body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&body)));
    app.log.violation(json!({ "kind": "csp", "report": report }));
    StatusCode::NO_CONTENT
}

async fn console_error(State(app): State<App>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let text = String::from_utf8_lossy(&body).into_owned();
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    app.log.violation(json!({ "kind": "console", "text": text, "agent": agent }));
    StatusCode::NO_CONTENT
}
