//! All transfers of this helper: running ones outlive the page that began them, interrupted ones are found again
//! by their journals.

use super::access::{BlobAccess, ContainerPlace};
use super::board::{FileBoard, Stage};
use super::clients::Clients;
use super::container::Container;
use super::engine::{Ending, Engine, Keep, Order};
use super::entry::{Entry, Following, Phase, Telling};
use super::export::export;
use super::fetch::{Line, Patience, blocking};
use super::folder::Folder;
use super::journal::{Header, Journal, PlannedFile, Progress, new_id};
use super::listing::{self, FoundFiles, Sought, instance_of};
use super::look::Pieces;
use super::merge::{Source, merge};
use super::open::open;
use super::pace::Bandwidth;
use super::part::remove_parts;
use crate::problem::{Problem, Result};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use wasm_core::azure::blob_path::DEFAULT_CONTAINER;
use wasm_core::pcap::report::Report;
use wasm_core::protocol::{
    CaptureRef, DownloadOptions, ErrorCode, ExportFormat, FileRef, OpenWith, Transfer, TransferId,
};
use wasm_core::words::Language;

/// The download folder and all transfers into it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Downloads {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: Folder,
    access: Arc<dyn BlobAccess>,
    clients: Clients,
    bandwidth: Arc<Bandwidth>,
    patience: Patience,
    entries: Mutex<BTreeMap<TransferId, Arc<Entry>>>,
    /// Containers that captures wrote to, as far as this process has listed them.
    containers: Mutex<Vec<ContainerPlace>>,
    running: TaskTracker,
    /// Transfers that another process works on.
    others: Mutex<HashSet<TransferId>>,
}

/// How long a process that ends is waited for, and how often it is looked whether it has ended.
const OTHERS: Duration = Duration::from_secs(4);
const LOOK: Duration = Duration::from_millis(100);

impl Downloads {
    /// Makes the folder where it is not there. Transfers that earlier processes left show up as interrupted.
    pub fn open(root: &Path, access: Arc<dyn BlobAccess>, patience: Patience) -> Result<Self> {
        Ok(Self {
            inner: Arc::new(Inner {
                folder: Folder::open(root)?,
                access,
                clients: Clients::default(),
                bandwidth: Arc::default(),
                patience,
                entries: Mutex::default(),
                containers: Mutex::default(),
                running: TaskTracker::new(),
                others: Mutex::default(),
            }),
        })
    }

    pub fn folder(&self) -> &Folder {
        &self.inner.folder
    }

    /// A container of the helper's own clouds.
    pub async fn container(&self, place: ContainerPlace) -> Result<Container> {
        Container::open(&self.inner.clients, self.inner.access.clone(), place).await
    }

    /// Whether `root` is the folder of these downloads.
    pub fn serves(&self, root: &Path) -> bool {
        root.canonicalize().is_ok_and(|root| root == self.inner.folder.root())
    }

    /// The same container as listed before, or Network Watcher's own: no other is read on a page's word.
    pub fn known(&self, place: &ContainerPlace) -> Option<ContainerPlace> {
        let containers = self.inner.containers.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &&ContainerPlace| {
            known.cloud == place.cloud
                && known.endpoint.as_str().trim_end_matches('/')
                    == place.endpoint.as_str().trim_end_matches('/')
                && known.container == place.container
        };
        let known = containers.iter().find(same).cloned();
        known.or_else(|| (place.container == DEFAULT_CONTAINER).then(|| place.clone()))
    }

    /// The first packets of a blob that stays where it is. The caller has checked where the URL leads.
    pub async fn look(&self, place: ContainerPlace, blob: String, packets: u32) -> Result<Pieces> {
        Ok(Pieces::of_blob(self.container(place).await?, blob, packets))
    }

    /// A range of a finished file.
    pub async fn read(&self, file: FileRef, offset: u64, length: u64) -> Result<Pieces> {
        Pieces::of_file(self.inner.folder.clone(), file, offset, length).await
    }

