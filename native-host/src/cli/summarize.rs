//! `summarize`: the contract's JSON, or a table for people.

use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use wasm_core::pcap::Listing;
use wasm_core::pcap::report::{ConversationReport, EndReport, Report, Severity, SummaryReport};
use wasm_core::words::{Sentence, args};

use super::Context;
use super::arguments::Summarize;
use super::figures::{duration, grouped, size, sparkline};
use super::terminal::{Colour, Terminal, printable};
use super::{filter, follow};
use crate::handlers::{Filtering, Source, summarise_sources};
use crate::problem::{Problem, Result};

/// Endings of capture files, where a folder is given; each also with `.gz` behind it.
const CAPTURES: [&str; 4] = ["cap", "pcap", "pcapng", "dmp"];
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
    let outcome = summarise_sources(&sources, &filtering, listing, context.terminal.language, &advance);
    bar.finish_and_clear();
    let outcome = outcome?;
    for problem in &outcome.failed {
        context.terminal.failure(problem);
    }
    if let Some(ends) = arguments.conversation {
        follow::show(&context.terminal, &ends, &outcome.report.follow(&ends, true));
    } else if context.terminal.json {
        context.terminal.object(&outcome.report);
    } else {
        show_report(&context.terminal, &outcome.report, usize::MAX);
    }
    Ok(u8::from(!outcome.failed.is_empty()))
}

/// Each source, and all of them together where there are several; `listed` conversations at most.
pub fn show_report(terminal: &Terminal, report: &Report, listed: usize) {
    let several = report.sources.len() > 1;
    for source in &report.sources {
        show(terminal, &source.path, &source.summary, (!several).then_some(listed));
    }
    if several {
        show(terminal, &terminal.word("cli-total"), &report.total, Some(listed));
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

fn sources(paths: &[PathBuf]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            sources.push(Source::stdin());
        } else if path.is_dir() {
            let before = sources.len();
            folder(path, &mut sources)?;
            if sources.len() == before {
                let none = Sentence::new("cli-no-captures-below").with("path", path.display().to_string());
                return Err(Problem::invalid("files", none));
            }
        } else {
            sources.push(Source::file(path));
        }
    }
    Ok(sources)
}

