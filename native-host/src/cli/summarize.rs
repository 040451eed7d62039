//! `summarize`: the contract's JSON, or a table for people.

use indicatif::{ProgressBar, ProgressStyle};
use std::path::Path;
use wasm_core::pcap::Listing;
use wasm_core::pcap::report::{ConversationReport, Report, Severity, SummaryReport};
use wasm_core::protocol::ErrorCode;
use wasm_core::words::Sentence;

use super::Context;
use super::arguments::Summarize;
use super::terminal::{Colour, Terminal, printable};
use super::{filter, follow};
use crate::handlers::{Filtering, Source, summarise_sources};
use crate::problem::{Problem, Result};

/// Endings of capture files, where a folder is given.
const CAPTURES: &[&str] = &["cap", "pcap", "pcapng", "dmp", "gz"];
/// Files out of folders at most.
const MOST_FILES: usize = 20_000;

pub fn run(context: &Context, arguments: &Summarize) -> Result<u8> {
    let sources = sources(&arguments.paths)?;
    let filters = arguments.filter.as_deref().map(filter::filters).transpose()?;
    let filtering = Filtering { filters, local: arguments.local.clone(), recover: arguments.recover };
    let bar = progress(arguments.progress, &sources);
    let listing = arguments.conversation.map_or(arguments.conversations.0, Listing::Only);
    // A hidden bar would look at the clock at each read all the same.
    let advance = |read| {
        if arguments.progress {
            bar.inc(read)
        }
    };
    let outcome = summarise_sources(&sources, &filtering, listing, context.language, &advance);
    bar.finish_and_clear();
    let outcome = outcome?;
    for problem in &outcome.failed {
        context.terminal.failure(problem, context.language);
    }
    if let Some(ends) = arguments.conversation {
        follow::show(&context.terminal, &ends, &outcome.report.follow(&ends, true));
    } else if context.terminal.json {
        context.terminal.object(&outcome.report);
    } else {
        show_report(&context.terminal, &outcome.report);
    }
    Ok(u8::from(!outcome.failed.is_empty()))
}

/// Each source, and all of them together where there are several.
pub fn show_report(terminal: &Terminal, report: &Report) {
    let several = report.sources.len() > 1;
    for source in &report.sources {
        show(terminal, &source.path, &source.summary, !several);
    }
    if several {
        show(terminal, "total", &report.total, true);
    }
}

fn progress(wanted: bool, sources: &[Source]) -> ProgressBar {
    if !wanted {
        return ProgressBar::hidden();
    }
    let total: Option<u64> = sources.iter().map(Source::size).sum();
    match total {
        Some(total) => {
            let style =
                ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}");
            ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        }
        None => ProgressBar::new_spinner(),
    }
}

fn sources(paths: &[String]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        match path.as_str() {
            "-" => sources.push(Source::stdin()),
            _ if Path::new(path).is_dir() => folder(Path::new(path), &mut sources)?,
            _ => sources.push(Source::file(Path::new(path))),
        }
    }
    if sources.is_empty() {
        return Err(Problem::new(ErrorCode::NotACapture)
            .with("name", paths.join(" "))
            .with("looksLike", "empty"));
    }
    Ok(sources)
}

/// Capture files below a folder, by name; links to folders are not followed.
fn folder(path: &Path, sources: &mut Vec<Source>) -> Result<()> {
    let failed = |error: std::io::Error| Problem::file(path, &error);
    let mut entries =
        std::fs::read_dir(path).map_err(failed)?.collect::<std::io::Result<Vec<_>>>().map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(failed)?;
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if kind.is_dir() {
            folder(&path, sources)?;
        } else if CAPTURES.iter().any(|known| extension.eq_ignore_ascii_case(known)) {
            if sources.len() >= MOST_FILES {
                return Err(Problem::invalid(
                    "files",
                    Sentence::new("error-input-files").with("max", MOST_FILES),
                ));
            }
            sources.push(Source::file(&path));
        }
    }
    Ok(())
}

/// A summary for people.
pub fn show(terminal: &Terminal, name: &str, summary: &SummaryReport, whole: bool) {
    let mut lines = vec![terminal.paint(Colour::Bold, &printable(name))];
    let span = span(summary);
    lines.push(format!(
        "  {} packets, {}, {span}{}",
        grouped(summary.packets),
        size(summary.bytes),
        summary.link_types.join(", ")
    ));
    if let Some(timeline) = &summary.timeline {
        let line = sparkline(&timeline.bytes);
        lines.push(format!(
            "  {}  {:.3} s each",
            terminal.paint(Colour::Cyan, &line),
            timeline.bucket_seconds
        ));
    }
    for finding in &summary.findings {
        let (mark, colour) = match finding.severity {
            Severity::Error => ("✗", Colour::Red),
            Severity::Warning => ("!", Colour::Yellow),
            Severity::Info => ("i", Colour::Green),
        };
        lines.push(format!("  {} {}", terminal.paint(colour, mark), printable(&finding.text)));
    }
    for warning in &summary.warnings {
        let label = terminal.paint(Colour::Yellow, &format!("warning[{}]", warning.code));
        lines.push(format!("  {label} {}", printable(&warning.text)));
    }
    if whole {
        details(terminal, summary, &mut lines);
    }
    terminal.line(&lines.join("\n"));
}

