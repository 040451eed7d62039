//! Questions to the handlers, and their answers in print.

use async_trait::async_trait;
use std::sync::Arc;
use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::{
    Account, Answer, CaptureRef, CheckState, Context as SetContext, ErrorCode, Event, Request, Target,
};

use super::Context;
use super::arguments::{NamedArguments, TargetArguments};
use super::resource::locate;
use super::terminal::{Colour, Terminal, printable};
use crate::connection::Listener;
use crate::handlers::{self, Call};
use crate::problem::{Problem, Result};

/// Events of a command go to stderr, where somebody looks.
struct Watcher {
    terminal: Terminal,
}

#[async_trait]
impl Listener for Watcher {
    async fn hear(&self, event: Event) {
        if !self.terminal.attended {
            return;
        }
        match event {
            Event::Progress { step, done, total } => {
                let step = serde_json::to_value(step).unwrap_or_default();
                let total = total.map_or_else(|| "?".to_owned(), |total| total.to_string());
                self.terminal.note(&format!("{} {done}/{total}", step.as_str().unwrap_or_default()));
            }
            Event::Capture { capture } => {
                let left =
                    capture.remaining_seconds.map(|left| format!(" ({left} s left)")).unwrap_or_default();
                self.terminal.note(&printable(&format!("{}: {}{left}", capture.name, capture.text)));
            }
            Event::SignInPrompt { url, code, .. } => match code {
                Some(code) => self.terminal.note(&printable(&format!("{url}: {code}"))),
                None => self.terminal.note(&printable(&url)),
            },
            Event::Transfer { .. } | Event::Bytes { .. } => {}
        }
    }
}

impl Context {
    pub fn call(&self) -> Call {
        Call::new(self.helper(), self.language, Arc::new(Watcher { terminal: self.terminal.clone() }))
    }

    pub fn target(&self, arguments: &TargetArguments) -> Result<Target> {
        let place = locate(&arguments.scale_set)?;
        let cloud = match &self.common.cloud {
            Some(name) => CloudName::from(name.clone()),
            None => self.config.cloud_of_page(place.cloud()),
        };
        let tenant = self.common.tenant.clone().or_else(|| place.tenant().map(str::to_owned));
        Ok(Target { scale_set: place.scale_set().clone(), cloud, tenant })
    }

    pub fn named(&self, arguments: &NamedArguments) -> Result<CaptureRef> {
        Ok(CaptureRef { target: self.target(&arguments.target)?, capture: arguments.name.clone() })
    }

    /// One request, answered by the handler that the browser's session would ask.
    pub fn ask(&self, request: Request) -> Result<Answer> {
        let call = self.call();
        let helper = call.helper.clone();
        self.block_on(async {
            let answer = tokio::select! {
                answer = handlers::answer(call, request) => answer,
                // What was begun in Azure goes on; only the watching ends.
                _ = tokio::signal::ctrl_c() => Err(Problem::new(ErrorCode::Cancelled)),
            };
            helper.settle().await;
            answer
        })
    }

    pub fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Problem::internal)?;
        runtime.block_on(work)
    }

    pub fn show(&self, answer: &Answer) {
        let terminal = &self.terminal;
        match answer {
            Answer::Capture(capture) if terminal.json => terminal.object(capture),
            Answer::Capture(capture) => {
                terminal.line(&printable(&format!("{}  {}", capture.name, capture.text)));
                if let Some(path) = &capture.storage_path {
                    terminal.line(&format!("  {}", printable(path)));
                }
            }
            Answer::Captures { captures, .. } if terminal.json => terminal.object(captures),
            Answer::Captures { captures, .. } => {
                for capture in captures {
                    let started = capture.started.as_deref().unwrap_or("-");
                    let line = format!(
                        "{:32} {:12} {started:30} {}",
                        capture.name,
                        capture.status.as_str(),
                        capture.text
                    );
                    terminal.line(&printable(&line));
                }
            }
            Answer::Context(context) if terminal.json => terminal.object(context),
            Answer::Context(context) => show_context(terminal, context),
            Answer::FlowVerdict(verdict) if !terminal.json => {
                let hop = verdict.next_hop.as_ref();
                let hop = hop.map(|hop| {
                    format!(", next hop {} {}", hop.kind, hop.address.as_deref().unwrap_or_default())
                });
                let line = format!("{} ({}){}", verdict.access, verdict.rule, hop.unwrap_or_default());
                terminal.line(&printable(&line));
            }
            other if terminal.json => terminal.object(&bare(other)),
            Answer::Account(Account::SignedIn { name, tenant, credential, .. }) => {
                terminal.line(&printable(&format!("{name}  {tenant}  {credential:?}")));
            }
            Answer::Account(Account::SignedOut { tried }) => {
                for line in tried {
                    terminal.line(&printable(line));
                }
            }
            Answer::Deleted { capture, files_deleted } => {
                terminal.line(&printable(&format!("{capture}  ({files_deleted} files)")));
            }
            other => terminal.object(&bare(other)),
        }
    }

    pub fn run(&self, request: Request) -> Result<u8> {
        self.show(&self.ask(request)?);
        Ok(0)
    }
}

/// The answer's own members, without the tag of the protocol.
pub fn bare(answer: &Answer) -> serde_json::Value {
    let mut value = serde_json::to_value(answer).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.remove("answer");
    }
    value
}

fn show_context(terminal: &Terminal, context: &SetContext) {
    let line = format!(
        "{}  {}  {:?} {:?}  {} instances",
        context.scale_set.name(),
        context.location,
        context.orchestration,
        context.os,
        context.instances.len()
    );
    terminal.line(&printable(&line));
    for check in &context.checks {
        let (mark, colour) = match check.state {
            CheckState::Ok => ("✓", Colour::Green),
            CheckState::Warning => ("!", Colour::Yellow),
            CheckState::Blocked => ("✗", Colour::Red),
            CheckState::Unknown => ("?", Colour::Cyan),
        };
        terminal.line(&format!("  {} {}", terminal.paint(colour, mark), printable(&check.text)));
    }
}
