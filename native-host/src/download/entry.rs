//! One transfer as others see it: how it stands, what it brought, and somebody who watches it.

use super::board::{FileBoard, Stage};
use super::engine::{Order, Watcher};
use super::folder::Folder;
use super::follow::SummaryResult;
use super::journal::{Header, Recovered};
use super::report::{Gathered, summarise};
use crate::not_a_capture::not_a_capture;
use crate::problem::{Problem, Result};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use wasm_core::pcap::Listing;
use wasm_core::pcap::report::Report;
use wasm_core::protocol::{DownloadedFile, ErrorCode, FileTransfer, Transfer, TransferId, TransferState};
use wasm_core::words::Language;

/// More files would not fit one event.
const SHOWN_FILES: usize = 2000;

#[derive(Clone, Debug)]
pub enum Phase {
    Running,
    Paused,
    /// Left by an earlier process.
    Interrupted,
    Done,
    Failed(Problem),
    Discarded,
}

impl Phase {
    pub fn resting(&self) -> bool {
        matches!(self, Self::Interrupted | Self::Failed(_))
    }

    pub fn over(&self) -> bool {
        matches!(self, Self::Done | Self::Failed(_) | Self::Discarded)
    }
}

#[derive(Clone, Debug)]
pub struct Status {
    pub phase: Phase,
    pub files: Vec<FileBoard>,
    rate: u64,
}

/// One transfer, whoever began it.
#[derive(Debug)]
pub struct Entry {
    pub header: Arc<Header>,
    pub orders: watch::Sender<Order>,
    pub status: watch::Sender<Status>,
    gathered: Mutex<Outcome>,
    announced: AtomicBool,
}

/// What the finished files of a transfer came to.
#[derive(Debug, Default)]
struct Outcome {
    summaries: Gathered,
    /// Whole, and no captures.
    strange: BTreeMap<usize, Problem>,
}

impl Entry {
    pub fn new(header: Header, files: Vec<FileBoard>, phase: Phase) -> Arc<Self> {
        Arc::new(Self {
            gathered: Mutex::default(),
            announced: AtomicBool::new(false),
            header: Arc::new(header),
            orders: watch::Sender::new(Order::Run),
            status: watch::Sender::new(Status { phase, files, rate: 0 }),
        })
    }

    /// An entry for what an earlier process left.
    pub fn interrupted(left: &Recovered) -> Arc<Self> {
        let files = left.header.files.iter().zip(&left.files);
        let files = files.map(|(planned, progress)| FileBoard::left_by(planned, progress)).collect();
        Self::new(left.header.clone(), files, Phase::Interrupted)
    }

    pub fn phase(&self) -> Phase {
        self.status.borrow().phase.clone()
    }

    pub fn enter(&self, phase: Phase) {
        self.status.send_modify(|status| {
            status.phase = phase;
            status.rate = 0;
        });
    }

    /// Tells the engine what the person wants now. To give up and to leave are the last words.
    pub fn order(&self, order: Order) {
        self.orders.send_if_modified(|last| {
            let open = !last.is_final();
            if open {
                *last = order;
            }
            open
        });
    }

    /// Ends a run as `phase`; false where it is to be discarded, which came too late for the engine.
    pub fn end(&self, phase: Phase) -> bool {
        let mut wanted = true;
        // An order comes before or after this as a whole: whoever gives it later sees the phase.
        self.orders.send_if_modified(|order| {
            wanted = *order != Order::Discard;
            if wanted {
                self.enter(phase);
            }
            false
        });
        wanted
    }

    fn gathered(&self) -> MutexGuard<'_, Outcome> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn finished(&self, index: usize, summary: SummaryResult, language: Language) {
        let planned = &self.header.files[index];
        let mut gathered = self.gathered();
        let place = (index, self.header.files.len());
        let added = summary
            .map_err(|error| not_a_capture(&planned.file.0.escape_debug().to_string(), error, &[]))
            .and_then(|summary| {
                gathered.summaries.add(place, &planned.file.0, planned.instance.as_ref(), *summary, language)
            });
        if let Err(problem) = added {
            gathered.strange.insert(index, problem);
        }
    }

    /// Summaries of the files that an earlier process had finished.
    pub fn catch_up(&self, folder: &Folder, language: Language) {
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
                Ok(summary) => self.finished(index, Ok(Box::new(summary)), language),
                Err(problem) => {
                    self.gathered().strange.insert(index, problem);
                }
            }
        }
    }

    pub fn show(&self, language: Language) -> Transfer {
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

    pub fn downloaded(&self, language: Language, listing: Listing) -> Result<Downloaded> {
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
        Ok(Downloaded { files, report: gathered.summaries.report(listing, language)?.map(Box::new) })
    }
}

