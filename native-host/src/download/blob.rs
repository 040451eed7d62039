//! One blob container over HTTP: listing and ranged reads locked to an ETag.
//!
//! Ranges are read by object_store. What it does not tell (Azure's error code, `Content-MD5`, CRC64) is noted by
//! [`Wire`], the HTTP service under it. The listing is asked for here, because object_store gives up a whole
//! page for one blob whose name is no tidy path, and such names are for us to refuse one by one.
//!
//! Sources: <https://learn.microsoft.com/rest/api/storageservices/get-blob>,
//! <https://learn.microsoft.com/rest/api/storageservices/list-blobs>.

use super::access::{BlobAccess, BlobCredential, ContainerPlace, Refusal};
use super::journal::BlobVersion;
use crate::problem::{Problem, Result};
use async_trait::async_trait;
use backon::Retryable;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::azure::{AzureCredential, MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService};
use object_store::{ClientOptions, CredentialProvider, GetOptions, ObjectStore, RetryConfig};
use serde::Deserialize;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wasm_core::protocol::{AzureError, ErrorCode};

/// 2019-02-02 brought CRC64, 2023-11-03 is what object_store sends; one version for both.
const API_VERSION: &str = "2023-11-03";
/// Azure gives an MD5 or CRC64 of a range only up to this length.
pub const CHECKED_RANGE: u64 = 4 * 1024 * 1024;
/// A page has at most 5,000 blobs; with names of 1,024 characters that is under 16 MiB.
const LISTING_PAGE_BYTES: usize = 16 * 1024 * 1024;
/// A listing that has not ended after so many pages is cut off, with a warning.
const LISTING_PAGES: usize = 100;
const STALLED: Duration = Duration::from_secs(30);
const ROLE: &str = "Storage Blob Data Reader";

/// A blob's version, without quotes. Opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ETag(String);

impl ETag {
    pub fn new(text: &str) -> Self {
        Self(text.trim().trim_matches('"').to_owned())
    }

    fn header(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

/// A blob as the listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// As it stands in storage; hostile.
    pub name: String,
    pub size: u64,
    pub etag: ETag,
    pub modified: Option<time::OffsetDateTime>,
    /// Base64, of the whole blob, where its uploader gave one.
    pub md5: Option<String>,
}

impl Blob {
    pub fn version(&self) -> BlobVersion {
        BlobVersion { etag: self.etag.clone(), size: self.size, md5: self.md5.clone() }
    }
}

/// A listing, perhaps not to its end.
#[derive(Debug, Default)]
pub struct Blobs {
    pub blobs: Vec<Blob>,
    /// Names up to the delimiter, where one was given.
    pub prefixes: Vec<String>,
    /// The service went on for ever; what came until then is here.
    pub cut_off: bool,
}

/// A range on its way.
pub struct RangeBody {
    pub bytes: BoxStream<'static, Result<Bytes>>,
    /// Of the whole blob.
    pub size: u64,
    pub etag: Option<ETag>,
    /// Of this range, where storage gave it.
    pub crc64: Option<u64>,
}

impl std::fmt::Debug for RangeBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RangeBody")
            .field("size", &self.size)
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}

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
    access: Arc<dyn BlobAccess>,
}

impl Container {
    /// Fails where the endpoint is none of the cloud's.
    pub async fn open(access: Arc<dyn BlobAccess>, place: ContainerPlace) -> Result<Self> {
        if !access.trusts(&place.cloud, &place.endpoint).await {
            return Err(unexpected("a storage endpoint of another cloud").detail(&place.endpoint));
        }
        let http = access
            .http(&place.cloud)
            .await?
            // Parallel ranges are parallel connections; blob storage speaks HTTP/1.1 alone.
            .http1_only()
            // A redirect would carry the token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(STALLED)
            .read_timeout(STALLED)
            .pool_max_idle_per_host(64)
            .build()
            .map_err(Problem::internal)?;
        let current =
            Arc::new(Current { place: place.clone(), access: access.clone(), last: Mutex::default() });
        let store = MicrosoftAzureBuilder::new()
            .with_account(place.account())
            .with_endpoint(place.endpoint.as_str().trim_end_matches('/').to_owned())
            .with_container_name(&place.container)
            .with_allow_http(place.endpoint.scheme() == "http")
            .with_credentials(current.clone())
            .with_http_connector(Wire { http: http.clone(), unchecked: Arc::default(), current })
            // The engine asks again for a piece by itself: it knows about pause, progress and fresh tokens.
            .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
            .build()
            .map_err(Problem::internal)?;
        Ok(Self { inner: Arc::new(Inner { place, http, store, access }) })
    }

