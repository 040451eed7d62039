//! Measures parts of vmss-capture side by side with their peers.
//!
//! `bench pcap [--binary FILE] [--megabytes N] [--rounds N] [--part NAME]` makes captures of about a gigabyte from the
//! recorded ones, runs the summary and its peers over them in turns, and writes the section "pcap" of
//! `docs/benchmarks.md`. Parts that are run alone keep what the others measured before.
//! `bench filters` judges filters, natively and in Node, and writes the section "filters".
//! `bench azure [--programs FOLDER] [--rounds N]` opens a page on a big simulated region, beside a bare client, and
//! writes the section "context".
//! `bench download [BAR…] [--rounds N] [--megabytes N]` measures downloads beside curl and azcopy: section "download".
//! `bench walk FILE` and `bench traffic FILE` are parts of the first: the bound, and one capture; `bench fetch …` is
//! a part of the last: one download.

mod azure;
mod document;
mod download;
mod filters;
mod measure;
mod pcap;
mod traffic;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["pcap", options @ ..] => pcap::Options::parse(options).and_then(|options| pcap::run(&options)),
        ["filters"] => filters::run(&pcap::root()),
        ["azure", options @ ..] => azure::Options::parse(options).and_then(|options| azure::run(&options)),
        ["walk", file] => pcap::walk(Path::new(file)),
        ["traffic", file, options @ ..] => {
            pcap::Options::parse(options).and_then(|options| pcap::make(Path::new(file), &options))
        }
        ["download", options @ ..] => {
            download::Options::parse(options).and_then(|options| download::run(&options))
        }
        ["fetch", words @ ..] => download::fetch(words),
        _ => {
            Err("usage: bench pcap|filters|azure|download [OPTIONS]; the options stand in its source"
                .to_owned())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            #[expect(clippy::print_stderr, reason = "a program that people run by hand")]
            {
                eprintln!("bench: {problem}");
            }
            ExitCode::FAILURE
        }
    }
}
