//! The built-in sign-in, for computers with no az: the system browser with PKCE on a loopback redirect, or a code that
//! is typed elsewhere.
//!
//! Sources: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>,
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>, RFC 8252 (loopback redirects).

use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, DeviceAuthorizationUrl, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, StandardDeviceAuthorizationResponse,
    TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use url::Url;
use wasm_core::protocol::{ErrorCode, Event};
use wasm_core::words::{self, Language};

use super::super::cloud::Cloud;
use super::Place;
use super::absence::Absence;
use super::chain::Attempt;
use super::entra::{
    Demand, Wire, demanded, entra_code, explained, refused, scopes_of_person as scopes, sign_in_failed,
};
use super::token::{Audience, Token};
use super::vault::Vault;
use crate::connection::Listener;
use crate::problem::{Problem, Result};
use crate::programs;

/// Microsoft's public client for developer sign-on, that of the az CLI and of Azure's SDKs; every tenant knows it.
/// Source: `DeveloperSignOnClientId` in the Azure SDKs.
const CLIENT: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
/// How long a person may take in the browser.
const BROWSER_PATIENCE: Duration = Duration::from_secs(600);
/// A redirect is a short GET.
const LONGEST_REDIRECT: usize = 32 * 1024;
const REDIRECT_PATIENCE: Duration = Duration::from_secs(10);
/// Where an answer names no lifetime.
const USUAL_LIFE: Duration = Duration::from_secs(3600);

type Client = BasicClient<EndpointSet, EndpointSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Refresh tokens by place, and what the services asked of the next sign-in there.
#[derive(Debug)]
pub struct SignIn {
    vault: Vault,
    claims: Mutex<HashMap<Place, String>>,
}

impl SignIn {
    pub fn new(keychain: bool) -> Self {
        Self { vault: Vault::new(keychain), claims: Mutex::default() }
    }

    pub async fn remembers(&self, place: &Place) -> bool {
        self.vault.remembers(place).await
    }

    pub async fn forget(&self, place: &Place) {
        self.vault.forget(place).await;
    }

    /// The next sign-in there has to prove these.
    pub fn demand(&self, place: &Place, claims: &str) {
        self.claims().insert(place.clone(), claims.to_owned());
    }

    fn claims(&self) -> std::sync::MutexGuard<'_, HashMap<Place, String>> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new access token by the refresh token of an earlier sign-in.
    pub async fn refresh(&self, cloud: &Cloud, place: &Place, scope: &str, claims: Option<&str>) -> Attempt {
        let Some(used) = self.vault.get(place).await else {
            return Attempt::Absent(Absence::SignedOut);
        };
        let client = match client(cloud, place) {
            Ok(client) => client,
            Err(problem) => return Attempt::Failed(problem),
        };
        let refresh = RefreshToken::new(used.expose_secret().to_owned());
        let mut request = client.exchange_refresh_token(&refresh).add_scopes(scopes(scope));
        if let Some(claims) = claims {
            // Where the refresh token does not prove enough, the next sign-in has to.
            self.demand(place, claims);
            request = request.add_extra_param("claims", claims.to_owned());
        }
        let http = Wire(cloud.http.clone());
        match request.request_async(&http).await {
            Ok(answer) => {
                self.claims().remove(place);
                if self.vault.rotate(place, &used, refresh_token(&answer)).await {
                    Attempt::Got(access_token(&answer))
                } else {
                    Attempt::Absent(Absence::SignedOut)
                }
            }
            Err(error) => {
                let problem = refused(error);
                if is_dead(&problem) {
                    self.vault.forget_dead(place, &used).await;
                }
                Attempt::Failed(problem)
            }
        }
    }

    async fn keep(&self, place: &Place, answer: &BasicTokenResponse) -> Token {
        if let Some(refresh) = refresh_token(answer) {
            self.vault.put(place, refresh).await;
        }
        access_token(answer)
    }

