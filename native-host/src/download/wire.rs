//! What lies under object_store: the HTTP service that notes what it does not tell, and the credential of the moment.

use super::access::{BlobAccess, BlobCredential, ContainerPlace};
use super::blob::CHECKED_RANGE;
use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use object_store::azure::AzureCredential;
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService};
use object_store::{ClientOptions, CredentialProvider};
use serde::Deserialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use wasm_core::protocol::AzureError;

/// What an answer's head told, beside what object_store passes on.
#[derive(Clone, Default)]
pub struct Seen {
    pub status: u16,
    pub azure: Option<AzureError>,
    pub retry_after: Option<u64>,
    pub crc64: Option<u64>,
    pub credential: Option<BlobCredential>,
}

impl Seen {
    pub fn of(status: u16, headers: &reqwest::header::HeaderMap) -> Self {
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
    pub fn with_body(mut self, body: &[u8]) -> Self {
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
pub struct Witness(Arc<Mutex<Seen>>);

impl Witness {
    pub fn seen(&self) -> Seen {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The HTTP service under object_store.
#[derive(Debug)]
pub struct Wire {
    http: reqwest::Client,
    /// The service does not give checksums of ranges.
    unchecked: Arc<AtomicBool>,
    current: Arc<Current>,
}

impl Wire {
    /// `unchecked` becomes true where the service gives no checksums of ranges.
    pub fn new(http: reqwest::Client, unchecked: Arc<AtomicBool>, current: Arc<Current>) -> Self {
        Self { http, unchecked, current }
    }
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
pub struct Current {
    place: ContainerPlace,
    access: Arc<dyn BlobAccess>,
    last: Mutex<Option<BlobCredential>>,
}

impl Current {
    pub fn new(place: ContainerPlace, access: Arc<dyn BlobAccess>) -> Self {
        Self { place, access, last: Mutex::default() }
    }

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
