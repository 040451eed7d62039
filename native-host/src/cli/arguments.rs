//! What can be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use wasm_core::azure::capture::{CaptureName, SettingError};
use wasm_core::azure::resource::InstanceId;
use wasm_core::words::Language;

use super::reason::Expected;

/// Packet capture on Azure virtual machine scale sets, from the command line.
#[derive(Debug, Parser)]
#[command(name = "vmss-capture", version, propagate_version = true, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Listed last and under a heading of their own: the options of the command come first.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Common {
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// public, usgov, china, or a cloud of the configuration file [default: the one of the portal URL].
    #[arg(long, global = true, value_name = "NAME")]
    pub cloud: Option<String>,
    /// Tenant (GUID or domain) to sign in to [default: the one of the portal URL].
    #[arg(long, global = true, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Language of sentences: en or ja [default: the system's].
    #[arg(long, global = true, value_name = "TAG")]
    pub lang: Option<Language>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Summarise capture files.
    Summarize(Summarize),
    /// Check capture filters.
    #[command(subcommand)]
    Filter(Filter),
    /// Tell what a portal URL or resource id names.
    Resource(Resource),
    /// Start, watch, stop and delete captures.
    #[command(subcommand)]
    Capture(Capture),
    /// Download the files of a capture. An interrupted download of the same capture goes on.
    Download(Download),
    /// Where captures lie in storage accounts.
    #[command(subcommand)]
    BlobPath(BlobPath),
    /// The Network Watcher agent on a scale set.
    #[command(subcommand)]
    Agent(Agent),
    /// Who is signed in.
    #[command(subcommand)]
    Account(Account),
    /// Ask Network Watcher about a flow.
    #[command(subcommand)]
    Flow(Flow),
    /// Register this helper with browsers, for the present user.
    Install(Install),
    /// Take the registration back.
    Uninstall(BrowserArguments),
    /// Tell where the helper is registered, and whether all is well.
    Doctor(BrowserArguments),
    /// Print a completion script for a shell.
    Completions {
        /// The shell that reads it.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct Summarize {
    /// Capture files, folders of such, or - for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How many conversations to list: a number, or all.
    #[arg(long, default_value = "20", value_name = "all|N", value_parser = listing)]
    pub conversations: Listed,
    /// Follow one conversation over the sources instead: [tcp|udp|sctp/]ADDRESS:PORT,ADDRESS:PORT.
    #[arg(long, value_name = "ENDS", conflicts_with = "conversations")]
    pub conversation: Option<wasm_core::pcap::follow::Ends>,
    /// Count only what these capture filters keep: JSON, or @FILE.
    #[arg(long, value_name = "JSON|@FILE")]
    pub filter: Option<String>,
    /// Addresses of the captured instance, for --filter.
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub local: Vec<IpAddr>,
    /// Look for packets behind damage and count them too; otherwise a damaged file counts up to there.
    #[arg(long)]
    pub recover: bool,
    /// Show progress on standard error.
    #[arg(long)]
    pub progress: bool,
}

/// `all` or a number.
#[derive(Clone, Copy, Debug)]
pub struct Listed(pub wasm_core::pcap::Listing);

fn listing(text: &str) -> Result<Listed, Expected> {
    use wasm_core::pcap::Listing;
    match text {
        "all" => Ok(Listed(Listing::All)),
        _ => text.parse().map(|count| Listed(Listing::Top(count))).map_err(|_| Expected::NumberOrAll),
    }
}

#[derive(Debug, Subcommand)]
pub enum Filter {
    /// Check filters in the form of the az CLI, and try them on a capture.
    Check {
        /// JSON such as [{"protocol":"TCP","remotePort":"80;443"}], or @FILE.
        #[arg(value_name = "JSON|@FILE")]
        filters: String,
        /// A capture to try the filters on.
        #[arg(long = "match", value_name = "FILE")]
        capture: Option<PathBuf>,
        /// Addresses of the captured instance; without them either end may be the local one.
        #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
        local: Vec<IpAddr>,
        /// Subnets of the instances, to warn of filters that cannot fit.
        #[arg(long, value_name = "CIDR", value_delimiter = ',')]
        subnet: Vec<wasm_core::filter::Subnet>,
    },
}

