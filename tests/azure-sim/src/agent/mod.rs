//! The simulated Network Watcher agents: they replay recorded traffic through a capture's filters and limits.

pub mod place;
pub mod recordings;
mod replay;
mod rewrite;
pub mod session;
