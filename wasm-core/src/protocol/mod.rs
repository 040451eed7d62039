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

mod answer;
mod envelope;
mod error;
mod event;
mod reading;
mod request;
mod version;

pub use answer::*;
pub use envelope::*;
pub use error::*;
pub use event::*;
pub use request::*;
pub use version::*;
