//! The same deed as a command of the az CLI or of PowerShell, and filters out of such commands.
//!
//! Sources: az CLI 2.91 (`network watcher packet-capture`, and `network network-watcher packet-capture` for
//! continuous captures, which the older group lacks), Az.Network (`New-AzNetworkWatcherPacketCaptureV2`).

mod az;
mod paste;
mod powershell;

pub use paste::{PasteError, filters_of};

use super::{capture::CaptureRequest, resource::ResourceId};

/// Who runs the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The az CLI in a POSIX shell.
    Az,
    PowerShell,
}

/// What is done with a capture that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Show,
    Status,
    Stop,
    Delete,
}

/// Starts the capture. `watcher`: the region's Network Watcher, where known; otherwise the command looks it up.
pub fn start(request: &CaptureRequest, watcher: Option<&ResourceId>, dialect: Dialect) -> String {
    match dialect {
        Dialect::Az => az::start(request, watcher),
        Dialect::PowerShell => powershell::start(request, watcher),
    }
}

/// Does something with the capture `capture` (its resource id), in the region `location`.
pub fn existing(action: Action, capture: &ResourceId, location: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Az => az::existing(action, capture, location),
        Dialect::PowerShell => powershell::existing(action, capture, location),
    }
}

#[cfg(test)]
mod tests;
