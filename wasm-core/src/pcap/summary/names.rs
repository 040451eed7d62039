//! Finds names in payloads as packets come: DNS questions and answers, TLS server names, HTTP hosts.

use std::borrow::Cow;
use std::num::NonZeroU32;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::super::dissect::Layer;
use super::super::flows::{Conversation, NameNumber, Progress};
use super::super::names::{dns, http, quic, tls};
use super::super::streams::{StreamKey, Streams};
use super::{Options, Tally};

/// Distinct names of conversations that are kept.
const MAX_NAMES: usize = 65_536;
/// DNS queries waiting for their answer that are tracked.
const MAX_WAITING: usize = 65_536;

/// A conversation and the direction of a packet in it.
pub struct Party<'a> {
    /// [`Key::number`](super::super::flows::Key::number).
    pub number: u64,
    pub forward: bool,
    pub conversation: &'a mut Conversation,
    pub progress: &'a mut Progress,
}

impl Party<'_> {
    /// Names this direction of the conversation.
    fn key(&self) -> StreamKey {
        (self.number, self.forward)
    }

    /// Whether this is the number of the first byte of this direction.
    fn begins_at(&self, sequence: u32) -> bool {
        let [there, back] = self.progress.analysis.bases();
        (if self.forward { there } else { back }) == Some(sequence.wrapping_sub(1))
    }

    fn assembling(&mut self) -> &mut bool {
        &mut self.progress.assembling[usize::from(self.forward)]
    }
}

/// The data of a TCP segment, and what is known of it.
pub struct Stretch<'a> {
    /// Source and destination.
    pub ports: [u16; 2],
    /// Of the first byte.
    pub sequence: u32,
    /// Sent before.
    pub repeated: bool,
    /// Not all of it was captured, so that nothing can be put together with what follows.
    pub cut: bool,
    pub data: &'a [u8],
}

#[derive(Debug)]
pub struct Names {
    pub queries: Tally,
    /// By response code, which has four bits.
    pub responses: [u64; 16],
    /// Queries without a response so far, by conversation and id.
    pub waiting: HashSet<(u64, u16)>,
    pub server_names: Tally,
    /// Names of conversations.
    pub known: Vec<Box<str>>,
    numbers: HashMap<Box<str>, NameNumber>,
    streams: Streams,
    #[cfg(feature = "quic")]
    flights: super::quic::Flights,
    /// Buffers to be used again.
    question: String,
    name: String,
    joined: Vec<u8>,
}

impl Names {
    pub fn new(options: &Options) -> Self {
        Self {
            queries: Tally::new(options.max_dns_names),
            responses: [0; 16],
            waiting: HashSet::new(),
            server_names: Tally::new(options.max_server_names),
            known: Vec::new(),
            numbers: HashMap::new(),
            streams: Streams::new(),
            #[cfg(feature = "quic")]
            flights: super::quic::Flights::default(),
            question: String::new(),
            name: String::new(),
            joined: Vec::new(),
        }
    }

    /// A new connection on the same tuple: nothing of the old one goes on.
    pub fn forget(&mut self, party: &mut Party<'_>) {
        for forward in [false, true] {
            self.streams.drop_stream((party.number, forward));
        }
        let analysis = party.progress.analysis;
        *party.progress = Progress { analysis, ..Progress::default() };
    }

    /// Looks at a message to or from port 53 in the conversation of that number.
    pub fn dns_message(&mut self, number: u64, message: &[u8]) {
        let Some(header) = dns::header(message) else { return };
        if header.response {
            self.responses[usize::from(header.response_code & 0x0f)] += 1;
            self.waiting.remove(&(number, header.id));
        } else if header.is_query() {
            if self.waiting.len() < MAX_WAITING {
                self.waiting.insert((number, header.id));
            }
            let (queries, question) = (&mut self.queries, &mut self.question);
            dns::questions(message, &mut self.name, |name, kind| {
                question.clear();
                question.push_str(&dns::type_name(kind));
                question.push(' ');
                question.push_str(name);
                queries.add(question, 1);
            });
        }
    }

    /// Looks at a datagram that may be QUIC and tells whether it is.
    #[inline(always)]
    pub fn datagram(&mut self, conversation: &mut Conversation, payload: &[u8]) -> Option<Layer> {
        if quic::is_long(payload) {
            conversation.quic = true;
            #[cfg(feature = "quic")]
            self.quic_hello(conversation, payload);
            return Some(Layer::Quic);
        }
        (conversation.quic && quic::is_short(payload)).then_some(Layer::Quic)
    }

