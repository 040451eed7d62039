//! One transfer at work: a single task decides what is fetched, fed, finished; everything else is a job that it
//! starts and whose result it takes in. So there is no lock and one place to read for the order of things.

use super::board::FileBoard;
use super::catch_up::{Lag, catch_up};
use super::fetch::{Arrived, Line, PIECE, Piece, Sink, blocking, fetch};
use super::folder::Folder;
use super::follow::{Follower, SummaryResult};
use super::journal::{BlobVersion, Header, Journal, Progress};
use super::md5::{LANES, Md5};
use super::open_file::{Feed, OpenFile, Replaced, Sum};
use super::pace::{Lanes, Speed};
use super::part::{Opened, finish, open, remove_parts};
use super::readers::in_order;
use crate::problem::{Problem, Result};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fs;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, MissedTickBehavior};
use wasm_core::protocol::ErrorCode;

/// Four progress reports a second.
const TICK: Duration = Duration::from_millis(250);
/// A power cut loses no more than what came in this time.
const FLUSH: Duration = Duration::from_secs(2);
/// As much of a file is flushed while more of it comes, so that little is left to be flushed at its end.
const FLUSH_BYTES: u64 = 8 * PIECE;
/// Where nothing is kept: asked for and not yet fed to the summary, at most.
const WINDOW: u64 = 25 * 1024 * 1024;
/// Pieces of one request without a checksum where nothing is kept: five requests fill the window.
const WINDOW_RUN: usize = 5;
/// Pieces of one request, at least while there are as many, at most until it is known how fast they come, and at most.
const SHORTEST_RUN: usize = 2;
const USUAL_RUN: usize = 4;
const LONGEST_RUN: usize = 64;
/// Files at work at once, those included that are only being flushed.
const OPEN_FILES: usize = 48;
/// Files that are flushed at once: each has a thread.
const FINISHING: usize = 8;
/// MD5s wait for so many others to be computed with them, and no longer than that.
const COMPANY: usize = LANES / 2;
const COMPANY_WAIT: Duration = Duration::from_secs(1);
/// A blob that changes under every attempt is still being written.
const REPLACED: u32 = 5;

/// What the person wants of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Run,
    Pause,
    /// Give up and leave nothing behind.
    Discard,
    /// The helper ends: leave everything as it is.
    Leave,
}

/// How a transfer ended.
#[derive(Debug)]
pub enum Ending {
    /// Every file is here, or failed for a reason of its own.
    Done,
    Discarded,
    Left,
    /// For a reason that concerns all of it; it can be resumed.
    Failed(Problem),
}

/// Where a transfer writes to.
#[derive(Debug)]
pub enum Keep {
    Files {
        folder: Folder,
        journal: Arc<Journal>,
    },
    /// Summaries only.
    Nothing,
}

/// Told to whoever watches, at most every [`TICK`].
pub trait Watcher: Send + Sync + 'static {
    fn paused(&self, paused: bool);
    fn moved(&self, files: &[FileBoard], rate: u64);
    /// The summary of a whole file, where one was asked for. Takes processor time.
    fn summarised(&self, index: usize, summary: SummaryResult);
}

pub struct Engine<W> {
    header: Arc<Header>,
    keep: Keep,
    line: Arc<Line>,
    orders: watch::Receiver<Order>,
    watcher: Arc<W>,

    board: Vec<FileBoard>,
    /// As the journal left them; taken when a file is opened.
    recovered: Vec<Progress>,
    unopened: VecDeque<usize>,
    open: BTreeMap<usize, OpenFile>,
    fetches: JoinSet<Result<Piece>>,
    in_flight: HashMap<Id, InFlight>,
    /// What comes of them before they end.
    arriving: mpsc::UnboundedReceiver<Arrived>,
    arrivals: mpsc::UnboundedSender<Arrived>,
    jobs: JoinSet<Job>,
    finishers: Arc<Semaphore>,
    /// MD5s are being computed.
    summing: bool,
    /// When they were begun last.
    summed: Instant,
    opening: usize,
    lanes: Lanes,
    /// Bytes a second.
    rate: u64,
    failed: Option<Problem>,
}

struct InFlight {
    index: usize,
    /// Still to come to the engine.
    range: Range<u64>,
    come: Arc<AtomicU64>,
}

