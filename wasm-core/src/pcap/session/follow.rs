//! What the two ends of a conversation said to each other.

use std::net::IpAddr;
use std::ops::Range;

use super::super::bytes::Part;
use super::super::dissect::{Addresses, Layer, Segment, Sink, dissect};
use super::super::reader::Packet;
use super::super::report::Transport;
use super::super::tuple::Tuple;
use super::pass::Course;
use super::{Id, Known, Talk, Tell, Turn};

/// Bytes of text kept of a conversation.
const MAX_TEXT: usize = 512 * 1024;
/// Text of one turn before a new one begins.
const MAX_TURN: usize = 16 * 1024;

#[derive(Debug)]
pub struct Follow {
    id: Id,
    number: u64,
    found: Found,
    course: Course,
    talk: Talk,
    text: usize,
    /// The next sequence number of each direction of a TCP conversation.
    next: [Option<u32>; 2],
}

#[derive(Debug)]
enum Found {
    /// The packet whose conversation it is has not been read yet.
    Asked,
    Reading,
    Tuple(Tuple),
    /// The packet is part of no conversation.
    Nothing,
}

/// The innermost segment of a packet.
#[derive(Debug, Default)]
struct Innermost<'a> {
    segment: Option<Said<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Said<'a> {
    tuple: Tuple,
    forward: bool,
    sequence: Option<(u32, bool)>,
    payload: &'a [u8],
}

