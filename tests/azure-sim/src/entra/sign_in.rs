//! Signing in as a person: the authorize page with PKCE, device codes, refresh tokens.

use std::collections::{HashMap, HashSet};

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Fields, refuse};
use crate::lock::Lock;
use crate::sim::{App, DeviceCodes, SignInForm};

#[derive(Debug, Default)]
pub struct SignIns {
    codes: Lock<HashMap<String, Grant>>,
    devices: Lock<HashMap<String, Device>>,
    refresh_tokens: Lock<HashSet<String>>,
}

/// An authorization code that was given out and not redeemed yet.
#[derive(Debug)]
struct Grant {
    client_id: String,
    redirect_uri: String,
    challenge: Option<String>,
    /// What the token is for, where the redemption does not say it again.
    scope: Option<String>,
}

#[derive(Debug)]
struct Device {
    user_code: String,
    state: DeviceState,
    scope: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeviceState {
    Waiting { polls: u32 },
    Approved,
    Denied,
}

impl SignIns {
    pub fn new_refresh_token(&self) -> String {
        let token = format!("0.sim.{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        self.refresh_tokens.lock().insert(token.clone());
        token
    }

    pub fn refresh(&self, token: &str) -> bool {
        self.refresh_tokens.lock().contains(token)
    }

    /// An authorization code against its verifier, for the scope it was asked for; a code works once.
    pub fn redeem(&self, form: &Fields) -> Result<Option<String>, Box<Response>> {
        let refused =
            |description: &str| Err(Box::new(refuse(StatusCode::BAD_REQUEST, "invalid_grant", description)));
        let Some(grant) = self.codes.lock().remove(form.get("code").unwrap_or_default()) else {
            return refused("AADSTS70008: The provided authorization code or refresh token has expired.");
        };
        if form.get("redirect_uri") != Some(grant.redirect_uri.as_str())
            || form.get("client_id") != Some(grant.client_id.as_str())
        {
            return refused(
                "AADSTS50011: The redirect URI does not match the one of the authorization request.",
            );
        }
        if let Some(challenge) = grant.challenge {
            let verifier = form.get("code_verifier").unwrap_or_default();
            if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != challenge {
                return refused("AADSTS501481: The Code_Verifier does not match the code_challenge.");
            }
        }
        Ok(grant.scope)
    }

    pub fn poll(&self, app: &App, device_code: &str) -> Result<Option<String>, Box<Response>> {
        let refused = |error: &str, description: &str| {
            Err(Box::new(refuse(StatusCode::BAD_REQUEST, error, description)))
        };
        let automatic = app.settings.lock().device_codes == DeviceCodes::Auto;
        let mut devices = self.devices.lock();
        let Some(device) = devices.get_mut(device_code) else {
            return refused(
                "expired_token",
                "AADSTS70020: The provided value for the input parameter 'device_code' is not valid.",
            );
        };
        if let DeviceState::Waiting { polls } = device.state {
            device.state = match automatic && polls > 0 {
                true => DeviceState::Approved,
                false => DeviceState::Waiting { polls: polls + 1 },
            };
        }
        match device.state {
            DeviceState::Approved => Ok(devices.remove(device_code).and_then(|device| device.scope)),
            DeviceState::Denied => {
                refused("authorization_declined", "AADSTS70018: The user declined the request.")
            }
            DeviceState::Waiting { .. } => refused(
                "authorization_pending",
                "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
            ),
        }
    }

    pub fn user_codes(&self) -> Vec<String> {
        self.devices.lock().values().map(|device| device.user_code.clone()).collect()
    }

    /// Whether the code was known.
    pub fn answer(&self, user_code: &str, approve: bool) -> bool {
        let mut devices = self.devices.lock();
        let Some(device) = devices.values_mut().find(|device| device.user_code == user_code) else {
            return false;
        };
        device.state = if approve { DeviceState::Approved } else { DeviceState::Denied };
        true
    }
}

pub fn device_code(app: &App, form: &Fields) -> Response {
    if form.get("client_id").is_none() {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "AADSTS900144: The request body must contain the following parameter: 'client_id'.",
        );
    }
    let device_code = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let user_code: String =
        Uuid::new_v4().as_bytes().iter().take(9).map(|byte| char::from(b'A' + byte % 26)).collect();
    let scope = form.get("scope").map(str::to_owned);
    let page = format!("{}/common/oauth2/deviceauth", app.endpoints.authority);
    let device = Device { user_code: user_code.clone(), state: DeviceState::Waiting { polls: 0 }, scope };
    app.sign_ins.devices.lock().insert(device_code.clone(), device);
    app.log.secret(&device_code);
    Json(json!({
        "user_code": user_code, "device_code": device_code, "verification_uri": page, "verification_url": page,
        "expires_in": 900, "interval": 1,
        "message": format!(
            "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."),
    }))
    .into_response()
}

pub fn device_page(query: &Fields) -> Response {
    let code: String =
        query.get("otc").unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    Html(format!(
        "<!doctype html><title>Sign in to your account</title><h1>Enter code</h1><p>{code}</p>\
         <p>Approve it with POST /__sim/devicecodes/CODE/approve.</p>"
    ))
    .into_response()
}

/// The authorize page: one signed-in account, so by default it sends the browser back at once.
pub fn authorize(app: &App, query: &Fields) -> Response {
    let (Some(client_id), Some(redirect_uri)) = (query.get("client_id"), query.get("redirect_uri")) else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "AADSTS900144: The request must contain the parameters 'client_id' and 'redirect_uri'.",
        );
    };
    // As Entra does for public clients: loopback with any port, or https.
    let Ok(mut target) = url::Url::parse(redirect_uri) else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "AADSTS50011: The redirect URI is not a URI.",
        );
    };
    let loopback = matches!(target.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if !(loopback && target.scheme() == "http") && target.scheme() != "https" {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "AADSTS50011: The redirect URI is not registered.",
        );
    }
    let challenge = query.get("code_challenge").map(str::to_owned);
    if challenge.is_some() && query.get("code_challenge_method") != Some("S256") {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "AADSTS501491: Only S256 is supported here.",
        );
    }
    let form = app.settings.lock().sign_in;
    let mut answer: Vec<(&str, String)> = Vec::new();
    if form == SignInForm::Deny {
        answer.push(("error", "access_denied".to_owned()));
        answer.push((
            "error_description",
            "AADSTS65004: User declined to consent to access the app.".to_owned(),
        ));
    } else {
        let code = format!("0.sim.{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        app.log.secret(&code);
        let grant = Grant {
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            challenge,
            scope: query.get("scope").map(str::to_owned),
        };
        app.sign_ins.codes.lock().insert(code.clone(), grant);
        answer.push(("code", code));
    }
    if let Some(state) = query.get("state") {
        answer.push(("state", state.to_owned()));
    }
    if query.get("response_mode") == Some("form_post") {
        let fields: String = answer
            .iter()
            .map(|(name, value)| format!("<input type=hidden name={name} value=\"{}\">", escape(value)))
            .collect();
        return Html(format!(
            "<!doctype html><title>Working…</title><form method=post action=\"{}\">{fields}<button>Continue</button>\
             </form><script>document.forms[0].submit()</script>",
            escape(redirect_uri)
        ))
        .into_response();
    }
    target.query_pairs_mut().extend_pairs(&answer);
    if form == SignInForm::Page {
        return Html(format!(
            "<!doctype html><title>Pick an account</title><h1>Pick an account</h1>\
             <a id=account href=\"{}\">Alex Wilber</a>",
            escape(target.as_str())
        ))
        .into_response();
    }
    let mut response = Redirect::to(target.as_str()).into_response();
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