/// What a job has to say when it is over.
enum Job {
    Opened(usize, Result<Opened>),
    Fed(usize, Result<Box<Follower>>),
    Summed(Result<Vec<(usize, Result<Box<Md5>>)>>),
    Flushed(usize, Result<()>),
    Finished(usize, Result<()>),
    Summarised(usize, Result<()>),
    Renewed(usize, Result<BlobVersion>),
}

impl<W: Watcher> Engine<W> {
    pub fn new(
        header: Arc<Header>,
        recovered: Vec<Progress>,
        keep: Keep,
        line: Arc<Line>,
        orders: watch::Receiver<Order>,
        watcher: W,
    ) -> Self {
        let (arrivals, arriving) = mpsc::unbounded_channel();
        let board = header.files.iter().map(|file| FileBoard::new(file.version.size)).collect();
        Self {
            unopened: (0..header.files.len()).collect(),
            header,
            keep,
            line,
            orders,
            watcher: Arc::new(watcher),
            board,
            recovered,
            open: BTreeMap::new(),
            fetches: JoinSet::new(),
            in_flight: HashMap::new(),
            arriving,
            arrivals,
            jobs: JoinSet::new(),
            finishers: Arc::new(Semaphore::new(FINISHING)),
            summing: false,
            summed: Instant::now(),
            opening: 0,
            lanes: Lanes::new(Instant::now()),
            rate: 0,
            failed: None,
        }
    }

    /// Works until every file is here or something stops it.
    pub async fn run(mut self) -> Ending {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut speed = Speed::new(0, Instant::now());
        let mut sampled = (Instant::now(), 0);
        let mut flushed = Instant::now();
        loop {
            let order = *self.orders.borrow_and_update();
            match order {
                Order::Discard => return self.discard().await,
                Order::Leave => {
                    self.halt().await;
                    return Ending::Left;
                }
                Order::Pause => {
                    self.halt_fetches().await;
                    self.report(0);
                    self.watcher.paused(true);
                    if self.orders.changed().await.is_err() {
                        return Ending::Left;
                    }
                    self.line.awake();
                    self.watcher.paused(false);
                    continue;
                }
                Order::Run => {}
            }
            if let Some(problem) = self.failed.take() {
                self.halt().await;
                self.report(0);
                return Ending::Failed(problem);
            }
            self.fill();
            self.sum_up();
            if self.fetches.is_empty()
                && self.jobs.is_empty()
                && self.open.is_empty()
                && self.unopened.is_empty()
            {
                self.report(speed.sample(self.line.received.load(Ordering::Relaxed), Instant::now()));
                return self.end();
            }
            tokio::select! {
                Some(fetched) = self.fetches.join_next_with_id() => self.fetched(fetched),
                Some(arrived) = self.arriving.recv() => self.arrived(arrived),
                Some(job) = self.jobs.join_next() => match job {
                    Ok(job) => self.take(job),
                    Err(error) => self.failed = Some(Problem::internal(error)),
                },
                changed = self.orders.changed() => if changed.is_err() {
                    self.halt().await;
                    return Ending::Left;
                },
                now = tick.tick() => {
                    let received = self.line.received.load(Ordering::Relaxed);
                    self.rate = speed.sample(received, now);
                    self.report(self.rate);
                    self.adapt(now, received, &mut sampled);
                    if now.duration_since(flushed) >= FLUSH {
                        flushed = now;
                        self.flush();
                    }
                }
            }
        }
    }

    fn adapt(&mut self, now: Instant, received: u64, sampled: &mut (Instant, u64)) {
        if self.line.throttled.swap(false, Ordering::Relaxed) {
            self.lanes.throttled(now);
            *sampled = (now, received);
        } else if self.lanes.due(now) {
            let seconds = now.duration_since(sampled.0).as_secs_f64();
            // Where there was not enough to ask for, the rate says nothing about the lanes.
            if self.fetches.len() + self.opening >= self.lanes.limit() && seconds > 0.0 {
                self.lanes.measured((received - sampled.1) as f64 / seconds, now);
            }
            *sampled = (now, received);
        }
    }

    /// Starts as many requests as the lanes allow: earlier files first, then new ones.
    fn fill(&mut self) {
        self.ask();
        if self.open_more() {
            self.ask();
        }
    }

    fn room(&self) -> usize {
        self.lanes.limit().saturating_sub(self.fetches.len() + self.opening)
    }

