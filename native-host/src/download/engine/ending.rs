//! How a transfer ends, or is left for another process.

use super::super::part::remove_parts;
use super::{Ending, Engine, Job, Keep, Watcher};
use std::sync::Arc;

impl<W: Watcher> Engine<W> {
    /// Stops everything; files stay as they are.
    pub(super) async fn halt(&mut self) {
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

    pub(super) async fn discard(mut self) -> Ending {
        self.halt().await;
        self.open.clear();
        if let Keep::Files { folder, .. } = &self.keep {
            remove_parts(folder, &self.header);
        }
        self.close();
        Ending::Discarded
    }

    pub(super) fn end(self) -> Ending {
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
