//! `bench fetch` and `bench look`: one download, one look at a blob, through the helper's own engine, each in a process
//! of its own to be measured.

use native_host::download::{
    BlobAccess, BlobCredential, ContainerPlace, Downloads, Patience, PlannedFile, Refusal,
};
use native_host::problem::Problem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use url::Url;
use wasm_core::azure::cloud::CloudName;
use wasm_core::pcap::Listing;
use wasm_core::protocol::{CaptureRef, DownloadOptions, FileRef, Target, TransferState};
use wasm_core::words::Language;

#[derive(Debug)]
struct Access {
    ca: PathBuf,
    token: String,
    /// Every request takes a credential.
    requests: AtomicUsize,
}

#[async_trait::async_trait]
impl BlobAccess for Access {
    async fn http(&self, _: &CloudName) -> Result<reqwest::ClientBuilder, Problem> {
        let pem = std::fs::read(&self.ca).map_err(|error| Problem::file(&self.ca, &error))?;
        let ca = reqwest::Certificate::from_pem(&pem).map_err(Problem::internal)?;
        Ok(reqwest::Client::builder().no_proxy().tls_certs_only([ca]))
    }

    async fn trusts(&self, _: &CloudName, _: &Url) -> bool {
        true
    }

    async fn credential(
        &self,
        _: &ContainerPlace,
        refused: Option<&Refusal>,
    ) -> Result<BlobCredential, Problem> {
        match refused {
            Some(refused) => Err(Problem::internal(format!("refused: {}", refused.code))),
            None => {
                self.requests.fetch_add(1, Ordering::Relaxed);
                Ok(BlobCredential::Bearer(self.token.clone().into()))
            }
        }
    }
}

/// Where the blobs are, and a door to them: `ENDPOINT CONTAINER … CA TOKEN`.
fn place(
    endpoint: &str,
    container: &str,
    ca: &str,
    token: &str,
) -> Result<(ContainerPlace, Arc<Access>), String> {
    let place = ContainerPlace {
        cloud: CloudName::default(),
        tenant: None,
        storage_id: None,
        endpoint: endpoint.parse().map_err(|_| format!("{endpoint} is no URL"))?,
        container: container.to_owned(),
    };
    let access = Access { ca: ca.into(), token: token.to_owned(), requests: AtomicUsize::new(0) };
    Ok((place, Arc::new(access)))
}

/// `ENDPOINT CONTAINER PREFIX CA TOKEN [--summarize] [--no-keep]`, into the current folder.
pub fn fetch(words: &[&str]) -> Result<(), String> {
    let [endpoint, container, prefix, ca, token, flags @ ..] = words else {
        return Err("fetch ENDPOINT CONTAINER PREFIX CA TOKEN [--summarize] [--no-keep]".to_owned());
    };
    let options = DownloadOptions {
        keep: !flags.contains(&"--no-keep"),
        summarise: flags.contains(&"--summarize"),
        ..DownloadOptions::default()
    };
    let (place, access) = place(endpoint, container, ca, token)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(transfer(access, place, prefix, options)).map_err(|problem| problem.to_string())
}

/// What a look at a blob took.
#[derive(Debug)]
pub struct Looked {
    pub packets: u64,
    pub requests: usize,
    pub bytes: u64,
}

/// The first `packets` packets of a blob.
pub async fn look(
    endpoint: &str,
    container: &str,
    blob: &str,
    ca: &Path,
    token: &str,
    packets: u32,
) -> Result<Looked, String> {
    let (place, access) = place(endpoint, container, &ca.display().to_string(), token)?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let look = async {
        let downloads = Downloads::open(folder.path(), access.clone(), Patience::default())?;
        let mut pieces = downloads.look(place, blob.to_owned(), packets).await?;
        let (mut reader, mut found) = (wasm_core::pcap::Reader::new(), 0);
        while let Some((_, bytes)) = pieces.next().await? {
            reader.push(&bytes, |_| found += 1);
        }
        let requests = access.requests.load(Ordering::Relaxed);
        Ok::<_, Problem>(Looked { packets: found, requests, bytes: pieces.sent })
    };
    look.await.map_err(|problem| problem.to_string())
}

async fn transfer(
    access: Arc<Access>,
    place: ContainerPlace,
    prefix: &str,
    options: DownloadOptions,
) -> Result<(), Problem> {
    let downloads = Downloads::open(Path::new("."), access, Patience::default())?;
    let listed = downloads.container(place.clone()).await?.list(prefix, None).await?;
    let files = listed.blobs.into_iter().map(|blob| PlannedFile {
        instance: None,
        file: FileRef(blob.name.rsplit('/').next().unwrap_or_default().to_owned()),
        version: blob.version(),
        blob: blob.name,
    });
    let scale_set = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/web";
    let target = Target {
        scale_set: scale_set.parse().map_err(Problem::internal)?,
        cloud: CloudName::default(),
        tenant: None,
    };
    let capture = CaptureRef { target, capture: "bench".parse().map_err(Problem::internal)? };
    let id = downloads.start(capture, place, files.collect(), options, Language::English)?;
    let mut following = downloads.follow(&id)?;
    while following.moved().await {}
    let transfer = following.now(Language::English);
    if transfer.state != TransferState::Done || transfer.files.iter().any(|file| file.failure.is_some()) {
        return Err(Problem::internal(format!("{:?}", transfer.state)));
    }
    following.outcome(Language::English, Listing::Top(100)).map(drop)
}
