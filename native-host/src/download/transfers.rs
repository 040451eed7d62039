//! All transfers of this helper: running ones outlive the page that began them, interrupted ones are found again
//! by their journals.

use super::access::{BlobAccess, ContainerPlace};
use super::blob::Container;
use super::engine::{Ending, Engine, Keep, Order, SummaryResult, Watcher, remove_parts};
use super::export::export;
use super::fetch::{Line, Patience, blocking};
use super::folder::Folder;
use super::journal::{Header, Journal, PlannedFile, Progress, Recovered, new_id};
use super::listing::{self, FoundFiles, Sought, instance_of};
use super::look::Pieces;
use super::merge::{Source, merge};
use super::open::open;
use super::pace::Bandwidth;
use super::report::{Gathered, not_a_capture, summarise, wording};
use crate::problem::{Problem, Result};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use wasm_core::azure::blob_path::DEFAULT_CONTAINER;
use wasm_core::pcap::report::Report;
use wasm_core::pcap::{Listing, Wording};
use wasm_core::protocol::{
    CaptureRef, DownloadOptions, DownloadedFile, ErrorCode, ExportFormat, FileRef, FileTransfer, OpenWith,
    Transfer, TransferId, TransferState,
};
use wasm_core::words::Language;

/// More files would not fit one event.
const SHOWN_FILES: usize = 2000;

/// How far one file is.
#[derive(Clone, Debug)]
pub struct FileBoard {
    pub size: u64,
    pub done: u64,
    /// How often the blob was replaced under the download.
    pub restarts: u32,
    pub stage: Stage,
}

#[derive(Clone, Debug)]
pub enum Stage {
    Waiting,
    Running,
    Done,
    Failed(Problem),
}

impl FileBoard {
    pub fn new(size: u64) -> Self {
        Self { size, done: 0, restarts: 0, stage: Stage::Waiting }
    }

    pub fn begin(&mut self, size: u64) {
        (self.size, self.done, self.stage) = (size, 0, Stage::Running);
    }

    pub fn finish(&mut self) {
        (self.done, self.stage) = (self.size, Stage::Done);
    }

    pub fn fail(&mut self, problem: Problem) {
        self.stage = Stage::Failed(problem);
    }

    /// Why there is no file, or that the blob was replaced meanwhile and the file is of the new one.
    fn problem(&self, planned: &PlannedFile) -> Option<Problem> {
        match &self.stage {
            Stage::Failed(problem) => Some(problem.clone()),
            _ if self.restarts > 0 => {
                Some(Problem::new(ErrorCode::BlobChanged).with("blob", planned.blob.escape_debug()))
            }
            _ => None,
        }
    }

    fn left_by(planned: &PlannedFile, progress: &Progress) -> Self {
        let mut board = Self::new(planned.version.size);
        match progress {
            Progress::Fresh => {}
            Progress::Begun { version, ranges } => {
                board.size = version.size;
                board.done = ranges.values().map(|range| range.length).sum::<u64>().min(version.size);
            }
            Progress::Done => board.finish(),
        }
        board
    }
}

#[derive(Clone, Debug)]
enum Phase {
    Running,
    Paused,
    /// Left by an earlier process.
    Interrupted,
    Done,
    Failed(Problem),
    Discarded,
}

impl Phase {
    fn resting(&self) -> bool {
        matches!(self, Self::Interrupted | Self::Failed(_))
    }

    fn over(&self) -> bool {
        matches!(self, Self::Done | Self::Failed(_) | Self::Discarded)
    }
}

#[derive(Clone, Debug)]
struct Status {
    phase: Phase,
    files: Vec<FileBoard>,
    rate: u64,
}

/// One transfer, whoever began it.
#[derive(Debug)]
struct Entry {
    header: Arc<Header>,
    orders: watch::Sender<Order>,
    status: watch::Sender<Status>,
    gathered: Mutex<Outcome>,
}

/// What the finished files of a transfer came to.
#[derive(Debug, Default)]
struct Outcome {
    summaries: Gathered,
    /// Whole, and no captures.
    strange: BTreeMap<usize, Problem>,
}

impl Entry {
    fn new(header: Header, files: Vec<FileBoard>, phase: Phase) -> Arc<Self> {
        Arc::new(Self {
            gathered: Mutex::default(),
            header: Arc::new(header),
            orders: watch::Sender::new(Order::Run),
            status: watch::Sender::new(Status { phase, files, rate: 0 }),
        })
    }

    /// An entry for what an earlier process left.
    fn interrupted(left: &Recovered) -> Arc<Self> {
        let files = left.header.files.iter().zip(&left.files);
        let files = files.map(|(planned, progress)| FileBoard::left_by(planned, progress)).collect();
        Self::new(left.header.clone(), files, Phase::Interrupted)
    }

    fn phase(&self) -> Phase {
        self.status.borrow().phase.clone()
    }

    fn enter(&self, phase: Phase) {
        self.status.send_modify(|status| {
            status.phase = phase;
            status.rate = 0;
        });
    }

