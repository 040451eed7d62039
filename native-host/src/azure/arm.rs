//! Azure Resource Manager: GET, PUT, POST, DELETE with tokens, paging, bounded concurrency and Azure's pace.

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;
use wasm_core::protocol::ErrorCode;

use super::cloud::Cloud;
use super::credential::{Audience, Credentials, Token, claims_of};
use super::failure;
use super::items::{Collect, Take};
use super::wire::{self, Answer, Body, Call};
use crate::problem::{Problem, Result};

/// Versions of the resource providers' APIs. Of 2024, recorded in Azure's own clients: sovereign clouds have
/// them too, and what this program uses did not change since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    Network,
    /// Network's view of a scale set's interfaces has had one version ever since.
    ScaleSetNetwork,
    Compute,
    Storage,
    Authorization,
    Resources,
}

impl Api {
    pub const fn version(self) -> &'static str {
        match self {
            Self::Network => "2024-07-01",
            Self::ScaleSetNetwork => "2018-10-01",
            Self::Compute => "2024-11-01",
            Self::Storage => "2023-05-01",
            Self::Authorization => "2022-04-01",
            Self::Resources => "2022-12-01",
        }
    }
}

/// Pages of one list that are followed at most; a thousand instances are ten.
const MOST_PAGES: usize = 500;
/// A request waits no longer for the subscription's allowance.
const LONGEST_TURN: Duration = Duration::from_secs(15);
/// Calls left in the subscription's allowance at which this client slows down.
const SCARCE: u64 = 12;

/// Resource Manager of one cloud for one account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Arm {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    cloud: Arc<Cloud>,
    tenant: Option<String>,
    credentials: Credentials,
    permits: Semaphore,
    /// Until when the next request of this kind waits, by subscription.
    pace: Mutex<HashMap<(String, &'static str), Instant>>,
}

/// What stands around the items of a page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    next_link: Option<String>,
}

impl Arm {
    pub fn new(cloud: Arc<Cloud>, tenant: Option<String>, credentials: Credentials) -> Self {
        let permits = Semaphore::new(cloud.network.concurrency);
        Self { inner: Arc::new(Inner { cloud, tenant, credentials, permits, pace: Mutex::default() }) }
    }

    pub fn cloud(&self) -> &Cloud {
        &self.inner.cloud
    }

    /// `path` starts with `/subscriptions/…`; `query` goes beside the version.
    pub fn url(&self, path: &str, api: Api, query: &[(&str, &str)]) -> Result<Url> {
        let mut url = self.inner.cloud.resource_manager.clone();
        url.set_path(path);
        {
            let mut pairs = url.query_pairs_mut();
            pairs.append_pair("api-version", api.version());
            for (name, value) in query {
                pairs.append_pair(name, value);
            }
        }
        Ok(url)
    }

