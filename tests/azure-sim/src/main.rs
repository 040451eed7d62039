//! A simulator of Azure's packet captures on VM scale sets: Resource Manager, Entra, portal page, agents,
//! and Azurite for blobs. README.md tells what it covers and how to use it as a test double.

mod agent;
mod arm;
mod blob;
mod clock;
mod control;
mod entra;
mod lock;
mod options;
mod portal;
mod serve;
mod sim;
mod tls;
mod up;
mod world;

use std::process::ExitCode;

use clap::Parser as _;
use options::{Command, Options};

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let Command::Up(options) = Options::parse().command;
    match up::run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
