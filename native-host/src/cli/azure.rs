//! Commands that talk to Azure: captures, the agent, the account, flows.

use async_trait::async_trait;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;
use time::macros::format_description;
use wasm_core::azure::capture::{
    AccountStorage, CaptureLimits, CaptureName, CaptureRequest, CaptureSettings, RingBuffer, Scope,
    SessionLimits, SettingError, Storage, limit,
};
use wasm_core::azure::cloud::CloudName;
use wasm_core::azure::command;
use wasm_core::azure::resource::ResourceId;
use wasm_core::protocol::{
    Answer, CaptureRef, CheckState, Context as SetContext, Direction, ErrorCode, Event, Fix, FlowProtocol,
    FlowTuple, Request, SignInMethod, Target,
};

use super::Context;
use super::arguments::{
    Account, AccountArguments, Agent, Capture, Flow, FlowKind, FlowWay, NamedArguments, Start,
    TargetArguments, Tool,
};
use super::filter;
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
    fn call(&self) -> Call {
        Call::new(self.helper(), self.language, Arc::new(Watcher { terminal: self.terminal.clone() }))
    }

    fn target(&self, arguments: &TargetArguments) -> Result<Target> {
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

    fn block_on<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Problem::internal)?;
        runtime.block_on(work)
    }

    fn show(&self, answer: &Answer) {
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
            Answer::Account(wasm_core::protocol::Account::SignedIn { name, tenant, credential, .. }) => {
                terminal.line(&printable(&format!("{name}  {tenant}  {credential:?}")));
            }
            Answer::Account(wasm_core::protocol::Account::SignedOut { tried }) => {
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

    fn run(&self, request: Request) -> Result<u8> {
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

pub fn capture(context: &Context, command: Capture) -> Result<u8> {
    match command {
        Capture::Start(arguments) => start(context, &arguments),
        Capture::List(target) => context.run(Request::List { target: context.target(&target)? }),
        Capture::Show(named) => context.run(Request::Status { capture: context.named(&named)? }),
        Capture::Files(named) => super::download::files(context, &named),
        Capture::Stop(named) => context.run(Request::Stop { capture: context.named(&named)? }),
        Capture::Delete { named, files } => {
            context.run(Request::Delete { capture: context.named(&named)?, files })
        }
        Capture::Wait(named) => context.run(Request::Watch { capture: context.named(&named)? }),
    }
}

fn start(context: &Context, arguments: &Start) -> Result<u8> {
    let target = context.target(&arguments.target)?;
    let request = wish(arguments, &target)?;
    if arguments.dry_run {
        return plan(context, &target, &request, arguments.tool);
    }
    let capture = CaptureRef { target: target.clone(), capture: request.name().clone() };
    let started = context.ask(Request::Start { target, request: Box::new(request) })?;
    if arguments.wait {
        return context.run(Request::Watch { capture });
    }
    context.show(&started);
    Ok(0)
}

/// The capture that the options describe, every part valid.
fn wish(arguments: &Start, target: &Target) -> Result<CaptureRequest> {
    let name = match &arguments.name {
        // A new name keeps to the rule that existing ones need not.
        Some(name) => name.as_str().parse().map_err(|error| Problem::invalid("name", error))?,
        None => default_name()?,
    };
    let account =
        arguments.storage_account.as_deref().map(|text| storage_account(text, target)).transpose()?;
    let account = match (account, &arguments.storage_path) {
        (Some(account), path) => Some(
            AccountStorage::new(account, path.as_deref())
                .map_err(|error| Problem::invalid("storage-path", error))?,
        ),
        (None, Some(_)) => return Err(Problem::invalid("storage-path", SettingError::StoragePathAlone)),
        (None, None) => None,
    };
    let file = arguments.file_path.as_deref().map(str::parse).transpose();
    let file = file.map_err(|error| Problem::invalid("file-path", error))?;
    let storage = match (account, file) {
        (Some(account), Some(file)) => Storage::Both(account, file),
        (Some(account), None) => Storage::Account(account),
        (None, Some(file)) => Storage::Local(file),
        (None, None) => return Err(Problem::invalid("storage-account", SettingError::StorageMissing)),
    };
    let filters = arguments.filters.as_deref().map(filter::filters).transpose()?.unwrap_or_default();
    let scope = if !arguments.include.is_empty() {
        Scope::include(arguments.include.iter().cloned())
    } else if !arguments.exclude.is_empty() {
        Scope::exclude(arguments.exclude.iter().cloned())
    } else {
        Ok(Scope::All)
    };
    let scope = scope.map_err(|error| Problem::invalid("scope", error))?;
    let request = CaptureRequest::new(name, target.scale_set.clone(), storage)
        .with_filters(filters)
        .with_settings(settings(arguments).map_err(|error| Problem::invalid("limits", error))?);
    request.with_scope(scope).map_err(|error| Problem::invalid("scope", error))
}

fn settings(arguments: &Start) -> std::result::Result<CaptureSettings, SettingError> {
    let limits = match arguments.ring_files {
        Some(files) => {
            let bytes = arguments.ring_file_size.unwrap_or(limit::DEFAULT_FILE_BYTES);
            let seconds = arguments.time_limit.unwrap_or(limit::DEFAULT_RING_TIME);
            CaptureLimits::Ring(RingBuffer::new(true, files, bytes, seconds)?)
        }
        None => {
            let bytes = arguments.capture_limit.unwrap_or(limit::DEFAULT_BYTES_PER_SESSION);
            CaptureLimits::Session(SessionLimits::new(
                bytes,
                arguments.time_limit.unwrap_or(limit::DEFAULT_TIME),
            )?)
        }
    };
    CaptureSettings::new(arguments.capture_size, limits)
}

/// A full id, or the name of an account in the scale set's own group.
fn storage_account(text: &str, target: &Target) -> Result<ResourceId> {
    let set = &target.scale_set;
    let id = if text.starts_with('/') {
        text.parse()
    } else {
        ResourceId::new(
            set.subscription(),
            set.resource_group(),
            "Microsoft.Storage",
            "storageAccounts",
            text,
        )
    };
    id.map_err(|error| Problem::invalid("storage-account", error))
}

fn default_name() -> Result<CaptureName> {
    let form = format_description!("capture-[year][month][day]-[hour][minute][second]");
    let text = OffsetDateTime::now_utc().format(form).map_err(Problem::internal)?;
    text.parse().map_err(|error| Problem::invalid("name", error))
}

/// What a start would send, or the command of another tool that does the same.
fn plan(context: &Context, target: &Target, request: &CaptureRequest, tool: Option<Tool>) -> Result<u8> {
    if let Some(tool) = tool {
        let dialect = match tool {
            Tool::Az => command::Dialect::Az,
            Tool::Powershell => command::Dialect::PowerShell,
        };
        // The command finds the watcher by itself: nothing is asked of Azure.
        let text = command::start(request, None, dialect);
        if context.terminal.json {
            context.terminal.object(&json!({ "command": text }));
        } else {
            context.terminal.line(&printable_lines(&text));
        }
        return Ok(0);
    }
    let call = context.call();
    let puts = context.block_on(handlers::plan(&call, target, request))?;
    let requests: Vec<_> =
        puts.iter().map(|(url, put)| json!({ "method": "PUT", "url": url, "body": put.body })).collect();
    if context.terminal.json {
        context.terminal.object(&requests);
    } else {
        for (url, put) in &puts {
            context.terminal.line(&format!("PUT {}", printable(url)));
            context.terminal.line(&serde_json::to_string_pretty(&put.body).unwrap_or_default());
        }
    }
    Ok(0)
}

pub fn agent(context: &Context, command: Agent) -> Result<u8> {
    match command {
        Agent::Status(target) => {
            let answer = context.ask(Request::Context { target: context.target(&target)? })?;
            context.show(&answer);
            let ready = matches!(&answer, Answer::Context(found) if found.ready());
            Ok(u8::from(!ready))
        }
        Agent::Install { target, create_watcher } => {
            install(context, &context.target(&target)?, create_watcher)
        }
    }
}

/// Mends what stands in the way of the agent, step by step, until nothing of it is left.
fn install(context: &Context, target: &Target, create_watcher: bool) -> Result<u8> {
    let mut found = set_context(context.ask(Request::Context { target: target.clone() })?)?;
    let mut mended: BTreeMap<String, u8> = BTreeMap::new();
    while let Some(fix) = next_fix(&found, create_watcher) {
        // Azure may take a while to show what was mended; the same fix twice would be no progress.
        let times = mended.entry(format!("{fix:?}")).or_default();
        *times += 1;
        if *times > 1 {
            break;
        }
        found = set_context(context.ask(Request::Fix { target: target.clone(), fix })?)?;
    }
    context.show(&Answer::Context(found.clone()));
    Ok(u8::from(next_fix(&found, create_watcher).is_some()))
}

fn next_fix(found: &SetContext, create_watcher: bool) -> Option<Fix> {
    found.checks.iter().find_map(|check| match (&check.state, &check.fix) {
        (CheckState::Ok, _) | (_, None | Some(Fix::SignIn)) => None,
        (_, Some(Fix::CreateWatcher)) if !create_watcher => None,
        (_, Some(fix)) => Some(fix.clone()),
    })
}

fn set_context(answer: Answer) -> Result<Box<SetContext>> {
    match answer {
        Answer::Context(found) => Ok(found),
        _ => Err(Problem::internal("no context")),
    }
}

/// Exit status 1 where nobody is signed in (after signing out: where somebody still is).
pub fn account(context: &Context, command: Account) -> Result<u8> {
    let (arguments, wanted) = match &command {
        Account::Show(arguments) | Account::SignIn { place: arguments, .. } => (arguments, true),
        Account::SignOut(arguments) => (arguments, false),
    };
    let (cloud, tenant) = place(context, arguments)?;
    let request = match &command {
        Account::Show(_) => Request::Account { cloud, tenant },
        Account::SignIn { device_code: true, .. } => {
            Request::SignIn { cloud, tenant, method: SignInMethod::DeviceCode }
        }
        Account::SignIn { .. } => Request::SignIn { cloud, tenant, method: SignInMethod::Browser },
        Account::SignOut(_) => Request::SignOut { cloud, tenant },
    };
    let mut context = context.clone();
    // Signing in needs somebody who reads the prompt.
    context.terminal.attended |= matches!(command, Account::SignIn { .. });
    let answer = context.ask(request)?;
    context.show(&answer);
    let signed_in = matches!(answer, Answer::Account(wasm_core::protocol::Account::SignedIn { .. }));
    Ok(u8::from(signed_in != wanted))
}

/// A command of several lines, each made safe to print.
fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

fn place(context: &Context, arguments: &AccountArguments) -> Result<(CloudName, Option<String>)> {
    let page = arguments.portal.as_deref().map(locate).transpose()?;
    let cloud = match (&context.common.cloud, &page) {
        (Some(name), _) => CloudName::from(name.clone()),
        (None, Some(page)) => context.config.cloud_of_page(page.cloud()),
        (None, None) => CloudName::default(),
    };
    let tenant = context.common.tenant.clone();
    Ok((cloud, tenant.or_else(|| page.and_then(|page| page.tenant().map(str::to_owned)))))
}

pub fn flow(context: &Context, command: Flow) -> Result<u8> {
    let Flow::Verify { target, instance, protocol, direction, local, remote } = command;
    let protocol = match protocol {
        FlowKind::Tcp => FlowProtocol::Tcp,
        FlowKind::Udp => FlowProtocol::Udp,
    };
    let direction = match direction {
        FlowWay::Inbound => Direction::Inbound,
        FlowWay::Outbound => Direction::Outbound,
    };
    let flow = FlowTuple {
        protocol,
        direction,
        local_address: local.ip(),
        local_port: local.port(),
        remote_address: remote.ip(),
        remote_port: remote.port(),
    };
    context.run(Request::VerifyFlow { target: context.target(&target)?, instance, flow })
}
