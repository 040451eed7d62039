//! The pcap engine against the tools that people use today.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::document;
use super::measure::{Measured, Run, compare};
use super::traffic::{self, Form};

/// Read at once, by the bound and by the engine.
const BUFFER: usize = 256 << 10;

#[derive(Debug)]
pub struct Options {
    /// What is measured: a program with `summarize FILE --json`.
    binary: PathBuf,
    megabytes: u64,
    rounds: usize,
}

impl Options {
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let root = root();
        let mut options =
            Self { binary: root.join("target/release/vmss-capture"), megabytes: 1024, rounds: 7 };
        for pair in words.chunks(2) {
            let number = |value: &str| value.parse::<u64>().map_err(|error| format!("{value}: {error}"));
            match *pair {
                ["--binary", value] => options.binary = value.into(),
                ["--megabytes", value] => options.megabytes = number(value)?,
                ["--rounds", value] => options.rounds = number(value)?.max(1) as usize,
                _ => return Err(format!("unknown option: {}", pair.join(" "))),
            }
        }
        Ok(options)
    }
}

/// The repository's root, from which this crate is built.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The bound: reads the file and walks over the record headers, nothing else.
pub fn walk(file: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut file = File::open(file).map_err(failed)?;
    let mut buffer = vec![0; BUFFER];
    let mut head = [0; 24];
    file.read_exact(&mut head).map_err(failed)?;
    let (mut packets, mut held) = (0_u64, 0);
    loop {
        let count = file.read(&mut buffer[held..]).map_err(failed)?;
        if count == 0 {
            break;
        }
        let mut rest = &buffer[..held + count];
        while let Some((header, behind)) = rest.split_first_chunk::<16>() {
            let captured = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
            let Some(next) = behind.get(captured..) else { break };
            packets += 1;
            rest = next;
        }
        let start = held + count - rest.len();
        held = rest.len();
        buffer.copy_within(start..start + held, 0);
    }
    std::hint::black_box(packets);
    Ok(())
}

/// Makes one capture.
pub fn make(file: &Path, options: &Options) -> Result<(), String> {
    let form = match file.to_string_lossy() {
        name if name.ends_with(".pcapng") => Form::Pcapng,
        name if name.contains("snapped") => Form::Snapped,
        _ => Form::Pcap,
    };
    traffic::write(&root().join("tests/captures"), file, form, options.megabytes << 20)
        .map_err(|error| format!("{}: {error}", file.display()))
}

pub fn run(options: &Options) -> Result<(), String> {
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut body = format!(
        "Traffic made from `tests/captures` ({} MiB of packets, mixed replays, deterministic), in the page cache, one core,\n\
         medians of {} rounds in turns. \"× walk\" is relative to reading the file and walking over its record headers.\n",
        options.megabytes, options.rounds
    );
    for (name, title, megabytes) in [
        ("traffic.pcap", "pcap", options.megabytes),
        ("traffic.pcapng", "pcapng", options.megabytes),
        ("snapped.pcap", "pcap, packets cut to 96 bytes", options.megabytes),
        ("traffic.pcap", "pcap, a sixteenth, with tshark", options.megabytes / 16),
    ] {
        let file = folder.join(format!("{megabytes}-{name}"));
        if !file.exists() {
            make(&file, &Options { binary: options.binary.clone(), megabytes, rounds: options.rounds })?;
        }
        let tshark = megabytes < options.megabytes;
        let rounds = if tshark { 1 } else { options.rounds };
        let measured = compare(&peers(options, &file, tshark)?, rounds)?;
        table(&mut body, title, &measured);
    }
    document::write_section(&root().join("docs/benchmarks.md"), "pcap", &body)
}

fn peers(options: &Options, file: &Path, tshark: bool) -> Result<Vec<Run>, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let command = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let file = text(file);
    let mut runs = vec![
        Run {
            name: "vmss-capture summarize",
            command: command(&[&text(&options.binary), "summarize", &file, "--json"]),
        },
        Run { name: "capinfos without hashing", command: command(&["capinfos", "-TmcsdaeuyixzS", &file]) },
    ];
    if !file.ends_with("pcapng") {
        runs.push(Run { name: "walk", command: command(&[&text(&own), "walk", &file]) });
    }
    if tshark {
        runs.push(Run {
            name: "tshark -q -z conv,tcp",
            command: command(&["tshark", "-n", "-q", "-z", "conv,tcp", "-r", &file]),
        });
    }
    Ok(runs)
}

fn table(body: &mut String, title: &str, measured: &[Measured]) {
    let of = |name: &str| measured.iter().find(|one| one.name == name).map(|one| one.seconds);
    let capinfos = of("capinfos without hashing");
    let walk = of("walk");
    let ratio = |seconds: f64, base: Option<f64>| {
        base.map_or("–".to_owned(), |base| format!("{:.2}", seconds / base))
    };
    let _ = write!(
        body,
        "\n**{title}**\n\n| | seconds | × capinfos | × walk | peak MiB |\n|---|---|---|---|---|\n"
    );
    for one in measured {
        let _ = writeln!(
            body,
            "| {} | {:.3} | {} | {} | {} |",
            one.name,
            one.seconds,
            ratio(one.seconds, capinfos),
            ratio(one.seconds, walk),
            one.peak_bytes >> 20
        );
    }
}
