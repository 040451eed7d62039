//! A service principal that answers a claims challenge. Without one, azure_identity gets its tokens; its credentials
//! have no place for claims.
//! Source: <https://learn.microsoft.com/entra/identity-platform/claims-challenge>.

use oauth2::basic::BasicClient;
use oauth2::{ClientId, ClientSecret, Scope, TokenResponse, TokenUrl};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use time::OffsetDateTime;

use super::super::cloud::Cloud;
use super::entra::{Wire, refused};
use super::token::Token;
use crate::problem::{Problem, Result};

/// Source: RFC 7523.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Where an answer names no lifetime.
const USUAL_LIFE: Duration = Duration::from_secs(3600);

/// By what a principal shows who it is.
pub enum Proof {
    Secret(SecretString),
    /// A signed assertion: of its certificate, or of a federated identity.
    Assertion(SecretString),
}

/// A token that proves the claims.
pub async fn token(
    cloud: &Cloud,
    tenant: &str,
    client: &str,
    proof: &Proof,
    scope: &str,
    claims: &str,
) -> Result<Token> {
    let endpoint = TokenUrl::from_url(cloud.authority_url(tenant, "oauth2/v2.0/token")?);
    let mut principal = BasicClient::new(ClientId::new(client.to_owned()))
        .set_token_uri(endpoint)
        .set_auth_type(oauth2::AuthType::RequestBody);
    if let Proof::Secret(secret) = proof {
        principal = principal.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
    }
    let mut request = principal
        .exchange_client_credentials()
        .add_scope(Scope::new(scope.to_owned()))
        .add_extra_param("claims", claims.to_owned());
    if let Proof::Assertion(assertion) = proof {
        request = request
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", assertion.expose_secret().to_owned());
    }
    let http = Wire(cloud.http.clone());
    let answer = request.request_async(&http).await.map_err(|error| -> Problem { refused(error) })?;
    let expires = OffsetDateTime::now_utc() + answer.expires_in().unwrap_or(USUAL_LIFE);
    Ok(Token::new(answer.access_token().secret().clone(), expires))
}