/// What a transfer brought.
#[derive(Clone, Debug)]
pub struct Downloaded {
    pub files: Vec<DownloadedFile>,
    pub report: Option<Box<Report>>,
}

/// Passes on what the engine tells.
pub struct Telling {
    pub entry: Arc<Entry>,
    pub language: Language,
}

impl Watcher for Telling {
    fn paused(&self, paused: bool) {
        self.entry.enter(if paused { Phase::Paused } else { Phase::Running });
    }

    fn moved(&self, files: &[FileBoard], rate: u64) {
        self.entry.status.send_modify(|status| {
            status.files.clone_from_slice(files);
            status.rate = rate;
        });
    }

    fn summarised(&self, index: usize, summary: SummaryResult) {
        self.entry.finished(index, summary, self.language);
    }
}

/// One transfer, watched.
#[derive(Debug)]
pub struct Following {
    entry: Arc<Entry>,
    status: watch::Receiver<Status>,
}

impl Following {
    pub fn new(entry: Arc<Entry>) -> Self {
        Self { status: entry.status.subscribe(), entry }
    }

    /// How it stands now.
    pub fn now(&mut self, language: Language) -> Transfer {
        // What comes after this look is news to `moved`, however long the one who looked takes to tell it.
        self.status.mark_unchanged();
        self.entry.show(language)
    }

    /// Waits until it moved on since it was looked at; false when it is over or interrupted.
    pub async fn moved(&mut self) -> bool {
        let resting = |status: &Status| status.phase.over() || status.phase.resting();
        if resting(&self.status.borrow()) {
            return false;
        }
        self.status.changed().await.is_ok() && !resting(&self.status.borrow())
    }

    pub fn id(&self) -> &TransferId {
        &self.entry.header.id
    }

    /// Whether its end is still to be announced; a download that was resumed has several who would.
    pub fn is_first_to_announce(&self) -> bool {
        !self.entry.announced.swap(true, Ordering::Relaxed)
    }

    /// Whether nobody has asked for anything else since.
    pub fn is_told(&self, order: Order) -> bool {
        *self.entry.orders.borrow() == order
    }

    /// What it brought; an error where all of it failed or was discarded.
    pub fn outcome(&self, language: Language, listing: Listing) -> Result<Downloaded> {
        match self.entry.phase() {
            Phase::Failed(problem) => Err(problem),
            Phase::Discarded | Phase::Interrupted => Err(Problem::new(ErrorCode::Cancelled)),
            Phase::Running | Phase::Paused | Phase::Done => self.entry.downloaded(language, listing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::access::ContainerPlace;
    use super::*;
    use futures::FutureExt;
    use wasm_core::azure::cloud::CloudName;
    use wasm_core::protocol::{CaptureRef, DownloadOptions, Target};

    fn entry() -> Arc<Entry> {
        let scale_set = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/shop-rg/providers/\
                         Microsoft.Compute/virtualMachineScaleSets/web-set";
        let target = Target { cloud: CloudName::Public, tenant: None, scale_set: scale_set.parse().unwrap() };
        let place = ContainerPlace {
            cloud: CloudName::Public,
            tenant: None,
            storage_id: None,
            endpoint: "https://account.blob.example/".parse().unwrap(),
            container: "captures".to_owned(),
        };
        let capture = CaptureRef { target, capture: "c".parse().unwrap() };
        let header =
            Header::new("0123456789ab".to_owned(), capture, place, DownloadOptions::default(), Vec::new());
        Entry::new(header, Vec::new(), Phase::Running)
    }

    #[test]
    fn an_order_to_give_up_is_not_taken_back_and_not_lost() {
        let given = entry();
        given.order(Order::Discard);
        given.order(Order::Run);
        given.order(Order::Leave);
        assert_eq!(*given.orders.borrow(), Order::Discard);
        assert!(!given.end(Phase::Failed(Problem::new(ErrorCode::Network))), "it came before the end");
        assert!(matches!(given.phase(), Phase::Running), "who discards it tells so");
        let ended = entry();
        assert!(ended.end(Phase::Done));
        ended.order(Order::Discard);
        assert!(ended.phase().over(), "who gave the order sees that the engine is gone");
    }

    #[test]
    fn what_happens_while_somebody_tells_is_told_next() {
        let entry = entry();
        let mut following = Following::new(entry.clone());
        assert_eq!(following.now(Language::English).state, TransferState::Running);
        entry.enter(Phase::Paused);
        assert_eq!(following.moved().now_or_never(), Some(true), "it was paused after the look");
        assert_eq!(following.now(Language::English).state, TransferState::Paused);
        assert_eq!(following.moved().now_or_never(), None, "nothing is new");
        entry.enter(Phase::Done);
        assert_eq!(following.moved().now_or_never(), Some(false), "it is over");
    }
}
