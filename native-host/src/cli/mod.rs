//! The command line: the same handlers as behind the browser, for people and scripts.
//!
//! Exit status: 0 done, 1 failed with a coded error on stderr, 2 wrong usage.

mod account;
mod agent;
mod arguments;
mod ask;
mod blob_path;
mod bring;
mod capture;
mod download;
mod figures;
mod filter;
mod flow;
mod follow;
mod help;
mod install;
mod reason;
mod resource;
mod start;
mod summarize;
mod terminal;

use clap::{CommandFactory, Parser};
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use wasm_core::protocol::ErrorCode;
use wasm_core::words::Language;

use crate::config::Config;
use crate::handlers::Helper;
use crate::log;
use crate::problem::{Problem, Result};
use arguments::{Arguments, Command, Common};
use ask::bare;
use terminal::Terminal;

/// Everything that a command needs beside its own arguments.
#[derive(Clone)]
struct Context {
    common: Common,
    config: Config,
    terminal: Terminal,
}

impl Context {
    /// The helper, made when a command needs Azure.
    fn helper(&self) -> Arc<Helper> {
        Arc::new(Helper::new(self.config.clone()))
    }
}

/// Runs the command line of this process.
pub fn run(given: Vec<OsString>) -> ExitCode {
    let config = Config::load();
    let arguments = match Arguments::try_parse_from(&given) {
        Ok(arguments) => arguments,
        Err(error) => {
            let terminal = Terminal::new(false, language(help::wished(&given), &config));
            help::tell(&error, given, &terminal, Arguments::command);
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let terminal = Terminal::new(arguments.common.json, language(arguments.common.lang, &config));
    let outcome = config.and_then(|config| {
        log::start(config.logs());
        let context = Context { common: arguments.common, config, terminal: terminal.clone() };
        let code = dispatch(&context, arguments.command)?;
        terminal.finish()?;
        Ok(code)
    });
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            tracing::warn!(%problem, "the command failed");
            terminal.failure(&problem);
            ExitCode::from(1)
        }
    }
}

/// That of `--lang`, else the settings', else the system's.
fn language(wished: Option<Language>, config: &Result<Config>) -> Language {
    let settings = || config.as_ref().ok()?.settings().language?.parse().ok();
    wished.or_else(settings).unwrap_or_else(terminal::environment_language)
}

fn dispatch(context: &Context, command: Command) -> Result<u8> {
    match command {
        Command::Summarize(arguments) => summarize::run(context, &arguments),
        Command::Filter(command) => filter::run(context, &command),
        Command::Resource(arguments) => resource::run(context, &arguments),
        Command::Capture(command) => capture::run(context, command),
        Command::Download(arguments) => download::download(context, &arguments),
        Command::BlobPath(command) => blob_path::run(context, command),
        Command::Agent(command) => agent::run(context, command),
        Command::Account(command) => account::run(context, command),
        Command::Flow(command) => flow::run(context, command),
        Command::Install(arguments) => install::install(context, &arguments),
        Command::Uninstall(arguments) => install::uninstall(context, &arguments),
        Command::Doctor(arguments) => install::doctor(context, &arguments),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            // Windows PowerShell reads a program's output in the system's code page: in another than UTF-8, Japanese
            // letters would swallow the quotes behind them.
            let language = match shell {
                clap_complete::Shell::PowerShell => Language::English,
                _ => context.terminal.language,
            };
            let mut definition = help::described(Arguments::command(), language);
            clap_complete::generate(shell, &mut definition, "vmss-capture", &mut text);
            context.terminal.write(&text);
            Ok(0)
        }
    }
}

/// A browser that speaks for an extension which is not ours.
pub fn refuse_stranger(origin: &str) -> ExitCode {
    let problem = Problem::new(ErrorCode::UnknownOrigin).with("origin", terminal::printable(origin));
    Terminal::new(false, terminal::environment_language()).failure(&problem);
    ExitCode::FAILURE
}