    pub fn place(&self) -> &ContainerPlace {
        &self.inner.place
    }

    /// Everything under `prefix`, page by page. An absent container is an empty one: Azure makes it when the
    /// first capture file is written.
    pub async fn list(&self, prefix: &str, delimiter: Option<&str>) -> Result<Blobs> {
        let mut all = Blobs::default();
        let mut marker: Option<String> = None;
        for _ in 0..LISTING_PAGES {
            let page = (|| self.page(prefix, delimiter, marker.as_deref()))
                .retry(backon::ExponentialBuilder::default().with_max_times(4).with_jitter())
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
        // One fresh token, one user delegation SAS, one account SAS.
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
        let refused = matches!(seen.status, 401 | 403);
        let azure = seen.azure.unwrap_or_default();
        let problem = match seen.status {
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

/// What an answer's head told, beside what object_store passes on.
#[derive(Clone, Default)]
struct Seen {
    status: u16,
    azure: Option<AzureError>,
    retry_after: Option<u64>,
    crc64: Option<u64>,
    credential: Option<BlobCredential>,
}

impl Seen {
    fn of(status: u16, headers: &reqwest::header::HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let base64 = |name: &str| {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD.decode(text(name)?).ok()
        };
        Self {
            status,
            azure: (status >= 400).then(|| AzureError {
                status,
                code: text("x-ms-error-code").unwrap_or_default().to_owned(),
                message: String::new(),
                correlation_id: text("x-ms-request-id").map(str::to_owned),
            }),
            retry_after: text("retry-after").and_then(|seconds| seconds.parse().ok()),
            crc64: base64("x-ms-content-crc64").and_then(|crc| crc.try_into().ok()).map(u64::from_le_bytes),
            credential: None,
        }
    }

    /// Adds the error body's `<Message>`.
    fn with_body(mut self, body: &[u8]) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct ErrorXml {
            code: Option<String>,
            message: Option<String>,
        }
        let text = String::from_utf8_lossy(body);
        if let (Some(azure), Ok(xml)) =
            (&mut self.azure, quick_xml::de::from_str::<ErrorXml>(text.trim_start_matches('\u{feff}')))
        {
            if azure.code.is_empty() {
                azure.code = xml.code.unwrap_or_default();
            }
            azure.message = xml.message.unwrap_or_default();
        }
        self
    }
}

/// Rides on a request through object_store, and brings back what [`Wire`] saw.
#[derive(Clone, Default)]
struct Witness(Arc<Mutex<Seen>>);

impl Witness {
    fn seen(&self) -> Seen {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The HTTP service under object_store.
#[derive(Debug)]
struct Wire {
    http: reqwest::Client,
    /// The service does not give checksums of ranges.
    unchecked: Arc<AtomicBool>,
    current: Arc<Current>,
}

impl HttpConnector for Wire {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Self {
            http: self.http.clone(),
            unchecked: self.unchecked.clone(),
            current: self.current.clone(),
        }))
    }
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let witness = request.extensions().get::<Witness>().cloned().unwrap_or_default();
        let short = request.headers().get("range").and_then(|range| range_length(range.to_str().ok()?));
        let checked =
            short.is_some_and(|length| length <= CHECKED_RANGE) && !self.unchecked.load(Ordering::Relaxed);
        let plain = checked.then(|| request.clone());
        if checked {
            request
                .headers_mut()
                .insert("x-ms-range-get-content-crc64", http::HeaderValue::from_static("true"));
        }
        let credential = self.current.last();
        let mut response = HttpService::call(&self.http, request).await?;
        let code = response.headers().get("x-ms-error-code").and_then(|code| code.to_str().ok());
        if let (Some(plain), Some("FeatureNotSupported" | "UnsupportedHeader")) = (plain, code) {
            // Emulators and older stamps know no CRC64; the range itself is still to be had.
            self.unchecked.store(true, Ordering::Relaxed);
            response = HttpService::call(&self.http, plain).await?;
        }
        let mut seen = Seen::of(response.status().as_u16(), response.headers());
        if seen.status < 400 {
            *witness.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
            return Ok(response);
        }
        seen.credential = credential;
        let (head, body) = response.into_parts();
        // An error's body is short; one that is not, or breaks, says nothing.
        let mut stream = body.bytes_stream();
        let mut text = Vec::new();
        while let Some(Ok(chunk)) = stream.next().await {
            if text.len() + chunk.len() > 64 * 1024 {
                break;
            }
            text.extend_from_slice(&chunk);
        }
        *witness.0.lock().unwrap_or_else(PoisonError::into_inner) = seen.with_body(&text);
        Ok(HttpResponse::from_parts(head, Bytes::from(text).into()))
    }
}

fn range_length(header: &str) -> Option<u64> {
    let (start, end) = header.strip_prefix("bytes=")?.split_once('-')?;
    end.parse::<u64>().ok()?.checked_sub(start.parse().ok()?)?.checked_add(1)
}

/// Gives object_store the credential of the moment.
#[derive(Debug)]
struct Current {
    place: ContainerPlace,
    access: Arc<dyn BlobAccess>,
    last: Mutex<Option<BlobCredential>>,
}

impl Current {
    fn last(&self) -> Option<BlobCredential> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl CredentialProvider for Current {
    type Credential = AzureCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AzureCredential>> {
        let credential =
            self.access.credential(&self.place, None).await.map_err(|problem| {
                object_store::Error::Generic { store: "blob", source: Box::new(problem) }
            })?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(credential.clone());
        Ok(Arc::new(match &credential {
            BlobCredential::Bearer(_) => AzureCredential::BearerToken(credential.secret().to_owned()),
            BlobCredential::Sas(_) => AzureCredential::SASToken(
                url::form_urlencoded::parse(credential.secret().as_bytes()).into_owned().collect(),
            ),
        }))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PageXml {
    #[serde(default)]
    blobs: BlobsXml,
    next_marker: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct BlobsXml {
    #[serde(rename = "Blob", default)]
    blobs: Vec<BlobXml>,
    #[serde(rename = "BlobPrefix", default)]
    prefixes: Vec<PrefixXml>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BlobXml {
    name: NameXml,
    properties: PropertiesXml,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrefixXml {
    name: NameXml,
}

/// Since 2021-02-12 a name that XML cannot hold is percent-encoded, with an attribute that says so.
#[derive(Debug, Deserialize)]
struct NameXml {
    #[serde(rename = "@Encoded", default)]
    encoded: bool,
    #[serde(rename = "$text", default)]
    text: String,
}

impl NameXml {
    fn read(self) -> Option<String> {
        if !self.encoded {
            return Some(self.text);
        }
        percent_encoding::percent_decode_str(&self.text).decode_utf8().ok().map(Into::into)
    }
}

#[derive(Debug, Deserialize)]
struct PropertiesXml {
    #[serde(rename = "Content-Length")]
    size: u64,
    #[serde(rename = "Etag")]
    etag: String,
    #[serde(rename = "Last-Modified")]
    modified: Option<String>,
    #[serde(rename = "Content-MD5")]
    md5: Option<String>,
}

impl BlobXml {
    fn read(self) -> Option<Blob> {
        Some(Blob {
            name: self.name.read()?,
            size: self.properties.size,
            etag: ETag::new(&self.properties.etag),
            md5: self.properties.md5.filter(|md5| !md5.is_empty()),
            modified: self.properties.modified.and_then(|text| {
                time::OffsetDateTime::parse(&text, &time::format_description::well_known::Rfc2822).ok()
            }),
        })
    }
}
