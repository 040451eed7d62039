//! `blob-path`: where captures lie in storage accounts.

use serde_json::json;
use std::io::BufRead;
use wasm_core::azure::blob_path::{BlobReport, BlobUrl, BlobUrlError, ExpectedLocation, LocalNames};
use wasm_core::azure::capture::{Scope, Target};

use super::Context;
use super::arguments::BlobPath;
use super::resource::locate;
use super::terminal::printable;
use crate::problem::{Problem, Result};

pub fn run(context: &Context, command: BlobPath) -> Result<u8> {
    match command {
        BlobPath::Expect { target, instance, started, container } => {
            let target = Target::from(locate(&target.scale_set)?.scale_set().clone());
            let scope = match instance {
                Some(instance) => {
                    Scope::include([instance]).map_err(|error| Problem::invalid("instance", error))?
                }
                None => Scope::All,
            };
            let place = ExpectedLocation::template(&target, &scope, container, started).place();
            if context.terminal.json {
                context.terminal.object(&json!({
                    "container": place.container, "name": place.name, "file": place.file, "told": place.told,
                    "prefixes": place.prefixes,
                }));
            } else {
                context.terminal.line(&printable(&format!("{}/{}", place.container, place.name)));
            }
            Ok(0)
        }
        BlobPath::Parse { url } => {
            let report = BlobReport::from(&parse(&url)?);
            if context.terminal.json {
                context.terminal.object(&report)
            } else {
                show(context, &report)
            }
            Ok(0)
        }
        BlobPath::List { urls } => list(context, &urls),
    }
}

fn parse(url: &str) -> Result<BlobUrl> {
    url.parse().map_err(|error: BlobUrlError| Problem::invalid("url", error))
}

fn list(context: &Context, urls: &[String]) -> Result<u8> {
    let lines = || std::io::stdin().lock().lines().map_while(std::io::Result::ok);
    let urls: Vec<String> = if urls == ["-"] { lines().collect() } else { urls.to_vec() };
    let mut names = LocalNames::default();
    let mut reports = Vec::new();
    for url in urls.iter().map(|url| url.trim()).filter(|url| !url.is_empty()) {
        let url = parse(url)?;
        reports.push(BlobReport { local_name: names.name(&url), ..BlobReport::from(&url) });
    }
    if context.terminal.json {
        context.terminal.object(&reports);
    } else {
        reports.iter().for_each(|report| show(context, report));
    }
    Ok(0)
}

fn show(context: &Context, report: &BlobReport) {
    let whose = report.instance.as_deref().unwrap_or("-");
    let when = report.created_epoch.as_deref().unwrap_or("-");
    context.terminal.line(&printable(&format!("{whose:8} {when:15} {}", report.local_name)));
}
