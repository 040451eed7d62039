//! How far each file of a transfer is.

use super::journal::{PlannedFile, Progress};
use crate::problem::Problem;
use wasm_core::protocol::ErrorCode;

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
    pub fn problem(&self, planned: &PlannedFile) -> Option<Problem> {
        match &self.stage {
            Stage::Failed(problem) => Some(problem.clone()),
            _ if self.restarts > 0 => {
                Some(Problem::new(ErrorCode::BlobChanged).with("blob", planned.blob.escape_debug()))
            }
            _ => None,
        }
    }

    pub fn left_by(planned: &PlannedFile, progress: &Progress) -> Self {
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
