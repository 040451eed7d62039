//! What clients see as the blob service: Azurite behind the account's own rules and the faults.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt as _;

use crate::arm::principal;
use crate::control::faults::{self, Asked, Fault, Service};
use crate::entra::Fields;
use crate::entra::token::TokenFault;
use crate::serve::Connection;
use crate::sim::App;

pub fn router() -> Router<App> {
    Router::new().fallback(entry)
}

/// An error as Azure Storage writes it.
pub fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    let mut response = (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response();
    if let Ok(code) = HeaderValue::from_str(code) {
        response.headers_mut().insert(HeaderName::from_static("x-ms-error-code"), code);
    }
    response
}

async fn entry(State(app): State<App>, request: Request) -> Response {
    let query = Fields::parse(request.uri().query().unwrap_or_default().as_bytes());
    let operation = match (request.method(), query.get("comp"), query.get("restype")) {
        (&Method::GET, Some("list"), _) => "blob.list",
        (_, Some("userdelegationkey"), _) => "blob.userDelegationKey",
        (&Method::GET, _, None) => "blob.get",
        (&Method::HEAD, _, None) => "blob.head",
        (&Method::PUT, _, _) => "blob.put",
        (&Method::DELETE, _, _) => "blob.delete",
        _ => "blob.other",
    };
    let asked = Asked {
        service: Service::Blob,
        operation: operation.to_owned(),
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        client_request_id: faults::client_request_id(request.headers()),
        connection: request.extensions().get::<Connection>().cloned().unwrap_or_default(),
    };
    let inner = app.clone();
    faults::through(&app, asked, refuse, move |fault| async move {
        match admit(&inner, &request, operation, &query, fault.as_ref()) {
            Ok(()) => forward(&inner, request).await,
            Err(refusal) => *refusal,
        }
    })
    .await
}

/// The account's own rules, which Azurite does not know.
fn admit(
    app: &App,
    request: &Request,
    operation: &str,
    query: &Fields,
    fault: Option<&Fault>,
) -> Result<(), Box<Response>> {
    let refused = |status, code: &str, message: &str| Err(Box::new(refuse(status, code, message)));
    let name = request.uri().path().split('/').nth(1).unwrap_or_default();
    let (account, scope) = {
        let world = app.world.lock();
        match world.storage_by_name(name) {
            Some((subscription, account)) => (account.clone(), account.id(subscription)),
            None => {
                return refused(
                    StatusCode::NOT_FOUND,
                    "ResourceNotFound",
                    "The specified resource does not exist.",
                );
            }
        }
    };
    if account.public_network_access == "Disabled" || account.default_network_action == "Deny" {
        return refused(
            StatusCode::FORBIDDEN,
            "AuthorizationFailure",
            "This request is not authorized to perform this operation.",
        );
    }
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = authorization.and_then(|value| value.strip_prefix("Bearer ")) else {
        if authorization.is_none() && query.get("sig").is_none() {
            let tenant = app.world.lock().tenant.clone();
            let mut response = refuse(
                StatusCode::UNAUTHORIZED,
                "NoAuthenticationInformation",
                "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
            );
            let challenge = format!(
                "Bearer authorization_uri={}/{tenant}/oauth2/authorize resource_id=https://storage.azure.com",
                app.endpoints.authority
            );
            if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            return Err(Box::new(response));
        }
        if !account.shared_key_allowed() {
            return refused(
                StatusCode::FORBIDDEN,
                "KeyBasedAuthenticationNotPermitted",
                "Key based authentication is not permitted on this storage account.",
            );
        }
        return Ok(());
    };
    let expired = (
        StatusCode::UNAUTHORIZED,
        "InvalidAuthenticationInfo",
        "Authentication information is not given in the correct format or lifetime validation failed. The token is expired.",
    );
    let claims = match app.tokens.verify(token) {
        Ok(_) if matches!(fault, Some(Fault::TokenExpired)) => {
            return refused(expired.0, expired.1, expired.2);
        }
        Ok(claims) => claims,
        Err(TokenFault::Expired) => return refused(expired.0, expired.1, expired.2),
        Err(TokenFault::Malformed) => {
            return refused(
                StatusCode::UNAUTHORIZED,
                "InvalidAuthenticationInfo",
                "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly.",
            );
        }
    };
    let principal = principal(app, &claims);
    const BLOBS: &str = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
    let allowed = match operation {
        "blob.userDelegationKey" => principal
            .may("Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action", &scope),
        "blob.get" | "blob.head" | "blob.list" | "blob.other" => {
            principal.may_data(&format!("{BLOBS}/read"), &scope)
        }
        "blob.delete" => principal.may_data(&format!("{BLOBS}/delete"), &scope),
        _ => principal.may_data(&format!("{BLOBS}/write"), &scope),
    };
    if !allowed {
        return refused(
            StatusCode::FORBIDDEN,
            "AuthorizationPermissionMismatch",
            "This request is not authorized to perform this operation using this permission.",
        );
    }
    Ok(())
}

/// Hands the request on and the answer back, both as streams.
async fn forward(app: &App, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = parts.headers;
    if !headers.contains_key(header::HOST)
        && let Some(host) = parts.uri.authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok())
    {
        headers.insert(header::HOST, host);
    }
    drop_hop_by_hop(&mut headers);
    let has_body = headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
        || headers.contains_key(header::TRANSFER_ENCODING);
    let mut forwarded =
        app.store.client.request(parts.method, format!("{}{path}", app.store.base)).headers(headers);
    if has_body {
        forwarded = forwarded.body(reqwest::Body::wrap_stream(body.into_data_stream()));
    }
    match forwarded.send().await {
        Ok(answer) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            drop_hop_by_hop(response.headers_mut());
            *response.body_mut() = Body::from_stream(answer.bytes_stream().map_err(std::io::Error::other));
            response
        }
        Err(error) => {
            tracing::warn!(error = %error.without_url(), "Azurite does not answer");
            refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalError",
                "The server encountered an internal error.",
            )
        }
    }
}

fn drop_hop_by_hop(headers: &mut HeaderMap) {
    for name in [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        HeaderName::from_static("keep-alive"),
    ] {
        headers.remove(name);
    }
}
