//! The log: one file a day in the log folder, never stdout. What reaches it has passed [`sanitise`].

pub mod sanitise;

use std::path::{Path, PathBuf};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Names the verbosity: `error`, `warn`, `info`, `debug` or `trace`.
const LEVEL_VARIABLE: &str = "VMSS_CAPTURE_LOG";
const FILES_KEPT: usize = 7;

/// Starts logging into the folder; where it cannot be written, nothing is logged.
pub fn start(folder: &Path) {
    // The appender would complain on stderr about a folder that is not there yet.
    if std::fs::create_dir_all(folder).is_err() {
        return;
    }
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("vmss-capture")
        .filename_suffix("log")
        .max_log_files(FILES_KEPT)
        .build(folder);
    let Ok(appender) = appender else { return };
    // Libraries stay at `warn`: their own request logs do not pass our allow-list.
    let level =
        |level: &str| EnvFilter::try_new(format!("warn,native_host={level},vmss_capture={level}")).ok();
    let wanted = std::env::var(LEVEL_VARIABLE).ok().and_then(|text| level(&text));
    let filter = wanted.or_else(|| level("info")).unwrap_or_default();
    // A second start (in tests) keeps the first subscriber.
    let _already = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::sync::Mutex::new(appender))
        .with_ansi(false)
        .with_target(false)
        .try_init();
}

/// Today's log file, or the folder where there is none yet.
pub fn file(folder: &Path) -> PathBuf {
    let newest = std::fs::read_dir(folder).ok().and_then(|entries| {
        let logs = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        logs.filter(|path| path.extension().is_some_and(|extension| extension == "log")).max()
    });
    newest.unwrap_or_else(|| folder.to_owned())
}