    fn gathered(&self) -> MutexGuard<'_, Outcome> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finished(&self, index: usize, summary: SummaryResult, wording: Wording) {
        let planned = &self.header.files[index];
        let mut gathered = self.gathered();
        match summary {
            Ok(summary) => {
                gathered.summaries.add(index, &planned.file.0, planned.instance.as_ref(), *summary, wording);
            }
            Err(error) => {
                gathered.strange.insert(index, not_a_capture(&planned.file.0, &error));
            }
        }
    }

    /// Summaries of the files that an earlier process had finished.
    fn catch_up(&self, folder: &Folder, wording: Wording) {
        let whole: Vec<usize> = {
            let status = self.status.borrow();
            let gathered = self.gathered();
            let done = status.files.iter().enumerate().filter(|(_, file)| matches!(file.stage, Stage::Done));
            done.map(|(index, _)| index)
                .filter(|index| !gathered.summaries.has(*index) && !gathered.strange.contains_key(index))
                .collect()
        };
        for index in whole {
            let planned = &self.header.files[index];
            match folder.existing(&planned.file).and_then(|path| summarise(&path, |_| {})) {
                Ok(summary) => self.finished(index, Ok(Box::new(summary)), wording),
                Err(problem) => {
                    self.gathered().strange.insert(index, problem);
                }
            }
        }
    }

    fn show(&self, language: Language) -> Transfer {
        let status = self.status.borrow();
        let total: u64 = status.files.iter().map(|file| file.size).sum();
        let done: u64 = status.files.iter().map(|file| file.done.min(file.size)).sum();
        let mut shown: Vec<_> = self.header.files.iter().zip(&status.files).collect();
        if shown.len() > SHOWN_FILES {
            // What failed or moves comes first; the sums above are of all.
            shown.sort_by_key(|(_, board)| match board.stage {
                Stage::Failed(_) => 0,
                Stage::Running => 1,
                Stage::Waiting => 2,
                Stage::Done => 3,
            });
            shown.truncate(SHOWN_FILES);
        }
        Transfer {
            id: self.header.id.clone(),
            capture: self.header.capture.capture.clone(),
            scale_set: self.header.capture.target.scale_set.clone(),
            state: match &status.phase {
                Phase::Running => TransferState::Running,
                Phase::Paused => TransferState::Paused,
                Phase::Interrupted => TransferState::Interrupted,
                Phase::Done | Phase::Discarded => TransferState::Done,
                Phase::Failed(problem) => TransferState::Failed { failure: problem.failure(language) },
            },
            files: shown
                .into_iter()
                .map(|(planned, board)| FileTransfer {
                    instance: planned.instance.clone(),
                    file: planned.file.clone(),
                    done: board.done.min(board.size),
                    size: board.size,
                    failure: board.problem(planned).map(|problem| problem.failure(language)),
                })
                .collect(),
            bytes_per_second: status.rate,
            seconds_left: (status.rate > 0).then(|| (total - done).div_ceil(status.rate)),
        }
    }

    fn downloaded(&self, language: Language, listing: Listing, wording: Wording) -> Downloaded {
        let status = self.status.borrow();
        let mut gathered = self.gathered();
        let files = self.header.files.iter().zip(&status.files).enumerate();
        let files = files
            .map(|(index, (planned, board))| DownloadedFile {
                instance: planned.instance.clone(),
                file: (self.header.options.keep && matches!(board.stage, Stage::Done))
                    .then(|| planned.file.clone()),
                size: board.size,
                failure: board
                    .problem(planned)
                    .or_else(|| gathered.strange.get(&index).cloned())
                    .map(|problem| problem.failure(language)),
            })
            .collect();
        Downloaded { files, report: gathered.summaries.report(listing, wording).map(Box::new) }
    }
}

/// What a transfer brought.
#[derive(Clone, Debug)]
pub struct Downloaded {
    pub files: Vec<DownloadedFile>,
    pub report: Option<Box<Report>>,
}

/// Passes on what the engine tells.
struct Telling {
    entry: Arc<Entry>,
    wording: Wording,
}

impl Watcher for Telling {
    fn paused(&mut self, paused: bool) {
        self.entry.enter(if paused { Phase::Paused } else { Phase::Running });
    }

    fn moved(&mut self, files: &[FileBoard], rate: u64) {
        self.entry.status.send_modify(|status| {
            status.files.clone_from_slice(files);
            status.rate = rate;
        });
    }

    fn finished(&mut self, index: usize, summary: Option<SummaryResult>) {
        if let Some(summary) = summary {
            self.entry.finished(index, summary, self.wording);
        }
    }
}

/// The download folder and all transfers into it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Downloads {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: Folder,
    access: Arc<dyn BlobAccess>,
    bandwidth: Arc<Bandwidth>,
    patience: Patience,
    entries: Mutex<BTreeMap<TransferId, Arc<Entry>>>,
    /// Containers that captures wrote to, as far as this process has listed them.
    containers: Mutex<Vec<ContainerPlace>>,
    running: TaskTracker,
}

