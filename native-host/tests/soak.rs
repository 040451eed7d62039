//! Killed at random moments, on a service that breaks at random: every file is right in the end, nothing is fetched
//! twice but what was under way, and nothing is left behind.
//!
//! A short form runs with the other tests; `make soak` is the long one.

mod blob_server;

use blob_server::{BlobServer, Fault, Served, Tokens};
use native_host::download::{Downloads, Patience, PlannedFile};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wasm_core::protocol::{CaptureRef, DownloadOptions, FileRef, Target, TransferState};
use wasm_core::words::Language;

const MIB: u64 = 1024 * 1024;
/// Set for the process that is killed: endpoint and folder.
const CHILD: &str = "SOAK_CHILD";
const PATIENCE: Patience = Patience {
    silence: Duration::from_secs(30),
    first_wait: Duration::from_millis(2),
    longest_wait: Duration::from_millis(20),
};

/// SplitMix64.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

/// The process that is killed: begins, or goes on with what it finds.
#[tokio::test]
async fn child() {
    let Ok(setting) = std::env::var(CHILD) else { return };
    let (endpoint, folder) = setting.split_once(' ').unwrap();
    let downloads = Downloads::open(Path::new(folder), Tokens::new(&["token"]), PATIENCE).unwrap();
    let found = downloads.transfers(Language::English);
    let id = match found.first() {
        Some(transfer) => {
            downloads.resume(&transfer.id, Language::English).unwrap();
            transfer.id.clone()
        }
        None => {
            let place = blob_server::place(endpoint.parse().unwrap());
            let listed = downloads.container(place.clone()).await.unwrap().list("", None).await.unwrap();
            let plan = |blob: native_host::download::Blob| PlannedFile {
                instance: None,
                file: FileRef(format!("set/{}", blob.name)),
                version: blob.version(),
                blob: blob.name,
            };
            let scale_set = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web";
            let target =
                Target { scale_set: scale_set.parse().unwrap(), cloud: Default::default(), tenant: None };
            let capture = CaptureRef { target, capture: "soak".parse().unwrap() };
            let options = DownloadOptions { summarise: false, ..DownloadOptions::default() };
            let files = listed.blobs.into_iter().map(plan).collect();
            downloads.start(capture, place, files, options, Language::English).unwrap()
        }
    };
    let mut following = downloads.follow(&id).unwrap();
    while following.moved().await {}
    assert_eq!(following.now(Language::English).state, TransferState::Done);
}

fn spawn(server: &BlobServer, folder: &Path) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(CHILD, format!("{} {}", server.endpoint, folder.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Ranges that the journal in `folder` holds, by blob.
fn noted(folder: &Path, names: &[String]) -> BTreeMap<String, Vec<std::ops::Range<u64>>> {
    let mut noted: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for journal in journals(folder) {
        let text = fs::read(&journal).unwrap_or_default();
        for line in text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
            let Some(json) = line.get(17..) else { continue };
            let Ok(value) = serde_json::from_slice::<serde_json::Value>(json) else { continue };
            let range = &value["range"];
            if let (Some(file), Some(start), Some(length)) =
                (range["file"].as_u64(), range["start"].as_u64(), range["length"].as_u64())
            {
                noted.entry(names[file as usize].clone()).or_default().push(start..start + length);
            }
        }
    }
    noted
}

fn journals(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).map(|entries| entries.flatten().collect()).unwrap_or_else(|_| Vec::new());
    let paths = entries.into_iter().map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "transfer")).collect()
}

fn left_behind(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(left_behind(&path));
        } else if path.extension().is_none_or(|extension| extension != "cap") && !never_began(&path) {
            found.push(path);
        }
    }
    found
}

