//! The capture workflow: where captures of a scale set live, and starting, reading, stopping, deleting them.
//!
//! A Uniform set has one capture resource for all its instances. Whether Network Watcher takes a Flexible set as
//! a target is documented nowhere, so there each machine gets its own capture, `NAME_MACHINE`, and all of them are
//! shown as the one capture `NAME`.

mod end;
mod found;
mod ground;
mod read;
mod start;
mod wish;

use futures::{StreamExt, stream};
use wasm_core::protocol::ErrorCode;

use crate::problem::Problem;

pub use end::{delete, stop};
pub use found::{Found, Member, started, time_limit};
pub use ground::{Ground, Grounds};
pub use read::{get, list, with_statuses};
pub use start::{Put, explained, put_url, puts, start};
pub use wish::wish;

/// Questions to Azure at the same time.
const QUESTIONS: usize = 16;

/// Waits for all of them, a few at the same time, in their order.
async fn some_at_a_time<T>(work: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    // Collected first: a stream over a borrowing closure is not `Send` enough for a task.
    stream::iter(work.collect::<Vec<_>>()).buffered(QUESTIONS).collect().await
}

/// Failures that leave open whether the capture was made.
fn is_open(problem: &Problem) -> bool {
    matches!(
        problem.code,
        ErrorCode::OperationUnclear
            | ErrorCode::Network
            | ErrorCode::Timeout
            | ErrorCode::AzureUnavailable
            | ErrorCode::UnexpectedAnswer
            | ErrorCode::Conflict
    )
}