    fn ask(&mut self) {
        let mut room = self.room();
        let mut window = WINDOW.saturating_sub(self.ahead());
        let run = self.run_length();
        let indices: Vec<usize> =
            self.open.iter().filter(|(_, file)| file.wants()).map(|(index, _)| *index).collect();
        for index in indices {
            while room > 0 {
                let Some(file) = self.open.get_mut(&index).filter(|file| file.wants()) else { break };
                let Some(range) = file.run(run) else { break };
                if matches!(self.keep, Keep::Nothing) {
                    let length = range.end - range.start;
                    // What is held in a full window waits for a request under way, or for this one.
                    if length > window && !self.fetches.is_empty() {
                        return;
                    }
                    window = window.saturating_sub(length);
                }
                file.ask(&range);
                let come = Arc::new(AtomicU64::new(0));
                let planned = &self.header.files[index];
                let work = fetch(
                    self.line.clone(),
                    planned.blob.clone(),
                    file.version.clone(),
                    range.clone(),
                    file.sink.clone(),
                    come.clone(),
                );
                let id = self.fetches.spawn(work).id();
                self.in_flight.insert(id, InFlight { index, range, come });
                room -= 1;
            }
        }
    }

    /// Opens new files for the requests that the open ones leave room for. Whether any can be asked for at once.
    fn open_more(&mut self) -> bool {
        let mut room = self.room().saturating_sub(self.open.values().filter(|file| file.wants()).count());
        let mut at_once = false;
        while room > 0 && self.open.len() + self.opening < OPEN_FILES {
            let Some(index) = self.unopened.pop_front() else { break };
            room -= 1;
            self.start(index);
            at_once |= self.open.contains_key(&index);
        }
        at_once
    }

    /// Bytes asked for or held that no follower has had, where nothing is kept.
    fn ahead(&self) -> u64 {
        if !matches!(self.keep, Keep::Nothing) {
            return 0;
        }
        let asked: u64 = self.in_flight.values().map(|flight| flight.range.end - flight.range.start).sum();
        asked + self.open.values().map(OpenFile::ahead).sum::<u64>()
    }

    /// Pieces of one request. A checksum comes with a single piece alone; without checksums, longer requests cost
    /// storage less, but all lanes shall have work to the end.
    fn run_length(&self) -> usize {
        if self.line.container.checked() {
            return 1;
        }
        if matches!(self.keep, Keep::Nothing) {
            return WINDOW_RUN;
        }
        let waiting: usize = self.open.values().map(|file| file.waiting.len()).sum();
        let lanes = self.lanes.limit();
        // As much as a lane brings in a second.
        let swift = usize::try_from(self.rate / PIECE).unwrap_or(usize::MAX) / lanes;
        (waiting / (2 * lanes)).clamp(SHORTEST_RUN, swift.clamp(USUAL_RUN, LONGEST_RUN))
    }

    /// Makes a file ready to take bytes.
    fn start(&mut self, index: usize) {
        let planned = self.header.files[index].clone();
        let recovered = std::mem::take(&mut self.recovered[index]);
        match &self.keep {
            Keep::Nothing => {
                let sink = Sink::Memory(self.arrivals.clone());
                self.opened(index, planned.version, sink, Vec::new());
            }
            Keep::Files { folder, journal } => {
                let (folder, journal, header) = (folder.clone(), journal.clone(), self.header.clone());
                self.opening += 1;
                self.jobs.spawn(async move {
                    let work = move || open(&folder, &journal, &header, index, recovered);
                    Job::Opened(index, blocking(work).await)
                });
            }
        }
    }

    fn opened(&mut self, index: usize, version: BlobVersion, sink: Sink, proved: Vec<Range<u64>>) {
        self.board[index].begin(version.size);
        let file = OpenFile::new(version, sink, proved, self.header.options.summarise);
        self.open.insert(index, file);
        self.advance(index);
    }

    fn fetched(&mut self, fetched: Result<(Id, Result<Piece>), tokio::task::JoinError>) {
        let (id, result) = match fetched {
            Ok((id, result)) => (id, result),
            Err(error) => (error.id(), Err(Problem::internal(error))),
        };
        self.take_arrived();
        let Some(InFlight { index, range, .. }) = self.in_flight.remove(&id) else { return };
        let Some(file) = self.open.get_mut(&index) else { return };
        file.fetching -= 1;
        match result {
            Ok(piece) => file.come(piece),
            Err(problem) if problem.code == ErrorCode::BlobChanged => {
                file.replaced.get_or_insert(Replaced::Noticed);
            }
            Err(problem) => {
                file.put_back(range);
                return self.trouble(index, problem);
            }
        }
        self.advance(index);
    }