    /// The resource, or a problem named after `path`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, api: Api, query: &[(&str, &str)]) -> Result<T> {
        let url = self.url(path, api, query)?;
        self.ask(plain(Method::GET, url, None, true), path).await?.json(path)
    }

    /// The resource, or nothing where it does not exist.
    pub async fn find<T: DeserializeOwned>(&self, path: &str, api: Api) -> Result<Option<T>> {
        match self.get(path, api, &[]).await {
            Ok(found) => Ok(Some(found)),
            Err(problem) if problem.code == ErrorCode::NotFound => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// Every item of a list, page after page.
    pub async fn list<T: DeserializeOwned + Send>(
        &self,
        path: &str,
        api: Api,
        query: &[(&str, &str)],
    ) -> Result<Vec<T>> {
        self.sift(path, api, query, |item| serde_json::from_slice(item).map(Some)).await
    }

    /// What `read` makes of a list's items, page after page; those of which it makes nothing take no memory. Links
    /// are followed as they are, to this resource manager only.
    pub async fn sift<T: Send>(
        &self,
        path: &str,
        api: Api,
        query: &[(&str, &str)],
        read: impl Fn(&[u8]) -> serde_json::Result<Option<T>> + Send + Sync,
    ) -> Result<Vec<T>> {
        let mut url = self.url(path, api, query)?;
        let (taker, mut items) = (Collect::new(read), Vec::new());
        for _ in 0..MOST_PAGES {
            let call = Call {
                method: Method::GET,
                url,
                body: None,
                idempotent: true,
                items: Some(&taker as &dyn Take),
            };
            let page: Page = self.ask(call, path).await?.json(path)?;
            items.append(&mut taker.take_all());
            match page.next_link.filter(|link| !link.is_empty()) {
                Some(link) => url = self.own_url(&link)?,
                None => return Ok(items),
            }
        }
        Err(Problem::new(ErrorCode::UnexpectedAnswer).with("what", path).detail("the list does not end"))
    }

    pub async fn put(&self, path: &str, api: Api, body: &Value) -> Result<Answer> {
        let url = self.url(path, api, &[])?;
        self.ask(plain(Method::PUT, url, Some(Body::Json(body)), true), path).await
    }

    /// A POST that changes nothing and may be sent again.
    pub async fn query(&self, path: &str, api: Api, body: Option<&Value>) -> Result<Answer> {
        let url = self.url(path, api, &[])?;
        self.ask(plain(Method::POST, url, Some(body.map_or(Body::Empty, Body::Json)), true), path).await
    }

    /// A POST that acts; it is not sent again once it may have been carried out.
    pub async fn act(&self, path: &str, api: Api, body: Option<&Value>) -> Result<Answer> {
        let url = self.url(path, api, &[])?;
        self.ask(plain(Method::POST, url, Some(body.map_or(Body::Empty, Body::Json)), false), path).await
    }

    /// Deleting what is gone already is no failure (204 or 404 after an unclear attempt).
    pub async fn delete(&self, path: &str, api: Api) -> Result<Answer> {
        let url = self.url(path, api, &[])?;
        self.ask(plain(Method::DELETE, url, None, true), path).await
    }

    /// A GET of a link that Azure gave: a poll URL of a long-running operation, verbatim.
    pub async fn follow(&self, link: &str, what: &str) -> Result<Answer> {
        self.ask(plain(Method::GET, self.own_url(link)?, None, true), what).await
    }

    /// Absolute, or relative to the resource manager; never another host's, as the token would go there.
    fn own_url(&self, link: &str) -> Result<Url> {
        let unexpected = |detail: &str| {
            Problem::new(ErrorCode::UnexpectedAnswer).with("what", "a link to another host").detail(detail)
        };
        let url = self.inner.cloud.resource_manager.join(link).map_err(|_| unexpected("not a URL"))?;
        if self.inner.cloud.owns(&url) {
            Ok(url)
        } else {
            Err(unexpected(url.host_str().unwrap_or_default()))
        }
    }

    async fn ask(&self, call: Call<'_>, resource: &str) -> Result<Answer> {
        let inner = &*self.inner;
        let kind = match call.method {
            Method::GET | Method::HEAD => "reads",
            Method::DELETE => "deletes",
            _ => "writes",
        };
        let lane = (subscription_of(call.url.path()), kind);
        let mut token =
            inner.credentials.token(&inner.cloud, inner.tenant.as_deref(), Audience::ResourceManager).await?;
        // An ended token and a claims challenge may come one after the other; each is answered once.
        let (mut renewed, mut challenged) = (false, false);
        loop {
            self.wait_for_turn(&lane).await?;
            let permit = inner.permits.acquire().await.map_err(Problem::internal)?;
            let answer = wire::send(&inner.cloud.http, &inner.cloud.network, &call, Some(&token)).await?;
            drop(permit);
            self.learn_pace(&lane, &answer);
            if answer.status == StatusCode::UNAUTHORIZED {
                let claims = answer.header("www-authenticate").and_then(claims_of);
                let before = if claims.is_some() { &mut challenged } else { &mut renewed };
                if !std::mem::replace(before, true) {
                    token = self.renew(&token, claims.as_deref()).await?;
                    continue;
                }
            }
            return if answer.status.is_success() {
                Ok(answer)
            } else {
                Err(failure::refused(&answer, resource))
            };
        }
    }

    async fn renew(&self, refused: &Token, claims: Option<&str>) -> Result<Token> {
        let inner = &*self.inner;
        let (tenant, audience) = (inner.tenant.as_deref(), Audience::ResourceManager);
        inner.credentials.renew(&inner.cloud, tenant, audience, refused, claims).await
    }

    /// Waits a little where Azure wants it; a long wait is told instead.
    async fn wait_for_turn(&self, lane: &(String, &'static str)) -> Result<()> {
        let until = self.inner.pace.lock().unwrap_or_else(PoisonError::into_inner).get(lane).copied();
        let Some(until) = until else { return Ok(()) };
        let left = until.saturating_duration_since(Instant::now());
        if left > LONGEST_TURN {
            return Err(Problem::new(ErrorCode::Throttled).with("seconds", left.as_secs()));
        }
        tokio::time::sleep(left).await;
        Ok(())
    }

    /// Source: <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>.
    fn learn_pace(&self, lane: &(String, &'static str), answer: &Answer) {
        let header = format!("x-ms-ratelimit-remaining-subscription-{}", lane.1);
        let left = answer.header(&header).and_then(|text| text.parse::<u64>().ok());
        let pause = match (answer.status, left) {
            (StatusCode::TOO_MANY_REQUESTS, _) => answer.retry_after(),
            (_, Some(left)) if left < SCARCE => Some(Duration::from_millis(500)),
            _ => None,
        };
        let mut pace = self.inner.pace.lock().unwrap_or_else(PoisonError::into_inner);
        match pause {
            Some(pause) => drop(pace.insert(lane.clone(), Instant::now() + pause)),
            None => drop(pace.remove(lane)),
        }
    }
}

fn plain(method: Method, url: Url, body: Option<Body<'_>>, idempotent: bool) -> Call<'_> {
    Call { method, url, body, idempotent, items: None }
}

fn subscription_of(path: &str) -> String {
    let mut parts = path.trim_start_matches('/').split('/');
    let is_subscription = parts.next().is_some_and(|part| part.eq_ignore_ascii_case("subscriptions"));
    if is_subscription { parts.next().unwrap_or_default().to_ascii_lowercase() } else { String::new() }
}
