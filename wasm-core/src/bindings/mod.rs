//! The core offered to JavaScript: the only module that knows browser types.

#[cfg(feature = "bindings")]
mod core;
mod engine;

#[cfg(feature = "bindings")]
pub use self::core::*;
pub use engine::Engine;
