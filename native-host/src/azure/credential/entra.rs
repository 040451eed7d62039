//! Microsoft Entra ID as a peer: requests to it, and what its refusals mean for a person.
//!
//! Source of the numbers: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

use futures::future::BoxFuture;
use oauth2::{
    AsyncHttpClient, ErrorResponseType, HttpRequest, HttpResponse, RequestTokenError, Scope,
    StandardErrorResponse,
};
use url::Url;
use wasm_core::protocol::{AzureError, ErrorCode};

use super::super::failure;
use crate::problem::Problem;

/// Longest reason that is told in a sentence; Entra's own text stands beside it whole.
const LONGEST_REASON: usize = 300;

/// The wanted one, and what brings a refresh token and a name.
pub fn scopes_of_person(wanted: &str) -> Vec<Scope> {
    [wanted, "offline_access", "openid", "profile"]
        .into_iter()
        .map(|scope| Scope::new(scope.to_owned()))
        .collect()
}

/// oauth2's requests through a cloud's client.
pub struct Wire(pub reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = Unreachable;
    type Future = BoxFuture<'c, std::result::Result<HttpResponse, Unreachable>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(exchange(self.0.clone(), request))
    }
}

async fn exchange(
    http: reqwest::Client,
    request: HttpRequest,
) -> std::result::Result<HttpResponse, Unreachable> {
    let (parts, body) = request.into_parts();
    let url: Url = parts.uri.to_string().parse().map_err(|_| Unreachable("no URL".to_owned()))?;
    let lost = |error: reqwest::Error| Unreachable(error.without_url().to_string());
    let response =
        http.request(parts.method, url).headers(parts.headers).body(body).send().await.map_err(lost)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.map_err(lost)?;
    let mut answer = HttpResponse::new(one_name(&bytes).unwrap_or_else(|| bytes.to_vec()));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

/// Authorities of both generations tell a device code's page under both names, which oauth2 takes for one name twice.
fn one_name(body: &[u8]) -> Option<Vec<u8>> {
    let mut value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let members = value.as_object_mut()?;
    if !members.contains_key("verification_uri") {
        return None;
    }
    members.remove("verification_url")?;
    serde_json::to_vec(&value).ok()
}

/// The authority could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(String);

/// A refused or lost request for a token.
pub fn refused<T>(error: RequestTokenError<Unreachable, StandardErrorResponse<T>>) -> Problem
where
    T: ErrorResponseType + std::fmt::Display + 'static,
{
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let error = answer.error().to_string();
            explained(&error, answer.error_description().unwrap_or(&error))
        }
        RequestTokenError::Request(Unreachable(reason)) => {
            Problem::new(ErrorCode::Network).with("host", "Microsoft Entra").detail(reason)
        }
        // The answer's text may hold a token: only its place is told.
        RequestTokenError::Parse(error, _) => {
            Problem::new(ErrorCode::UnexpectedAnswer).with("what", "Microsoft Entra").detail(error.path())
        }
        RequestTokenError::Other(reason) => sign_in_failed(&reason),
    }
}

/// What only a person can do something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Another factor.
    Factor,
    /// Consent to the application, by the person or an administrator.
    Consent,
    /// A device or place that a conditional access policy allows.
    Policy,
    /// The sign-in has ended, or the password has changed.
    Again,
    /// Something else; Entra's own words tell.
    Other,
}

impl Demand {
    /// By the number of an `AADSTS…` error.
    fn of(code: u32) -> Option<Self> {
        Some(match code {
            50072 | 50074 | 50076 | 50078 | 50079 | 50158 => Self::Factor,
            65001 | 65004 | 90008 | 90094 | 90095 => Self::Consent,
            50097 | 50105 | 53000..=53004 | 530_001..=530_003 => Self::Policy,
            50055 | 50173 | 70043 | 70044 | 700_082 | 700_084 => Self::Again,
            _ => return None,
        })
    }

    /// Its sentence in the catalogue: what is wanted, and the next step.
    const fn key(self) -> &'static str {
        match self {
            Self::Factor => "sign-in-demand-factor",
            Self::Consent => "sign-in-demand-consent",
            Self::Policy => "sign-in-demand-policy",
            Self::Again => "sign-in-demand-again",
            Self::Other => "sign-in-demand-other",
        }
    }

    /// The failure, with Entra's own code and words beside ours.
    pub fn problem(self, description: &str) -> Problem {
        let problem = Problem::new(ErrorCode::SignInInteraction).because(self.key());
        if description.is_empty() { problem } else { problem.azure(verbatim(description)) }
    }
}