/// Killed between the making of a journal and its first line; the next helper removes it, a minute later.
fn never_began(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "transfer")
        && !fs::read(path).unwrap_or_default().contains(&b'\n')
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments() {
    if std::env::var(CHILD).is_ok() {
        return;
    }
    let (kills, seed) = (setting("SOAK_KILLS", 12), setting("SOAK_SEED", 1));
    let mut random = Random(seed);
    let mut all = Outcome::default();
    // One for all transfers: a server lives as long as the test, and so does what it holds.
    let server = BlobServer::start().await;
    while all.killed < kills {
        let Outcome { killed, files, bytes, .. } =
            transfer(&server, random.next(), kills - all.killed, all.transfers + 1).await;
        all.killed += killed;
        all.transfers += 1;
        all.files += files;
        all.bytes += bytes;
    }
    let Outcome { transfers, killed, files, bytes } = all;
    #[expect(clippy::print_stdout, reason = "the outcome of `make soak`")]
    {
        println!(
            "seed {seed}: {killed} kills in {transfers} transfers of {files} files, {} MiB: no file wrong, nothing fetched twice \
             but what was under way, nothing left behind",
            bytes / MIB
        );
    }
}

#[derive(Default)]
struct Outcome {
    transfers: u64,
    killed: u64,
    files: usize,
    bytes: u64,
}

/// One transfer, killed up to `kills` times.
async fn transfer(server: &BlobServer, seed: u64, kills: u64, round: u64) -> Outcome {
    let mut random = Random(seed);
    server.clear();
    let mut contents = BTreeMap::new();
    for number in 0..=random.below(8) {
        let size = match random.below(4) {
            0 => random.below(5),
            1 => random.below(100_000),
            2 => 4 * MIB * (1 + random.below(3)),
            _ => random.below(24 * MIB),
        };
        let mut filler = Random(random.next());
        let bytes: Vec<u8> =
            (0..size.div_ceil(8)).flat_map(|_| filler.next().to_le_bytes()).take(size as usize).collect();
        let name = format!("{number}.cap");
        server.put(&name, bytes.clone(), random.below(2) == 0);
        contents.insert(name, bytes);
    }
    let names: Vec<String> = contents.keys().cloned().collect();
    let faulty = Arc::new(Mutex::new(random.clone()));
    server.faults(move |_, range| {
        let mut random = faulty.lock().unwrap();
        match random.below(10) {
            0 => Fault::Cut(random.below(range.end - range.start + 1)),
            1 | 2 => Fault::Delay(Duration::from_millis(random.below(40))),
            3 => Fault::Status(500, "InternalError"),
            _ => Fault::None,
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let mut killed = 0;
    while killed < kills {
        let before = noted(folder.path(), &names);
        server.take_served();
        let mut child = spawn(server, folder.path());
        let end = tokio::time::Instant::now() + Duration::from_millis(20 + random.below(400));
        let done = loop {
            if let Some(done) = child.try_wait().unwrap() {
                break Some(done);
            }
            if tokio::time::Instant::now() >= end {
                break None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        if done.is_none() {
            child.kill().unwrap();
            killed += 1;
        }
        child.wait().unwrap();
        nothing_twice(&before, &server.take_served(), seed);
        if let Some(done) = done {
            assert!(done.success(), "round {round}, seed {seed}");
            break;
        }
    }
    // Whatever is left is done in peace.
    let before = noted(folder.path(), &names);
    if !journals(folder.path()).is_empty() || !folder.path().join("set").exists() {
        let status = tokio::task::spawn_blocking({
            let mut child = spawn(server, folder.path());
            move || child.wait().unwrap()
        });
        let status = tokio::time::timeout(Duration::from_secs(120), status).await.expect("it ends").unwrap();
        assert!(status.success(), "round {round}, seed {seed}");
        nothing_twice(&before, &server.take_served(), seed);
    }
    for (name, bytes) in &contents {
        let found = fs::read(folder.path().join("set").join(name)).unwrap();
        assert!(found == *bytes, "{name} is wrong in round {round}, seed {seed}");
    }
    assert_eq!(left_behind(folder.path()), Vec::<PathBuf>::new(), "seed {seed}");
    let bytes = contents.values().map(|bytes| bytes.len() as u64).sum();
    Outcome { transfers: 1, killed, files: contents.len(), bytes }
}

/// No byte that the journal had before was asked for again.
fn nothing_twice(before: &BTreeMap<String, Vec<std::ops::Range<u64>>>, served: &[Served], seed: u64) {
    for Served { blob, range } in served {
        for had in before.get(blob).into_iter().flatten() {
            let apart = range.end <= had.start || had.end <= range.start;
            assert!(apart, "{blob} {range:?} was here ({had:?}), seed {seed}");
        }
    }
}
