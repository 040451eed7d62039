//! The files of a capture.

mod file_row;
mod list;
mod order;
mod runs;
mod transfer_bar;

pub use list::Files;
