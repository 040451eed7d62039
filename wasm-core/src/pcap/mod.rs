//! The capture engine: reads pcap and pcapng piece by piece, takes packets apart, summarises.
#![forbid(unsafe_code)]

mod bytes;
mod events;
mod findings;
mod flow_index;
mod flows;
mod link;
mod mix;
mod names;
mod numbers;
mod pieces;
mod ranking;
mod sequences;
mod streams;
mod tcp;
mod time;
mod tuple;
mod warning;
mod wording;

pub mod dissect;
pub mod fleet;
pub mod follow;
pub mod preview;
pub mod reader;
pub mod report;
pub mod session;
pub mod summary;
pub mod writer;

pub use link::LinkType;
pub use reader::{Packet, Reader};
pub use summary::{Listing, Options, Summarizer, Summary};
pub use time::Time;
pub use warning::{CaptureError, Warning};
