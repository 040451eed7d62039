//! A blob service on loopback that serves what a test puts in, as badly as the test wants it to.
#![allow(dead_code, reason = "every test file uses its part")]

pub mod bench;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, Response, StatusCode, header};
use axum::serve::ListenerExt;
use futures::StreamExt;
use native_host::download::{BlobAccess, BlobCredential, ContainerPlace, Refusal};
use native_host::problem::{Problem, Result};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::Url;
use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::{AzureError, ErrorCode};

pub const CONTAINER: &str = "captures";

/// What goes wrong with one request.
#[derive(Clone, Debug, Default)]
pub enum Fault {
    #[default]
    None,
    /// This status, with Azure's code.
    Status(u16, &'static str),
    /// The connection breaks after so many bytes of the body.
    Cut(u64),
    Delay(Duration),
    /// `Content-Range` names other bytes than were asked for.
    LyingRange,
    /// The body is another one than its checksum says.
    Flipped,
    /// The body goes on behind the range, with no `Content-Length`.
    Long,
    /// The body ends in good order, at half of what was asked for.
    Short,
    /// `Content-Range` tells another size of the whole than the listing.
    OtherSize,
    /// 206 without a `Content-Range`.
    NoRange,
    /// Nothing comes.
    Never,
}

/// Chooses a fault for a request on `(blob, range)`.
pub type Faults = Box<dyn FnMut(&str, &Range<u64>) -> Fault + Send>;

#[derive(Clone)]
struct Stored {
    bytes: Bytes,
    etag: String,
    md5: Option<String>,
}

/// A request that was answered with bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    pub blob: String,
    pub range: Range<u64>,
}

#[derive(Default)]
struct Inside {
    blobs: BTreeMap<String, Stored>,
    faults: Option<Faults>,
    served: Vec<Served>,
    versions: u64,
    /// Every page says that there is another.
    endless_listing: bool,
    page: usize,
    /// The text of every page, and whether its end is repeated for ever.
    listing: Option<(String, bool)>,
    /// Like Azurite: CRC64 is refused.
    no_checksums: bool,
    token: Option<String>,
}

#[derive(Clone)]
pub struct BlobServer {
    inside: Arc<Mutex<Inside>>,
    pub endpoint: Url,
    /// Connections that clients have made.
    pub connections: Arc<AtomicUsize>,
}

impl std::fmt::Debug for BlobServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BlobServer({})", self.endpoint)
    }
}

