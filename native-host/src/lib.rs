//! The helper of vmss-capture: native-messaging host and command line over the same handlers.
//!
//! It never renders, keeps no state about captures, and has no verb that runs a command, reads an arbitrary
//! file or calls an arbitrary URL.

pub mod azure;
pub mod cli;
pub mod config;
pub mod connection;
pub mod download;
pub mod handlers;
pub mod install;
pub mod log;
mod not_a_capture;
pub mod problem;
pub mod programs;
