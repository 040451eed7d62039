//! The threads that read files in order: for summaries and MD5s.

use super::fetch::blocking;
use crate::problem::{Problem, Result};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

/// What a summary holds grows where it is fed; each thread more keeps memory of its own.
static READERS: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(1, 4));
    Builder::new_current_thread().max_blocking_threads(threads).thread_name("in-order").build()
});

/// Work that takes processor time, on as few threads as there are cores.
pub async fn in_order<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match &*READERS {
        Ok(readers) => readers.spawn_blocking(work).await.map_err(Problem::internal)?,
        Err(_) => blocking(work).await,
    }
}