    #[cfg(feature = "quic")]
    #[inline(never)]
    fn quic_hello(&mut self, conversation: &mut Conversation, payload: &[u8]) {
        if conversation.name.is_some() {
            return;
        }
        let Some(hello) = self.flights.add(conversation.tuple.rank(), payload) else { return };
        if let Some(name) = tls::extensions(&hello).and_then(tls::server_name) {
            self.server_name(conversation, name);
        }
    }

    /// Looks at the data of a segment and tells which protocol it belongs to.
    #[inline(always)]
    pub fn tcp_payload(&mut self, party: &mut Party<'_>, stretch: &Stretch<'_>) -> Option<Layer> {
        if stretch.ports.contains(&dns::PORT) {
            if !stretch.repeated {
                self.dns_over_tcp(party, stretch);
            }
            return Some(Layer::Dns);
        }
        if *party.assembling() {
            self.more_hello(party, stretch);
            return Some(Layer::Tls);
        }
        match stretch.data {
            [20..=23, 3, 0..=4, ..] if tls::is_record(stretch.data) => {
                self.tls_records(party, stretch);
                party.progress.tls = true;
                Some(Layer::Tls)
            }
            [22] | [22, 3] | [22, 3, 0..=4] if party.begins_at(stretch.sequence) => {
                self.tls_records(party, stretch);
                Some(Layer::Tls)
            }
            _ if party.progress.tls => Some(Layer::Tls),
            [b'C'..=b'T', b'A'..=b'Z', ..] => self.text_protocol(party, stretch.data),
            _ => None,
        }
    }

    #[inline(never)]
    fn text_protocol(&mut self, party: &mut Party<'_>, data: &[u8]) -> Option<Layer> {
        if http::is_request(data) {
            if party.conversation.name.is_none()
                && let Some(host) = http::host(data)
            {
                party.conversation.name = self.number(&host.to_ascii_lowercase());
            }
            return Some(Layer::Http);
        }
        if http::is_response(data) {
            return Some(Layer::Http);
        }
        data.starts_with(b"SSH-").then_some(Layer::Ssh)
    }

    /// Messages over TCP have their length in front. A segment that begins a message is read as it is, whatever
    /// came before or is missing; only a message's beginning is kept for the segments to come.
    #[inline(never)]
    fn dns_over_tcp(&mut self, party: &mut Party<'_>, stretch: &Stretch<'_>) {
        let key = party.key();
        if !*party.assembling() {
            // The rest of a message whose beginning was cut is no message.
            let known = party.progress.message_end[usize::from(party.forward)];
            let rest = known.map_or(0, |end| end.get().wrapping_sub(stretch.sequence) as i32);
            let skipped = usize::try_from(rest).unwrap_or(0);
            let Some(data) = stretch.data.get(skipped..) else { return };
            let used = self.dns_messages(party.number, data);
            let rest = data.get(used..).unwrap_or_default();
            let sequence = stretch.sequence.wrapping_add((skipped + used) as u32);
            if stretch.cut {
                self.cut_dns_message(party, sequence, rest);
            } else {
                *party.assembling() = !rest.is_empty() && self.streams.add(key, sequence, rest).is_some();
            }
            return;
        }
        let Some(mut stream) = self.streams.add(key, stretch.sequence, stretch.data).map(std::mem::take)
        else {
            *party.assembling() = false;
            return;
        };
        let used = self.dns_messages(party.number, stream.bytes());
        stream.consume(used);
        if stream.is_empty() || stretch.cut {
            *party.assembling() = false;
            self.streams.drop_stream(key);
        } else {
            self.streams.put(key, stream);
        }
    }

    /// Reads what was captured of a message's beginning: mostly all that was asked.
    fn cut_dns_message(&mut self, party: &mut Party<'_>, sequence: u32, bytes: &[u8]) {
        let Some((length, message)) = bytes.split_first_chunk::<2>() else { return };
        // Where the capture begins inside a message, the length is none.
        if dns::header(message).is_some_and(|header| header.questions <= 1) {
            let behind = 2 + u32::from(u16::from_be_bytes(*length));
            party.progress.message_end[usize::from(party.forward)] =
                NonZeroU32::new(sequence.wrapping_add(behind));
        }
        self.dns_message(party.number, message);
    }

