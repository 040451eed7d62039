//! The threads that wait for the network.

use crate::problem::{Problem, Result};
use std::thread::available_parallelism;
use tokio::runtime::{Builder, Runtime};

/// Half of the cores wait; the others are for what comes of the bytes (checksums, summaries, the disk), which has
/// threads of its own. Where two wait for one connection, each batch that arrives wakes the one that has nothing to do.
pub fn runtime() -> Result<Runtime> {
    let waiting = available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
    Builder::new_multi_thread().worker_threads(waiting).enable_all().build().map_err(Problem::internal)
}
