//! What is asked for next, and what comes of it.

use super::super::fetch::{Arrived, PIECE, Piece, fetch};
use super::super::open_file::{OpenFile, Replaced};
use super::{Engine, InFlight, Keep, Watcher};
use crate::problem::{Problem, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::Id;
use wasm_core::protocol::ErrorCode;

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

impl<W: Watcher> Engine<W> {
    /// Starts as many requests as the lanes allow: earlier files first, then new ones.
    pub(super) fn fill(&mut self) {
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

    pub(super) fn fetched(&mut self, fetched: Result<(Id, Result<Piece>), tokio::task::JoinError>) {
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
    pub(super) fn arrived(&mut self, Arrived { request, piece }: Arrived) {
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

    /// Stops all requests; what they had not finished waits again.
    pub(super) async fn halt_fetches(&mut self) {
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
        self.line.written().await;
    }
}
