//! HTTP as Azure wants it: one client, one retry policy, bounded answers, sanitised logs.

use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use url::Url;
use wasm_core::protocol::ErrorCode;

use super::credential::Token;
use super::failure;
use super::items::{Splitter, Take};
use crate::config::Network;
use crate::log::sanitise;
use crate::problem::{Problem, Result};

/// No answer of Azure's control plane that is read whole is longer.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;
/// One page of a list, which is never held whole; 10,000 captures are about 10 MB.
const LONGEST_LIST: usize = 256 * 1024 * 1024;
/// A longer Retry-After is told to the person instead of waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(90);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const RETURN_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-return-client-request-id");

/// A client that trusts the system's authorities and, beside them, those of a PEM file. It follows no
/// redirects (a token must not travel) and takes proxies from the system.
pub fn client(ca_file: Option<&Path>, network: &Network) -> Result<reqwest::Client> {
    client_builder(ca_file, network)?.build().map_err(Problem::internal)
}

/// The same, for a client with needs of its own.
pub fn client_builder(ca_file: Option<&Path>, network: &Network) -> Result<reqwest::ClientBuilder> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("vmss-capture/", env!("CARGO_PKG_VERSION")))
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT.min(network.timeout()))
        .read_timeout(network.timeout())
        .pool_idle_timeout(Duration::from_secs(60));
    if let Some(path) = ca_file {
        let unusable = |reason: String| {
            Problem::new(ErrorCode::Config).with("path", path.display()).with("reason", reason)
        };
        let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|_| unusable("no PEM certificates".to_owned()))?;
        builder = builder.tls_certs_merge(certificates);
    }
    Ok(builder)
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Without the items, where the call has a taker for them.
    pub body: Bytes,
    /// Bytes that came, items and all.
    length: usize,
    /// An earlier attempt of the same request may have been carried out without our seeing its answer.
    pub after_unclear_attempt: bool,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Retry-After` in seconds or as a date; zero counts as absent, as Microsoft's own clients read it.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, OffsetDateTime::now_utc())
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self, what: &str) -> Result<T> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Problem::new(ErrorCode::UnexpectedAnswer).with("what", what).detail(error))
    }
}

fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let delay = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            // HTTP dates end in GMT, which RFC 2822 parsers know as an obsolete zone.
            let date = OffsetDateTime::parse(text, &Rfc2822).ok()?;
            (date - now).try_into().ok()?
        }
    };
    (!delay.is_zero()).then_some(delay)
}

/// One request that can be sent again.
#[derive(Clone)]
pub struct Call<'a> {
    pub method: Method,
    pub url: Url,
    pub body: Option<Body<'a>>,
    /// Sent again after failures that leave open whether it was carried out.
    pub idempotent: bool,
    /// Takes the items of a list while they arrive.
    pub items: Option<&'a dyn Take>,
}

#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    Json(&'a serde_json::Value),
    /// A POST without content, `Content-Length: 0`.
    Empty,
}

/// Why an attempt did not bring an answer that counts.
#[derive(Debug)]
enum Setback {
    Refused(Box<Answer>),
    Lost {
        problem: Problem,
        sent: bool,
    },
    /// Not worth another try.
    Final(Problem),
}

/// Sends with the retry policy. The last answer is returned whatever its status.
pub async fn send(
    http: &reqwest::Client,
    network: &Network,
    call: &Call<'_>,
    token: Option<&Token>,
) -> Result<Answer> {
    let attempts = AtomicU32::new(0);
    let unclear = AtomicBool::new(false);
    let policy = ExponentialBuilder::default()
        .with_min_delay(network.retry_delay())
        .with_max_delay(Duration::from_secs(30))
        .with_max_times(network.retries)
        .with_jitter();
    let result = (|| async {
        let number = attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let result = attempt(http, network, call, token, number).await;
        if result.as_ref().is_err_and(Setback::may_have_been_done) {
            unclear.store(true, Ordering::Relaxed);
        }
        result
    })
    .retry(policy)
    .when(|setback| worth_retrying(setback, call.idempotent))
    .adjust(|setback, delay| match setback {
        Setback::Refused(answer) => delay.map(|delay| answer.retry_after().unwrap_or(delay)),
        _ => delay,
    })
    .await;
    let mut answer = match result {
        Ok(answer) => answer,
        Err(Setback::Refused(answer)) => *answer,
        Err(Setback::Lost { problem, .. } | Setback::Final(problem)) => return Err(problem),
    };
    answer.after_unclear_attempt = unclear.into_inner() && attempts.into_inner() > 1;
    Ok(answer)
}

impl Setback {
    fn may_have_been_done(&self) -> bool {
        match self {
            Self::Refused(answer) => answer.status.is_server_error(),
            Self::Lost { sent, .. } => *sent,
            Self::Final(_) => false,
        }
    }
}

/// A refused request of any method was not carried out; after a server error or a lost answer only
/// idempotent ones are sent again.
fn worth_retrying(setback: &Setback, idempotent: bool) -> bool {
    match setback {
        Setback::Refused(answer) => {
            let soon = answer.retry_after().is_none_or(|delay| delay <= LONGEST_WAIT);
            soon && (answer.status == StatusCode::TOO_MANY_REQUESTS || idempotent)
        }
        Setback::Lost { problem, sent } => problem.code != ErrorCode::Certificate && (idempotent || !sent),
        Setback::Final(_) => false,
    }
}

async fn attempt(
    http: &reqwest::Client,
    network: &Network,
    call: &Call<'_>,
    token: Option<&Token>,
    number: u32,
) -> std::result::Result<Answer, Setback> {
    let id = uuid::Uuid::new_v4().to_string();
    let mut request = http
        .request(call.method.clone(), call.url.clone())
        .header(REQUEST_ID, &id)
        .header(RETURN_REQUEST_ID, "true")
        .header(reqwest::header::ACCEPT, "application/json");
    if let Some(token) = token {
        request = request.bearer_auth(token.expose());
    }
    request = match call.body {
        Some(Body::Json(value)) => request.json(value),
        Some(Body::Empty) => request.header(reqwest::header::CONTENT_LENGTH, 0).body(""),
        None => request,
    };
    let host = call.url.host_str().unwrap_or_default();
    let started = Instant::now();
    let exchange = tokio::time::timeout(network.timeout(), async {
        let response = request.send().await.map_err(|error| lost(&error, host, network))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let (body, length) = match call.items.filter(|_| status.is_success()) {
            Some(taker) => read_items(response, host, network, taker).await?,
            None => read(response, host, network).await?,
        };
        Ok(Answer { status, headers, body, length, after_unclear_attempt: false })
    });
    let result = exchange.await.unwrap_or_else(|_| {
        let seconds = network.timeout().as_secs().max(1);
        let problem = Problem::new(ErrorCode::Timeout).with("seconds", seconds).with("host", host);
        Err(Setback::Lost { problem, sent: true })
    });
    log(call, number, &id, started.elapsed(), &result);
    let answer = result?;
    let again = answer.status == StatusCode::TOO_MANY_REQUESTS
        || answer.status == StatusCode::REQUEST_TIMEOUT
        || answer.status.is_server_error();
    if again { Err(Setback::Refused(Box::new(answer))) } else { Ok(answer) }
}

fn lost(error: &reqwest::Error, host: &str, network: &Network) -> Setback {
    let sent = !error.is_connect() && !error.is_builder();
    Setback::Lost { problem: failure::transport(error, host, network.timeout()), sent }
}

type Read = std::result::Result<(Bytes, usize), Setback>;

async fn read(mut response: reqwest::Response, host: &str, network: &Network) -> Read {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error, host, network))? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(unreadable(host, "too long"));
        }
        body.extend_from_slice(&chunk);
    }
    let length = body.len();
    Ok((body.into(), length))
}

/// Hands the items on as they come; what is left is the envelope.
async fn read_items(
    mut response: reqwest::Response,
    host: &str,
    network: &Network,
    taker: &dyn Take,
) -> Read {
    taker.restart();
    let (mut splitter, mut length) = (Splitter::default(), 0);
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error, host, network))? {
        length += chunk.len();
        if length > LONGEST_LIST {
            return Err(unreadable(host, "too long"));
        }
        splitter.feed(&chunk, taker).map_err(|error| unreadable(host, error))?;
    }
    Ok((splitter.into_envelope().into(), length))
}

fn unreadable(host: &str, reason: impl std::fmt::Display) -> Setback {
    let problem = Problem::new(ErrorCode::UnexpectedAnswer).with("what", host).detail(reason);
    Setback::Final(problem)
}

fn log(
    call: &Call<'_>,
    attempt: u32,
    id: &str,
    elapsed: Duration,
    result: &std::result::Result<Answer, Setback>,
) {
    let (method, url, ms) = (&call.method, sanitise::url(&call.url), elapsed.as_millis());
    match result {
        Ok(answer) => {
            let status = answer.status.as_u16();
            let azure = answer.header("x-ms-request-id").unwrap_or_default();
            tracing::info!(%method, url, status, ms, attempt, id, azure, bytes = answer.length, "asked");
        }
        Err(Setback::Lost { problem, .. } | Setback::Final(problem)) => {
            tracing::warn!(%method, url, ms, attempt, id, %problem, "no answer");
        }
        Err(Setback::Refused(_)) => {}
    }
}

/// A GET without a token, for documents that anybody may read.
pub async fn get_plain(http: &reqwest::Client, url: Url, network: &Network) -> Result<Bytes> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let answer = ask_plain(http, url, network).await?;
    if answer.status.is_success() { Ok(answer.body) } else { Err(failure::refused(&answer, &host)) }
}

/// The same, with the answer whatever its status.
pub async fn ask_plain(http: &reqwest::Client, url: Url, network: &Network) -> Result<Answer> {
    let call = Call { method: Method::GET, url, body: None, idempotent: true, items: None };
    send(http, network, &call, None).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = datetime!(2026-01-02 03:04:05 UTC);
        for (text, expected) in [
            ("10", Some(10)),
            ("0", None),
            ("Fri, 02 Jan 2026 03:04:35 GMT", Some(30)),
            ("Fri, 02 Jan 2026 03:04:05 GMT", None),
            ("Fri, 02 Jan 2026 03:00:00 GMT", None),
            ("soon", None),
            ("-3", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().expect(text));
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{text}");
        }
    }
}