    /// One pcapng in the order of time; each file's interface is named by its instance. Blocks.
    pub fn merge(&self, files: &[FileRef], target: &FileRef, moved: impl FnMut(u64)) -> Result<u64> {
        let source = |file: &FileRef| {
            Ok(Source { path: self.inner.folder.existing(file)?, name: interface_name(file) })
        };
        let sources = files.iter().map(source).collect::<Result<Vec<_>>>()?;
        merge(&self.inner.folder, &sources, target, moved)
    }

    /// Writes a report into `place`, a folder under the download folder with a final `/`. Blocks.
    pub fn export(&self, report: &Report, place: &str, format: ExportFormat) -> Result<Vec<FileRef>> {
        export(&self.inner.folder, report, place, format)
    }

    /// Opens a finished file in Wireshark or shows it in its folder.
    pub fn open_with(&self, file: &FileRef, with: &OpenWith) -> Result<()> {
        open(&self.inner.folder.existing(file)?, with)
    }

    /// The files of a capture, in storage and here.
    pub async fn files(&self, sought: &Sought) -> Result<FoundFiles> {
        let container = self.container(sought.place.clone()).await?;
        {
            let mut containers = self.inner.containers.lock().unwrap_or_else(PoisonError::into_inner);
            if !containers.contains(&sought.place) {
                containers.push(sought.place.clone());
            }
        }
        self.find_interrupted();
        let begun: HashSet<String> = {
            let entries = self.entries();
            let begun =
                entries.values().filter(|entry| entry.header.place == sought.place).flat_map(|entry| {
                    let status = entry.status.borrow();
                    let partial =
                        status.files.iter().map(|file| matches!(file.stage, Stage::Running) || file.done > 0);
                    let partial: Vec<bool> = partial.collect();
                    let files = entry.header.files.iter().zip(partial);
                    files
                        .filter(|(_, partial)| *partial)
                        .map(|(planned, _)| planned.blob.clone())
                        .collect::<Vec<_>>()
                });
            begun.collect()
        };
        listing::find(&container, &self.inner.folder, sought, |blob| begun.contains(blob)).await
    }

    /// Bytes a second over all transfers.
    pub fn limit(&self, bandwidth: Option<u64>) {
        self.inner.bandwidth.set(bandwidth);
    }

    /// Begins a transfer; it goes on whoever watches. One that is not over and brings the same blobs to the same
    /// files goes on instead, be it of this process or of one that was killed.
    pub fn start(
        &self,
        capture: CaptureRef,
        place: ContainerPlace,
        files: Vec<PlannedFile>,
        options: DownloadOptions,
        language: Language,
    ) -> Result<TransferId> {
        if options.bandwidth.is_some() {
            self.limit(options.bandwidth);
        }
        if let Some(id) = self.begun(&place, &files, &options)
            && self.resume(&id, language).is_ok()
        {
            return Ok(id);
        }
        let id = new_id();
        let header = Header::new(id.clone(), capture, place, options, files);
        let folder = &self.inner.folder;
        for planned in &header.files {
            folder.place(&planned.file)?;
        }
        let keep = if header.options.keep {
            folder.room(header.files.iter().map(|file| file.version.size).sum())?;
            Keep::Files { folder: folder.clone(), journal: Arc::new(Journal::create(folder, &header)?) }
        } else {
            Keep::Nothing
        };
        let fresh = vec![Progress::Fresh; header.files.len()];
        let boards = header.files.iter().map(|file| FileBoard::new(file.version.size)).collect();
        let entry = Entry::new(header, boards, Phase::Running);
        self.entries().insert(id.clone(), entry.clone());
        self.run(entry, fresh, keep, language);
        Ok(id)
    }