    /// Opens the system browser and waits until the person is back.
    pub async fn by_browser(
        &self,
        cloud: &Cloud,
        place: &Place,
        language: Language,
        listener: &dyn Listener,
    ) -> Result<Token> {
        let failed = |error: std::io::Error| sign_in_failed(&error.to_string());
        let socket = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let port = socket.local_addr().map_err(failed)?.port();
        // Entra takes any port with `localhost`.
        let redirect = RedirectUrl::new(format!("http://localhost:{port}")).map_err(Problem::internal)?;
        let client = client(cloud, place)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(scopes(&Audience::ResourceManager.scope(cloud)))
            .set_pkce_challenge(challenge)
            .set_redirect_uri(Cow::Borrowed(&redirect))
            .add_extra_param("prompt", "select_account");
        let claims = self.claims().remove(place);
        if let Some(claims) = claims {
            request = request.add_extra_param("claims", claims);
        }
        let (url, state) = request.url();
        programs::open_url(&url);
        let seconds = BROWSER_PATIENCE.as_secs();
        listener.hear(Event::SignInPrompt { url: url.into(), code: None, seconds }).await;
        let waiting = redirected(socket, state.secret().clone(), language);
        let code = tokio::time::timeout(BROWSER_PATIENCE, waiting)
            .await
            .map_err(|_| Problem::new(ErrorCode::Timeout).with("seconds", seconds))??;
        self.redeem(cloud, place, &client, code, verifier, redirect).await
    }

    async fn redeem(
        &self,
        cloud: &Cloud,
        place: &Place,
        client: &Client,
        code: AuthorizationCode,
        verifier: PkceCodeVerifier,
        redirect: RedirectUrl,
    ) -> Result<Token> {
        let http = Wire(cloud.http.clone());
        let answer = client
            .exchange_code(code)
            .set_pkce_verifier(verifier)
            .set_redirect_uri(Cow::Owned(redirect))
            .request_async(&http)
            .await
            .map_err(refused)?;
        Ok(self.keep(place, &answer).await)
    }

    /// Tells a code to be typed on any device, and waits until that is done.
    pub async fn by_device_code(
        &self,
        cloud: &Cloud,
        place: &Place,
        listener: &dyn Listener,
    ) -> Result<Token> {
        let client = client(cloud, place)?;
        let http = Wire(cloud.http.clone());
        let mut request =
            client.exchange_device_code().add_scopes(scopes(&Audience::ResourceManager.scope(cloud)));
        let claims = self.claims().remove(place);
        if let Some(claims) = claims {
            request = request.add_extra_param("claims", claims);
        }
        let details: StandardDeviceAuthorizationResponse =
            request.request_async(&http).await.map_err(refused)?;
        let prompt = Event::SignInPrompt {
            url: details.verification_uri().to_string(),
            code: Some(details.user_code().secret().clone()),
            seconds: details.expires_in().as_secs(),
        };
        listener.hear(prompt).await;
        let answer = client
            .exchange_device_access_token(&details)
            .request_async(&http, tokio::time::sleep, Some(details.expires_in()))
            .await
            .map_err(refused)?;
        Ok(self.keep(place, &answer).await)
    }
}

fn refresh_token(answer: &BasicTokenResponse) -> Option<SecretString> {
    answer.refresh_token().map(|refresh| SecretString::from(refresh.secret().clone()))
}

fn access_token(answer: &BasicTokenResponse) -> Token {
    let expires = OffsetDateTime::now_utc() + answer.expires_in().unwrap_or(USUAL_LIFE);
    Token::new(answer.access_token().secret().clone(), expires)
}

fn client(cloud: &Cloud, place: &Place) -> Result<Client> {
    let tenant = place.1.as_deref().unwrap_or("organizations");
    let url = |path: &str| cloud.authority_url(tenant, path);
    Ok(BasicClient::new(ClientId::new(CLIENT.to_owned()))
        .set_auth_uri(AuthUrl::from_url(url("oauth2/v2.0/authorize")?))
        .set_token_uri(TokenUrl::from_url(url("oauth2/v2.0/token")?))
        .set_device_authorization_url(DeviceAuthorizationUrl::from_url(url("oauth2/v2.0/devicecode")?))
        .set_auth_type(oauth2::AuthType::RequestBody))
}

