//! Puts ClientHellos together out of the first Initials of QUIC connections.

use std::collections::VecDeque;

use foldhash::HashMap;

use super::super::names::quic::initial::{Initial, crypto_frames, initial, keys::Keys};

/// Clients pad datagrams with Initials to so many bytes at least (RFC 9000 14.1).
const MIN_DATAGRAM: usize = 1200;
/// Conversations under construction at once; the oldest gives way.
const MAX_FLIGHTS: usize = 1024;
/// Initials of a conversation that are tried.
const MAX_INITIALS: u32 = 16;
/// Bytes and pieces held of a ClientHello.
const MAX_HELLO: usize = 16 << 10;
const MAX_PIECES: usize = 64;

/// What a client has said so far.
#[derive(Default)]
struct Flight {
    keys: Option<Keys>,
    tried: u32,
    /// Offset and bytes of what its CRYPTO frames brought.
    pieces: Vec<(u64, Vec<u8>)>,
    done: bool,
}

#[derive(Default)]
pub struct Flights {
    flights: HashMap<u64, Flight>,
    order: VecDeque<u64>,
}

impl std::fmt::Debug for Flights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flights").field("open", &self.flights.len()).finish_non_exhaustive()
    }
}

impl Flights {
    /// Looks at a datagram of the conversation of that rank; gives the ClientHello's body once it is whole.
    pub fn add(&mut self, rank: u64, datagram: &[u8]) -> Option<Vec<u8>> {
        if datagram.len() < MIN_DATAGRAM {
            return None;
        }
        // Other packets may share the datagram.
        let (mut packet, mut rest) = initial(datagram)?;
        let flight = self.flight(rank);
        while !flight.done && flight.tried < MAX_INITIALS {
            flight.tried += 1;
            if let Some(hello) = flight.open(&packet).and_then(|frames| flight.said(&frames)) {
                return Some(hello);
            }
            (packet, rest) = initial(rest)?;
        }
        None
    }

    fn flight(&mut self, rank: u64) -> &mut Flight {
        if !self.flights.contains_key(&rank) {
            if self.order.len() >= MAX_FLIGHTS
                && let Some(oldest) = self.order.pop_front()
            {
                self.flights.remove(&oldest);
            }
            self.order.push_back(rank);
        }
        self.flights.entry(rank).or_default()
    }
}

impl Flight {
    /// The frames of an Initial. After a Retry the client begins again with other keys.
    fn open(&mut self, initial: &Initial<'_>) -> Option<Vec<u8>> {
        if let Some(frames) = self.keys.as_ref().and_then(|keys| keys.open(initial)) {
            return Some(frames);
        }
        let keys = Keys::new(initial.version, initial.destination)?;
        let frames = keys.open(initial)?;
        self.keys = Some(keys);
        self.pieces.clear();
        Some(frames)
    }

    /// Adds what the CRYPTO frames say; gives the body of the ClientHello once it is whole.
    fn said(&mut self, frames: &[u8]) -> Option<Vec<u8>> {
        const CLIENT_HELLO: u8 = 1;
        let pieces = &mut self.pieces;
        crypto_frames(frames, |offset, data| {
            let held: usize = pieces.iter().map(|(_, data)| data.len()).sum();
            if pieces.len() < MAX_PIECES && held.saturating_add(data.len()) <= MAX_HELLO {
                pieces.push((offset, data.to_vec()));
            }
        })?;
        pieces.sort_by_key(|(offset, _)| *offset);
        let mut said = Vec::new();
        for (offset, data) in pieces.iter() {
            let known = said.len().checked_sub(usize::try_from(*offset).ok()?)?;
            said.extend_from_slice(data.get(known..).unwrap_or_default());
        }
        let (&[kind, a, b, c], body) = said.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        if kind == CLIENT_HELLO && body.len() < length && length <= MAX_HELLO {
            return None;
        }
        self.done = true;
        self.pieces = Vec::new();
        if kind != CLIENT_HELLO {
            return None;
        }
        body.get(..length).map(<[u8]>::to_vec)
    }
}
