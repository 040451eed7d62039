//! One blob container over HTTP: listing and ranged reads locked to an ETag.
//!
//! Ranges are read by object_store. What it does not tell (Azure's error code, `Content-MD5`, CRC64) is noted by
//! [`Wire`], the HTTP service under it. The listing is asked for here, because object_store gives up a whole
//! page for one blob whose name is no tidy path, and such names are for us to refuse one by one.
//!
//! Sources: <https://learn.microsoft.com/rest/api/storageservices/get-blob>,
//! <https://learn.microsoft.com/rest/api/storageservices/list-blobs>.

use super::access::{BlobAccess, BlobCredential, ContainerPlace, Refusal};
use super::blob::{Blobs, ETag, RangeBody};
use super::clients::Clients;
use super::page::{BlobXml, PageXml};
use super::wire::{Current, Seen, Wire, Witness};
use crate::problem::{Problem, Result};
use backon::Retryable;
use futures::{StreamExt, TryStreamExt};
use object_store::azure::{MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::client::HttpError;
use object_store::{GetOptions, ObjectStore, RetryConfig};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wasm_core::protocol::{AzureError, ErrorCode};

/// 2019-02-02 brought CRC64, 2023-11-03 is what object_store sends; one version for both.
const API_VERSION: &str = "2023-11-03";
/// A page has at most 5,000 blobs; with names of 1,024 characters that is under 16 MiB.
const LISTING_PAGE_BYTES: usize = 16 * 1024 * 1024;
/// A listing that has not ended after so many pages is cut off, with a warning.
const LISTING_PAGES: usize = 100;
/// Doubled each time, so that a page is given up after some four seconds of trouble.
const RETRY: Duration = Duration::from_millis(250);
const ROLE: &str = "Storage Blob Data Reader";

/// A container and the right to read it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Container {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    place: ContainerPlace,
    http: reqwest::Client,
    store: MicrosoftAzure,
    unchecked: Arc<AtomicBool>,
    access: Arc<dyn BlobAccess>,
}

impl Container {
    /// Fails where the endpoint is none of the cloud's.
    pub async fn open(clients: &Clients, access: Arc<dyn BlobAccess>, place: ContainerPlace) -> Result<Self> {
        if !access.trusts(&place.cloud, &place.endpoint).await {
            return Err(unexpected("a storage endpoint of another cloud").detail(&place.endpoint));
        }
        let http = clients.of(&*access, &place.cloud).await?;
        let current = Arc::new(Current::new(place.clone(), access.clone()));
        let unchecked = Arc::<AtomicBool>::default();
        let store = MicrosoftAzureBuilder::new()
            .with_account(place.account())
            .with_endpoint(place.endpoint.as_str().trim_end_matches('/').to_owned())
            .with_container_name(&place.container)
            .with_allow_http(place.endpoint.scheme() == "http")
            .with_credentials(current.clone())
            .with_http_connector(Wire::new(http.clone(), unchecked.clone(), current))
            // The engine asks again for a piece by itself: it knows about pause, progress and fresh tokens.
            .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
            .build()
            .map_err(Problem::internal)?;
        Ok(Self { inner: Arc::new(Inner { place, http, store, unchecked, access }) })
    }

    pub fn place(&self) -> &ContainerPlace {
        &self.inner.place
    }

    /// Whether storage gives checksums of short ranges; until it has refused, it is believed to.
    pub fn checked(&self) -> bool {
        !self.inner.unchecked.load(Ordering::Relaxed)
    }