impl<'a> Innermost<'a> {
    fn of(packet: &Packet<'a>) -> Option<Said<'a>> {
        struct Finder<'f, 'a>(&'f mut Innermost<'a>, &'a [u8]);
        impl Sink for Finder<'_, '_> {
            fn layer(&mut self, _layer: Layer, _part: Part<'_>) {}

            fn segment(&mut self, addresses: Addresses, segment: Segment<'_>) {
                let (transport, source, destination, sequence, payload) = match segment {
                    Segment::Tcp(tcp) => {
                        let syn = tcp.flags & super::super::dissect::flags::SYN != 0;
                        let sequence = Some((tcp.sequence, syn));
                        (Transport::Tcp, tcp.source_port, tcp.destination_port, sequence, tcp.payload)
                    }
                    Segment::Udp { source_port, destination_port, payload } => {
                        (Transport::Udp, source_port, destination_port, None, payload)
                    }
                    Segment::Sctp { .. } => return,
                };
                let (tuple, forward) = Tuple::new(transport, addresses, source, destination);
                let end = payload.at.saturating_add(payload.data.len());
                let payload = self.1.get(payload.at..end).unwrap_or_default();
                self.0.segment = Some(Said { tuple, forward, sequence, payload });
            }
        }
        let mut innermost = Innermost::default();
        let mut finder: &mut dyn Sink = &mut Finder(&mut innermost, packet.data);
        dissect(packet.link, packet.data, packet.length, &mut finder);
        innermost.segment
    }
}

impl Follow {
    pub fn new(id: Id, number: u64) -> Self {
        Self {
            id,
            number,
            found: Found::Asked,
            course: Course::default(),
            talk: Talk::default(),
            text: 0,
            next: [None; 2],
        }
    }

    pub fn id(&self) -> Id {
        self.id
    }

    pub fn wanted(&mut self, known: &Known) -> Option<Range<u64>> {
        match self.found {
            Found::Asked => {
                self.found = Found::Reading;
                let stretch = known.index.of(self.number)?;
                Some(stretch.bytes)
            }
            Found::Reading | Found::Nothing => None,
            Found::Tuple(_) => self.course.wanted(known, None),
        }
    }

    pub fn take(&mut self, bytes: &[u8], known: &mut Known) {
        match self.found {
            Found::Asked | Found::Nothing => {}
            Found::Reading => {
                let Some(stretch) = known.index.of(self.number) else { return };
                let mut said = None;
                super::each_packet(&stretch.start, bytes, &mut |packet| {
                    if packet.number == self.number {
                        said = Innermost::of(packet).map(|said| said.tuple);
                    }
                });
                self.found = match said {
                    Some(tuple) => {
                        self.talk.filter = filter(&tuple);
                        Found::Tuple(tuple)
                    }
                    None => Found::Nothing,
                };
            }
            Found::Tuple(tuple) => {
                let Some(stretch) = self.course.arrived() else { return };
                super::each_packet(&stretch.start, bytes, &mut |packet| {
                    if let Some(said) = Innermost::of(packet).filter(|said| said.tuple == tuple) {
                        self.listen(packet.number, &said);
                    }
                });
            }
        }
    }

    fn listen(&mut self, number: u64, said: &Said<'_>) {
        if self.talk.a.is_empty() {
            let (low, high) = (said.tuple.low(), said.tuple.high());
            let (a, b) = if said.forward { (low, high) } else { (high, low) };
            self.talk.a = end(a);
            self.talk.b = end(b);
        }
        let (payload, gap) = match said.sequence {
            Some((sequence, syn)) => self.fresh(said, sequence, syn),
            None => (said.payload, false),
        };
        if payload.is_empty() {
            return;
        }
        let from_low = self.talk.a == end(said.tuple.low());
        let from_a = said.forward == from_low;
        let left = MAX_TEXT.saturating_sub(self.text);
        let kept = payload.get(..left).unwrap_or(payload);
        self.text = self.text.saturating_add(kept.len());
        if kept.len() < payload.len() {
            self.talk.cut = true;
            self.course.stop();
        }
        let text = readable(kept);
        match self.talk.turns.last_mut() {
            Some(turn) if turn.from_a == from_a && !gap && turn.text.len() < MAX_TURN => {
                turn.text.push_str(&text)
            }
            _ => self.talk.turns.push(Turn { from_a, number, text, gap }),
        }
    }

    /// The bytes that had not been said before, and whether some are missing in between.
    fn fresh<'a>(&mut self, said: &Said<'a>, sequence: u32, syn: bool) -> (&'a [u8], bool) {
        let next = &mut self.next[usize::from(!said.forward)];
        let start = sequence.wrapping_add(u32::from(syn));
        let length = u32::try_from(said.payload.len()).unwrap_or(u32::MAX);
        let end = start.wrapping_add(length);
        let Some(expected) = *next else {
            *next = Some(end);
            return (said.payload, false);
        };
        let ahead = start.wrapping_sub(expected) as i32;
        if syn {
            // A new connection between the same two ends.
            *next = Some(end);
            return (said.payload, false);
        }
        if length == 0 {
            return (&[], false);
        }
        if ahead >= 0 {
            *next = Some(end);
            return (said.payload, ahead > 0);
        }
        let known = usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX);
        match said.payload.get(known..) {
            Some(rest) if !rest.is_empty() => {
                *next = Some(end);
                (rest, false)
            }
            _ => (&[], false),
        }
    }

    pub fn end(self) -> Tell {
        match self.found {
            Found::Tuple(_) => Tell::Followed { id: self.id, talk: self.talk },
            Found::Asked | Found::Reading | Found::Nothing => Tell::Nothing { id: self.id },
        }
    }
}

fn end((address, port): (IpAddr, u16)) -> String {
    if address.is_ipv6() { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// The display filter for a conversation.
pub fn filter(tuple: &Tuple) -> String {
    let ((low, low_port), (high, high_port)) = (tuple.low(), tuple.high());
    let address = if low.is_ipv6() { "ipv6.addr" } else { "ip.addr" };
    let transport = match tuple.transport() {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
        Transport::Sctp => "sctp",
    };
    format!(
        "{address} == {low} and {address} == {high} and {transport}.port == {low_port} and {transport}.port == {high_port}"
    )
}

/// Text as it is, lines as lines, everything else as a point.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\n' | '\t' => text.push(character),
                '\r' => {}
                '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => text.push('.'),
                character if character.is_control() => text.push('.'),
                character => text.push(character),
            }
        }
        text.extend(chunk.invalid().iter().map(|_| '.'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_becomes_points_and_text_stays() {
        assert_eq!(readable(b"GET /\r\nHost: \xe3\x81\x82\0\xff\x1b["), "GET /\nHost: \u{3042}...[");
        assert_eq!(readable("a\u{202e}b".as_bytes()), "a.b");
    }
}
