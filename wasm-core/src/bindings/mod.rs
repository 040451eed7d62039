//! The core offered to JavaScript: the only module that knows browser types.

mod engine;

pub use engine::Engine;