    /// Everything under `prefix`, page by page. An absent container is an empty one: Azure makes it when the
    /// first capture file is written.
    pub async fn list(&self, prefix: &str, delimiter: Option<&str>) -> Result<Blobs> {
        let mut all = Blobs::default();
        let mut marker: Option<String> = None;
        for _ in 0..LISTING_PAGES {
            let page = (|| self.page(prefix, delimiter, marker.as_deref()))
                .retry(
                    backon::ExponentialBuilder::default()
                        .with_min_delay(RETRY)
                        .with_max_times(4)
                        .with_jitter(),
                )
                .when(transient)
                .await;
            let page = match page {
                Err(problem) if problem.code == ErrorCode::BlobMissing => return Ok(all),
                page => page?,
            };
            all.blobs.extend(page.blobs.blobs.into_iter().filter_map(BlobXml::read));
            all.prefixes.extend(page.blobs.prefixes.into_iter().filter_map(|prefix| prefix.name.read()));
            let next = page.next_marker.filter(|next| !next.is_empty());
            if next.is_none() {
                return Ok(all);
            }
            if next == marker {
                break;
            }
            marker = next;
        }
        all.cut_off = true;
        Ok(all)
    }

    async fn page(&self, prefix: &str, delimiter: Option<&str>, marker: Option<&str>) -> Result<PageXml> {
        let mut refusals = 0;
        loop {
            match self.page_once(prefix, delimiter, marker).await {
                Err(fault) => self.renew(fault, &mut refusals).await?,
                Ok(page) => return Ok(page),
            }
        }
    }