    /// Takes in a part of a request that goes on. What was asked for a file that has failed is dropped.
    fn arrived(&mut self, Arrived { request, piece }: Arrived) {
        let Some(flight) = self.in_flight.get_mut(&request) else { return };
        flight.come.fetch_sub(piece.range.end - piece.range.start, Ordering::Relaxed);
        flight.range.start = piece.range.end;
        let index = flight.index;
        let Some(file) = self.open.get_mut(&index) else { return };
        file.come(piece);
        self.advance(index);
    }

    /// Before the end of a request is heard of: what it sent.
    fn take_arrived(&mut self) {
        while let Ok(arrived) = self.arriving.try_recv() {
            self.arrived(arrived);
        }
    }

    /// Lets a file take its next step, if there is one now.
    fn advance(&mut self, index: usize) {
        let Some(file) = self.open.get_mut(&index) else { return };
        let idle = file.idle();
        if let Some(replaced) = &mut file.replaced {
            if file.fetching == 0 && idle && matches!(replaced, Replaced::Noticed) {
                *replaced = Replaced::LookedUp;
                let (line, blob) = (self.line.clone(), self.header.files[index].blob.clone());
                self.jobs.spawn(async move { Job::Renewed(index, version_of(&line, &blob).await) });
            }
            return;
        }
        if matches!(file.follower, Feed::Unwanted) {
            drop(file.take_held());
        }
        if let Feed::Idle(follower) = &mut file.follower
            && follower.at() < file.frontier
        {
            let end = file.frontier;
            file.feeding = end - follower.at();
            let Feed::Idle(mut follower) = std::mem::replace(&mut file.follower, Feed::Busy) else { return };
            let held = file.take_held();
            let sink = file.sink.clone();
            self.jobs.spawn(async move {
                let work = move || {
                    match &sink {
                        Sink::Memory(_) => follower.feed_all(&held),
                        Sink::Disk { part, .. } => follower.read_to(part, end)?,
                    }
                    Ok(follower)
                };
                Job::Fed(index, in_order(work).await)
            });
            return;
        }
        if file.dirty >= FLUSH_BYTES && !file.flushing && file.frontier < file.version.size {
            self.flush_file(index);
            return;
        }
        if idle && file.frontier == file.version.size && file.fetching == 0 && file.unsummed() == 0 {
            file.finishing = true;
            let md5 = match (std::mem::replace(&mut file.sum, Sum::Unwanted), &mut file.follower) {
                (Sum::Idle(md5), _) => Some(*md5),
                (_, Feed::Idle(follower)) => follower.take_md5(),
                _ => None,
            };
            let (sink, version) = (file.sink.clone(), file.version.clone());
            let overwrite = self.header.options.overwrite;
            let blob = self.header.files[index].blob.clone();
            let finishers = self.finishers.clone();
            self.jobs.spawn(async move {
                // Never closed.
                let _turn = finishers.acquire().await;
                let work = move || finish(&sink, &version, md5, overwrite, &blob);
                Job::Finished(index, blocking(work).await)
            });
        }
    }

