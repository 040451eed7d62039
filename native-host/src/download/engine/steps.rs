//! The steps of a file, from its opening to its summary.

use super::super::fetch::{Line, Sink, blocking};
use super::super::follow::Follower;
use super::super::journal::{BlobVersion, Progress};
use super::super::open_file::{Feed, OpenFile, Replaced, Sum};
use super::super::part::{Opened, finish, open};
use super::super::readers::in_order;
use super::flushing::FLUSH_BYTES;
use super::{Engine, Job, Keep, Watcher};
use crate::problem::{Problem, Result};
use std::fs;
use std::ops::Range;
use tokio::task::Id;
use wasm_core::protocol::ErrorCode;

/// A blob that changes under every attempt is still being written.
const REPLACED: u32 = 5;

impl<W: Watcher> Engine<W> {
    /// Makes a file ready to take bytes.
    pub(super) fn start(&mut self, index: usize) {
        let planned = self.header.files[index].clone();
        let recovered = std::mem::take(&mut self.recovered[index]);
        match &self.keep {
            // Its summary is here.
            Keep::Nothing if recovered == Progress::Done => self.board[index].finish(),
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

    /// Lets a file take its next step, if there is one now.
    pub(super) fn advance(&mut self, index: usize) {
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
        if file.dirty >= FLUSH_BYTES && !file.flushing && !file.whole() {
            self.flush_file(index);
            return;
        }
        if file.whole() && file.dirty > 0 && !file.flushing && file.to_sum() > 0 && file.small() {
            self.flush_waiting(index);
            return;
        }
        if idle && file.whole() && file.fetching == 0 && file.unsummed() == 0 {
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

    pub(super) fn take(&mut self, job: Job) {
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
    pub(super) fn trouble(&mut self, index: usize, problem: Problem) {
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
}

/// The blob's present version.
async fn version_of(line: &Line, blob: &str) -> Result<BlobVersion> {
    let found = line.container.list(blob, None).await?;
    let found = found.blobs.into_iter().find(|found| found.name == blob);
    found
        .map(|found| found.version())
        .ok_or_else(|| Problem::new(ErrorCode::BlobMissing).with("blob", blob.escape_debug()))
}
