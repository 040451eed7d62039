//! From blobs to files and summaries.
//!
//! [`Downloads`] is the door: it lists a capture's files, brings them down in the background, goes on after any
//! interruption, and opens, merges and exports what is there. It knows no ARM and no sign-in: the rest of the
//! helper gives it [`BlobAccess`].
//!
//! How a transfer survives a crash stands in [`journal`]; what runs when, in [`engine`].

mod access;
mod blob;
mod board;
mod catch_up;
mod clients;
mod container;
mod engine;
mod entry;
mod export;
mod fetch;
mod folder;
mod follow;
mod journal;
mod listing;
mod look;
mod md5;
mod merge;
mod open;
mod open_file;
mod pace;
mod page;
mod part;
mod readers;
mod report;
mod sums;
mod transfers;
mod wire;

pub use access::{BlobAccess, BlobCredential, ContainerPlace, Refusal};
pub use blob::{Blob, Blobs, ETag};
pub use container::Container;
pub use engine::Order;
pub use entry::{Downloaded, Following};
pub use fetch::Patience;
pub use folder::Folder;
pub use journal::{BlobVersion, PlannedFile};
pub use listing::{FoundFile, FoundFiles, Sought, instance_of};
pub use look::Pieces;
pub use merge::{Source, merge_into};
pub use sums::Sums;
pub use transfers::Downloads;

/// CRC-64/NVME, which is also what Azure storage calls CRC64.
fn crc64(bytes: &[u8]) -> u64 {
    crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, bytes)
}
