//! Runs programs in turns and compares their times.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A program with its arguments.
#[derive(Debug, Clone)]
pub struct Run {
    pub name: &'static str,
    pub command: Vec<String>,
    pub cores: usize,
}

/// What running it showed.
#[derive(Debug, Clone)]
pub struct Measured {
    pub name: &'static str,
    /// Median of the rounds.
    pub seconds: f64,
    /// Greatest resident memory that was seen.
    pub peak_bytes: u64,
}

/// Runs everything once to warm up, then `rounds` times in turns, so that a busy machine slows all alike.
pub fn compare(runs: &[Run], rounds: usize) -> Result<Vec<Measured>, String> {
    let mut seconds = vec![Vec::new(); runs.len()];
    let mut peaks = vec![0; runs.len()];
    for round in 0..=rounds {
        for (at, run) in runs.iter().enumerate() {
            let (time, peak) = once(run)?;
            peaks[at] = u64::max(peaks[at], peak);
            if round > 0 {
                seconds[at].push(time.as_secs_f64());
            }
        }
    }
    let measured = runs.iter().zip(seconds).zip(peaks).map(|((run, mut seconds), peak_bytes)| {
        seconds.sort_by(f64::total_cmp);
        Measured { name: run.name, seconds: seconds[seconds.len() / 2], peak_bytes }
    });
    Ok(measured.collect())
}

/// Runs a program on its cores and looks at its memory as it runs.
fn once(run: &Run) -> Result<(Duration, u64), String> {
    let (program, arguments) = run.command.split_first().ok_or("nothing to run")?;
    let failed = |error: std::io::Error| format!("{program}: {error}");
    let started = Instant::now();
    let mut child = Command::new("taskset")
        .args(["-c", if run.cores == 1 { "1" } else { "0,1" }, program])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        peak = peak.max(resident(Path::new(&status)));
        if let Some(done) = child.try_wait().map_err(failed)? {
            let time = started.elapsed();
            return if done.success() { Ok((time, peak)) } else { Err(format!("{program} failed: {done}")) };
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The kernel's own note of the greatest resident memory so far.
pub fn resident(status: &Path) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