impl BlobServer {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/account", listener.local_addr().unwrap()).parse().unwrap();
        let inside = Arc::new(Mutex::new(Inside { page: 5000, ..Inside::default() }));
        let app = axum::Router::new()
            .route("/account/{container}", axum::routing::get(list))
            .route("/account/{container}/{*blob}", axum::routing::get(read))
            .with_state(inside.clone());
        let connections = Arc::<AtomicUsize>::default();
        let accepted = connections.clone();
        let listener = listener.tap_io(move |_| {
            accepted.fetch_add(1, Ordering::Relaxed);
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { inside, endpoint, connections }
    }

    pub fn place(&self) -> ContainerPlace {
        place(self.endpoint.clone())
    }

    /// Puts a blob, or another version of it.
    pub fn put(&self, name: &str, bytes: impl Into<Bytes>, md5: bool) {
        use base64::Engine;
        use md5::Digest;
        let bytes = bytes.into();
        let md5 = md5.then(|| base64::engine::general_purpose::STANDARD.encode(md5::Md5::digest(&bytes)));
        let mut inside = self.inside.lock().unwrap();
        inside.versions += 1;
        let etag = format!("0x8D{:013X}", inside.versions);
        inside.blobs.insert(name.to_owned(), Stored { bytes, etag, md5 });
    }

    /// Takes every blob away.
    pub fn clear(&self) {
        self.inside.lock().unwrap().blobs.clear();
    }

    pub fn faults(&self, faults: impl FnMut(&str, &Range<u64>) -> Fault + Send + 'static) {
        self.inside.lock().unwrap().faults = Some(Box::new(faults));
    }

    pub fn well(&self) {
        self.inside.lock().unwrap().faults = None;
    }

    pub fn endless_listing(&self) {
        self.inside.lock().unwrap().endless_listing = true;
    }

    /// Every page is this; with `endless` its last 32 bytes come again and again.
    pub fn listing_is(&self, page: &str, endless: bool) {
        self.inside.lock().unwrap().listing = Some((page.to_owned(), endless));
    }

    pub fn pages_of(&self, blobs: usize) {
        self.inside.lock().unwrap().page = blobs;
    }

    /// From now on as Azurite: who asks for a CRC64 gets an error.
    pub fn no_checksums(&self) {
        self.inside.lock().unwrap().no_checksums = true;
    }

    /// Only this token is accepted from now on.
    pub fn accept_only(&self, token: &str) {
        self.inside.lock().unwrap().token = Some(token.to_owned());
    }

    /// What was served since the last call.
    pub fn take_served(&self) -> Vec<Served> {
        std::mem::take(&mut self.inside.lock().unwrap().served)
    }
}

/// The container of a service at `endpoint`.
pub fn place(endpoint: Url) -> ContainerPlace {
    ContainerPlace {
        cloud: CloudName::Public,
        tenant: None,
        storage_id: None,
        endpoint,
        container: CONTAINER.to_owned(),
    }
}

type Shared = State<Arc<Mutex<Inside>>>;

fn refused(inside: &Inside, headers: &HeaderMap) -> Option<Response<Body>> {
    let token = inside.token.as_ref()?;
    let sent = headers.get("authorization").and_then(|value| value.to_str().ok());
    (sent != Some(&format!("Bearer {token}"))).then(|| failure(401, "InvalidAuthenticationInfo"))
}

fn failure(status: u16, code: &str) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("x-ms-error-code", code)
        .header("x-ms-request-id", "test")
        .body(Body::from(format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{code}, it said</Message></Error>")))
        .unwrap()
}

async fn list(
    State(inside): Shared,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let inside = inside.lock().unwrap();
    if let Some(refused) = refused(&inside, &headers) {
        return refused;
    }
    if let Some((page, endless)) = inside.listing.clone() {
        let end = Bytes::from(page.as_bytes()[page.len().saturating_sub(32)..].repeat(2048));
        let page = futures::stream::iter([Bytes::from(page)]);
        let more = futures::stream::repeat(end).take(if endless { usize::MAX } else { 0 });
        return Response::new(Body::from_stream(page.chain(more).map(Ok::<_, std::io::Error>)));
    }
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let (prefix, delimiter) = (query.get("prefix").map_or("", String::as_str), query.get("delimiter"));
    let marker = query.get("marker").map_or("", String::as_str);
    let mut page = String::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut next = String::new();
    let mut count = 0;
    for (name, blob) in
        inside.blobs.iter().filter(|(name, _)| name.starts_with(prefix) && name.as_str() > marker)
    {
        if let Some(end) = delimiter.and_then(|delimiter| name[prefix.len()..].find(delimiter.as_str())) {
            let folder = name[..prefix.len() + end + 1].to_owned();
            if prefixes.last() != Some(&folder) {
                page += &format!("<BlobPrefix><Name>{}</Name></BlobPrefix>", escape(&folder));
                prefixes.push(folder);
            }
            continue;
        }
        let md5 =
            blob.md5.as_ref().map(|md5| format!("<Content-MD5>{md5}</Content-MD5>")).unwrap_or_default();
        let shown = if name.chars().any(char::is_control) {
            let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
            format!("<Name Encoded=\"true\">{encoded}</Name>")
        } else {
            format!("<Name>{}</Name>", escape(name))
        };
        page += &format!(
            "<Blob>{shown}<Properties><Creation-Time>Tue, 10 Nov 2026 10:00:00 GMT</Creation-Time><Last-Modified>Tue, 10 Nov 2026 10:00:00 GMT</Last-Modified><Etag>{}</Etag><Content-Length>{}</Content-Length><Content-Type>application/octet-stream</Content-Type>{md5}<BlobType>BlockBlob</BlobType></Properties></Blob>",
            blob.etag,
            blob.bytes.len(),
        );
        count += 1;
        if count == inside.page {
            next = name.clone();
            break;
        }
    }
    if inside.endless_listing {
        next = format!("{marker}!");
    }
    Response::new(Body::from(format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"x\" ContainerName=\"{CONTAINER}\"><Blobs>{page}</Blobs><NextMarker>{next}</NextMarker></EnumerationResults>"
    )))
}

async fn read(
    State(inside): Shared,
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (blob, range, fault) = {
        let mut inside = inside.lock().unwrap();
        if let Some(refused) = refused(&inside, &headers) {
            return refused;
        }
        if inside.no_checksums && headers.contains_key("x-ms-range-get-content-crc64") {
            return failure(500, "FeatureNotSupported");
        }
        let Some(blob) = inside.blobs.get(&name).cloned() else { return failure(404, "BlobNotFound") };
        let size = blob.bytes.len() as u64;
        let range = text(header::RANGE).map_or(0..size, |range| {
            let (start, end) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            start.parse().unwrap()..(end.parse::<u64>().unwrap() + 1).min(size)
        });
        if text(header::IF_MATCH).is_some_and(|wanted| wanted.trim_matches('"') != blob.etag) {
            return failure(412, "ConditionNotMet");
        }
        if range.start >= size {
            return failure(416, "InvalidRange");
        }
        let fault = inside.faults.as_mut().map(|faults| faults(&name, &range)).unwrap_or_default();
        if !matches!(fault, Fault::Status(..)) {
            inside.served.push(Served { blob: name.clone(), range: range.clone() });
        }
        (blob, range, fault)
    };
    let mut bytes = blob.bytes.slice(range.start as usize..range.end as usize);
    let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, &bytes);
    let mut shown = range.clone();
    match fault {
        Fault::Status(status, code) => return failure(status, code),
        Fault::Never => std::future::pending::<()>().await,
        Fault::Delay(delay) => tokio::time::sleep(delay).await,
        Fault::LyingRange => shown = range.start + 1..range.end + 1,
        Fault::Flipped => {
            let mut flipped = bytes.to_vec();
            flipped[0] ^= 1;
            bytes = flipped.into();
        }
        Fault::Short => bytes = bytes.slice(..bytes.len() / 2),
        Fault::None | Fault::Cut(_) | Fault::Long | Fault::OtherSize | Fault::NoRange => {}
    }
    let mut response = Response::builder()
        .status(StatusCode::PARTIAL_CONTENT)
        .header(header::ETAG, format!("\"{}\"", blob.etag))
        .header(header::LAST_MODIFIED, "Tue, 10 Nov 2026 10:00:00 GMT");
    if !matches!(fault, Fault::NoRange) {
        let size = blob.bytes.len() + 100 * usize::from(matches!(fault, Fault::OtherSize));
        let range = format!("bytes {}-{}/{size}", shown.start, shown.end - 1);
        response = response.header(header::CONTENT_RANGE, range);
    }
    if headers.contains_key("x-ms-range-get-content-crc64") {
        use base64::Engine;
        let crc = base64::engine::general_purpose::STANDARD.encode(crc.to_le_bytes());
        response = response.header("x-ms-content-crc64", crc);
    }
    let length = bytes.len();
    let body = match fault {
        Fault::Cut(after) => {
            let kept = bytes.slice(..(after as usize).min(length));
            let broken = Err(std::io::Error::other("cut"));
            Body::from_stream(futures::stream::iter([Ok(kept), broken]))
        }
        Fault::Long => {
            let more = Bytes::from(vec![7; 100_000]);
            Body::from_stream(futures::stream::iter([Ok::<_, std::io::Error>(bytes), Ok(more)]))
        }
        _ => Body::from(bytes),
    };
    if !matches!(fault, Fault::Long) {
        response = response.header(header::CONTENT_LENGTH, length);
    }
    response.body(body).unwrap()
}

