//! One transfer at work: a single task decides what is fetched, fed, finished; everything else is a job that it
//! starts and whose result it takes in. So there is no lock and one place to read for the order of things.

mod ending;
mod flushing;
mod requests;
mod steps;
mod summing;

use super::board::FileBoard;
use super::fetch::{Arrived, Line, Piece};
use super::folder::Folder;
use super::follow::{Follower, SummaryResult};
use super::journal::{BlobVersion, Header, Journal, Progress};
use super::md5::Md5;
use super::open_file::OpenFile;
use super::pace::{Lanes, Speed};
use super::part::Opened;
use crate::problem::{Problem, Result};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, MissedTickBehavior};

/// Four progress reports a second.
const TICK: Duration = Duration::from_millis(250);
/// A power cut loses no more than what came in this time.
const FLUSH: Duration = Duration::from_secs(2);
/// Files that are flushed at once: each has a thread.
const FINISHING: usize = 8;

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

impl Order {
    /// Nothing that is wanted later changes it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Discard | Self::Leave)
    }
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
        let board = header.files.iter().zip(&recovered);
        let board = board.map(|(planned, progress)| FileBoard::left_by(planned, progress)).collect();
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

    fn report(&mut self, rate: u64) {
        for (index, file) in &self.open {
            self.board[*index].done = file.here();
        }
        for flight in self.in_flight.values() {
            self.board[flight.index].done += flight.come.load(Ordering::Relaxed);
        }
        self.watcher.moved(&self.board, rate);
    }
}