impl Downloads {
    /// Makes the folder where it is not there. Transfers that earlier processes left show up as interrupted.
    pub fn open(root: &Path, access: Arc<dyn BlobAccess>, patience: Patience) -> Result<Self> {
        Ok(Self {
            inner: Arc::new(Inner {
                folder: Folder::open(root)?,
                access,
                bandwidth: Arc::default(),
                patience,
                entries: Mutex::default(),
                containers: Mutex::default(),
                running: TaskTracker::new(),
            }),
        })
    }

    pub fn folder(&self) -> &Folder {
        &self.inner.folder
    }

    /// A container of the helper's own clouds.
    pub async fn container(&self, place: ContainerPlace) -> Result<Container> {
        Container::open(self.inner.access.clone(), place).await
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
                && same_files(&entry.header)
        });
        same.map(|entry| entry.header.id.clone())
    }

    fn run(&self, entry: Arc<Entry>, left: Vec<Progress>, keep: Keep, language: Language) {
        let downloads = self.clone();
        let wording = wording(language);
        entry.orders.send_replace(Order::Run);
        entry.enter(Phase::Running);
        let watcher = Telling { entry: entry.clone(), wording };
        self.inner.running.spawn(async move {
            let inner = &downloads.inner;
            let ending = match downloads.container(entry.header.place.clone()).await {
                Ok(container) => {
                    let line = Arc::new(Line::new(container, inner.bandwidth.clone(), inner.patience));
                    let orders = entry.orders.subscribe();
                    Engine::new(entry.header.clone(), left, keep, line, orders, watcher).run().await
                }
                Err(problem) => Ending::Failed(problem),
            };
            let phase = match ending {
                Ending::Done => {
                    if entry.header.options.summarise && entry.header.options.keep {
                        let (entry, folder) = (entry.clone(), inner.folder.clone());
                        let caught = blocking(move || {
                            entry.catch_up(&folder, wording);
                            Ok(())
                        });
                        if let Err(problem) = caught.await {
                            tracing::warn!(%problem, "files of an earlier run were not summarised");
                        }
                    }
                    Phase::Done
                }
                Ending::Discarded => {
                    inner.entries().remove(&entry.header.id);
                    Phase::Discarded
                }
                Ending::Left => Phase::Interrupted,
                Ending::Failed(problem) => {
                    tracing::warn!(%problem, id = entry.header.id, "a download stopped");
                    Phase::Failed(problem)
                }
            };
            entry.enter(phase);
        });
    }

    /// Running, paused and interrupted transfers, and those that ended since the helper started.
    pub fn transfers(&self, language: Language) -> Vec<Transfer> {
        self.find_interrupted();
        self.entries().values().map(|entry| entry.show(language)).collect()
    }

    /// Whether any transfer is at work.
    pub fn busy(&self) -> bool {
        self.entries().values().any(|entry| matches!(entry.phase(), Phase::Running))
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
        self.entry(id)?.orders.send_replace(Order::Pause);
        Ok(())
    }

    /// Goes on after a pause, a failure, or where an earlier process was interrupted.
    pub fn resume(&self, id: &str, language: Language) -> Result<()> {
        let entry = self.entry(id)?;
        if !entry.phase().resting() {
            entry.orders.send_replace(Order::Run);
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
        if !entry.phase().over() && !entry.phase().resting() {
            entry.orders.send_replace(Order::Discard);
            return Ok(());
        }
        if entry.header.options.keep
            && entry.phase().resting()
            && let Some(left) = Journal::reopen(&self.inner.folder, id)
        {
            remove_parts(&self.inner.folder, &left.header);
            left.journal.remove()?;
        }
        self.entries().remove(id);
        entry.enter(Phase::Discarded);
        Ok(())
    }

    /// Watches a transfer from now on.
    pub fn follow(&self, id: &str) -> Result<Following> {
        let entry = self.entry(id)?;
        Ok(Following { status: entry.status.subscribe(), entry })
    }

    /// The helper ends: running transfers are left so that a later process goes on.
    pub async fn leave(&self) {
        for entry in self.entries().values() {
            entry.orders.send_replace(Order::Leave);
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

/// One transfer, watched.
#[derive(Debug)]
pub struct Following {
    entry: Arc<Entry>,
    status: watch::Receiver<Status>,
}

impl Following {
    /// How it stands now.
    pub fn now(&self, language: Language) -> Transfer {
        self.entry.show(language)
    }

    /// Waits until it moved on; false when it is over or interrupted.
    pub async fn moved(&mut self) -> bool {
        let resting = |status: &Status| status.phase.over() || status.phase.resting();
        if resting(&self.status.borrow_and_update()) {
            return false;
        }
        self.status.changed().await.is_ok() && !resting(&self.status.borrow())
    }

    /// What it brought; an error where all of it failed or was discarded.
    pub fn outcome(&self, language: Language, listing: Listing) -> Result<Downloaded> {
        match self.entry.phase() {
            Phase::Failed(problem) => Err(problem),
            Phase::Discarded | Phase::Interrupted => Err(Problem::new(ErrorCode::Cancelled)),
            Phase::Running | Phase::Paused | Phase::Done => {
                Ok(self.entry.downloaded(language, listing, wording(language)))
            }
        }
    }
}
