//! What running a program costs: time, processor, memory.

use std::fs;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::content::Content;

/// A program to measure, and what it leaves in its folder.
pub struct Run {
    pub name: &'static str,
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub environment: Vec<(&'static str, String)>,
    /// The blobs under this prefix, as files; none where nothing is kept.
    pub leaves: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub seconds: f64,
    /// Of the processor, user and system.
    pub cpu: f64,
    pub peak_mib: f64,
}

/// The medians of a program's runs, and the greatest memory.
fn median(costs: &mut [Cost]) -> Cost {
    let mut middle = |pick: fn(&Cost) -> f64| {
        costs.sort_by(|a, b| pick(a).total_cmp(&pick(b)));
        costs.get(costs.len() / 2).map_or(0.0, pick)
    };
    let (seconds, cpu) = (middle(|cost| cost.seconds), middle(|cost| cost.cpu));
    Cost { seconds, cpu, peak_mib: costs.iter().map(|cost| cost.peak_mib).fold(0.0, f64::max) }
}

/// Runs all in turns, so that a busy machine slows all alike. The files of the first round are looked into.
pub fn in_turns<const N: usize>(
    runs: &[Run; N],
    rounds: usize,
    folder: &Path,
    content: &Content,
) -> Result<[Cost; N], String> {
    let mut costs = [(); N].map(|()| Vec::new());
    for round in 0..rounds {
        for (run, costs) in runs.iter().zip(&mut costs) {
            drop(fs::remove_dir_all(folder));
            fs::create_dir_all(folder).map_err(|error| error.to_string())?;
            costs.push(once(run, folder)?);
            if round == 0 {
                content.compare(run.leaves, folder).map_err(|problem| format!("{}: {problem}", run.name))?;
            }
        }
    }
    drop(fs::remove_dir_all(folder));
    Ok(costs.map(|mut costs| median(&mut costs)))
}

fn once(run: &Run, folder: &Path) -> Result<Cost, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", run.name);
    // What an earlier run left to be written would slow this one.
    nix::unistd::sync();
    let before = children_cpu()?;
    let mut log = tempfile::tempfile().map_err(failed)?;
    let started = Instant::now();
    let mut child = Command::new(&run.program)
        .args(&run.arguments)
        .envs(run.environment.iter().map(|(name, value)| (name, value)))
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
            if done.success() {
                return Ok(Cost { seconds, cpu: children_cpu()? - before, peak_mib: peak });
            }
            let mut text = String::new();
            log.rewind().and_then(|()| log.read_to_string(&mut text)).map_err(failed)?;
            return Err(format!("{} failed: {done}\n{text}", run.name));
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
