//! Downloads beside curl and azcopy, all from one Azurite over TLS with a bearer token, hash-checked.

mod azurite;
mod client;
mod slow;

pub use client::fetch;

use crate::document::write_section;
use azurite::Azurite;
use slow::Slow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MIB: u64 = 1024 * 1024;

#[derive(Debug)]
pub struct Options {
    azurite: PathBuf,
    azcopy: Option<PathBuf>,
    rounds: usize,
    megabytes: u64,
    document: PathBuf,
}

impl Options {
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self {
            azurite: "azurite-blob".into(),
            azcopy: None,
            rounds: 3,
            megabytes: 1024,
            document: "docs/benchmarks.md".into(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
            let number = || value.parse::<u64>().map_err(|_| format!("{value} is no number"));
            match *word {
                "--azurite" => options.azurite = value.into(),
                "--azcopy" => options.azcopy = Some(value.into()),
                "--rounds" => options.rounds = number()? as usize,
                "--megabytes" => options.megabytes = number()?,
                "--document" => options.document = value.into(),
                _ => return Err(format!("unknown option {word}")),
            }
        }
        Ok(options)
    }
}

/// What a run cost.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    seconds: f64,
    cpu: f64,
    peak_mib: f64,
}

/// The medians of a program's runs.
fn median(mut costs: Vec<Cost>) -> Cost {
    let mut middle = |pick: fn(&Cost) -> f64| {
        costs.sort_by(|a, b| pick(a).total_cmp(&pick(b)));
        costs.get(costs.len() / 2).map_or(0.0, pick)
    };
    let (seconds, cpu) = (middle(|cost| cost.seconds), middle(|cost| cost.cpu));
    let peak_mib = costs.iter().map(|cost| cost.peak_mib).fold(0.0, f64::max);
    Cost { seconds, cpu, peak_mib }
}

/// A program to measure, and how much it leaves in its folder.
struct Run {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    bytes: u64,
}

/// Runs all in turns, so that a busy machine slows all alike.
fn in_turns(runs: &[Run], rounds: usize, folder: &Path) -> Result<BTreeMap<&'static str, Cost>, String> {
    let mut costs: BTreeMap<&'static str, Vec<Cost>> = BTreeMap::new();
    for _ in 0..rounds {
        for run in runs {
            drop(fs::remove_dir_all(folder));
            fs::create_dir_all(folder).map_err(|error| error.to_string())?;
            let cost = once(run, folder)?;
            let found = size_of(folder);
            if found != run.bytes {
                return Err(format!("{} left {found} bytes instead of {}", run.name, run.bytes));
            }
            costs.entry(run.name).or_default().push(cost);
        }
    }
    drop(fs::remove_dir_all(folder));
    Ok(costs.into_iter().map(|(name, costs)| (name, median(costs))).collect())
}