/// The refresh token will never work again.
fn is_dead(problem: &Problem) -> bool {
    let said = problem.azure.as_ref().map(|azure| azure.message.as_str()).unwrap_or_default();
    match problem.code {
        ErrorCode::SignInInteraction => demanded(said) == Some(Demand::Again),
        ErrorCode::SignInFailed => entra_code(said).is_some(),
        _ => false,
    }
}

/// Waits for the redirect that carries our state; other requests (a favicon, another program) are answered and
/// forgotten.
async fn redirected(socket: TcpListener, state: String, language: Language) -> Result<AuthorizationCode> {
    let (sender, mut found) = mpsc::channel(1);
    loop {
        tokio::select! {
            Some(outcome) = found.recv() => return outcome,
            accepted = socket.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let (sender, state) = (sender.clone(), state.clone());
                tokio::spawn(async move {
                    let served = tokio::time::timeout(REDIRECT_PATIENCE, serve(stream, &state, language)).await;
                    if let Ok(Ok(Some(outcome))) = served {
                        // The first outcome counts.
                        let _later = sender.send(outcome).await;
                    }
                });
            }
        }
    }
}

async fn serve(
    mut stream: TcpStream,
    state: &str,
    language: Language,
) -> std::io::Result<Option<Result<AuthorizationCode>>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).await?;
        head.extend_from_slice(piece.get(..length).unwrap_or_default());
        if length == 0 || head.len() > LONGEST_REDIRECT {
            return Ok(None);
        }
    }
    let head = String::from_utf8_lossy(&head);
    let outcome = head.lines().next().and_then(|line| outcome_of(line, state));
    let (status, key) = match &outcome {
        Some(Ok(_)) => ("200 OK", "sign-in-done"),
        Some(Err(_)) => ("200 OK", "sign-in-refused"),
        None => ("404 Not Found", "sign-in-refused"),
    };
    let text = words::plain(language, key);
    let page = format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\"><title>vmss-capture</title>\
         <body style=\"font:16px/1.5 'Segoe UI',system-ui,sans-serif;margin:4rem auto;max-width:32rem\"><p>{text}</p>"
    );
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(outcome)
}

/// What a request line tells; nothing where it is not the redirect of our own request.
fn outcome_of(line: &str, state: &str) -> Option<Result<AuthorizationCode>> {
    let target = line.strip_prefix("GET ")?.split(' ').next()?;
    let url = Url::parse("http://localhost").ok()?.join(target).ok()?;
    let query: HashMap<Cow<'_, str>, Cow<'_, str>> = url.query_pairs().collect();
    if query.get("state").is_none_or(|found| found != state) {
        return None;
    }
    match (query.get("code"), query.get("error")) {
        (Some(code), _) => Some(Ok(AuthorizationCode::new(code.clone().into_owned()))),
        (None, Some(error)) => {
            let description = query.get("error_description").cloned().unwrap_or_default();
            Some(Err(explained(error, &description)))
        }
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_redirect_counts() {
        let ours = "GET /?code=abc&state=s1&session_state=x HTTP/1.1";
        assert_eq!(outcome_of(ours, "s1").expect("ours").expect("a code").secret(), "abc");
        for line in [
            "GET /?code=abc&state=other HTTP/1.1",
            "GET /?code=abc HTTP/1.1",
            "GET /?state=s1 HTTP/1.1",
            "GET /favicon.ico HTTP/1.1",
            "POST /?code=abc&state=s1 HTTP/1.1",
            "GET",
            "",
        ] {
            assert!(outcome_of(line, "s1").is_none(), "{line}");
        }
    }

    #[test]
    fn a_refused_redirect_is_explained() {
        for (error, description, code) in [
            ("access_denied", "The user refused", ErrorCode::SignInFailed),
            ("access_denied", "AADSTS65004: declined", ErrorCode::SignInInteraction),
        ] {
            let target = format!(
                "GET /?error={error}&error_description={}&state=s HTTP/1.1",
                description.replace(' ', "+")
            );
            assert_eq!(outcome_of(&target, "s").expect("ours").expect_err("refused").code, code);
        }
    }
}
