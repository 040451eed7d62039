//! A capture as a person wishes it: name, scope, limits, storage, filters; every value is valid once made.

mod error;
mod limits;
mod name;
mod request;
mod scope;
mod storage;

pub use error::SettingError;
pub use limits::{CaptureLimits, CaptureSettings, Estimate, RingBuffer, SessionLimits, limit};
pub use name::CaptureName;
pub use request::{CaptureRequest, Target};
pub use scope::Scope;
pub use storage::{AccountStorage, LocalFile, LocalSystem, Storage};

#[cfg(test)]
mod tests;
