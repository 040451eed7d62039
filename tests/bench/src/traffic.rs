//! Makes large captures out of the recorded ones: the same every time, on every machine.
//!
//! Many replays of the recorded captures run at once, each with hosts of its own, so that packets of thousands of
//! conversations come mixed as they do on a busy instance.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use wasm_core::pcap::writer::{PcapWriter, PcapngWriter};
use wasm_core::pcap::{LinkType, Reader, Time};

/// Replays that run at the same time.
const CONCURRENT: usize = 512;

/// The form of the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Pcap,
    Pcapng,
    /// pcap with packets cut to 96 bytes.
    Snapped,
}

/// One recorded packet.
struct Recorded {
    /// Nanoseconds since the recording's first packet.
    after: i64,
    data: Vec<u8>,
}

/// splitmix64 (public domain, Sebastiano Vigna).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

struct Replay {
    recording: usize,
    at: usize,
    started: i64,
    hosts: u16,
}

/// Writes a capture of at least `bytes` bytes of packets.
pub fn write(recordings: &Path, file: &Path, form: Form, bytes: u64) -> io::Result<()> {
    let recordings = read(recordings)?;
    let mut file = io::BufWriter::with_capacity(1 << 20, fs::File::create(file)?);
    let mut out = Vec::new();
    let (mut pcap, mut pcapng) = (None, None);
    if form == Form::Pcapng {
        let mut writer = PcapngWriter::new("bench", &mut out);
        writer.interface("eth0", LinkType::ETHERNET, &mut out);
        pcapng = Some(writer);
    } else {
        pcap = Some(PcapWriter::new(LinkType::ETHERNET, &mut out));
    }
    let mut random = Random(4);
    let mut now = 1_767_000_000_000_000_000_i64;
    let mut begun = 0_usize;
    let mut written = 0_u64;
    let mut replays: Vec<Replay> = Vec::new();
    while written < bytes {
        if replays.len() < CONCURRENT {
            let recording = begun % recordings.len();
            replays.push(Replay { recording, at: 0, started: now, hosts: (begun / recordings.len()) as u16 });
            begun += 1;
        }
        let chosen = random.below(replays.len());
        // Short runs of packets of one conversation, as they come off a wire.
        for _ in 0..=random.below(4) {
            let Some(replay) = replays.get_mut(chosen) else { break };
            let Some(packet) = recordings[replay.recording].get(replay.at) else {
                replays.swap_remove(chosen);
                break;
            };
            replay.at += 1;
            now = now.max(replay.started + packet.after / 64) + 1000 + random.below(2000) as i64;
            let mut data = packet.data.clone();
            rewrite(&mut data, replay.hosts);
            let length = data.len() as u32;
            if form == Form::Snapped {
                data.truncate(96);
            }
            let time = Time::from_nanos(now);
            if let Some(writer) = pcap {
                writer.packet(time, &data, length, &mut out);
            }
            if let Some(writer) = &pcapng {
                writer.packet(0, Some(time), &data, length, &mut out);
            }
            written += u64::from(length);
        }
        if out.len() >= 1 << 20 {
            file.write_all(&out)?;
            out.clear();
        }
    }
    file.write_all(&out)?;
    file.flush()
}

/// Writes a capture in which each packet, a SYN, is a conversation of its own.
pub fn flows(file: &Path, bytes: u64) -> io::Result<()> {
    let mut file = io::BufWriter::with_capacity(1 << 20, fs::File::create(file)?);
    let mut out = Vec::new();
    let writer = PcapWriter::new(LinkType::ETHERNET, &mut out);
    let mut frame = [0_u8; 54];
    frame[12..15].copy_from_slice(&[0x08, 0x00, 0x45]);
    frame[16..18].copy_from_slice(&40_u16.to_be_bytes());
    frame[22..24].copy_from_slice(&[64, 6]);
    frame[46..48].copy_from_slice(&[0x50, 0x02]);
    let record = (frame.len() + 16) as u64;
    for number in 0..bytes / record {
        // Sixteen bits of the source port, the rest in the address; one server.
        let [.., a, b, c, high, low] = number.to_be_bytes();
        frame[26..30].copy_from_slice(&[10, a, b, c]);
        frame[30..34].copy_from_slice(&[172, 16, 0, 1]);
        frame[34..38].copy_from_slice(&[high, low, 1, 187]);
        let time = Time::from_nanos(1_767_000_000_000_000_000 + number as i64 * 1000);
        writer.packet(time, &frame, frame.len() as u32, &mut out);
        if out.len() >= 1 << 20 {
            file.write_all(&out)?;
            out.clear();
        }
    }
    file.write_all(&out)?;
    file.flush()
}

/// All Ethernet packets of the recorded captures, by file.
fn read(folder: &Path) -> io::Result<Vec<Vec<Recorded>>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut recordings = Vec::new();
    for file in files {
        let bytes = fs::read(&file)?;
        let mut packets = Vec::new();
        let mut first = None;
        Reader::new().push(&bytes, |packet| {
            let (Some(time), LinkType::ETHERNET) = (packet.time, packet.link) else { return };
            let after = time.since(*first.get_or_insert(time));
            packets.push(Recorded { after, data: packet.data.to_vec() });
        });
        if !packets.is_empty() {
            recordings.push(packets);
        }
    }
    if recordings.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "no recorded captures"));
    }
    Ok(recordings)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "pcap") {
            files.push(path);
        }
    }
    Ok(())
}

/// Gives a replay hosts of its own: the second and third byte of IPv4 addresses, the fifth and sixth of IPv6 ones.
fn rewrite(frame: &mut [u8], hosts: u16) {
    let [high, low] = hosts.to_be_bytes();
    let places: &[usize] = match frame.get(12..14) {
        Some([0x08, 0x00]) => &[27, 31],
        Some([0x86, 0xdd]) => &[26, 42],
        _ => return,
    };
    for &at in places {
        if let Some([a, b]) = frame.get_mut(at..at + 2) {
            *a ^= high;
            *b ^= low;
        }
    }
}
