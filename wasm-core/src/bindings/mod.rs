//! The core offered to JavaScript: the only module that knows browser types.

#[cfg(feature = "bindings")]
mod core;
#[cfg(feature = "engine")]
mod engine;

#[cfg(feature = "bindings")]
pub use self::core::*;
#[cfg(feature = "engine")]
pub use engine::Engine;
