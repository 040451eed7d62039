//! Packets for reading: rows, field trees with byte ranges, display filters, random access.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

mod fields;
mod needs;
mod row;
mod terms;
mod tree;

pub use needs::Needs;
pub use row::{Meaning, Preview, Row};
pub use terms::{TermError, TermErrorKind, Terms, complete};
pub use tree::{Node, Tree, Value};
