//! Puts the beginnings of TCP streams together where a message spans segments.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use std::collections::VecDeque;

use foldhash::{HashMap, HashMapExt};

/// Streams that may be under construction at once; the oldest gives way.
const MAX_STREAMS: usize = 1024;
/// Bytes held of one stream, and early segments of it.
const MAX_BYTES: usize = 80 << 10;
const MAX_EARLY: usize = 32;

/// One direction of a conversation.
pub type StreamKey = (u64, bool);

#[derive(Debug, Default)]
pub struct Stream {
    /// Sequence number behind `bytes`.
    next: u32,
    /// In order, not consumed yet.
    bytes: Vec<u8>,
    /// Segments beyond a gap.
    early: Vec<(u32, Vec<u8>)>,
}

impl Stream {
    fn starting_at(sequence: u32) -> Self {
        Self { next: sequence, ..Self::default() }
    }

    /// Adds a segment; what is known already is cut off. False once the stream cannot be held any longer.
    fn add(&mut self, sequence: u32, data: &[u8]) -> bool {
        self.append(sequence, data);
        while let Some(at) =
            self.early.iter().position(|(early, _)| early.wrapping_sub(self.next) as i32 <= 0)
        {
            let (early, data) = self.early.swap_remove(at);
            self.append(early, &data);
        }
        self.bytes.len() <= MAX_BYTES
    }

    fn append(&mut self, sequence: u32, data: &[u8]) {
        let ahead = sequence.wrapping_sub(self.next) as i32;
        if ahead > 0 {
            if self.early.len() < MAX_EARLY && (ahead as usize) < MAX_BYTES {
                self.early.push((sequence, data.to_vec()));
            }
            return;
        }
        if let Some(new) = data.get(ahead.unsigned_abs() as usize..) {
            self.bytes.extend_from_slice(new);
            self.next = self.next.wrapping_add(new.len() as u32);
        }
    }

    /// Sequence number of the first byte held.
    pub fn start(&self) -> u32 {
        self.next.wrapping_sub(self.bytes.len() as u32)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether nothing is held, in order or early.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.early.is_empty()
    }

    pub fn consume(&mut self, count: usize) {
        self.bytes.drain(..count.min(self.bytes.len()));
    }
}

/// All streams under construction.
#[derive(Debug, Default)]
pub struct Streams {
    streams: HashMap<StreamKey, Stream>,
    order: VecDeque<StreamKey>,
}

impl Streams {
    pub fn new() -> Self {
        Self { streams: HashMap::new(), order: VecDeque::new() }
    }

    /// Adds a segment to its stream, which begins with it where it is new. `None` once it is given up.
    pub fn add(&mut self, key: StreamKey, sequence: u32, data: &[u8]) -> Option<&mut Stream> {
        if !self.streams.contains_key(&key) {
            if self.streams.len() >= MAX_STREAMS
                && let Some(oldest) = self.order.pop_front()
            {
                self.streams.remove(&oldest);
            }
            // Keys of streams that were dropped remain in the queue until it is tidied.
            if self.order.len() >= MAX_STREAMS * 2 {
                let streams = &self.streams;
                self.order.retain(|key| streams.contains_key(key));
            }
            self.order.push_back(key);
            self.streams.insert(key, Stream::starting_at(sequence));
        }
        if !self.streams.get_mut(&key)?.add(sequence, data) {
            self.streams.remove(&key);
        }
        self.streams.get_mut(&key)
    }

    /// Gives back a stream that was taken out of what [`add`](Self::add) returned.
    pub fn put(&mut self, key: StreamKey, stream: Stream) {
        if let Some(place) = self.streams.get_mut(&key) {
            *place = stream;
        }
    }

    pub fn drop_stream(&mut self, key: StreamKey) {
        self.streams.remove(&key);
    }
}
