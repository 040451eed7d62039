//! Prints the summary of a capture as JSON: `summarize [summarize] FILE [--json --conversations all]`.

use std::io::Read;

use wasm_core::pcap::report::{Report, SourceReport};
use wasm_core::pcap::{Listing, Options, Summarizer};
use wasm_core::words::Language;

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words = ["summarize", "--json", "--conversations", "all"];
    let Some(path) = arguments.iter().find(|argument| !words.contains(&argument.as_str())) else {
        return std::process::ExitCode::from(2);
    };
    let listing =
        if arguments.iter().any(|argument| argument == "all") { Listing::All } else { Listing::Top(20) };
    match summarize(path, listing) {
        Ok(report) => {
            let written = serde_json::to_writer(std::io::BufWriter::new(std::io::stdout().lock()), &report);
            if written.is_ok() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
        }
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "an example's way to complain")]
            {
                eprintln!("{error}");
            }
            std::process::ExitCode::FAILURE
        }
    }
}

fn summarize(path: &str, listing: Listing) -> Result<Report, String> {
    let mut file = std::fs::File::open(path).map_err(|error| format!("file-unreadable: {error}"))?;
    let mut buffer = vec![0; 256 << 10];
    let mut summarizer = Summarizer::new(Options::default());
    loop {
        let count = file.read(&mut buffer).map_err(|error| format!("file-unreadable: {error}"))?;
        if count == 0 {
            break;
        }
        summarizer.push(&buffer[..count]);
    }
    let summary = summarizer.finish().map_err(|error| format!("{}: {error}", error.code()))?;
    let report = summary.report(listing, Language::English);
    let source = SourceReport { path: path.to_owned(), instance: None, summary: report.clone() };
    Ok(Report::of(vec![source], report, Language::English))
}
