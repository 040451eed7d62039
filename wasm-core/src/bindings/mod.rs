//! The core offered to JavaScript: the only module that knows browser types.

mod core;
mod engine;

pub use self::core::*;
pub use engine::Engine;
