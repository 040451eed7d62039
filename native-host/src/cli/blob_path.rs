//! `blob-path`: where captures lie in storage accounts.

use serde_json::json;
use std::io::BufRead;
use std::path::Path;
use wasm_core::azure::blob_path::{BlobReport, BlobUrl, BlobUrlError, ExpectedLocation, LocalNames};
use wasm_core::azure::capture::{Scope, Target};
use wasm_core::words::{InWords, Sentence};

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
    let (urls, place) = if urls == ["-"] { (lines()?, "cli-line") } else { (urls.to_vec(), "cli-url") };
    let mut names = LocalNames::default();
    let (mut reports, mut refused) = (Vec::new(), Vec::new());
    for (at, url) in urls.iter().map(|url| url.trim()).enumerate().filter(|(_, url)| !url.is_empty()) {
        match url.parse::<BlobUrl>() {
            Ok(url) => reports.push(BlobReport { local_name: names.name(&url), ..BlobReport::from(&url) }),
            Err(error) => refused.push(at_place(place, at + 1, &error)),
        }
    }
    if context.terminal.json {
        context.terminal.object(&reports);
    } else {
        reports.iter().for_each(|report| show(context, report));
    }
    refused.iter().for_each(|problem| context.terminal.failure(problem));
    Ok(u8::from(!refused.is_empty()))
}

/// The lines of standard input, whatever their bytes: a line that is no text is no URL.
fn lines() -> Result<Vec<String>> {
    let lines: std::io::Result<Vec<Vec<u8>>> = std::io::stdin().lock().split(b'\n').collect();
    let lines = lines.map_err(|error| Problem::file(Path::new("stdin"), &error))?;
    Ok(lines.into_iter().map(|line| String::from_utf8_lossy(&line).into_owned()).collect())
}

/// A line, or an argument, that names no blob.
fn at_place(place: &'static str, number: usize, error: &BlobUrlError) -> Problem {
    let told = Sentence::new(place).with("number", number.to_string()).with("reason", error.sentence());
    Problem::invalid("url", told).with("rule", error.rule()).with("number", number)
}

fn show(context: &Context, report: &BlobReport) {
    let whose = report.instance.as_deref().unwrap_or("-");
    let when = report.created_epoch.as_deref().unwrap_or("-");
    context.terminal.line(&printable(&format!("{whose:8} {when:15} {}", report.local_name)));
}