    /// A transfer of exactly these files that is not over.
    fn begun(
        &self,
        place: &ContainerPlace,
        files: &[PlannedFile],
        options: &DownloadOptions,
    ) -> Option<TransferId> {
        self.find_interrupted();
        let same_files = |header: &Header| {
            let ways = |files: &[PlannedFile]| -> BTreeSet<(String, FileRef)> {
                files.iter().map(|planned| (planned.blob.clone(), planned.file.clone())).collect()
            };
            header.files.len() == files.len() && ways(&header.files) == ways(files)
        };
        let entries = self.entries();
        let same = entries.values().find(|entry| {
            let Header { place: known, options: wanted, .. } = &*entry.header;
            (known, wanted.keep, wanted.overwrite, wanted.summarise)
                == (place, options.keep, options.overwrite, options.summarise)
                && (!entry.phase().over() || entry.phase().resting())
                && !entry.orders.borrow().is_final()
                && same_files(&entry.header)
        });
        same.map(|entry| entry.header.id.clone())
    }

    fn run(&self, entry: Arc<Entry>, left: Vec<Progress>, keep: Keep, language: Language) {
        let downloads = self.clone();
        entry.order(Order::Run);
        entry.enter(Phase::Running);
        let watcher = Telling { entry: entry.clone(), language };
        self.inner.running.spawn(async move {
            let inner = &downloads.inner;
            let mut orders = entry.orders.subscribe();
            let opened = tokio::select! {
                // To sign in may take its time.
                _ = orders.wait_for(|order| order.is_final()) => None,
                opened = downloads.container(entry.header.place.clone()) => Some(opened),
            };
            let ending = match opened {
                None => {
                    drop(keep);
                    Ending::Left
                }
                Some(Ok(container)) => {
                    let line = Arc::new(Line::new(container, inner.bandwidth.clone(), inner.patience));
                    let engine = Engine::new(entry.header.clone(), left, keep, line, orders, watcher);
                    // A bug in there shall not leave a transfer that runs for ever.
                    let work = tokio::spawn(engine.run());
                    work.await.unwrap_or_else(|error| Ending::Failed(Problem::internal(error)))
                }
                Some(Err(problem)) => {
                    drop(keep);
                    Ending::Failed(problem)
                }
            };
            let phase = match ending {
                Ending::Done => {
                    if entry.header.options.summarise && entry.header.options.keep {
                        let (entry, folder) = (entry.clone(), inner.folder.clone());
                        let caught = blocking(move || {
                            entry.catch_up(&folder, language);
                            Ok(())
                        });
                        if let Err(problem) = caught.await {
                            tracing::warn!(%problem, "files of an earlier run were not summarised");
                        }
                    }
                    Phase::Done
                }
                Ending::Discarded => Phase::Discarded,
                Ending::Left => Phase::Interrupted,
                Ending::Failed(problem) => {
                    tracing::warn!(%problem, id = entry.header.id, "a download stopped");
                    Phase::Failed(problem)
                }
            };
            if !entry.end(phase)
                && let Err(problem) = downloads.remove(&entry)
            {
                tracing::warn!(%problem, "a discarded download left its journal");
            }
        });
    }

    /// Forgets a transfer that nobody works on, and removes what is left of it.
    fn remove(&self, entry: &Entry) -> Result<()> {
        let Header { id, options, .. } = &*entry.header;
        let removed = match Journal::reopen(&self.inner.folder, id).filter(|_| options.keep) {
            Some(left) => {
                remove_parts(&self.inner.folder, &left.header);
                left.journal.remove()
            }
            None => Ok(()),
        };
        self.entries().remove(id);
        entry.enter(Phase::Discarded);
        removed
    }

