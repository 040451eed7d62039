//! Microsoft Entra ID: discovery, tokens, signing in, and managed identities of App Service and of machines.

pub mod assertion;
pub mod sign_in;
pub mod token;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::control::faults::{self, Asked, Service};
use crate::serve::Connection;
use crate::sim::App;

pub fn router() -> Router<App> {
    Router::new().fallback(entry)
}

/// A form's or a query's fields.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    pub fn parse(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Entra's error body.
pub fn refuse(status: StatusCode, error: &str, description: &str) -> Response {
    let code: Option<u32> = description
        .strip_prefix("AADSTS")
        .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
        .and_then(|digits| digits.parse().ok());
    let (trace, correlation) = (Uuid::new_v4(), Uuid::new_v4());
    let now = crate::clock::arm_time(time::OffsetDateTime::now_utc());
    let body = json!({
        "error": error,
        "error_description": format!("{description} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}"),
        "error_codes": code.into_iter().collect::<Vec<_>>(),
        "timestamp": now, "trace_id": trace, "correlation_id": correlation,
    });
    (status, Json(body)).into_response()
}

async fn entry(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let operation = match segments.as_slice() {
        ["adfs", "adfs", "v2.0", ".well-known", "openid-configuration"]
        | [_, "v2.0", ".well-known", "openid-configuration"]
        | [_, ".well-known", "openid-configuration"] => "openid",
        [_, "discovery", "instance"] => "instance",
        [_, "discovery", "v2.0", "keys"] => "keys",
        [_, "oauth2", "v2.0", "token"] | [_, "oauth2", "token"] => "token",
        [_, "oauth2", "v2.0", "devicecode"] | [_, "oauth2", "devicecode"] => "devicecode",
        [_, "oauth2", "v2.0", "authorize"] | [_, "oauth2", "authorize"] => "authorize",
        [_, "oauth2", "v2.0", "logout"] => "logout",
        [_, "oauth2", "deviceauth"] => "deviceauth",
        ["common", "userrealm", _] => "userrealm",
        ["msi", "token"] => "managedIdentity",
        ["metadata", "identity", "oauth2", "token"] => "machineIdentity",
        _ => "unknown",
    };
    let asked = Asked {
        service: Service::Entra,
        operation: operation.to_owned(),
        method: parts.method.to_string(),
        path: path.clone(),
        client_request_id: parts
            .headers
            .get("client-request-id")
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned),
        connection: parts.extensions.get::<Connection>().cloned().unwrap_or_default(),
    };
    let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let tenant = segments.first().copied().unwrap_or_default().to_owned();
    let (method, headers, app_in) = (parts.method, parts.headers, app.clone());
    faults::through(&app, asked, refuse, move |_| async move {
        let app = app_in;
        let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
        let form = Fields::parse(&body);
        if !matches!(operation, "managedIdentity" | "machineIdentity" | "instance" | "userrealm" | "deviceauth" | "unknown")
            && !known_tenant(&app, &tenant)
        {
            return refuse(
                StatusCode::BAD_REQUEST,
                "invalid_tenant",
                &format!(
                    "AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and \
                     are signing into the correct cloud."
                ),
            );
        }
        match (operation, method) {
            ("openid", Method::GET) => Json(openid(&app, &tenant)).into_response(),
            ("instance", Method::GET) => Json(instance(&app)).into_response(),
            ("keys", Method::GET) => Json(json!({ "keys": [] })).into_response(),
            ("userrealm", Method::GET) => Json(json!({
                "ver": "1.0", "account_type": "Managed", "domain_name": app.world.lock().domain,
                "cloud_instance_name": "localhost", "cloud_audience_urn": "urn:federation:MicrosoftOnline"
            }))
            .into_response(),
            ("token", Method::POST) => token::exchange(&app, &tenant, &form),
            ("devicecode", Method::POST) => sign_in::device_code(&app, &form),
            ("deviceauth", Method::GET) => sign_in::device_page(&query),
            ("authorize", Method::GET) => sign_in::authorize(&app, &query),
            ("logout", Method::GET) => "You signed out of your account.".into_response(),
            ("managedIdentity", Method::GET) => token::managed_identity(&app, &headers, &query),
            ("machineIdentity", Method::GET) => token::machine_identity(&app, &headers, &query),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    })
    .await
}

fn known_tenant(app: &App, tenant: &str) -> bool {
    let world = app.world.lock();
    [world.tenant.as_str(), world.domain.as_str(), "common", "organizations", "adfs"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(tenant))
}

fn openid(app: &App, tenant: &str) -> Value {
    let base = &app.endpoints.authority;
    let id = app.world.lock().tenant.clone();
    let issuer = match tenant {
        "common" | "organizations" => "{tenantid}".to_owned(),
        _ => id.clone(),
    };
    // An ADFS authority has no version in its paths and no tenant in its issuer.
    if tenant == "adfs" {
        return json!({
            "issuer": format!("{base}/adfs"), "authorization_endpoint": format!("{base}/adfs/oauth2/authorize"),
            "token_endpoint": format!("{base}/adfs/oauth2/token"),
            "device_authorization_endpoint": format!("{base}/adfs/oauth2/devicecode"),
            "jwks_uri": format!("{base}/adfs/discovery/v2.0/keys"),
        });
    }
    json!({
        "issuer": format!("{base}/{issuer}/v2.0"),
        "authorization_endpoint": format!("{base}/{tenant}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{base}/{tenant}/oauth2/v2.0/token"),
        "device_authorization_endpoint": format!("{base}/{tenant}/oauth2/v2.0/devicecode"),
        "end_session_endpoint": format!("{base}/{tenant}/oauth2/v2.0/logout"),
        "jwks_uri": format!("{base}/{tenant}/discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "subject_types_supported": ["pairwise"], "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "tenant_region_scope": "EU", "cloud_instance_name": "localhost",
    })
}

fn instance(app: &App) -> Value {
    let host = app.endpoints.authority.trim_start_matches("https://");
    let tenant = app.world.lock().tenant.clone();
    json!({
        "tenant_discovery_endpoint": format!("{}/{tenant}/v2.0/.well-known/openid-configuration", app.endpoints.authority),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    })
}
