//! A page opens on a scale set of 1,000 instances in a region with 10,000 captures, against a bare client that sends
//! the same requests.

mod bare;
mod helper;
mod simulator;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::document;
use super::pcap::root;
use bare::Bare;
use helper::Helper;
use simulator::Simulator;

#[derive(Debug)]
pub struct Options {
    /// The programs that `make build` leaves.
    programs: PathBuf,
    rounds: usize,
}

impl Options {
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self { programs: root().join("target/release"), rounds: 7 };
        for pair in words.chunks(2) {
            match *pair {
                ["--programs", value] => options.programs = value.into(),
                ["--rounds", value] => {
                    options.rounds = value.parse().map_err(|error| format!("{value}: {error}"))?;
                }
                _ => return Err(format!("unknown option: {}", pair.join(" "))),
            }
        }
        Ok(options)
    }
}

/// What one way of answering every request adds to each of them.
const LATENCIES: [(&str, f64); 2] = [("answers at once", 0.0), ("50 ms for each answer", 0.05)];

pub fn run(options: &Options) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(measure(options))
}

async fn measure(options: &Options) -> Result<(), String> {
    let simulator = Simulator::start(&options.programs.join("azure-sim"))?;
    let mut body = format!(
        "A scale set of 1,000 instances, a region with 10,000 captures of which 40 are the set's: the panel's `context` and\n\
         `list` together, over native messaging, against a bare client that sends the same requests, follows links and\n\
         throws the answers away. Medians of {} rounds in turns, a new process or connection each.\n\n\
         | simulator | requests | same order, in parallel | every URL known before, all at once | helper | × in parallel | helper's peak memory |\n\
         |---|---|---|---|---|---|---|\n",
        options.rounds
    );
    for (name, latency) in LATENCIES {
        simulator.slow_down(latency).await?;
        let (mut chained, mut at_once, mut ours) = (Vec::new(), Vec::new(), Vec::new());
        let (mut requests, mut peak) = (0, 0);
        for round in 0..=options.rounds {
            let bare = Bare::connect(&simulator).await?;
            let (links, first) = bare.in_order().await?;
            let second = Bare::connect(&simulator).await?.all_at_once(&links).await?;
            simulator.forget_requests().await?;
            let opened = Helper::start(&options.programs.join("vmss-capture"), &simulator)?.open_page()?;
            requests = simulator.requests_of_opening().await?;
            if requests != links.len() {
                return Err(format!("the helper sent {requests} requests, the bare client {}", links.len()));
            }
            peak = peak.max(opened.peak_bytes);
            if round > 0 {
                chained.push(first);
                at_once.push(second);
                ours.push(opened.took);
            }
        }
        let (chained, at_once, ours) = (median(chained), median(at_once), median(ours));
        let ratio = ours.as_secs_f64() / chained.as_secs_f64();
        let verdict = if ratio <= 1.2 { "≤ 1.2" } else { "≤ 1.2, not met" };
        writeln!(
            body,
            "| {name} | {requests} | {} ms | {} ms | {} ms | {ratio:.2} ({verdict}) | {:.1} MiB |",
            chained.as_millis(),
            at_once.as_millis(),
            ours.as_millis(),
            peak as f64 / f64::from(1 << 20),
        )
        .map_err(|error| error.to_string())?;
    }
    document::write_section(&root().join("docs/benchmarks.md"), "context", &body)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