fn once(run: &Run, folder: &Path) -> Result<Cost, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", run.name);
    let before = children_cpu()?;
    let log = tempfile::tempfile().map_err(failed)?;
    let started = Instant::now();
    let mut child = Command::new(&run.program)
        .args(&run.arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().map_err(failed)?)
        .stderr(log.try_clone().map_err(failed)?)
        .spawn()
        .map_err(failed)?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak: f64 = 0.0;
    loop {
        peak = peak.max(resident_mib(&status));
        if let Some(done) = child.try_wait().map_err(failed)? {
            let seconds = started.elapsed().as_secs_f64();
            if !done.success() {
                use std::io::{Read, Seek};
                let mut log = log;
                let mut text = String::new();
                log.rewind().and_then(|()| log.read_to_string(&mut text)).map_err(failed)?;
                return Err(format!("{} failed: {done}\n{text}", run.name));
            }
            return Ok(Cost { seconds, cpu: children_cpu()? - before, peak_mib: peak });
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Processor seconds of all children that have ended.
fn children_cpu() -> Result<f64, String> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| error.to_string())?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

/// The kernel's note of the greatest resident memory so far.
fn resident_mib(status: &str) -> f64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => size_of(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

pub fn run(options: &Options) -> Result<(), String> {
    let work = tempfile::tempdir().map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let azurite = runtime.block_on(Azurite::start(&options.azurite, work.path()))?;
    let big = options.megabytes * MIB;
    runtime.block_on(async {
        azurite.put_blocks("big/capture.cap", big).await?;
        for number in 0..200 {
            azurite.put(&format!("many/{number}.cap"), 5 * MIB, number).await?;
        }
        for number in 0..1000 {
            azurite.put(&format!("fleet/web_{number}.cap"), MIB, number).await?;
        }
        Ok::<(), String>(())
    })?;
    let slow = runtime.block_on(Slow::start(azurite.port()))?;
    let to = work.path().join("to");
    let mut text = String::from(
        "Azurite (one Node process, over TLS, with a bearer token) serves every client in turns; on loopback it is the\n\
         limit. Medians; ratios of throughput to curl, of processor time to azcopy.\n\n\
         | 1 blob, all at once | × curl's throughput | processor s | peak MiB |\n|---|---|---|---|\n",
    );

    let ours = |name, prefix: &str, bytes, endpoint: &str, more: &[&str]| {
        let arguments = azurite.client_arguments(endpoint, prefix).into_iter();
        let arguments = arguments.chain(more.iter().map(|&word| word.to_owned())).collect();
        Ok::<Run, String>(Run {
            name,
            program: std::env::current_exe().map_err(|error| error.to_string())?,
            arguments,
            bytes,
        })
    };
    let direct = azurite.endpoint().to_owned();
    let mut runs = vec![
        Run {
            name: "curl",
            program: "curl".into(),
            arguments: azurite.curl(&direct, &["big/capture.cap"], 1),
            bytes: big,
        },
        ours("vmss-capture", "big/", big, &direct, &[])?,
        ours("vmss-capture, with summary", "big/", big, &direct, &["--summarize"])?,
        ours("vmss-capture, summary only", "big/", 0, &direct, &["--summarize", "--no-keep"])?,
    ];
    if let Some(azcopy) = &options.azcopy {
        runs.push(Run {
            name: "azcopy",
            program: azcopy.clone(),
            arguments: azurite.azcopy("big/capture.cap"),
            bytes: big,
        });
    }
    let costs = in_turns(&runs, options.rounds, &to)?;
    table(&mut text, &runs, &costs);

    let names: Vec<String> = (0..200).map(|number| format!("many/{number}.cap")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let many = 200 * 5 * MIB;
    let runs = [
        Run {
            name: "curl",
            program: "curl".into(),
            arguments: azurite.curl(&direct, &names, 4),
            bytes: many,
        },
        ours("vmss-capture", "many/", many, &direct, &[])?,
    ];
    text.push_str("\n| 200 blobs of 5 MiB, with Content-MD5 (curl: 4 at a time, unchecked) | × curl's throughput | processor s | peak MiB |\n|---|---|---|---|\n");
    table(&mut text, &runs, &in_turns(&runs, options.rounds, &to)?);

    let runs = [
        Run {
            name: "curl",
            program: "curl".into(),
            arguments: azurite.curl(&slow.endpoint(), &["big/capture.cap"], 1),
            bytes: big,
        },
        ours("vmss-capture", "big/", big, &slow.endpoint(), &[])?,
    ];
    text.push_str("\n| 1 blob, each connection limited to 20 MiB/s and delayed by 30 ms | × curl's throughput | processor s | peak MiB |\n|---|---|---|---|\n");
    table(&mut text, &runs, &in_turns(&runs, 1, &to)?);

    let runs = [
        ours("curl", "fleet/", 1000 * MIB, &direct, &[])?,
        ours("vmss-capture, merged fleet summary", "fleet/", 1000 * MIB, &direct, &["--summarize"])?,
        ours("vmss-capture, merged fleet summary only", "fleet/", 0, &direct, &["--summarize", "--no-keep"])?,
    ];
    text.push_str("\n| 1,000 blobs of 1 MiB | × the throughput without a summary | processor s | peak MiB |\n|---|---|---|---|\n");
    table(&mut text, &runs, &in_turns(&runs, options.rounds, &to)?);

    write_section(&options.document, "download", &text)
}

/// One line a program; the first is what the others are compared to.
fn table(text: &mut String, runs: &[Run], costs: &BTreeMap<&'static str, Cost>) {
    let first = runs.first().and_then(|run| costs.get(run.name)).copied().unwrap_or_default();
    for run in runs {
        let Some(cost) = costs.get(run.name) else { continue };
        let ratio = first.seconds / cost.seconds;
        let name =
            if run.name == "curl" && run.program != Path::new("curl") { "vmss-capture" } else { run.name };
        writeln!(text, "| {name} | {ratio:.2} | {:.2} | {:.0} |", cost.cpu, cost.peak_mib)
            .unwrap_or_default();
    }
}