fn details(terminal: &Terminal, summary: &SummaryReport, lines: &mut Vec<String>) {
    let layers: Vec<String> = summary
        .layers
        .iter()
        .map(|(name, layer)| format!("{} {}", printable(name), grouped(layer.packets)))
        .collect();
    lines.push(format!("  {} {}", terminal.paint(Colour::Dim, "layers:"), layers.join(" · ")));
    let conversations = &summary.conversations;
    lines.push(format!(
        "  {} tcp {} · udp {} · sctp {}",
        terminal.paint(Colour::Dim, "conversations:"),
        grouped(conversations.tcp),
        grouped(conversations.udp),
        grouped(conversations.sctp)
    ));
    for conversation in &conversations.items {
        lines.push(conversation_line(terminal, conversation));
    }
    let names = summary
        .dns
        .queries
        .iter()
        .take(5)
        .map(|query| format!("{} {} ×{}", query.kind, query.name, query.count));
    let names: Vec<String> = names.map(|text| printable(&text)).collect();
    if !names.is_empty() {
        lines.push(format!("  {} {}", terminal.paint(Colour::Dim, "DNS:"), names.join(" · ")));
    }
    let servers =
        summary.tls.server_names.iter().take(5).map(|server| format!("{} ×{}", server.name, server.count));
    let servers: Vec<String> = servers.map(|text| printable(&text)).collect();
    if !servers.is_empty() {
        lines.push(format!("  {} {}", terminal.paint(Colour::Dim, "TLS:"), servers.join(" · ")));
    }
}

fn conversation_line(terminal: &Terminal, conversation: &ConversationReport) -> String {
    let end = |end: &wasm_core::pcap::report::EndReport| {
        let address =
            if end.address.contains(':') { format!("[{}]", end.address) } else { end.address.clone() };
        printable(&format!("{address}:{}", end.port))
    };
    let ends = format!("{} → {}", end(&conversation.a), end(&conversation.b));
    let bytes = conversation.bytes_a_to_b + conversation.bytes_b_to_a;
    let packets = conversation.packets_a_to_b + conversation.packets_b_to_a;
    let name =
        conversation.server_name.as_deref().map(|name| format!("  {}", printable(name))).unwrap_or_default();
    let mut marks = Vec::new();
    if let Some(tcp) = &conversation.tcp {
        for (count, word) in [
            (tcp.retransmissions, "retransmissions"),
            (tcp.out_of_order, "out of order"),
            (tcp.resets, "resets"),
            (tcp.zero_windows, "zero windows"),
        ] {
            if count > 0 {
                marks.push(format!("{count} {word}"));
            }
        }
    }
    let marks = if marks.is_empty() {
        String::new()
    } else {
        format!("  {}", terminal.paint(Colour::Yellow, &marks.join(", ")))
    };
    let kind = format!("{:?}", conversation.transport).to_lowercase();
    format!("    {kind:4} {ends:48} {:>10} {:>9} packets{name}{marks}", size(bytes), grouped(packets))
}

fn span(summary: &SummaryReport) -> String {
    let seconds = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<f64>().ok());
    match (seconds(&summary.earliest_epoch), seconds(&summary.latest_epoch)) {
        (Some(first), Some(last)) => format!("{:.3} s, ", last - first),
        _ => String::new(),
    }
}

/// Eight heights; every bucket with anything in it is seen.
fn sparkline(values: &[u64]) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const WIDTH: usize = 60;
    let share = values.len().div_ceil(WIDTH).max(1);
    let sums: Vec<u64> = values.chunks(share).map(|chunk| chunk.iter().sum()).collect();
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    let height = |value: u64| match value {
        0 => ' ',
        // At most 7: value ≤ most.
        _ => HEIGHTS.get((u128::from(value) * 7 / u128::from(most)) as usize).copied().unwrap_or('█'),
    };
    sums.into_iter().map(height).collect()
}

/// Binary units, as the product writes them.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {name}") }
}

/// 1,234,567.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        for (bytes, text) in [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1 << 30, "1.0 GiB")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn the_sparkline_shows_every_bucket_and_stays_narrow() {
        assert_eq!(sparkline(&[0, 1, 100]), " ▁█");
        assert_eq!(sparkline(&vec![u64::MAX / 1000; 600]).chars().count(), 60);
        assert_eq!(sparkline(&[]), "");
    }
}
