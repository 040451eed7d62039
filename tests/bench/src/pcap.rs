//! The pcap engine against the tools that people use today.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::document;
use super::measure::{Measured, Run, compare};
use super::traffic::{self, Form};

/// Read at once, by the bound.
const BUFFER: usize = 256 << 10;

/// Packets as they were; the walk is measured beside it.
const WHOLE: &str = "traffic.pcap";
/// What is measured, each in a run of its own: together they take some minutes.
const PARTS: [&str; 6] = ["pcap", "pcapng", "snapped", "cores", "flows", "tshark"];

#[derive(Debug, Clone)]
pub struct Options {
    /// What is measured: a program with `summarize FILE --json`.
    binary: PathBuf,
    megabytes: u64,
    rounds: usize,
    parts: Vec<String>,
}

impl Options {
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let binary = root().join("target/release/vmss-capture");
        let mut options = Self { binary, megabytes: 1024, rounds: 7, parts: Vec::new() };
        for pair in words.chunks(2) {
            let number = |value: &str| value.parse::<u64>().map_err(|error| format!("{value}: {error}"));
            match *pair {
                ["--binary", value] => options.binary = value.into(),
                ["--megabytes", value] => options.megabytes = number(value)?,
                ["--rounds", value] => options.rounds = number(value)?.max(1) as usize,
                ["--part", value] if PARTS.contains(&value) => options.parts.push(value.to_owned()),
                _ => return Err(format!("unknown option: {}", pair.join(" "))),
            }
        }
        if options.parts.is_empty() {
            options.parts = PARTS.map(str::to_owned).to_vec();
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

/// Makes one capture, in the form that its name tells.
pub fn make(file: &Path, options: &Options) -> Result<(), String> {
    let name = file.to_string_lossy();
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    if name.contains("flows") {
        return traffic::flows(file, options.megabytes << 20).map_err(failed);
    }
    let form = match &name {
        name if name.ends_with(".pcapng") => Form::Pcapng,
        name if name.contains("snapped") => Form::Snapped,
        _ => Form::Pcap,
    };
    traffic::write(&root().join("tests/captures"), file, form, options.megabytes << 20).map_err(failed)
}

/// Measures the parts, and writes the section out of what these and earlier runs measured.
pub fn run(options: &Options) -> Result<(), String> {
    let folder = root().join("target/bench/figures");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for part in &options.parts {
        let lines = match part.as_str() {
            "pcap" => against_capinfos(options, WHOLE, "pcap")?,
            "pcapng" => against_capinfos(options, "traffic.pcapng", "pcapng")?,
            "snapped" => against_capinfos(options, "snapped.pcap", "pcap, packets cut to 96 bytes")?,
            "cores" => cores(options)?,
            "flows" => flows(options)?,
            _ => against_tshark(options)?,
        };
        fs::write(folder.join(part), lines.concat()).map_err(failed)?;
    }
    let mut body = format!(
        "Traffic made from `tests/captures`: {} MiB of packets, mixed replays, deterministic; in the page cache, one\n\
         core, medians of {} rounds in turns, the whole `summarize --json`. \"Walk\" is reading the file and going over\n\
         its record headers, nothing else; capinfos is asked for nothing that needs hashing. tshark has little to take\n\
         apart here (TLS, HTTP, DNS, SSH, PostgreSQL): where the walk is not 300 times as fast, nothing that reads the\n\
         file can be. How fast the memory is decides what the walk takes: on one machine it took from 0.055 to 0.115 s, and\n\
         the summary from 2.5 to 4.2 times as long.\n\n\
         | what | figure | limit |\n|---|---|---|\n",
        options.megabytes, options.rounds
    );
    for part in PARTS {
        body.push_str(&fs::read_to_string(folder.join(part)).unwrap_or_default());
    }
    document::write_section(&root().join("docs/benchmarks.md"), "pcap", &body)
}

/// One line of the table; a limit that is not kept says so.
fn line(what: &str, figure: &str, limit: Option<(String, bool)>) -> String {
    let limit =
        limit.map_or(String::new(), |(limit, kept)| if kept { limit } else { format!("{limit}, not met") });
    format!("| {what} | {figure} | {limit} |\n")
}

fn at_most(what: &str, figure: f64, limit: f64, unit: &str) -> String {
    line(what, &format!("{figure:.2} {unit}"), Some((format!("≤ {limit} {unit}"), figure <= limit)))
}

fn at_least(what: &str, figure: f64, limit: f64) -> String {
    line(what, &format!("{figure:.2} ×"), Some((format!("≥ {limit} ×"), figure >= limit)))
}

/// A capture, made where there is none yet.
fn capture(options: &Options, name: &str, megabytes: u64) -> Result<String, String> {
    let file = root().join("target/bench").join(format!("{megabytes}-{name}"));
    if !file.exists() {
        make(&file, &Options { megabytes, ..options.clone() })?;
    }
    Ok(file.to_string_lossy().into_owned())
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn summarize(options: &Options, files: &[&str]) -> Run {
    let binary = options.binary.to_string_lossy();
    let command = [&[&*binary, "summarize", "--json"], files].concat();
    Run { name: "summarize", command: words(&command), cores: 1 }
}

fn of<'a>(measured: &'a [Measured], name: &str) -> Result<&'a Measured, String> {
    measured.iter().find(|one| one.name == name).ok_or_else(|| format!("{name} was not measured"))
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1 << 20) as f64
}