/// Whether the name is that of a capture file, compressed or not.
fn is_capture(path: &Path) -> bool {
    let ending = |path: &Path, endings: &[&str]| {
        let own = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        endings.iter().any(|known| own.eq_ignore_ascii_case(known))
    };
    if ending(path, &["gz"]) {
        path.file_stem().is_some_and(|name| ending(Path::new(name), &CAPTURES))
    } else {
        ending(path, &CAPTURES)
    }
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
        if kind.is_dir() {
            folder(&path, sources)?;
        } else if is_capture(&path) {
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

/// A summary for people; `listed` conversations at most where it is the whole answer.
fn show(terminal: &Terminal, name: &str, summary: &SummaryReport, listed: Option<usize>) {
    let mut lines = vec![terminal.paint(Colour::Bold, &printable(name))];
    let figures = [
        Some(counted(terminal, "cli-packets", summary.packets)),
        Some(size(summary.bytes)),
        span(summary),
        Some(summary.link_types.join(", ")).filter(|links| !links.is_empty()),
    ];
    lines.push(format!("  {}", figures.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    if let Some(timeline) = &summary.timeline {
        let (line, buckets) = sparkline(&timeline.bytes);
        let time = duration(timeline.bucket_seconds * buckets as f64);
        let column = terminal.say("cli-column", &args([("time", time.into())]));
        lines.push(format!("  {}  {column}", terminal.paint(Colour::Cyan, &line)));
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
    if let Some(listed) = listed.filter(|_| summary.packets > 0) {
        details(terminal, summary, listed, &mut lines);
    }
    terminal.line(&lines.join("\n"));
}

/// A number with what it counts: `1,234 packets`.
pub fn counted(terminal: &Terminal, key: &str, count: u64) -> String {
    terminal.say(key, &args([("count", count.into()), ("shown", grouped(count).into())]))
}

fn details(terminal: &Terminal, summary: &SummaryReport, listed: usize, lines: &mut Vec<String>) {
    let row = |label: &str, parts: Vec<String>| {
        (!parts.is_empty()).then(|| format!("  {} {}", terminal.paint(Colour::Dim, label), parts.join(" · ")))
    };
    let layers = summary.layers.iter();
    let layers = layers.map(|(name, layer)| format!("{} {}", printable(name), grouped(layer.packets)));
    lines.extend(row(&terminal.word("cli-layers"), layers.collect()));
    let conversations = &summary.conversations;
    let transports = [("tcp", conversations.tcp), ("udp", conversations.udp), ("sctp", conversations.sctp)];
    let transports = transports.map(|(name, count)| format!("{name} {}", grouped(count)));
    lines.extend(row(&terminal.word("cli-conversations"), transports.into()));
    let shown: Vec<_> = conversations.items.iter().take(listed).collect();
    let ends: Vec<String> = shown.iter().map(|conversation| ends(conversation)).collect();
    let width = ends.iter().map(String::len).max().unwrap_or(0);
    let packets = |conversation: &ConversationReport| {
        let count = conversation.packets_a_to_b + conversation.packets_b_to_a;
        counted(terminal, "cli-packets", count)
    };
    let packets: Vec<String> = shown.iter().map(|conversation| packets(conversation)).collect();
    let digits = packets.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    for ((conversation, ends), packets) in shown.iter().zip(&ends).zip(&packets) {
        let kind = format!("{:?}", conversation.transport).to_lowercase();
        let bytes = size(conversation.bytes_a_to_b + conversation.bytes_b_to_a);
        let rest = remarks(terminal, conversation);
        lines.push(format!("    {kind:4} {ends:width$}  {bytes:>10}  {packets:>digits$}{rest}"));
    }
    let total = conversations.tcp + conversations.udp + conversations.sctp;
    let left = total.saturating_sub(shown.len() as u64);
    if left > 0 && !shown.is_empty() {
        let more = terminal.say("cli-more", &args([("count", grouped(left).into())]));
        lines.push(format!("    {}", terminal.paint(Colour::Dim, &more)));
    }
    let queries = summary.dns.queries.iter().take(5);
    let queries = queries.map(|query| printable(&format!("{} {} ×{}", query.kind, query.name, query.count)));
    let servers = summary.tls.server_names.iter().take(5);
    let servers = servers.map(|server| printable(&format!("{} ×{}", server.name, server.count)));
    lines.extend(row("DNS:", queries.collect()));
    lines.extend(row("TLS:", servers.collect()));
}

fn ends(conversation: &ConversationReport) -> String {
    let end = |end: &EndReport| {
        let address =
            if end.address.contains(':') { format!("[{}]", end.address) } else { end.address.clone() };
        printable(&format!("{address}:{}", end.port))
    };
    format!("{} → {}", end(&conversation.a), end(&conversation.b))
}

/// The server's name, and what TCP analysis marked.
fn remarks(terminal: &Terminal, conversation: &ConversationReport) -> String {
    let mut text =
        conversation.server_name.as_deref().map(|name| format!("  {}", printable(name))).unwrap_or_default();
    let Some(tcp) = &conversation.tcp else { return text };
    let marks: Vec<String> = [
        (tcp.retransmissions, "cli-retransmissions"),
        (tcp.out_of_order, "cli-out-of-order"),
        (tcp.resets, "cli-resets"),
        (tcp.zero_windows, "cli-zero-windows"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, key)| counted(terminal, key, count))
    .collect();
    if !marks.is_empty() {
        text.push_str(&format!("  {}", terminal.paint(Colour::Yellow, &marks.join(", "))));
    }
    text
}

fn span(summary: &SummaryReport) -> Option<String> {
    let seconds = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<f64>().ok());
    match (seconds(&summary.earliest_epoch), seconds(&summary.latest_epoch)) {
        (Some(first), Some(last)) => Some(duration(last - first)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_in_folders_are_told_by_their_names() {
        for name in ["a.cap", "b.PCAP", "c.pcapng", "d.dmp", "e.pcap.gz", "f.CAP.GZ"] {
            assert!(is_capture(Path::new(name)), "{name}");
        }
        for name in ["a.txt", "b.tar.gz", "c.json.gz", ".gz", "gz", "cap", ".cap"] {
            assert!(!is_capture(Path::new(name)), "{name}");
        }
    }
}