    async fn page_once(
        &self,
        prefix: &str,
        delimiter: Option<&str>,
        marker: Option<&str>,
    ) -> Result<PageXml, Box<Fault>> {
        let inner = &*self.inner;
        let credential = inner.access.credential(&inner.place, None).await?;
        let mut url = inner.place.endpoint.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(&inner.place.container);
        }
        url.query_pairs_mut()
            .extend_pairs([("restype", "container"), ("comp", "list"), ("prefix", prefix)])
            .extend_pairs(delimiter.map(|delimiter| ("delimiter", delimiter)))
            .extend_pairs(marker.map(|marker| ("marker", marker)));
        if let BlobCredential::Sas(_) = credential {
            url.set_query(Some(&format!("{}&{}", url.query().unwrap_or_default(), credential.secret())));
        }
        let mut request = inner.http.get(url).header("x-ms-version", API_VERSION);
        if let BlobCredential::Bearer(_) = credential {
            request = request.bearer_auth(credential.secret());
        }
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let seen = Seen::of(response.status().as_u16(), response.headers());
        let failed = !response.status().is_success();
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            body.extend_from_slice(&chunk.map_err(|error| self.unreachable(&error))?);
            if body.len() > LISTING_PAGE_BYTES {
                return Err(unexpected("a page of the blob listing has no end").into());
            }
        }
        if failed {
            return Err(self.explain(seen.with_body(&body), &inner.place.container, credential));
        }
        // Azure puts a byte order mark in front.
        let text = String::from_utf8_lossy(&body);
        quick_xml::de::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            unexpected("the blob listing is not of the documented form").detail(error).into()
        })
    }

    /// Bytes `range` of a blob. With `etag`, of that version alone: else [`ErrorCode::BlobChanged`].
    /// The stream may end early or go on where the service lies: count what comes. Not retried.
    pub async fn range(&self, blob: &str, range: Range<u64>, etag: Option<&ETag>) -> Result<RangeBody> {
        let mut refusals = 0;
        loop {
            match self.range_once(blob, range.clone(), etag).await {
                Err(fault) => self.renew(fault, &mut refusals).await?,
                Ok(body) => return Ok(body),
            }
        }
    }

    async fn range_once(
        &self,
        blob: &str,
        range: Range<u64>,
        etag: Option<&ETag>,
    ) -> Result<RangeBody, Box<Fault>> {
        let path = object_store::path::Path::parse(blob)
            .ok()
            .filter(|path| path.as_ref() == blob)
            .ok_or_else(|| Problem::new(ErrorCode::PathRefused).with("path", blob.escape_debug()))?;
        let witness = Witness::default();
        let mut options = GetOptions::default().with_range(Some(range.clone()));
        options.if_match = etag.map(ETag::header);
        options.extensions.insert(witness.clone());
        let got = match self.inner.store.get_opts(&path, options).await {
            Ok(got) => got,
            Err(error) => return Err(self.fault(&witness, blob, error)),
        };
        let seen = witness.seen();
        let here = self.clone();
        let name = blob.to_owned();
        Ok(RangeBody {
            size: got.meta.size,
            etag: got.meta.e_tag.as_deref().map(ETag::new),
            crc64: seen.crc64,
            bytes: got
                .into_stream()
                .map_err(move |error| here.fault(&Witness::default(), &name, error).problem)
                .boxed(),
        })
    }

    /// Asks for another credential after a refusal; gives every other fault back.
    async fn renew(&self, fault: Box<Fault>, refusals: &mut u32) -> Result<()> {
        // One fresh token, one account SAS, and that anew where it had expired.
        const CREDENTIALS: u32 = 3;
        *refusals += 1;
        match &fault.refusal {
            Some(refusal) if *refusals <= CREDENTIALS => {
                self.inner.access.credential(&self.inner.place, Some(refusal)).await.map(drop)
            }
            _ => Err(fault.problem),
        }
    }

    /// What a failed read means.
    fn fault(&self, witness: &Witness, blob: &str, error: object_store::Error) -> Box<Fault> {
        let seen = witness.seen();
        if let Some(credential) = seen.credential.clone().filter(|_| seen.status >= 400) {
            return self.explain(seen, blob, credential);
        }
        // Problems of our own doors travel through object_store as sources.
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(cause) = source {
            if let Some(problem) = cause.downcast_ref::<Problem>() {
                return problem.clone().into();
            }
            if let Some(error) = cause.downcast_ref::<HttpError>() {
                return self.unreachable(error).into();
            }
            source = cause.source();
        }
        unexpected("storage answered a range otherwise than documented").detail(error).into()
    }

    fn unreachable(&self, error: &(dyn std::error::Error + 'static)) -> Problem {
        let host = self.inner.place.endpoint.host_str().unwrap_or_default().to_owned();
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        let code = if text.contains("certificate") { ErrorCode::Certificate } else { ErrorCode::Network };
        Problem::new(code).with("host", host).detail(text)
    }

    fn explain(&self, seen: Seen, blob: &str, credential: BlobCredential) -> Box<Fault> {
        let account = self.inner.place.account();
        let azure = seen.azure.unwrap_or_default();
        // Storage's one code for its network rules; other credentials would meet the same.
        let network = seen.status == 403 && azure.code == "AuthorizationFailure";
        let refused = matches!(seen.status, 401 | 403) && !network;
        let problem = match seen.status {
            403 if network => Problem::new(ErrorCode::BlobNetworkRefused).with("account", account),
            401 | 403 => {
                Problem::new(ErrorCode::BlobNotPermitted).with("account", account).with("role", ROLE)
            }
            404 => Problem::new(ErrorCode::BlobMissing).with("blob", blob.escape_debug()),
            412 | 416 => Problem::new(ErrorCode::BlobChanged).with("blob", blob.escape_debug()),
            429 => Problem::new(ErrorCode::Throttled).with("seconds", seen.retry_after.unwrap_or(1)),
            status @ 500.. => Problem::new(ErrorCode::AzureUnavailable).with("status", status),
            status => unexpected("storage refused a read").detail(status),
        };
        let refusal = refused.then(|| Refusal { credential, status: seen.status, code: azure.code.clone() });
        Box::new(Fault { problem: problem.azure(AzureError { status: seen.status, ..azure }), refusal })
    }
}

fn unexpected(what: &str) -> Problem {
    Problem::new(ErrorCode::UnexpectedAnswer).with("what", what)
}

/// Whether asking again may help.
pub fn transient(problem: &Problem) -> bool {
    use ErrorCode::*;
    matches!(problem.code, Network | Throttled | AzureUnavailable | Timeout | UnexpectedAnswer | Corrupt)
}

/// A failed request, and the credential that it was refused with.
struct Fault {
    problem: Problem,
    refusal: Option<Refusal>,
}

impl From<Problem> for Box<Fault> {
    fn from(problem: Problem) -> Self {
        Box::new(Fault { problem, refusal: None })
    }
}
