//! Several captures as one pcapng in the order of time, with an interface for each of them, named.
//!
//! As mergecap does it: each file's own order stays, and of all files the earliest next packet comes first. Nothing
//! is held in memory but the next piece of each file, and no file stays open, so a thousand of them are no trouble.

use super::folder::{Folder, read_at};
use crate::problem::{Problem, Result};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use wasm_core::pcap::writer::PcapngWriter;
use wasm_core::pcap::{LinkType, Reader, Time};
use wasm_core::protocol::{ErrorCode, FileRef};

/// Memory for the pieces of all files.
const PIECES: usize = 32 * 1024 * 1024;
const LONGEST_PIECE: usize = 256 * 1024;
const SHORTEST_PIECE: usize = 4 * 1024;

/// A capture to be merged.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: PathBuf,
    /// What its interface is called.
    pub name: String,
}

/// Merges `sources` into a new file anywhere, where a person says so.
pub fn merge_into(sources: &[Source], target: &Path) -> Result<u64> {
    let refused = || Problem::new(ErrorCode::PathRefused).with("path", target.display());
    let name = target.file_name().and_then(|name| name.to_str()).ok_or_else(refused)?;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    merge(&Folder::open(parent)?, sources, &FileRef(name.to_owned()), |_| {})
}

/// Merges `sources` into the new file `target`. `moved` hears of the bytes read. Gives the number of packets.
pub fn merge(
    folder: &Folder,
    sources: &[Source],
    target: &FileRef,
    mut moved: impl FnMut(u64),
) -> Result<u64> {
    let piece = (PIECES / sources.len().max(1)).clamp(SHORTEST_PIECE, LONGEST_PIECE);
    let mut packets = 0;
    folder.write(target, false, |file| {
        let failed = |error: std::io::Error| {
            Problem::new(ErrorCode::LocalFile).with("path", &target.0).with("reason", error)
        };
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let mut bytes = Vec::new();
        let mut writer = PcapngWriter::new(concat!("vmss-capture ", env!("CARGO_PKG_VERSION")), &mut bytes);
        let mut interfaces: HashMap<(usize, LinkType), u32> = HashMap::new();
        let mut inputs: Vec<Input<'_>> = sources.iter().map(Input::new).collect();
        let mut next: BinaryHeap<Reverse<(Option<Time>, usize)>> = BinaryHeap::new();
        for (index, input) in inputs.iter_mut().enumerate() {
            next.extend(input.peek(piece, &mut moved)?.map(|time| Reverse((time, index))));
        }
        while let Some(Reverse((time, index))) = next.pop() {
            let input = &mut inputs[index];
            if let Some(packet) = input.ready.pop_front() {
                let link = packet.link;
                let interface = match interfaces.get(&(index, link)) {
                    Some(interface) => *interface,
                    None => {
                        let interface = writer.interface(&sources[index].name, link, &mut bytes);
                        interfaces.insert((index, link), interface);
                        interface
                    }
                };
                writer.packet(interface, time, &packet.data, packet.length, &mut bytes);
                packets += 1;
                out.write_all(&bytes).map_err(failed)?;
                bytes.clear();
            }
            next.extend(input.peek(piece, &mut moved)?.map(|time| Reverse((time, index))));
        }
        out.write_all(&bytes).map_err(failed)?;
        out.flush().map_err(failed)
    })?;
    Ok(packets)
}

struct Packet {
    time: Option<Time>,
    link: LinkType,
    data: Vec<u8>,
    length: u32,
}

/// One file, read as far as its next packet.
struct Input<'a> {
    source: &'a Source,
    reader: Reader,
    at: u64,
    ended: bool,
    ready: VecDeque<Packet>,
}

impl<'a> Input<'a> {
    fn new(source: &'a Source) -> Self {
        Self { source, reader: Reader::new(), at: 0, ended: false, ready: VecDeque::new() }
    }

    /// The time of the next packet; none at the end. What is damaged ends the file there.
    fn peek(&mut self, piece: usize, moved: &mut impl FnMut(u64)) -> Result<Option<Option<Time>>> {
        while self.ready.is_empty() && !self.ended {
            let path = &self.source.path;
            let failed = |error| Problem::file(path, &error);
            let file = File::open(path).map_err(failed)?;
            let mut bytes = vec![0; piece];
            let read = read_at(&file, &mut bytes, self.at).map_err(failed)?;
            self.at += read as u64;
            self.ended = read < piece;
            moved(read as u64);
            let ready = &mut self.ready;
            self.reader.push(&bytes[..read], |packet| {
                ready.push_back(Packet {
                    time: packet.time,
                    link: packet.link,
                    data: packet.data.to_vec(),
                    length: packet.length,
                });
            });
        }
        Ok(self.ready.front().map(|packet| packet.time))
    }
}
