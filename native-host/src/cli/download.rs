//! `capture files` and `download`: what a capture left in storage, and bringing it here.

use async_trait::async_trait;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use wasm_core::protocol::{Answer, DownloadedFile, ErrorCode, Event, FileState, Request};

use super::arguments::{Download, NamedArguments};
use super::bring::bring;
use super::figures::size;
use super::terminal::{Colour, Terminal, printable};
use super::{Context, bare, summarize};
use crate::connection::Listener;
use crate::download::{Source, instance_of, merge_into};
use crate::handlers::{Call, Helper};
use crate::problem::{Problem, Result};

/// Conversations below the summary of a download.
const LISTED: usize = 20;

pub fn files(context: &Context, named: &NamedArguments) -> Result<u8> {
    let answer = context.ask(Request::Files { capture: context.named(named)? })?;
    let terminal = &context.terminal;
    let Answer::Files { files, warnings } = &answer else { return Err(Problem::internal("no files")) };
    if terminal.json {
        terminal.object(&bare(&answer));
        return Ok(0);
    }
    warnings.iter().for_each(|warning| terminal.warning(warning));
    for file in files {
        let (mark, colour) = match file.state {
            FileState::Local => ("ui-file-state-local", Colour::Green),
            FileState::Partial => ("ui-file-state-partial", Colour::Cyan),
            FileState::InStorage => ("ui-file-state-in-storage", Colour::Bold),
            FileState::NotWritten => ("ui-file-state-not-written", Colour::Dim),
            FileState::Missing => ("ui-file-state-missing", Colour::Yellow),
        };
        let instance = file.instance.as_ref().map_or("-", |instance| instance.name());
        let name = file.file.as_ref().map_or("", |file| file.0.as_str());
        let size = if file.file.is_some() { size(file.size) } else { String::new() };
        let modified = file.modified.as_deref().unwrap_or("");
        let line = printable(&format!("{instance:12} {size:>10} {modified:24} {name}"));
        terminal.line(&format!("{line}  {}", terminal.paint(colour, &terminal.word(mark))));
    }
    Ok(0)
}

pub fn download(context: &Context, arguments: &Download) -> Result<u8> {
    let capture = context.named(&arguments.named)?;
    let helper = match &arguments.to {
        Some(folder) => Arc::new(Helper::new(context.config.clone().with_downloads(folder))),
        None => context.helper(),
    };
    let listener = Arc::new(Teller::new(context.terminal.clone()));
    let call = Call::new(helper.clone(), context.terminal.language, listener.clone());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Problem::internal)?;
    let answer = runtime.block_on(async {
        let answer = tokio::select! {
            answer = bring(&call, &context.terminal, &capture, arguments) => answer,
            _ = tokio::signal::ctrl_c() => Err(Problem::new(ErrorCode::Cancelled)),
        };
        // What was begun stays; the same command goes on with it.
        helper.settle().await;
        answer
    });
    listener.bar.finish_and_clear();
    let answer = answer?;
    let Answer::Downloaded { files, report } = &answer else { return Err(Problem::internal("no download")) };
    let root = helper.config().downloads().to_owned();
    let merged = match &arguments.merge {
        Some(target) => Some(merge(files, &root, target)?),
        None => None,
    };
    let terminal = &context.terminal;
    if terminal.json {
        let mut object = bare(&answer);
        if let Some(packets) = merged {
            object["merged"] = json!({ "file": arguments.merge, "packets": packets });
        }
        terminal.object(&object);
    } else {
        show(context, files, &root);
        if let Some(report) = report {
            summarize::show_report(terminal, report, LISTED);
        }
        if let (Some(packets), Some(target)) = (merged, &arguments.merge) {
            let packets = summarize::counted(terminal, "cli-packets", packets);
            terminal.line(&printable(&format!("{}  {packets}", target.display())));
        }
    }
    // A blob that was replaced meanwhile is here all the same.
    let failed = |file: &DownloadedFile| {
        file.failure
            .as_ref()
            .is_some_and(|failure| failure.code != ErrorCode::BlobChanged || file.file.is_none())
    };
    Ok(u8::from(files.iter().any(failed)))
}

fn merge(files: &[DownloadedFile], root: &Path, target: &Path) -> Result<u64> {
    let source = |file: &DownloadedFile| {
        let reference = file.file.as_ref()?;
        let name = instance_of(reference).map(|instance| format!("instance {instance}"));
        Some(Source { path: root.join(&reference.0), name: name.unwrap_or_else(|| reference.0.clone()) })
    };
    let sources: Vec<Source> = files.iter().filter_map(source).collect();
    merge_into(&sources, target)
}

fn show(context: &Context, files: &[DownloadedFile], root: &Path) {
    let terminal = &context.terminal;
    for file in files {
        let instance = file.instance.as_ref().map_or("-", |instance| instance.name());
        let path =
            file.file.as_ref().map(|file| root.join(&file.0).display().to_string()).unwrap_or_default();
        let line = printable(&format!("{instance:12} {:>10} {path}", size(file.size)));
        terminal.line(&line);
        if let Some(failure) = &file.failure {
            terminal.note(&format!("  error[{}]: {}", failure.code.as_str(), printable(&failure.text)));
        }
    }
    if files.iter().filter_map(|file| file.failure.as_ref()).any(|it| it.code == ErrorCode::FileExists) {
        terminal.note(&format!("  → {}", terminal.word("cli-next-file-exists")));
    }
}

/// Progress: a bar where somebody looks, JSON lines where a program reads.
struct Teller {
    terminal: Terminal,
    bar: ProgressBar,
}

impl Teller {
    fn new(terminal: Terminal) -> Self {
        let style = ProgressStyle::with_template(
            "{bar:30} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}  {msg}",
        );
        let bar =
            if terminal.attended && !terminal.json { ProgressBar::new(0) } else { ProgressBar::hidden() };
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { terminal, bar }
    }
}

#[async_trait]
impl Listener for Teller {
    async fn hear(&self, event: Event) {
        if self.terminal.json {
            return self.terminal.object(&event);
        }
        if let Event::Transfer { transfer } = event {
            let files = &transfer.files;
            self.bar.set_length(files.iter().map(|file| file.size).sum());
            self.bar.set_position(files.iter().map(|file| file.done).sum());
            let whole = files.iter().filter(|file| file.done == file.size).count();
            self.bar.set_message(format!("{whole}/{}", files.len()));
        }
    }
}
