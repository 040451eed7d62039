//! Tokens: shaped like Entra's (v1 access tokens), signed by a key that lives as long as the simulator.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Fields, refuse};
use crate::sim::App;

/// The account that signs in by browser or device code.
pub const USER_OBJECT: &str = "00000000-0000-0000-0000-0000000a1ec0";
/// The client id of the managed identity.
pub const MANAGED_IDENTITY: &str = "00000000-0000-0000-0000-00000000eeee";

#[derive(Debug)]
pub struct Tokens {
    key: [u8; 32],
    /// Tokens issued up to this moment (nanoseconds since 1970) are expired.
    expired_until: AtomicI64,
}

/// What a valid access token says.
#[derive(Debug, Clone)]
pub struct Claims {
    pub audience: String,
    pub tenant: String,
    pub object_id: String,
    pub app_id: String,
    /// `app` or `user`.
    pub kind: String,
    pub name: String,
    /// Whether it was asked for with claims that a challenge named.
    pub answers_challenge: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    Malformed,
    Expired,
}

/// Who a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Application { client_id: String },
    User { client_id: String },
}

impl Default for Tokens {
    fn default() -> Self {
        let mut key = [0; 32];
        key[..16].copy_from_slice(Uuid::new_v4().as_bytes());
        key[16..].copy_from_slice(Uuid::new_v4().as_bytes());
        Self { key, expired_until: AtomicI64::new(0) }
    }
}

impl Tokens {
    fn sign(&self, payload: &Value) -> String {
        let header = URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"RS256","kid":"azure-sim"}"#);
        let body = URL_SAFE_NO_PAD.encode(payload.to_string());
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(format!("{header}.{body}").as_bytes());
        format!("{header}.{body}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn open(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(signed.as_bytes());
        mac.verify_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(signed.split('.').nth(1)?).ok()?).ok()
    }

    pub fn verify(&self, token: &str) -> Result<Claims, TokenFault> {
        let payload = self.open(token).ok_or(TokenFault::Malformed)?;
        let text = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
        let now = OffsetDateTime::now_utc();
        let issued = payload["sim_issued"].as_i64().unwrap_or(0);
        if payload["exp"].as_i64().unwrap_or(0) <= now.unix_timestamp()
            || issued <= self.expired_until.load(Ordering::Relaxed)
        {
            return Err(TokenFault::Expired);
        }
        Ok(Claims {
            audience: text("aud"),
            tenant: text("tid"),
            object_id: text("oid"),
            app_id: text("appid"),
            kind: text("idtyp"),
            name: text("name"),
            answers_challenge: payload["sim_claims"].as_bool().unwrap_or(false),
        })
    }

    pub fn expire_all(&self) {
        self.expired_until.store(nanoseconds(OffsetDateTime::now_utc()), Ordering::Relaxed);
    }
}

fn nanoseconds(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos()).unwrap_or(i64::MAX)
}

/// The token endpoint.
pub fn exchange(app: &App, tenant: &str, form: &Fields) -> Response {
    let client_id = form.get("client_id").unwrap_or_default().to_owned();
    if client_id.is_empty() {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "AADSTS900144: The request body must contain the following parameter: 'client_id'.",
        );
    }
    let mut earlier_scope = None;
    let subject = match form.get("grant_type") {
        Some("client_credentials") => match application(app, tenant, &client_id, form) {
            Ok(subject) => subject,
            Err(refusal) => return *refusal,
        },
        Some("refresh_token") => match app.sign_ins.refresh(form.get("refresh_token").unwrap_or_default()) {
            true => Subject::User { client_id },
            false => {
                return refuse(
                    StatusCode::BAD_REQUEST,
                    "invalid_grant",
                    "AADSTS700082: The refresh token has expired due to inactivity.",
                );
            }
        },
        Some("authorization_code") => match app.sign_ins.redeem(form) {
            Ok(scope) => {
                earlier_scope = scope;
                Subject::User { client_id }
            }
            Err(refusal) => return *refusal,
        },
        Some("urn:ietf:params:oauth:grant-type:device_code" | "device_code") => {
            match app
                .sign_ins
                .poll(app, form.get("device_code").or_else(|| form.get("code")).unwrap_or_default())
            {
                Ok(scope) => {
                    earlier_scope = scope;
                    Subject::User { client_id }
                }
                Err(refusal) => return *refusal,
            }
        }
        _ => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "AADSTS70003: The app requested an unsupported grant type.",
            );
        }
    };
    let given = form.get("scope").or_else(|| form.get("resource"));
    let Some(wanted) = given.or(earlier_scope.as_deref()) else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "AADSTS90014: The required field 'scope' is missing from the credential.",
        );
    };
    Json(issue(app, &subject, wanted, form.get("claims"))).into_response()
}

