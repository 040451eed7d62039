//! What one machine's agent keeps of its traffic during a session.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use time::OffsetDateTime;
use wasm_core::filter::{CaptureFilters, LocalAddresses, Matcher};

use super::recordings::Recording;
use super::rewrite;
use crate::world::capture::Filter;

/// However long a session is, it holds the recording no more often than this; longer sessions have pauses.
const MAX_TURNS: u32 = 60;

/// The shortest pause between two turns.
const PAUSE: Duration = Duration::from_secs(1);

/// Bytes of a pcap file's header, and of each packet's.
const FILE_HEADER: u64 = 24;
const PACKET_HEADER: u64 = 16;

/// The filters as the agent understands them. One that does not parse matches nothing, as in Azure, where it
/// silently leaves a capture empty.
#[derive(Debug, Clone)]
pub struct Selection(Option<CaptureFilters>);

impl Selection {
    pub fn new(filters: &[Filter]) -> Self {
        let understood: Vec<_> = filters
            .iter()
            .map(Filter::written)
            .filter(|filter| {
                serde_json::Value::Array(vec![filter.clone()]).to_string().parse::<CaptureFilters>().is_ok()
            })
            .collect();
        if understood.is_empty() && !filters.is_empty() {
            return Self(None);
        }
        Self(serde_json::Value::Array(understood).to_string().parse().ok())
    }
}

/// One machine's traffic as its agent sees it.
#[derive(Debug)]
pub struct Replay<'a> {
    pub recording: &'a Recording,
    pub address: Ipv4Addr,
    pub selection: &'a Selection,
    /// 0 = whole packets.
    pub bytes_per_packet: u64,
    /// The session's time limit: it sets the pauses.
    pub session: Duration,
}

/// A kept packet.
struct Kept {
    offset: Duration,
    frame: Vec<u8>,
    original: usize,
}

impl Replay<'_> {
    /// Hands over the packets kept until `end`, in order, as long as `take` wants more.
    fn each(&self, end: Duration, mut take: impl FnMut(Kept) -> bool) {
        let Some(filters) = &self.selection.0 else { return };
        let local: LocalAddresses = [IpAddr::from(self.address)].into_iter().collect();
        let matcher = Matcher::new(filters, local);
        let period = (self.recording.duration + PAUSE).max(self.session / MAX_TURNS);
        for turn in 0..u16::MAX {
            let start = period * u32::from(turn);
            if start > end {
                return;
            }
            for packet in &self.recording.packets {
                let offset = start + packet.offset;
                if offset > end {
                    return;
                }
                let mut frame = packet.frame.clone();
                rewrite::rewrite(&mut frame, self.recording.local, self.address, turn);
                let kept = match rewrite::endpoints(&frame) {
                    Some(endpoints) => matcher.keeps(&endpoints),
                    None => matcher.keeps_other(),
                };
                if !kept {
                    continue;
                }
                let original = frame.len();
                if self.bytes_per_packet > 0 {
                    frame.truncate(usize::try_from(self.bytes_per_packet).unwrap_or(usize::MAX));
                }
                if !take(Kept { offset, frame, original }) {
                    return;
                }
            }
        }
    }

    /// When the file would outgrow `limit` bytes, if that happens within the session.
    pub fn full_at(&self, limit: u64) -> Option<Duration> {
        let mut size = FILE_HEADER;
        let mut full = None;
        self.each(self.session, |kept| {
            size += PACKET_HEADER + kept.frame.len() as u64;
            if size > limit {
                full = Some(kept.offset);
            }
            full.is_none()
        });
        full
    }

    /// The pcap files until `end`: each at most `file_bytes` long, all of them, or the last `files` where
    /// older ones are overwritten.
    pub fn files(
        &self,
        since: OffsetDateTime,
        end: Duration,
        file_bytes: u64,
        ring: Option<usize>,
    ) -> Vec<Vec<u8>> {
        let mut files = vec![header()];
        self.each(end, |kept| {
            let size = PACKET_HEADER + kept.frame.len() as u64;
            let full = files.last().is_some_and(|file| file.len() as u64 + size > file_bytes);
            if full {
                match ring {
                    None => return false,
                    Some(count) => {
                        files.push(header());
                        if files.len() > count.max(1) {
                            files.remove(0);
                        }
                    }
                }
            }
            if let Some(file) = files.last_mut() {
                append(file, since + kept.offset, &kept.frame, kept.original);
            }
            true
        });
        files
    }
}

/// Little-endian pcap with microseconds, Ethernet.
fn header() -> Vec<u8> {
    let mut file = Vec::new();
    file.extend_from_slice(&0xa1b2_c3d4_u32.to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes());
    file.extend_from_slice(&4_u16.to_le_bytes());
    for word in [0_u32, 0, 262_144, 1] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file
}

fn append(file: &mut Vec<u8>, time: OffsetDateTime, frame: &[u8], original: usize) {
    let seconds = u32::try_from(time.unix_timestamp()).unwrap_or(u32::MAX);
    for word in [seconds, time.microsecond(), frame.len() as u32, original as u32] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file.extend_from_slice(frame);
}