    /// Waits for a process that was told to end a moment ago, as after a restart of the browser: it brings its
    /// transfers to a safe point first, and until then nobody else can show them. One that works on is left alone.
    pub async fn others_end(&self) {
        let held = || {
            let ids = Journal::find(&self.inner.folder);
            let entries = self.entries();
            let others: HashSet<TransferId> = ids
                .into_iter()
                .filter(|id| !entries.contains_key(id) && Journal::is_held(&self.inner.folder, id))
                .collect();
            others
        };
        let others = || self.inner.others.lock().unwrap_or_else(PoisonError::into_inner);
        let end = Instant::now() + OTHERS;
        while !held().is_subset(&others()) {
            if Instant::now() >= end {
                *others() = held();
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Running, paused and interrupted transfers, and those that ended since the helper started.
    pub fn transfers(&self, language: Language) -> Vec<Transfer> {
        self.find_interrupted();
        self.entries().values().map(|entry| entry.show(language)).collect()
    }

    /// Whether any transfer is at work, or holds its place in a pause.
    pub fn busy(&self) -> bool {
        self.entries().values().any(|entry| matches!(entry.phase(), Phase::Running | Phase::Paused))
    }

    fn find_interrupted(&self) {
        let found = Journal::find(&self.inner.folder);
        let mut entries = self.entries();
        // Finished or discarded by another process.
        entries.retain(|id, entry| !matches!(entry.phase(), Phase::Interrupted) || found.contains(id));
        for id in found {
            if !entries.contains_key(&id)
                && let Some(left) = Journal::reopen(&self.inner.folder, &id)
            {
                // Unlocked again at once: whoever resumes it first takes it.
                entries.insert(id, Entry::interrupted(&left));
            }
        }
    }

    fn entry(&self, id: &str) -> Result<Arc<Entry>> {
        if !self.entries().contains_key(id) {
            self.find_interrupted();
        }
        let entry = self.entries().get(id).cloned();
        entry.ok_or_else(|| Problem::new(ErrorCode::NotFound).with("resource", id.escape_debug()))
    }

    /// Stops requests; what is here stays here.
    pub fn pause(&self, id: &str) -> Result<()> {
        self.entry(id)?.order(Order::Pause);
        Ok(())
    }

    /// Goes on after a pause, a failure, or where an earlier process was interrupted.
    pub fn resume(&self, id: &str, language: Language) -> Result<()> {
        let entry = self.entry(id)?;
        if !entry.phase().resting() {
            entry.order(Order::Run);
            return Ok(());
        }
        if !entry.header.options.keep {
            // Nothing is on disk: what is summarised is done, the rest begins anew.
            let status = entry.status.borrow().clone();
            let left = status.files.iter().map(|file| match file.stage {
                Stage::Done => Progress::Done,
                _ => Progress::Fresh,
            });
            self.run(entry.clone(), left.collect(), Keep::Nothing, language);
            return Ok(());
        }
        let left = Journal::reopen(&self.inner.folder, id).ok_or_else(|| {
            Problem::new(ErrorCode::Conflict).with("resource", id).detail("the journal is gone or in use")
        })?;
        let keep = Keep::Files { folder: self.inner.folder.clone(), journal: Arc::new(left.journal) };
        self.run(entry, left.files, keep, language);
        Ok(())
    }

    /// Gives a transfer up and removes its partial files. Finished files stay.
    pub fn discard(&self, id: &str) -> Result<()> {
        let entry = self.entry(id)?;
        entry.order(Order::Discard);
        // The engine obeys, where there is one still.
        if entry.phase().over() || entry.phase().resting() { self.remove(&entry) } else { Ok(()) }
    }

    /// Watches a transfer from now on.
    pub fn follow(&self, id: &str) -> Result<Following> {
        Ok(Following::new(self.entry(id)?))
    }

    /// The helper ends: running transfers are left so that a later process goes on.
    pub async fn leave(&self) {
        for entry in self.entries().values() {
            entry.order(Order::Leave);
        }
        self.inner.running.close();
        self.inner.running.wait().await;
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<TransferId, Arc<Entry>>> {
        self.inner.entries()
    }
}

impl Inner {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<TransferId, Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a merged capture calls a file's packets.
fn interface_name(file: &FileRef) -> String {
    let name = file.0.rsplit('/').next().unwrap_or_default();
    instance_of(file).map_or_else(|| name.to_owned(), |instance| format!("instance {instance}"))
}
