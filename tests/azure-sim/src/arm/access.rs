//! Who is asking, and whether they may.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::error::ArmError;
use super::{Answer, Call};
use crate::control::faults::Fault;
use crate::entra::token::{Claims, TokenFault};
use crate::sim::App;
use crate::world::principal::Principal;

/// Audiences that Resource Manager takes beside its own address.
const AUDIENCES: [&str; 2] = ["https://management.core.windows.net", "https://management.azure.com"];

pub fn authenticate(call: &Call, headers: &HeaderMap, fault: Option<&Fault>) -> Result<Principal, ArmError> {
    let app = &call.app;
    let challenge = |detail: &str| {
        format!(
            "Bearer authorization_uri=\"{}/{}\", {detail}",
            app.endpoints.authority,
            app.world.lock().tenant
        )
    };
    let unauthorized = |code: &str, message: &str, detail: &str| {
        ArmError::new(StatusCode::UNAUTHORIZED, code, message).with_challenge(challenge(detail))
    };
    let invalid = |message: &str| {
        unauthorized(
            "InvalidAuthenticationToken",
            message,
            "error=\"invalid_token\", error_description=\"The access token is invalid.\"",
        )
    };
    let Some(token) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return Err(unauthorized(
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
            "error=\"invalid_token\", error_description=\"The authentication scheme of the request is missing.\"",
        ));
    };
    let Some(token) = token.strip_prefix("Bearer ").or_else(|| token.strip_prefix("bearer ")) else {
        return Err(invalid("The authentication scheme is not supported."));
    };
    let expired = || {
        unauthorized(
            "ExpiredAuthenticationToken",
            "The access token expiry UTC time is earlier than the current UTC time.",
            "error=\"invalid_token\", error_description=\"The access token expired.\"",
        )
    };
    if matches!(fault, Some(Fault::TokenExpired)) {
        return Err(expired());
    }
    let claims = match app.tokens.verify(token) {
        Ok(claims) => claims,
        Err(TokenFault::Expired) => return Err(expired()),
        Err(TokenFault::Malformed) => return Err(invalid("The access token is invalid.")),
    };
    if matches!(fault, Some(Fault::ClaimsChallenge)) && !claims.answers_challenge {
        let wanted = json!({ "access_token": { "nbf": { "essential": true, "value": "1700000000" } } });
        return Err(unauthorized(
            "InvalidAuthenticationToken",
            "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: \
             TokenIssuedBeforeRevocationTimestamp",
            &format!("error=\"insufficient_claims\", claims=\"{}\"", STANDARD.encode(wanted.to_string())),
        ));
    }
    let audience = claims.audience.trim_end_matches('/');
    let ours = call.base.as_str();
    if audience != ours && audience != app.endpoints.resource_manager && !AUDIENCES.contains(&audience) {
        return Err(invalid("The access token has been obtained for wrong audience or resource."));
    }
    let tenant = app.world.lock().tenant.clone();
    if claims.tenant != tenant {
        return Err(unauthorized(
            "InvalidAuthenticationTokenTenant",
            &format!(
                "The access token is from the wrong issuer 'https://sts.windows.net/{}/'. It must match the tenant \
                 'https://sts.windows.net/{tenant}/' associated with this subscription.",
                claims.tenant
            ),
            "error=\"invalid_token\", error_description=\"The access token is from the wrong issuer.\"",
        ));
    }
    Ok(principal(app, &claims))
}

/// The principal behind a token: a service principal by its client id, a person by user name.
pub fn principal(app: &App, claims: &Claims) -> Principal {
    let world = app.world.lock();
    let user = format!("alex@{}", world.domain);
    let id = if claims.kind == "user" { user.as_str() } else { claims.app_id.as_str() };
    let known = world.principals.iter().find(|principal| principal.client_id == id);
    let found = known.cloned().unwrap_or_else(|| Principal::unknown(id));
    Principal { object_id: claims.object_id.clone(), name: claims.name.clone(), ..found }
}

pub fn authorize(principal: &Principal, action: &str, scope: &str) -> Result<(), ArmError> {
    if principal.may(action, scope) {
        return Ok(());
    }
    Err(ArmError::new(
        StatusCode::FORBIDDEN,
        "AuthorizationFailed",
        format!(
            "The client '{}' with object id '{}' does not have authorization to perform action '{action}' over scope \
             '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
            principal.name, principal.object_id
        ),
    ))
}

pub fn permissions(call: &Call) -> Answer {
    let roles: Vec<Value> = call
        .principal
        .iter()
        .flat_map(|principal| principal.roles_at(&call.scope))
        .map(|role| {
            json!({
                "actions": role.actions, "notActions": role.not_actions,
                "dataActions": role.data_actions, "notDataActions": [],
            })
        })
        .collect();
    Ok(Json(json!({ "value": roles })).into_response())
}
