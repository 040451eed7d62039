//! What was written is brought to the disk, data before the journal that tells of it.

use super::super::fetch::{PIECE, Sink, blocking};
use super::super::open_file::OpenFile;
use super::{Engine, Job, Keep, Watcher};
use crate::problem::Problem;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// As much of a file is flushed while more of it comes, so that little is left to be flushed at its end. Not less at a
/// time: each flush is a commit of the file system, too.
pub(super) const FLUSH_BYTES: u64 = 32 * PIECE;

impl<W: Watcher> Engine<W> {
    /// Brings to the disk what was written of all files.
    pub(super) fn flush(&mut self) {
        let dirty: Vec<usize> =
            self.open.iter().filter(|(_, file)| file.dirty > 0).map(|(index, _)| *index).collect();
        for index in dirty {
            self.flush_file(index);
        }
    }

    /// Brings to the disk what was written of one file, data first. A small one is flushed when it is whole.
    pub(super) fn flush_file(&mut self, index: usize) {
        let Keep::Files { journal, .. } = &self.keep else { return };
        if self.open.get(&index).is_none_or(OpenFile::small) {
            return;
        }
        let journal = journal.clone();
        self.flush_part(index, None, move || journal.flush());
    }

    /// Brings a small file to the disk while its MD5 waits for others, so that little is left to be flushed at its end.
    /// It takes its turn: many small files are whole at once.
    pub(super) fn flush_waiting(&mut self, index: usize) {
        let turns = self.finishers.clone();
        self.flush_part(index, Some(turns), || Ok(()));
    }

    fn flush_part(
        &mut self,
        index: usize,
        turns: Option<Arc<Semaphore>>,
        tell: impl FnOnce() -> Result<(), Problem> + Send + 'static,
    ) {
        let Some(file) = self.open.get_mut(&index) else { return };
        let Sink::Disk { part, .. } = &file.sink else { return };
        if file.flushing || file.finishing {
            return;
        }
        (file.dirty, file.flushing) = (0, true);
        let part = part.clone();
        self.jobs.spawn(async move {
            let _turn = match &turns {
                // Never closed.
                Some(turns) => turns.acquire().await.ok(),
                None => None,
            };
            let work = move || {
                part.file.sync_data().map_err(|error| Problem::file(&part.path, &error))?;
                tell()
            };
            Job::Flushed(index, blocking(work).await)
        });
    }
}
