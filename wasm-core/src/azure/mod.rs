//! What Azure calls things: resource ids, clouds, portal pages, captures, their status and their files.
//!
//! Sources of every rule are named beside it; where Azure documents nothing, the code says so and the
//! user is told ("Azure does not document this"), nothing is guessed in silence.

pub mod arm;
pub mod blob_path;
pub mod capture;
pub mod cloud;
pub mod command;
mod open_enum;
pub mod portal;
pub mod resource;
pub mod status;
pub mod time;
