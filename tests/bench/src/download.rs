//! Downloads beside curl and azcopy, all from one Azurite over TLS, every file compared with what was put there.
//!
//! `bench download [BAR…] [--rounds N] [--megabytes N]`: all bars, or those that are named ([`Bar`]). The figures go into the
//! section "download" of `docs/benchmarks.md`; the rows of other bars stay as they are.

mod azcopy;
mod azurite;
mod bar;
mod client;
mod content;
mod cost;
mod slow;

pub use client::fetch;

use super::document;
use azurite::Azurite;
use bar::Bar;
use content::Content;
use std::fs;
use std::path::{Path, PathBuf};

const MIB: u64 = 1 << 20;
const INTRO: &str = "\
Azurite (one Node process) over TLS with a bearer token serves every client in turns; on loopback it and the client share
the processor. A range of up to 4 MiB it reads twice, to give an MD5 of it unasked, so that long requests are what it serves
fastest. Files are real traffic made as for \"pcap\" and are compared with what was put there. Medians of rounds in turns;
before each, untimed, the files of the turn before are removed and the disk is brought up to date. Memory is the greatest of
all rounds. azcopy 10.32.2 from npm, with a SAS. Neither curl nor azcopy flushes files to the disk, and curl checks nothing;
vmss-capture flushes before it gives files their names, and computes the MD5 where storage has one: of many files at once, as
one alone has to be computed byte after byte. Built without any flush for a trial, one blob took a tenth less time. Azurite
starts with a gibibyte for its heap: else V8 collects the whole heap after each 20 MiB served in some runs, never in others, and
the same download takes curl 1.4 s or 2.5 s. Runs with that heap still differ: 0.73 to 0.96 × curl for one blob, 0.67 to 0.92 ×
for many, 1.04 to 1.21 × for the summary, 1.06 to 1.42 × for the merged one.";

#[derive(Debug)]
pub struct Options {
    bars: Vec<Bar>,
    rounds: usize,
    /// Of the large blob and of the fleet together.
    megabytes: u64,
}

impl Options {
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self { bars: Vec::new(), rounds: 5, megabytes: 1024 };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut number = || {
                let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
                value.parse::<u64>().map_err(|error| format!("{value}: {error}"))
            };
            match *word {
                "--rounds" => options.rounds = number()?.max(1) as usize,
                "--megabytes" => options.megabytes = number()?.max(16),
                name => options.bars.push(name.parse()?),
            }
        }
        if options.bars.is_empty() {
            options.bars = Bar::ALL.to_vec();
        }
        Ok(options)
    }
}

/// The repository's root, from which this crate is built.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the bars share: the service, what it holds, and an empty folder for each run.
struct Field {
    azurite: Azurite,
    content: Content,
    runtime: tokio::runtime::Runtime,
    azcopy: Option<PathBuf>,
    rounds: usize,
    work: tempfile::TempDir,
}

pub fn run(options: &Options) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder).map_err(text)?;
    let work = tempfile::tempdir_in(&folder).map_err(text)?;
    let runtime = tokio::runtime::Runtime::new().map_err(text)?;
    let azurite = runtime.block_on(Azurite::start(&root(), work.path()))?;
    let content = Content::make(options.megabytes * MIB, work.path())?;
    let azcopy = match options.bars.contains(&Bar::One) {
        true => Some(azcopy::program(&folder)?),
        false => None,
    };
    let mut field = Field { azurite, content, runtime, azcopy, rounds: options.rounds, work };
    for bar in &options.bars {
        let rows = bar.measure(&mut field)?;
        #[expect(clippy::print_stdout, reason = "a program that people run by hand")]
        for row in &rows {
            println!("{}: {} ({})", row.what, row.figure, row.limit);
        }
        document::write_rows(&root().join("docs/benchmarks.md"), "download", INTRO, &rows)?;
    }
    Ok(())
}
