//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A simulator of Azure's packet captures on VM scale sets.
#[derive(Debug, Parser)]
#[command(name = "azure-sim", version)]
pub struct Options {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start everything, print one line of JSON with the endpoints, serve until SIGTERM.
    Up(Up),
}

#[derive(Debug, Args)]
pub struct Up {
    /// Where the CA, the blobs and the agents' files are kept (a temporary folder by default).
    #[arg(long)]
    pub state: Option<PathBuf>,
    /// How many simulated seconds pass in one real second.
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    pub time_scale: f64,
    /// The world to simulate, as JSON (see README.md); the Contoso world by default.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// A variation of the Contoso world.
    #[arg(long, value_enum, default_value_t = Scenario::Default, conflicts_with = "config")]
    pub scenario: Scenario,
    /// Recorded traffic that the agents replay (`tests/captures` of the repository by default).
    #[arg(long)]
    pub captures: Option<PathBuf>,
    /// Azurite's `azurite-blob` (found in `node_modules` above this program or the current folder).
    #[arg(long, env = "AZURITE")]
    pub azurite: Option<PathBuf>,
    /// Which headers announce a long-running operation.
    #[arg(long, value_enum, default_value_t = LroForm::Recorded)]
    pub lro: LroForm,
    #[arg(long, default_value_t = 0)]
    pub resource_manager_port: u16,
    #[arg(long, default_value_t = 0)]
    pub authority_port: u16,
    #[arg(long, default_value_t = 0)]
    pub blob_port: u16,
    /// Firefox needs 443, because it maps portal.azure.com by name only.
    #[arg(long, default_value_t = 0)]
    pub portal_port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// Everything is ready for a capture on `web-set`.
    Default,
    /// No scale set has the Network Watcher agent yet.
    AgentMissing,
    /// `web-set` has 1,000 instances, and its region 10,000 earlier captures.
    Big,
    /// The region has no Network Watcher yet.
    WatcherMissing,
}

/// How a long-running operation is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LroForm {
    /// As recorded from Azure: creation by `Azure-AsyncOperation`, stop, delete and status by both.
    Recorded,
    /// Both headers on every operation.
    Both,
    /// `Azure-AsyncOperation` alone.
    Async,
    /// `Location` alone.
    Location,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(n) if n.is_finite() && (0.001..=1_000_000.0).contains(&n) => Ok(n),
        _ => Err("a number between 0.001 and 1000000".to_owned()),
    }
}