#[derive(Debug, Args)]
pub struct Install {
    #[command(flatten)]
    pub browsers: UsedBrowsers,
    /// Register this program where it stands, instead of a copy in the user's own folder.
    #[arg(long)]
    pub in_place: bool,
}

const BROWSERS: [&str; 6] = ["chrome", "edge", "chromium", "brave", "firefox", "all"];

#[derive(Debug, Args)]
pub struct UsedBrowsers {
    /// Browsers, with commas between them [default: those that this user has].
    #[arg(long, value_delimiter = ',', value_parser = BROWSERS)]
    pub browser: Vec<String>,
}

#[derive(Debug, Args)]
pub struct BrowserArguments {
    /// Browsers, with commas between them [default: all].
    #[arg(long, value_delimiter = ',', value_parser = BROWSERS)]
    pub browser: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Resource {
    /// URL of a portal page, or a resource id.
    #[arg(value_name = "URL_OR_ID")]
    pub resource: String,
}

#[derive(Debug, Args)]
pub struct TargetArguments {
    /// The scale set: its resource id, or the URL of its page in the portal.
    #[arg(long, value_name = "ID_OR_PORTAL_URL")]
    pub scale_set: String,
}

#[derive(Debug, Args)]
pub struct NamedArguments {
    #[command(flatten)]
    pub target: TargetArguments,
    /// Name of the capture.
    #[arg(long, value_name = "NAME", value_parser = existing)]
    pub name: CaptureName,
}

fn existing(text: &str) -> Result<CaptureName, SettingError> {
    CaptureName::existing(text)
}

#[derive(Debug, Subcommand)]
pub enum Capture {
    /// Start a capture.
    Start(Box<Start>),
    /// List the captures of the scale set.
    List(TargetArguments),
    /// Show a capture and its present status.
    Show(NamedArguments),
    /// List the files of a capture, in storage and on this computer.
    Files(NamedArguments),
    /// Stop a running capture.
    Stop(NamedArguments),
    /// Delete a capture; its files stay.
    Delete {
        #[command(flatten)]
        named: NamedArguments,
        /// Delete the files in the storage account, too.
        #[arg(long)]
        files: bool,
    },
    /// Wait until a capture has ended.
    Wait(NamedArguments),
}

#[derive(Debug, Subcommand)]
pub enum BlobPath {
    /// Where the service puts the files of a capture unless told otherwise.
    Expect {
        #[command(flatten)]
        target: TargetArguments,
        /// The only instance that is captured.
        #[arg(long, value_name = "ID")]
        instance: Option<InstanceId>,
        /// When the capture starts, UTC, such as 2025-01-31T16:39:41.077Z.
        #[arg(long, value_name = "TIME")]
        started: Option<wasm_core::azure::time::UtcTime>,
        /// Another container than the service's own.
        #[arg(long)]
        container: Option<String>,
    },
    /// What a blob's URL tells.
    Parse {
        /// URL of a blob; a SAS behind it is not told on.
        url: String,
    },
    /// What several blobs' URLs tell, with local names that differ; - reads them line by line.
    List {
        /// URLs of blobs, or - for standard input.
        #[arg(required = true, value_name = "URL")]
        urls: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct Download {
    #[command(flatten)]
    pub named: NamedArguments,
    /// Files of this instance; repeat for more.
    #[arg(long = "instance", value_name = "ID", value_delimiter = ',')]
    pub instances: Vec<InstanceId>,
    /// Files of all instances, as without --instance.
    #[arg(long, conflicts_with = "instances")]
    pub all: bool,
    /// Summarise while the files arrive.
    #[arg(long)]
    pub summarize: bool,
    /// Summarise and keep nothing.
    #[arg(long)]
    pub no_keep: bool,
    /// Merge everything into this new pcapng in the order of time, an interface for each instance.
    #[arg(long, value_name = "FILE", conflicts_with = "no_keep")]
    pub merge: Option<PathBuf>,
    /// Replace finished files of the same names.
    #[arg(long)]
    pub overwrite: bool,
    /// Bytes a second at most.
    #[arg(long, value_name = "BYTES")]
    pub bandwidth: Option<u64>,
    /// Download folder [default: the one of the settings].
    #[arg(long, value_name = "FOLDER")]
    pub to: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Start {
    #[command(flatten)]
    pub target: TargetArguments,
    /// Name of the capture [default: capture- and the time].
    #[arg(long)]
    pub name: Option<CaptureName>,
    /// Storage account: its resource id, or its name in the scale set's resource group.
    #[arg(long, value_name = "ID_OR_NAME")]
    pub storage_account: Option<String>,
    /// URL of a container or blob in it.
    #[arg(long, value_name = "URL")]
    pub storage_path: Option<String>,
    /// A file on each instance instead of, or beside, the storage account.
    #[arg(long, value_name = "PATH")]
    pub file_path: Option<String>,
    /// Capture filters: JSON, or @FILE.
    #[arg(long, value_name = "JSON|@FILE")]
    pub filters: Option<String>,
    /// Instances to capture [default: all].
    #[arg(long, value_name = "ID", value_delimiter = ',', conflicts_with = "exclude")]
    pub include: Vec<InstanceId>,
    /// Instances to leave out.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub exclude: Vec<InstanceId>,
    /// Seconds, up to 18000; with --ring-files up to 604800.
    #[arg(long, value_name = "SECONDS")]
    pub time_limit: Option<u64>,
    /// Bytes for each instance, up to 4294967295.
    #[arg(long, value_name = "BYTES", conflicts_with = "ring_files")]
    pub capture_limit: Option<u64>,
    /// Bytes kept of each packet; 0 keeps all.
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    pub capture_size: u64,
    /// Write a ring of this many files instead of one session.
    #[arg(long, value_name = "FILES")]
    pub ring_files: Option<u64>,
    /// Bytes of each file of the ring.
    #[arg(long, value_name = "BYTES", requires = "ring_files")]
    pub ring_file_size: Option<u64>,
    /// Print the requests to Azure, and send none that changes anything.
    #[arg(long)]
    pub dry_run: bool,
    /// With --dry-run: the equivalent command instead.
    #[arg(long = "as", value_name = "TOOL", requires = "dry_run")]
    pub tool: Option<Tool>,
    /// Wait until the capture has ended.
    #[arg(long)]
    pub wait: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Tool {
    Az,
    Powershell,
}

#[derive(Debug, Subcommand)]
pub enum Agent {
    /// Everything that a capture needs, and what is missing.
    Status(TargetArguments),
    /// Install the agent on the model and bring it to the instances.
    Install {
        #[command(flatten)]
        target: TargetArguments,
        /// Also create the region's Network Watcher where there is none.
        #[arg(long)]
        create_watcher: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Account {
    /// Show who is signed in.
    Show(AccountArguments),
    /// Sign in without az: in the system's browser, or with a code.
    SignIn {
        #[command(flatten)]
        place: AccountArguments,
        /// Type a code on another device instead of using this computer's browser.
        #[arg(long)]
        device_code: bool,
    },
    /// Forget the built-in sign-in.
    SignOut(AccountArguments),
}

#[derive(Debug, Args)]
pub struct AccountArguments {
    /// The cloud and tenant of this portal page.
    #[arg(long, value_name = "URL")]
    pub portal: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Flow {
    /// Ask which rule lets a flow of an instance pass or not.
    Verify {
        #[command(flatten)]
        target: TargetArguments,
        /// The instance at one end of the flow.
        #[arg(long, value_name = "ID")]
        instance: InstanceId,
        /// Its transport protocol.
        #[arg(long, default_value = "tcp")]
        protocol: FlowKind,
        /// Who opens it: the instance (outbound) or its peer (inbound).
        #[arg(long, default_value = "outbound")]
        direction: FlowWay,
        /// The instance's end.
        #[arg(long, value_name = "ADDRESS:PORT", value_parser = end)]
        local: SocketAddr,
        /// The peer's end.
        #[arg(long, value_name = "ADDRESS:PORT", value_parser = end)]
        remote: SocketAddr,
    },
}

fn end(text: &str) -> Result<SocketAddr, Expected> {
    text.parse().map_err(|_| Expected::AddressAndPort)
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FlowKind {
    Tcp,
    Udp,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FlowWay {
    Inbound,
    Outbound,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_option_and_value_is_explained() {
        fn look(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some_and(|about| !about.to_string().is_empty()), "{path}");
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty(), "{path}: {} is not explained", argument.get_id());
            }
            command.get_subcommands().for_each(|command| look(command, &path));
        }
        look(&Arguments::command(), "");
    }
}