fn against_capinfos(options: &Options, name: &str, title: &str) -> Result<Vec<String>, String> {
    let file = capture(options, name, options.megabytes)?;
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut runs = vec![
        summarize(options, &[&file]),
        Run { name: "capinfos", command: words(&["capinfos", "-TmcsdaeuyixzS", &file]), cores: 1 },
    ];
    if name == WHOLE {
        let command = words(&[&own.to_string_lossy(), "walk", &file]);
        runs.push(Run { name: "walk", command, cores: 1 });
    }
    let measured = compare(&runs, options.rounds)?;
    let (summarize, capinfos) = (of(&measured, "summarize")?, of(&measured, "capinfos")?);
    let mut lines = vec![
        line(
            &format!("{title}: summarize, capinfos"),
            &format!("{:.3} s, {:.3} s", summarize.seconds, capinfos.seconds),
            None,
        ),
        at_most(&format!("{title}: relative to capinfos"), summarize.seconds / capinfos.seconds, 1.0, "×"),
    ];
    if let Ok(walk) = of(&measured, "walk") {
        lines.push(at_most(
            &format!("{title}: relative to the walk"),
            summarize.seconds / walk.seconds,
            3.5,
            "×",
        ));
    }
    let memory = format!("{title}: greatest memory, more than 100,000 conversations");
    lines.push(at_most(&memory, mebibytes(summarize.peak_bytes), 64.0, "MiB"));
    Ok(lines)
}

fn cores(options: &Options) -> Result<Vec<String>, String> {
    let file = capture(options, WHOLE, options.megabytes / 4)?;
    let one = summarize(options, &[file.as_str(); 8]);
    let two = Run { name: "two", cores: 2, ..one.clone() };
    let measured = compare(&[one, two], options.rounds)?;
    let gain = of(&measured, "summarize")?.seconds / of(&measured, "two")?.seconds;
    Ok(vec![at_least("eight files: two cores relative to one", gain, 1.7)])
}

fn flows(options: &Options) -> Result<Vec<String>, String> {
    // A record of one packet each takes 70 bytes.
    let file = capture(options, "flows.pcap", 670)?;
    let measured = compare(&[summarize(options, &[&file])], 1)?;
    let peak = mebibytes(of(&measured, "summarize")?.peak_bytes);
    Ok(vec![at_most("ten million conversations: greatest memory", peak, 256.0, "MiB")])
}

fn against_tshark(options: &Options) -> Result<Vec<String>, String> {
    let file = capture(options, WHOLE, options.megabytes)?;
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let tshark = words(&["tshark", "-n", "-q", "-z", "conv,tcp", "-r", &file]);
    let walk = words(&[&own.to_string_lossy(), "walk", &file]);
    let tshark = compare(&[Run { name: "tshark", command: tshark, cores: 1 }], 1)?;
    let runs = [summarize(options, &[&file]), Run { name: "walk", command: walk, cores: 1 }];
    let measured = compare(&runs, options.rounds)?;
    let tshark = of(&tshark, "tshark")?.seconds;
    let times = tshark / of(&measured, "summarize")?.seconds;
    let most = tshark / of(&measured, "walk")?.seconds;
    let kept = Some(("≥ 300 ×".to_owned(), times >= 300.0));
    let figure = format!("{times:.0} × ({tshark:.1} s); the walk alone {most:.0} ×");
    Ok(vec![line("pcap: faster than `tshark -q -z conv,tcp`", &figure, kept)])
}