    /// Brings MD5s forward, of as many files at once as there can be: one alone takes as long as they all.
    fn sum_up(&mut self) {
        if self.summing {
            return;
        }
        let mut behind: Vec<(u64, usize)> = self
            .open
            .iter()
            .map(|(index, file)| (file.unsummed(), *index))
            .filter(|(bytes, _)| *bytes > 0)
            .collect();
        let coming = self.open.values().filter(|file| matches!(file.sum, Sum::Idle(_))).count();
        let company = COMPANY.min(coming + self.opening + self.unopened.len());
        let enough = behind.len() >= company || self.summed.elapsed() > COMPANY_WAIT;
        if behind.is_empty() || !enough {
            return;
        }
        behind.sort_unstable_by(|a, b| b.cmp(a));
        behind.truncate(LANES);
        let mut lags = Vec::with_capacity(behind.len());
        for (_, index) in behind {
            let Some(file) = self.open.get_mut(&index) else { continue };
            let Sink::Disk { part, .. } = &file.sink else { continue };
            let Sum::Idle(md5) = std::mem::replace(&mut file.sum, Sum::Busy) else { continue };
            lags.push(Lag { index, part: part.clone(), md5, end: file.frontier });
        }
        (self.summing, self.summed) = (true, Instant::now());
        self.jobs.spawn(async move { Job::Summed(in_order(move || Ok(catch_up(lags))).await) });
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Opened(index, opened) => {
                self.opening -= 1;
                match opened {
                    Ok(Opened::Whole) => self.board[index].finish(),
                    Ok(Opened::Part { part, version, proved }) => {
                        let Keep::Files { journal, .. } = &self.keep else { return };
                        let arrivals = self.arrivals.clone();
                        let sink = Sink::Disk { part, journal: journal.clone(), index, arrivals };
                        self.opened(index, version, sink, proved);
                    }
                    Err(problem) => self.trouble(index, problem),
                }
            }
            Job::Fed(index, Ok(follower)) => {
                if let Some(file) = self.open.get_mut(&index) {
                    file.follower = Feed::Idle(follower);
                    file.feeding = 0;
                }
                self.advance(index);
            }
            Job::Summed(Ok(sums)) => {
                self.summing = false;
                for (index, sum) in sums {
                    let Some(file) = self.open.get_mut(&index) else { continue };
                    match sum {
                        Ok(md5) => {
                            file.sum = Sum::Idle(md5);
                            self.advance(index);
                        }
                        Err(problem) => self.trouble(index, problem),
                    }
                }
            }
            Job::Flushed(index, Ok(())) => {
                if let Some(file) = self.open.get_mut(&index) {
                    file.flushing = false;
                }
                self.advance(index);
            }
            Job::Finished(index, Ok(())) => {
                self.board[index].finish();
                self.summarise(index);
            }
            Job::Summarised(index, summarised) => {
                self.open.remove(&index);
                if let Err(problem) = summarised {
                    // The file is whole; who wants its summary tries again.
                    tracing::warn!(index, %problem, "a finished file was not summarised");
                }
            }
            Job::Renewed(index, Ok(version)) => self.restart(index, version),
            Job::Summed(Err(problem)) => self.failed = Some(problem),
            Job::Fed(index, Err(problem))
            | Job::Flushed(index, Err(problem))
            | Job::Finished(index, Err(problem))
            | Job::Renewed(index, Err(problem)) => self.trouble(index, problem),
        }
    }

    /// Gives the summary of a finished file to whoever watches. Until then it counts as open, so that no more files wait
    /// for it than can be open.
    fn summarise(&mut self, index: usize) {
        let Some(file) = self.open.get_mut(&index) else { return };
        let (sink, size) = (file.sink.clone(), file.version.size);
        let follower = match std::mem::replace(&mut file.follower, Feed::Unwanted) {
            Feed::Idle(follower) => Some(*follower),
            Feed::Later => None,
            Feed::Unwanted | Feed::Busy => {
                self.open.remove(&index);
                return;
            }
        };
        let watcher = self.watcher.clone();
        let work = move || {
            let mut follower = follower.unwrap_or_else(Follower::of_summary);
            if let Sink::Disk { part, .. } = &sink {
                follower.read_to(part, size)?;
            }
            if let Some(summary) = follower.summary() {
                watcher.summarised(index, summary);
            }
            Ok(())
        };
        self.jobs.spawn(async move { Job::Summarised(index, in_order(work).await) });
    }

    /// Begins a file anew with the blob's present version, and says so.
    fn restart(&mut self, index: usize, version: BlobVersion) {
        let board = &mut self.board[index];
        board.restarts += 1;
        if board.restarts > REPLACED {
            let blob = self.header.files[index].blob.escape_debug().to_string();
            return self.trouble(index, Problem::new(ErrorCode::BlobChanged).with("blob", blob));
        }
        let Some(file) = self.open.remove(&index) else { return };
        tracing::info!(index, "the blob was replaced; its file begins anew");
        if let Sink::Disk { part, journal, index, .. } = &file.sink {
            let begun = journal.begin(*index, &version).and_then(|()| {
                let resized = part.file.set_len(0).and_then(|()| part.file.set_len(version.size));
                resized.map_err(|error| Problem::file(&part.path, &error))
            });
            if let Err(problem) = begun {
                return self.trouble(*index, problem);
            }
        }
        self.opened(index, version, file.sink, Vec::new());
    }

    /// A problem of one file ends that file; any other ends the transfer, to be resumed.
    fn trouble(&mut self, index: usize, problem: Problem) {
        use ErrorCode::{BlobChanged, BlobMissing, Corrupt, FileExists, PathRefused};
        tracing::warn!(index, %problem, "a file of a download failed");
        if !matches!(problem.code, BlobChanged | BlobMissing | Corrupt | FileExists | PathRefused) {
            self.failed.get_or_insert(problem);
            return;
        }
        let ids: Vec<Id> =
            self.in_flight.iter().filter(|(_, f)| f.index == index).map(|(id, _)| *id).collect();
        for id in ids {
            // Its task goes on to its end and is ignored.
            self.in_flight.remove(&id);
        }
        if let Some(OpenFile { sink: Sink::Disk { part, .. }, .. }) = self.open.remove(&index) {
            drop(fs::remove_file(&part.path));
        }
        self.board[index].fail(problem);
    }

    fn report(&mut self, rate: u64) {
        for (index, file) in &self.open {
            self.board[*index].done = file.here();
        }
        for flight in self.in_flight.values() {
            self.board[flight.index].done += flight.come.load(Ordering::Relaxed);
        }
        self.watcher.moved(&self.board, rate);
    }

    /// Brings to the disk what was written of all files.
    fn flush(&mut self) {
        let dirty: Vec<usize> =
            self.open.iter().filter(|(_, file)| file.dirty > 0).map(|(index, _)| *index).collect();
        for index in dirty {
            self.flush_file(index);
        }
    }

    /// Brings to the disk what was written of one file, data first.
    fn flush_file(&mut self, index: usize) {
        let Keep::Files { journal, .. } = &self.keep else { return };
        let Some(file) = self.open.get_mut(&index) else { return };
        let Sink::Disk { part, .. } = &file.sink else { return };
        if file.flushing || file.finishing || file.small() {
            return;
        }
        (file.dirty, file.flushing) = (0, true);
        let (part, journal) = (part.clone(), journal.clone());
        self.jobs.spawn(async move {
            let work = move || {
                part.file.sync_data().map_err(|error| Problem::file(&part.path, &error))?;
                journal.flush()
            };
            Job::Flushed(index, blocking(work).await)
        });
    }

    /// Stops all requests; what they had not finished waits again.
    async fn halt_fetches(&mut self) {
        self.fetches.abort_all();
        while let Some(fetched) = self.fetches.join_next_with_id().await {
            match fetched {
                Err(error) if error.is_cancelled() => {
                    self.take_arrived();
                    let Some(InFlight { index, range, .. }) = self.in_flight.remove(&error.id()) else {
                        continue;
                    };
                    if let Some(file) = self.open.get_mut(&index) {
                        file.fetching -= 1;
                        file.put_back(range);
                    }
                }
                fetched => self.fetched(fetched),
            }
        }
    }

    /// Stops everything; files stay as they are.
    async fn halt(&mut self) {
        self.halt_fetches().await;
        while let Some(job) = self.jobs.join_next().await {
            match job {
                // A file that is being finished is finished.
                Ok(job @ Job::Finished(..)) => self.take(job),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "a download's job broke"),
            }
        }
        if let Keep::Files { journal, .. } = &self.keep
            && let Err(problem) = journal.flush()
        {
            tracing::warn!(%problem, "the journal was not flushed");
        }
    }

    async fn discard(mut self) -> Ending {
        self.halt().await;
        self.open.clear();
        if let Keep::Files { folder, .. } = &self.keep {
            remove_parts(folder, &self.header);
        }
        self.close();
        Ending::Discarded
    }

    fn end(self) -> Ending {
        self.close();
        Ending::Done
    }

    fn close(self) {
        if let Keep::Files { journal, .. } = self.keep
            && let Some(journal) = Arc::into_inner(journal)
            && let Err(problem) = journal.remove()
        {
            tracing::warn!(%problem, "the journal of a finished transfer stays");
        }
    }
}

/// The blob's present version.
async fn version_of(line: &Line, blob: &str) -> Result<BlobVersion> {
    let found = line.container.list(blob, None).await?;
    let found = found.blobs.into_iter().find(|found| found.name == blob);
    found
        .map(|found| found.version())
        .ok_or_else(|| Problem::new(ErrorCode::BlobMissing).with("blob", blob.escape_debug()))
}