/// A service principal by secret or by a signed assertion.
fn application(app: &App, tenant: &str, client_id: &str, form: &Fields) -> Result<Subject, Box<Response>> {
    let subject = Subject::Application { client_id: client_id.to_owned() };
    if let Some(assertion) = form.get("client_assertion") {
        let base = format!("{}/{tenant}", app.endpoints.authority);
        let endpoints = ["oauth2/v2.0/token", "oauth2/token", "v2.0"].map(|path| format!("{base}/{path}"));
        app.log.secret(assertion);
        return match app.certificates.check(client_id, assertion, &endpoints) {
            Ok(()) => Ok(subject),
            Err(reason) => Err(Box::new(refuse(StatusCode::UNAUTHORIZED, "invalid_client", reason))),
        };
    }
    let given = form.get("client_secret").unwrap_or_default();
    let world = app.world.lock();
    let known = world.principals.iter().find(|principal| principal.client_id == client_id);
    let right = match known.and_then(|principal| principal.secret.as_deref()) {
        Some(secret) => secret == given,
        None => !given.is_empty() && given != "wrong",
    };
    if right {
        return Ok(subject);
    }
    Err(Box::new(refuse(
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        &format!(
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client \
             secret value, not the client secret ID, for a secret added to app '{client_id}'."
        ),
    )))
}

/// A v1 access token for the first resource among the scopes, with what comes beside it.
fn issue(app: &App, subject: &Subject, scopes: &str, claims: Option<&str>) -> Value {
    const STANDARD: [&str; 4] = ["openid", "profile", "email", "offline_access"];
    let scope =
        scopes.split(' ').find(|scope| !scope.is_empty() && !STANDARD.contains(scope)).unwrap_or_default();
    // `https://host/.default` and `https://host//.default` ask for `https://host` and `https://host/`.
    let audience = match scope.rsplit_once('/') {
        Some((resource, permission)) if resource.contains("//") && !permission.is_empty() => resource,
        _ => scope,
    };
    let now = OffsetDateTime::now_utc();
    let lifetime = app.settings.lock().token_seconds;
    let (tenant, domain) = {
        let world = app.world.lock();
        (world.tenant.clone(), world.domain.clone())
    };
    let answers_challenge =
        claims.is_some_and(|claims| claims.contains("\"nbf\"") || claims.contains("\"acrs\""));
    let mut payload = json!({
        "aud": audience, "iss": format!("https://sts.windows.net/{tenant}/"), "tid": tenant, "ver": "1.0",
        "iat": now.unix_timestamp(), "nbf": now.unix_timestamp() - 300, "exp": now.unix_timestamp() + lifetime,
        "uti": URL_SAFE_NO_PAD.encode(Uuid::new_v4().as_bytes()),
        "sim_issued": nanoseconds(now), "sim_claims": answers_challenge,
    });
    match subject {
        Subject::Application { client_id } => {
            let world = app.world.lock();
            let known = world.principals.iter().find(|principal| &principal.client_id == client_id);
            let object_id = known.map_or(client_id.as_str(), |principal| principal.object_id.as_str());
            payload["appid"] = json!(client_id);
            payload["appidacr"] = json!("1");
            payload["idtyp"] = json!("app");
            payload["oid"] = json!(object_id);
            payload["sub"] = json!(object_id);
            payload["name"] = json!(known.map_or(client_id.as_str(), |principal| principal.name.as_str()));
        }
        Subject::User { client_id } => {
            payload["appid"] = json!(client_id);
            payload["idtyp"] = json!("user");
            payload["oid"] = json!(USER_OBJECT);
            payload["sub"] = json!(USER_OBJECT);
            payload["name"] = json!("Alex Wilber");
            payload["upn"] = json!(format!("alex@{domain}"));
            payload["unique_name"] = json!(format!("alex@{domain}"));
            payload["scp"] = json!("user_impersonation");
        }
    }
    let token = app.tokens.sign(&payload);
    app.log.secret(&token);
    let mut answer = json!({
        "token_type": "Bearer", "access_token": token, "expires_in": lifetime, "ext_expires_in": lifetime,
        "scope": scopes,
    });
    if let Subject::User { client_id } = subject {
        let id_token = app.tokens.sign(&json!({
            "aud": client_id, "iss": format!("{}/{tenant}/v2.0", app.endpoints.authority), "tid": tenant, "ver": "2.0",
            "iat": now.unix_timestamp(), "nbf": now.unix_timestamp(), "exp": now.unix_timestamp() + lifetime,
            "oid": USER_OBJECT, "sub": USER_OBJECT, "name": "Alex Wilber",
            "preferred_username": format!("alex@{domain}"),
        }));
        let refresh = app.sign_ins.new_refresh_token();
        app.log.secret(&refresh);
        app.log.secret(&id_token);
        answer["id_token"] = json!(id_token);
        answer["refresh_token"] = json!(refresh);
        answer["client_info"] =
            json!(URL_SAFE_NO_PAD.encode(json!({ "uid": USER_OBJECT, "utid": tenant }).to_string()));
    }
    answer
}

