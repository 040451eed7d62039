//! Every message between the extension's pages and the helper, defined once.
//!
//! The pages and the helper both use these types; the relay between them reads the [`envelope`] and
//! nothing else. PROTOCOL.md describes the same for readers of other languages, and
//! `tests/protocol.rs` fails where it lacks a variant or where a fixture does not survive a round trip.
//!
//! ```text
//! page ──FromPage──▶ relay ──ToHelper──▶ helper
//! page ◀──FromHelper── relay ◀──FromHelperFrame── helper
//! ```

mod account;
mod answer;
mod capture;
mod context;
mod doctor;
mod envelope;
mod error;
mod event;
mod file;
mod reading;
mod request;
mod settings;
mod transfer;
mod verdict;
mod version;

pub use account::*;
pub use answer::*;
pub use capture::*;
pub use context::*;
pub use doctor::*;
pub use envelope::*;
pub use error::*;
pub use event::*;
pub use file::*;
pub use request::*;
pub use settings::*;
pub use transfer::*;
pub use verdict::*;
pub use version::*;