/// Access by a token; after a refusal, by the next one.
#[derive(Debug)]
pub struct Tokens {
    tokens: Mutex<Vec<&'static str>>,
}

impl Tokens {
    /// Used in this order.
    pub fn new(tokens: &[&'static str]) -> Arc<Self> {
        Arc::new(Self { tokens: Mutex::new(tokens.iter().rev().copied().collect()) })
    }
}

#[async_trait::async_trait]
impl BlobAccess for Tokens {
    async fn http(&self, _: &CloudName) -> Result<reqwest::ClientBuilder> {
        Ok(reqwest::Client::builder().no_proxy())
    }

    async fn trusts(&self, _: &CloudName, endpoint: &Url) -> bool {
        endpoint.host_str() == Some("127.0.0.1")
    }

    async fn credential(&self, _: &ContainerPlace, refused: Option<&Refusal>) -> Result<BlobCredential> {
        let mut tokens = self.tokens.lock().unwrap();
        let current = *tokens.last().unwrap();
        if let Some(refused) = refused
            && refused.credential.same_as(&BlobCredential::Bearer(current.into()))
        {
            if tokens.len() == 1 {
                return Err(Problem::new(ErrorCode::BlobNotPermitted)
                    .azure(AzureError { code: refused.code.clone(), ..AzureError::default() }));
            }
            tokens.pop();
        }
        Ok(BlobCredential::Bearer((*tokens.last().unwrap()).into()))
    }
}