/// App Service's form: `GET $IDENTITY_ENDPOINT?api-version=2019-08-01&resource=…` with `X-IDENTITY-HEADER`.
pub fn managed_identity(app: &App, headers: &HeaderMap, query: &Fields) -> Response {
    let header = headers.get("x-identity-header").and_then(|value| value.to_str().ok());
    if header != Some(app.endpoints.identity_header.as_str()) {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "statusCode": 401, "message": "Invalid identity header." })),
        )
            .into_response();
    }
    let (Some(resource), Some("2019-08-01")) = (query.get("resource"), query.get("api-version")) else {
        return (
            StatusCode::BAD_REQUEST,
            Json(json!({ "statusCode": 400, "message": "resource and api-version" })),
        )
            .into_response();
    };
    let client_id = query.get("client_id").unwrap_or(MANAGED_IDENTITY).to_owned();
    let answer = issue(app, &Subject::Application { client_id: client_id.clone() }, resource, None);
    let expires = OffsetDateTime::now_utc().unix_timestamp() + answer["expires_in"].as_i64().unwrap_or(0);
    Json(json!({
        "access_token": answer["access_token"], "expires_on": expires.to_string(), "resource": resource,
        "token_type": "Bearer", "client_id": client_id,
    }))
    .into_response()
}

/// A machine's form: `GET /metadata/identity/oauth2/token?api-version=…&resource=…` with `Metadata: true`.
/// Source: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>.
pub fn machine_identity(app: &App, headers: &HeaderMap, query: &Fields) -> Response {
    let refused = |description: &str| {
        let body = json!({ "error": "invalid_request", "error_description": description });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    if headers.get("metadata").is_none_or(|value| !value.as_bytes().eq_ignore_ascii_case(b"true")) {
        return refused("Required metadata header not specified");
    }
    let (Some(resource), Some("2018-02-01" | "2019-08-01")) =
        (query.get("resource"), query.get("api-version"))
    else {
        return refused("Required query variable 'resource' or 'api-version' is missing");
    };
    let client_id = query.get("client_id").unwrap_or(MANAGED_IDENTITY).to_owned();
    let answer = issue(app, &Subject::Application { client_id: client_id.clone() }, resource, None);
    let lifetime = answer["expires_in"].as_i64().unwrap_or(0);
    let now = OffsetDateTime::now_utc().unix_timestamp();
    Json(json!({
        "access_token": answer["access_token"], "client_id": client_id, "expires_in": lifetime.to_string(),
        "expires_on": (now + lifetime).to_string(), "ext_expires_in": lifetime.to_string(),
        "not_before": now.to_string(), "resource": resource, "token_type": "Bearer",
    }))
    .into_response()
}
