//! Azure Resource Manager's error envelope.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal: status, `{"error":{"code","message","details":[]}}`, and perhaps a challenge.
#[derive(Debug)]
pub struct ArmError {
    status: StatusCode,
    code: String,
    message: String,
    details: Vec<Value>,
    /// `WWW-Authenticate`
    challenge: Option<String>,
}

impl ArmError {
    pub fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), details: Vec::new(), challenge: None }
    }

    pub fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// A resource of Microsoft.Network, in the words recorded from it.
    pub fn network_not_found(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", format!("Resource {id} not found."))
    }

    /// A resource that Resource Manager itself does not know.
    pub fn resource_not_found(kind: &str, name: &str, group: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "ResourceNotFound",
            format!(
                "The Resource '{kind}/{name}' under resource group '{group}' was not found. \
                 For more details please go to https://aka.ms/ARMResourceNotFoundFix"
            ),
        )
    }

    pub fn with_detail(mut self, code: &str, message: impl Into<String>) -> Self {
        self.details.push(json!({ "code": code, "message": message.into() }));
        self
    }

    pub fn with_challenge(mut self, challenge: String) -> Self {
        self.challenge = Some(challenge);
        self
    }
}

impl IntoResponse for ArmError {
    fn into_response(self) -> Response {
        let body =
            json!({ "error": { "code": self.code, "message": self.message, "details": self.details } });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(challenge) = self.challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