    /// Reads whole messages; gives the number of bytes that they take.
    fn dns_messages(&mut self, number: u64, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some((length, behind)) = rest.split_first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes(*length));
            let Some((message, behind)) = behind.split_at_checked(length) else { break };
            self.dns_message(number, message);
            rest = behind;
        }
        bytes.len() - rest.len()
    }

    /// Looks for a ClientHello among the records that begin in this segment.
    #[inline(never)]
    fn tls_records(&mut self, party: &mut Party<'_>, stretch: &Stretch<'_>) {
        let mut rest = stretch.data;
        while !tls::begins_hello(rest) {
            // A hello whose first bytes end the segment is one too.
            if rest.len() < 7 && matches!(rest, [22] | [22, 3, ..]) {
                break;
            }
            match tls::behind_record(rest) {
                Some(behind) if !behind.is_empty() => rest = behind,
                _ => return,
            }
        }
        let before = stretch.data.len() - rest.len();
        let sequence = stretch.sequence.wrapping_add(before as u32);
        let known = party.progress.message_end[usize::from(party.forward)];
        // The same hello again counts once.
        if known.is_none_or(|end| (sequence.wrapping_sub(end.get()) as i32) >= 0) {
            self.hello(party, &Stretch { sequence, data: rest, ..*stretch });
        }
    }

    fn hello(&mut self, party: &mut Party<'_>, &Stretch { sequence, data, cut, .. }: &Stretch<'_>) {
        let mut joined = std::mem::take(&mut self.joined);
        match tls::hello(data, &mut joined) {
            tls::Hello::Incomplete if cut => {
                if let Some(name) = tls::cut_server_name(data) {
                    self.found_hello(party, sequence.wrapping_add(data.len() as u32), Some(name));
                }
            }
            tls::Hello::Incomplete => {
                *party.assembling() = self.streams.add(party.key(), sequence, data).is_some();
            }
            tls::Hello::Invalid => {}
            tls::Hello::Whole { server_name, used } => {
                self.found_hello(party, sequence.wrapping_add(used as u32), server_name);
            }
        }
        self.joined = joined;
    }

    fn more_hello(&mut self, party: &mut Party<'_>, stretch: &Stretch<'_>) {
        let key = party.key();
        let Some(stream) = self.streams.add(key, stretch.sequence, stretch.data).map(std::mem::take) else {
            *party.assembling() = false;
            return;
        };
        let mut joined = std::mem::take(&mut self.joined);
        match tls::hello(stream.bytes(), &mut joined) {
            tls::Hello::Incomplete if !stretch.cut => self.streams.put(key, stream),
            tls::Hello::Incomplete | tls::Hello::Invalid => {
                self.streams.drop_stream(key);
                *party.assembling() = false;
            }
            tls::Hello::Whole { server_name, used } => {
                self.streams.drop_stream(key);
                *party.assembling() = false;
                self.found_hello(party, stream.start().wrapping_add(used as u32), server_name);
            }
        }
        self.joined = joined;
    }

    fn found_hello(&mut self, party: &mut Party<'_>, end: u32, server_name: Option<&[u8]>) {
        party.progress.tls = true;
        party.progress.message_end[usize::from(party.forward)] = NonZeroU32::new(end);
        if let Some(name) = server_name {
            self.server_name(party.conversation, name);
        }
    }

    /// Counts the server name of a ClientHello, and names the conversation by it.
    fn server_name(&mut self, conversation: &mut Conversation, name: &[u8]) {
        let mut name = String::from_utf8_lossy(name);
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            name = Cow::Owned(name.to_ascii_lowercase());
        }
        let name = name.strip_suffix('.').unwrap_or(&name);
        self.server_names.add(name, 1);
        if conversation.name.is_none() {
            conversation.name = self.number(name);
        }
    }

    /// The number of a name, new where it has none; none once there are too many.
    fn number(&mut self, name: &str) -> Option<NameNumber> {
        if let Some(&number) = self.numbers.get(name) {
            return Some(number);
        }
        if self.known.len() >= MAX_NAMES {
            return None;
        }
        self.known.push(name.into());
        let number = u32::try_from(self.known.len()).ok().and_then(NameNumber::new)?;
        self.numbers.insert(name.into(), number);
        Some(number)
    }
}
