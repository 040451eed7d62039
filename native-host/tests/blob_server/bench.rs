//! A download folder beside a blob service, and what tests of both share.

use super::{BlobServer, Fault, Tokens};
use native_host::download::{BlobVersion, Downloads, Patience, PlannedFile};
use std::fs;
use std::path::Path;
use std::time::Duration;
use wasm_core::protocol::{CaptureRef, DownloadOptions, FileRef, Target, Transfer};
use wasm_core::words::Language;

pub const MIB: usize = 1024 * 1024;
const SCALE_SET: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web";

pub fn capture() -> CaptureRef {
    let target = Target { scale_set: SCALE_SET.parse().unwrap(), cloud: Default::default(), tenant: None };
    CaptureRef { target, capture: "run-1".parse().unwrap() }
}

/// Bounds what hangs; on a busy machine the rest may take its time.
pub const LONG: Duration = Duration::from_secs(90);

/// Asks again soon, and gives up on nothing that a busy machine merely delays.
pub const KEEN: Patience = Patience {
    silence: Duration::from_secs(60),
    first_wait: Duration::from_millis(5),
    longest_wait: Duration::from_millis(50),
};

/// Takes a short silence for a dead network.
pub const IMPATIENT: Patience = Patience { silence: Duration::from_secs(1), ..KEEN };

/// Bytes that differ everywhere.
pub fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// A pcap of `packets` UDP packets from 10.0.0.`host`.
pub fn pcap(packets: usize, host: u8) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
    file.extend([0; 8]);
    file.extend(65535u32.to_le_bytes());
    file.extend(101u32.to_le_bytes());
    for number in 0..packets {
        let mut packet = vec![0x45, 0, 0, 128, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, host, 10, 0, 0, 200];
        packet.extend([0x13, 0x88, 0x13, 0x89, 0, 108, 0, 0]);
        packet.resize(128, number as u8);
        file.extend((1_700_000_000 + number as u32).to_le_bytes());
        file.extend([0; 4]);
        file.extend(128u32.to_le_bytes());
        file.extend(128u32.to_le_bytes());
        file.extend(packet);
    }
    file
}

pub struct Bench {
    pub server: BlobServer,
    pub folder: tempfile::TempDir,
}

impl Bench {
    pub async fn new() -> Self {
        Self { server: BlobServer::start().await, folder: tempfile::tempdir().unwrap() }
    }

    pub fn downloads(&self) -> Downloads {
        self.downloads_with(KEEN)
    }

    pub fn downloads_with(&self, patience: Patience) -> Downloads {
        Downloads::open(self.folder.path(), Tokens::new(&["token"]), patience).unwrap()
    }

    /// The blobs under `prefix` as a download takes them, `file` named like the blob.
    pub async fn plan(&self, downloads: &Downloads) -> Vec<PlannedFile> {
        let container = downloads.container(self.server.place()).await.unwrap();
        let listed = container.list("", None).await.unwrap();
        let plan = |blob: native_host::download::Blob| PlannedFile {
            instance: None,
            file: FileRef(blob.name.clone()),
            version: BlobVersion { etag: blob.etag.clone(), size: blob.size, md5: blob.md5.clone() },
            blob: blob.name,
        };
        listed.blobs.into_iter().map(plan).collect()
    }

    pub async fn start(&self, downloads: &Downloads, options: DownloadOptions) -> String {
        let plan = self.plan(downloads).await;
        downloads.start(capture(), self.server.place(), plan, options, Language::English).unwrap()
    }

    /// A download of a blob that never comes, and the process that waits for it.
    pub async fn stuck(&self) -> (Downloads, String) {
        self.server.put("a", noise(MIB, 2), false);
        self.server.faults(|_, _| Fault::Never);
        let downloads = self.downloads();
        let id = self.start(&downloads, plain()).await;
        (downloads, id)
    }

    /// Waits until so many ranges stand in a transfer's journal: what has only come is fetched again by the next process.
    pub async fn noted(&self, id: &str, ranges: usize) {
        let journal = self.folder.path().join(format!("{id}.transfer"));
        let all = async {
            while fs::read_to_string(&journal).unwrap().matches("\"range\"").count() < ranges {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(LONG, all).await.expect("the ranges are noted");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).unwrap()
    }

    /// Every file under the folder.
    pub fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, found);
                } else {
                    found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        let mut found = Vec::new();
        walk(self.folder.path(), self.folder.path(), &mut found);
        found.sort();
        found
    }
}

pub fn plain() -> DownloadOptions {
    DownloadOptions { summarise: false, ..DownloadOptions::default() }
}

/// Waits for the end, and gives how it was.
pub async fn end(downloads: &Downloads, id: &str) -> Transfer {
    let mut following = downloads.follow(id).unwrap();
    let whole = async { while following.moved().await {} };
    if tokio::time::timeout(LONG, whole).await.is_err() {
        panic!("the download does not end: {:?}", following.now(Language::English));
    }
    following.now(Language::English)
}

/// Waits until a transfer looks so.
pub async fn until(downloads: &Downloads, id: &str, so: impl Fn(&Transfer) -> bool) {
    let mut following = downloads.follow(id).unwrap();
    let whole = async {
        while !so(&following.now(Language::English)) {
            if !following.moved().await {
                let last = following.now(Language::English);
                assert!(so(&last), "it has ended otherwise: {last:?}");
                return;
            }
        }
    };
    tokio::time::timeout(LONG, whole).await.expect("the transfer comes to that");
}

pub fn done(transfer: &Transfer) -> u64 {
    transfer.files.iter().map(|file| file.done).sum()
}
