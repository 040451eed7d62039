//! What was written is brought to the disk, data before the journal that tells of it.

use super::super::fetch::{PIECE, Sink, blocking};
use super::{Engine, Job, Keep, Watcher};
use crate::problem::Problem;

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

    /// Brings to the disk what was written of one file, data first.
    pub(super) fn flush_file(&mut self, index: usize) {
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

    /// Brings a small file to the disk while its MD5 waits for others, so that little is left to be flushed at its end.
    pub(super) fn flush_waiting(&mut self, index: usize) {
        let Some(file) = self.open.get_mut(&index) else { return };
        let Sink::Disk { part, .. } = &file.sink else { return };
        (file.dirty, file.flushing) = (0, true);
        let (part, finishers) = (part.clone(), self.finishers.clone());
        self.jobs.spawn(async move {
            // Never closed.
            let _turn = finishers.acquire().await;
            let work = move || part.file.sync_data().map_err(|error| Problem::file(&part.path, &error));
            Job::Flushed(index, blocking(work).await)
        });
    }
}
