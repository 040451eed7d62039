//! `vmss-capture`: for a browser a native-messaging host, for a person a command line.

use native_host::config::Config;
use native_host::connection::{Caller, caller, serve};
use native_host::handlers::Helper;
use native_host::{cli, log};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    // A configuration that cannot be read must not keep the panel from saying so.
    let known = Config::load_to_change().map(|config| config.extensions()).unwrap_or_default();
    match caller(&arguments, &known) {
        Caller::Person => cli::run(std::env::args_os().collect()),
        Caller::Extension(origin) => browser(&origin),
        Caller::Stranger(origin) => cli::refuse_stranger(&origin),
    }
}

fn browser(origin: &str) -> ExitCode {
    let helper = match Config::load_to_change() {
        Ok(config) => {
            log::start(config.logs());
            Helper::new(config)
        }
        Err(problem) => Helper::troubled(problem),
    };
    tracing::info!(origin, version = env!("CARGO_PKG_VERSION"), "started by a browser");
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "no runtime");
            return ExitCode::FAILURE;
        }
    };
    let served = runtime.block_on(serve(Arc::new(helper), std::io::stdin(), std::io::stdout()));
    // The reader's thread may still wait for a browser that keeps the pipe open.
    runtime.shutdown_background();
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the pipe failed");
            ExitCode::FAILURE
        }
    }
}
