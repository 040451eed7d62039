//! `filter check`: what Azure would make of capture filters, and what they keep of a capture.

use std::path::Path;
use wasm_core::filter::{CaptureFilters, CheckContext, FilterInput, Severity, check, parse_inputs};
use wasm_core::pcap::Listing;
use wasm_core::words::{Language, args};

use super::Context;
use super::arguments::Filter;
use super::figures::{grouped, size};
use super::terminal::{Colour, printable};
use crate::handlers::{Filtering, Source, summarise_sources};
use crate::problem::{Problem, Result};

/// JSON as typed, or the content of `@FILE`.
pub fn inputs(text: &str) -> Result<Vec<FilterInput>> {
    let text = match text.strip_prefix('@') {
        Some(path) => {
            let path = Path::new(path);
            std::fs::read_to_string(path).map_err(|error| Problem::file(path, &error))?
        }
        None => text.to_owned(),
    };
    parse_inputs(&text).map_err(|error| Problem::invalid("filters", error))
}

/// Filters that are good to be used.
pub fn filters(text: &str) -> Result<CaptureFilters> {
    CaptureFilters::try_from(inputs(text)?).map_err(|error| Problem::invalid("filters", error))
}

pub fn run(context: &Context, command: &Filter) -> Result<u8> {
    let Filter::Check { filters, capture, local, subnet } = command;
    let inputs = inputs(filters)?;
    let language = context.terminal.language;
    let judgement = check(&inputs, &CheckContext { language, subnets: subnet.clone() });
    if let (Some(capture), true) = (capture, judgement.ok) {
        return try_on(context, capture, inputs, local.clone());
    }
    if context.terminal.json {
        context.terminal.object(&judgement);
        return Ok(u8::from(!judgement.ok));
    }
    let terminal = &context.terminal;
    let reading = match language {
        Language::English => &judgement.reading.en,
        Language::Japanese => &judgement.reading.ja,
    };
    terminal.line(&printable(reading));
    for problem in &judgement.problems {
        let colour = match problem.severity {
            Severity::Error => Colour::Red,
            Severity::Warning => Colour::Yellow,
            Severity::Note => Colour::Cyan,
        };
        let place = match (problem.filter, problem.field) {
            (Some(filter), Some(field)) => format!("filter {} {field}", filter + 1),
            (Some(filter), None) => format!("filter {}", filter + 1),
            (None, _) => "filters".to_owned(),
        };
        let label =
            terminal.paint(colour, &format!("{:?}[{}]", problem.severity, problem.code).to_lowercase());
        terminal.line(&printable_line(&format!("{label} {place}: "), &problem.text));
        for fix in &problem.fixes {
            let filters = serde_json::to_string(&fix.filters).unwrap_or_default();
            terminal.line(&printable_line("    → ", &format!("{}  {filters}", fix.text)));
        }
    }
    // Of no filter at all there is nothing to hand on.
    if let Some(bpf) = judgement.bpf.as_ref().filter(|bpf| !bpf.is_empty()) {
        terminal.line(&format!("{} {}", terminal.paint(Colour::Dim, "tcpdump:  "), printable(bpf)));
    }
    if let Some(filter) = judgement.display_filter.as_ref().filter(|filter| !filter.is_empty()) {
        terminal.line(&format!("{} {}", terminal.paint(Colour::Dim, "Wireshark:"), printable(filter)));
    }
    Ok(u8::from(!judgement.ok))
}

fn printable_line(prefix: &str, text: &str) -> String {
    format!("{prefix}{}", printable(text))
}

fn try_on(
    context: &Context,
    capture: &Path,
    inputs: Vec<FilterInput>,
    local: Vec<std::net::IpAddr>,
) -> Result<u8> {
    let filters = CaptureFilters::try_from(inputs).map_err(|error| Problem::invalid("filters", error))?;
    let source = if capture.as_os_str() == "-" { Source::stdin() } else { Source::file(capture) };
    let filtering = Filtering { filters: Some(filters), local, recover: false };
    let outcome =
        summarise_sources(&[source], &filtering, Listing::Top(0), context.terminal.language, &|_| {})?;
    let kept = outcome.kept;
    if context.terminal.json {
        context.terminal.object(&kept);
    } else {
        let said = [
            ("kept", grouped(kept.kept).into()),
            ("packets", grouped(kept.packets).into()),
            ("kept-bytes", size(kept.kept_bytes).into()),
            ("bytes", size(kept.bytes).into()),
        ];
        context.terminal.line(&context.terminal.say("cli-kept", &args(said)));
    }
    Ok(0)
}
