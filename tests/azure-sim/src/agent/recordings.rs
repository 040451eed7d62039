//! Recorded traffic of real programs: a folder with `index.json` and the captures it names.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use pcap_parser::PcapCapture;
use serde::Deserialize;

/// The recordings in `web-set/`: what instances see. The last one by name is the troubled one.
#[derive(Debug)]
pub struct Recordings {
    healthy: Vec<Recording>,
    troubled: Recording,
}

#[derive(Debug)]
pub struct Recording {
    /// The address of the machine that was watched.
    pub local: Ipv4Addr,
    pub packets: Vec<Packet>,
    /// From the first packet to the last.
    pub duration: Duration,
}

#[derive(Debug)]
pub struct Packet {
    pub offset: Duration,
    /// An Ethernet frame.
    pub frame: Vec<u8>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    file: String,
    local: Vec<Ipv4Addr>,
}

/// `tests/captures` of the repository that this program or the current folder is in.
pub fn locate(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(folder) = given {
        return Ok(folder.to_owned());
    }
    let places = [std::env::current_exe().ok(), std::env::current_dir().ok()];
    places
        .iter()
        .flatten()
        .flat_map(|place| place.ancestors())
        .map(|folder| folder.join("tests/captures"))
        .find(|folder| folder.join("index.json").is_file())
        .context("no tests/captures/index.json here or above: give --captures FOLDER")
}

impl Recordings {
    pub fn read(folder: &Path) -> Result<Self> {
        let index = folder.join("index.json");
        let text = std::fs::read(&index).with_context(|| index.display().to_string())?;
        // Other entries may have local addresses that are not IPv4.
        let index: serde_json::Value = serde_json::from_slice(&text).context("index.json")?;
        let entries = index["captures"].as_array().context("index.json has no captures")?;
        let mut fleet: Vec<Entry> = entries
            .iter()
            .filter(|entry| entry["file"].as_str().is_some_and(|file| file.starts_with("web-set/")))
            .map(|entry| serde_json::from_value(entry.clone()))
            .collect::<Result<_, _>>()
            .context("index.json")?;
        fleet.sort_by(|a, b| a.file.cmp(&b.file));
        let mut recordings = fleet
            .iter()
            .map(|entry| {
                let local = *entry.local.first().context("an entry without a local address")?;
                Recording::read(&folder.join(&entry.file), local).with_context(|| entry.file.clone())
            })
            .collect::<Result<Vec<_>>>()?;
        let Some(troubled) = recordings.pop().filter(|_| !recordings.is_empty()) else {
            bail!("{} names fewer than two captures in web-set/", folder.display());
        };
        Ok(Self { healthy: recordings, troubled })
    }

    /// What the `n`th machine sees.
    pub fn of(&self, n: usize, troubled: bool) -> &Recording {
        if troubled {
            &self.troubled
        } else {
            self.healthy.get(n % self.healthy.len()).unwrap_or(&self.troubled)
        }
    }
}

impl Recording {
    fn read(file: &Path, local: Ipv4Addr) -> Result<Self> {
        let bytes = std::fs::read(file)?;
        let capture = PcapCapture::from_file(&bytes).map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let nanoseconds = capture.header.is_nanosecond_precision();
        let mut first = None;
        let mut packets = Vec::new();
        for block in &capture.blocks {
            let fraction =
                Duration::from_nanos(u64::from(block.ts_usec) * if nanoseconds { 1 } else { 1_000 });
            let time = Duration::from_secs(u64::from(block.ts_sec)) + fraction;
            let first = *first.get_or_insert(time);
            let frame = block.data.get(..block.caplen as usize).unwrap_or(block.data).to_vec();
            packets.push(Packet { offset: time.saturating_sub(first), frame });
        }
        let duration = packets.iter().map(|packet| packet.offset).max().context("no packets")?;
        Ok(Self { local, packets, duration })
    }
}
