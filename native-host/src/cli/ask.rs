//! Questions to the handlers, and their answers in print.

use async_trait::async_trait;
use std::sync::Arc;
use wasm_core::azure::cloud::CloudName;
use wasm_core::azure::status::{CaptureStatus, Explain};
use wasm_core::protocol::{
    Account, Answer, Capture, CaptureRef, CheckState, Context as SetContext, ErrorCode, Event, Fix,
    FlowVerdict, Request, Step, Target,
};
use wasm_core::words::{Language, args};

use super::Context;
use super::arguments::{NamedArguments, TargetArguments};
use super::figures::duration;
use super::resource::locate;
use super::terminal::{Colour, Terminal, padded, printable};
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
                if let Some(line) = progress_line(&self.terminal, step, done, total) {
                    self.terminal.note(&line);
                }
            }
            // The answer tells how it ended.
            Event::Capture { capture } if has_ended(&capture) => {}
            Event::Capture { capture } => self.terminal.note(&capture_line(&self.terminal, &capture)),
            Event::SignInPrompt { url, code, .. } => match code {
                Some(code) => self.terminal.note(&printable(&format!("{url}: {code}"))),
                None => self.terminal.note(&printable(&url)),
            },
            Event::Transfer { .. } | Event::Bytes { .. } => {}
        }
    }
}

/// One thing is told when it begins, several are counted.
fn progress_line(terminal: &Terminal, step: Step, done: u64, total: Option<u64>) -> Option<String> {
    let name = serde_json::to_value(step).unwrap_or_default();
    let doing = terminal.word(&format!("ui-step-{}", name.as_str().unwrap_or_default()));
    match total {
        Some(1) if done > 0 => None,
        Some(1) | None => Some(doing),
        Some(total) => Some(format!("{doing} {done}/{total}")),
    }
}

fn has_ended(capture: &Capture) -> bool {
    matches!(capture.status, CaptureStatus::Stopped | CaptureStatus::Error)
}

/// The answer tells each cause at length, so the failure names it.
fn failed(capture: &Capture, language: Language) -> Problem {
    let causes: Vec<String> = capture.errors.iter().map(|error| error.label(language)).collect();
    let reason = if causes.is_empty() { capture.status.label(language) } else { causes.join(", ") };
    Problem::new(ErrorCode::CaptureFailed).with("capture", &capture.name).with("reason", printable(&reason))
}

/// What a capture is doing, and for how long yet.
fn capture_line(terminal: &Terminal, capture: &Capture) -> String {
    let left = capture.remaining_seconds.map(|left| {
        let time = duration(left as f64);
        format!(" ({})", terminal.say("ui-seconds-left", &args([("time", time.into())])))
    });
    printable(&format!("{}  {}{}", capture.name, capture.text, left.unwrap_or_default()))
}

impl Context {
    pub fn call(&self) -> Call {
        Call::new(
            self.helper(),
            self.terminal.language,
            Arc::new(Watcher { terminal: self.terminal.clone() }),
        )
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
                terminal.line(&capture_line(terminal, capture));
                if let Some(path) = &capture.storage_path {
                    terminal.line(&format!("  {}", printable(path)));
                }
            }
            Answer::Captures { captures, .. } if terminal.json => terminal.object(captures),
            Answer::Captures { captures, warnings } => {
                show_captures(terminal, captures);
                warnings.iter().for_each(|warning| terminal.warning(warning));
            }
            Answer::Context(context) if terminal.json => terminal.object(context),
            Answer::Context(context) => show_context(terminal, context),
            Answer::FlowVerdict(verdict) if !terminal.json => show_verdict(terminal, verdict),
            other if terminal.json => terminal.object(&bare(other)),
            Answer::Account(Account::SignedIn { name, tenant, credential, .. }) => {
                let kind = serde_json::to_value(credential).unwrap_or_default();
                let way = terminal.word(&format!("credential-{}", kind.as_str().unwrap_or_default()));
                let said = [
                    ("name", name.as_str().into()),
                    ("tenant", tenant.as_str().into()),
                    ("credential", way.into()),
                ];
                terminal.line(&printable(&terminal.say("cli-signed-in", &args(said))));
            }
            Answer::Account(Account::SignedOut { tried }) => {
                terminal.line(&terminal.word("cli-signed-out"));
                for line in tried {
                    terminal.line(&printable(&format!("  {line}")));
                }
            }
            Answer::Deleted { capture, files_deleted } => {
                let said = [("capture", capture.as_str().into()), ("count", (*files_deleted).into())];
                terminal.line(&printable(&terminal.say("cli-deleted", &args(said))));
            }
            other => terminal.object(&bare(other)),
        }
    }

    pub fn run(&self, request: Request) -> Result<u8> {
        self.show(&self.ask(request)?);
        Ok(0)
    }

    /// Follows a capture to its end, which is the command's failure where the capture has failed.
    pub fn wait(&self, capture: CaptureRef) -> Result<u8> {
        let answer = self.ask(Request::Watch { capture })?;
        self.show(&answer);
        match answer {
            Answer::Capture(capture) if capture.status == CaptureStatus::Error => {
                Err(failed(&capture, self.terminal.language))
            }
            _ => Ok(0),
        }
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

fn show_captures(terminal: &Terminal, captures: &[Capture]) {
    if captures.is_empty() {
        terminal.note(&terminal.word("cli-no-captures"));
    }
    let name = captures.iter().map(|capture| capture.name.as_str().len()).max().unwrap_or(0);
    for capture in captures {
        let started = capture.started.as_deref().unwrap_or("-");
        let line = format!(
            "{}  {:10}  {started:28}  {}",
            padded(capture.name.as_str(), name),
            capture.status.as_str(),
            capture.text
        );
        terminal.line(&printable(&line));
    }
}

fn show_verdict(terminal: &Terminal, verdict: &FlowVerdict) {
    let allowed = verdict.access.eq_ignore_ascii_case("allow");
    let key = if allowed { "ui-verdict-allow" } else { "ui-verdict-deny" };
    let mut line = terminal.say(key, &args([("rule", verdict.rule.as_str().into())]));
    if let Some(hop) = &verdict.next_hop {
        let address = hop.address.as_deref().unwrap_or_default();
        let said = [("kind", hop.kind.as_str().into()), ("address", address.into())];
        line.push_str(&format!(" {}", terminal.say("ui-next-hop", &args(said)).trim_end()));
    }
    terminal.line(&printable(&line));
}

/// The command that mends a check.
fn command(fix: &Fix) -> &'static str {
    match fix {
        Fix::CreateWatcher => "vmss-capture agent install --create-watcher",
        Fix::InstallAgent | Fix::UpdateInstances { .. } => "vmss-capture agent install",
        Fix::SignIn => "vmss-capture account sign-in",
    }
}

fn show_context(terminal: &Terminal, context: &SetContext) {
    let count = context.instances.len();
    let line = format!(
        "{}  {}  {:?} {:?}  {}",
        context.scale_set.name(),
        context.location,
        context.orchestration,
        context.os,
        terminal.say("cli-instances", &args([("count", count.into())])),
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
        if let (Some(fix), false) = (&check.fix, matches!(check.state, CheckState::Ok)) {
            terminal.line(&format!("    → {}", command(fix)));
        }
    }
}