/// The number of an `AADSTS…` error.
pub fn entra_code(text: &str) -> Option<u32> {
    let rest = &text[text.find("AADSTS")? + "AADSTS".len()..];
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Entra's own code and message.
fn verbatim(description: &str) -> AzureError {
    let code = entra_code(description).map(|code| format!("AADSTS{code}")).unwrap_or_default();
    let after = |name: &str| {
        let rest = &description[description.find(name)? + name.len()..];
        rest.split_whitespace().next().map(failure::clean)
    };
    // Credentials put a prefix of their own in front.
    let own = description.find("AADSTS").map_or(description, |at| &description[at..]);
    let message = own.split(" Trace ID: ").next().unwrap_or(own);
    AzureError {
        status: 0,
        code,
        message: failure::clean(message),
        correlation_id: after("Correlation ID: "),
    }
}

pub fn sign_in_failed(reason: &str) -> Problem {
    let problem = Problem::new(ErrorCode::SignInFailed).with("reason", first_line(reason));
    match entra_code(reason) {
        Some(_) => problem.azure(verbatim(reason)),
        None => problem,
    }
}

/// Enough to understand, without stack traces and troubleshooting links.
pub fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(LONGEST_REASON).collect()
}

/// Entra's error and its description as our code.
pub fn explained(error: &str, description: &str) -> Problem {
    match (demanded(description), error) {
        (Some(demand), _) => demand.problem(description),
        (None, "consent_required") => Demand::Consent.problem(description),
        (None, "interaction_required") => Demand::Other.problem(description),
        _ => sign_in_failed(if description.is_empty() { error } else { description }),
    }
}

/// Consent, multi-factor authentication, conditional access, an expired session: only a person can go on.
pub fn demanded(text: &str) -> Option<Demand> {
    entra_code(text).and_then(Demand::of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::words::{self, Language};

    #[test]
    fn what_entra_says_becomes_a_code_of_ours_and_a_next_step() {
        for (error, description, code, key) in [
            ("access_denied", "The user refused", ErrorCode::SignInFailed, ""),
            (
                "interaction_required",
                "AADSTS50076: MFA",
                ErrorCode::SignInInteraction,
                "sign-in-demand-factor",
            ),
            ("invalid_grant", "AADSTS65001: consent", ErrorCode::SignInInteraction, "sign-in-demand-consent"),
            ("invalid_grant", "AADSTS53003: blocked", ErrorCode::SignInInteraction, "sign-in-demand-policy"),
            ("invalid_grant", "AADSTS530003: device", ErrorCode::SignInInteraction, "sign-in-demand-policy"),
            ("invalid_grant", "AADSTS700082: expired", ErrorCode::SignInInteraction, "sign-in-demand-again"),
            ("interaction_required", "something new", ErrorCode::SignInInteraction, "sign-in-demand-other"),
            ("invalid_client", "AADSTS7000215: Invalid client secret", ErrorCode::SignInFailed, ""),
        ] {
            let problem = explained(error, description);
            assert_eq!(problem.code, code, "{description}");
            for language in &Language::ALL {
                let failure = problem.failure(*language);
                if code == ErrorCode::SignInFailed {
                    let next = ["then sign in again", "もう一度サインイン"];
                    assert!(next.iter().any(|next| failure.text.contains(next)), "{}", failure.text);
                    assert!(failure.text.ends_with(description), "{}", failure.text);
                }
                if !key.is_empty() {
                    assert!(words::has(key), "{key}");
                    assert_eq!(failure.params["reason"], words::plain(*language, key));
                    assert!(failure.text.contains(&failure.params["reason"]), "{}", failure.text);
                }
            }
        }
    }

    #[test]
    fn entras_own_words_stand_beside_ours() {
        let description =
            "AADSTS50076: Use MFA. Trace ID: t-1 Correlation ID: c-2 Timestamp: 2026-01-02 03:04:05Z";
        let azure = explained("interaction_required", description).azure.expect("verbatim");
        assert_eq!((azure.code.as_str(), azure.message.as_str()), ("AADSTS50076", "AADSTS50076: Use MFA."));
        assert_eq!(azure.correlation_id.as_deref(), Some("c-2"));
    }
}
