//! Blobs: Azurite, the front that clients see, and shared access signatures.

pub mod azurite;
pub mod front;
pub mod sas;
pub mod store;
