//! Plumbing: the pipe to the helper, state, words, formats, what is remembered. No component stands here.

pub mod ask;
pub mod clipboard;
pub mod clock;
mod drag;
pub mod focus;
pub mod format;
pub mod helper;
pub mod keyboard;
pub mod memory;
pub mod parts;
pub mod patience;
mod runtime;
mod shared;
mod size;
mod steady;
pub mod task;
pub mod theme;
pub mod viewer_link;
pub mod words;

pub use drag::use_drag;
pub use shared::Shared;
pub use size::use_size;
pub use steady::use_steady;
