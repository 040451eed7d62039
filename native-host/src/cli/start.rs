//! `capture start`: from the options to the request, and its forms as a plan.

use serde_json::json;
use time::OffsetDateTime;
use time::macros::format_description;
use wasm_core::azure::capture::{
    AccountStorage, CaptureLimits, CaptureName, CaptureRequest, CaptureSettings, RingBuffer, Scope,
    SessionLimits, SettingError, Storage, limit,
};
use wasm_core::azure::command;
use wasm_core::azure::resource::ResourceId;
use wasm_core::protocol::{CaptureRef, Request, Target};

use super::Context;
use super::arguments::{Start, Tool};
use super::filter;
use super::terminal::printable;
use crate::handlers;
use crate::problem::{Problem, Result};

pub fn run(context: &Context, arguments: &Start) -> Result<u8> {
    let target = context.target(&arguments.target)?;
    let request = wish(arguments, &target)?;
    if arguments.dry_run {
        return plan(context, &target, &request, arguments.tool);
    }
    let capture = CaptureRef { target: target.clone(), capture: request.name().clone() };
    let started = context.ask(Request::Start { target, request: Box::new(request) })?;
    if arguments.wait {
        return context.wait(capture);
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

/// A command of several lines, each made safe to print.
fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}
