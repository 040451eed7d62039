//! Counts packets as they come: the loop that decides the speed.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::super::dissect::{self, Addresses, Layer, LayerSet, Part, Segment, Sink, TcpSegment, flags};
use super::super::flows::{Flow, Flows, Traffic, Tuple};
use super::super::link::LinkType;
use super::super::names::{dns, http, tls};
use super::super::reader::Packet;
use super::super::report::{TcpReport, Transport};
use super::super::streams::{StreamKey, Streams};
use super::super::tcp::{Handshake, Marks, Seen};
use super::super::time::Time;
use super::{Conversation, Options, Tally, Timeline};

/// Distinct server names of conversations that are remembered one by one.
const MAX_NAMES: usize = 65_536;
/// DNS queries waiting for their answer that are tracked.
const MAX_WAITING: usize = 65_536;
/// Conversations whose last ClientHello is remembered against counting it twice.
const MAX_HELLOS: usize = 262_144;

/// What was collected, for the summary.
pub struct Collected {
    pub link_types: BTreeSet<LinkType>,
    pub undecoded: BTreeSet<LinkType>,
    pub packets: u64,
    pub bytes: u64,
    pub captured_bytes: u64,
    pub earliest: Option<Time>,
    pub latest: Option<Time>,
    pub layers: BTreeMap<String, Traffic>,
    pub conversations: Vec<Conversation>,
    pub transports: BTreeMap<Transport, Traffic>,
    pub bound: Option<u64>,
    pub tcp: TcpReport,
    pub dns_queries: Tally,
    pub dns_responses: BTreeMap<u8, u64>,
    pub dns_unanswered: u64,
    pub server_names: Tally,
    pub timeline: Timeline,
}

#[derive(Debug)]
pub struct Collector {
    packets: u64,
    bytes: u64,
    captured_bytes: u64,
    earliest: Time,
    latest: Time,
    recent_link: Option<LinkType>,
    link_types: BTreeSet<LinkType>,
    patterns: Patterns,
    timeline: Timeline,
    state: State,
}

/// What transport headers change.
#[derive(Debug)]
struct State {
    flows: Flows,
    transports: [Traffic; 3],
    tcp: TcpReport,
    names: Names,
}

/// How often each combination of layers came: there are few, and mostly the same ones in a row.
#[derive(Debug, Default)]
struct Patterns {
    seen: Vec<(LayerSet, Traffic)>,
    recent: usize,
}

impl Patterns {
    #[inline(always)]
    fn add(&mut self, layers: LayerSet, length: u32) {
        match self.seen.get_mut(self.recent) {
            Some((pattern, traffic)) if *pattern == layers => {
                traffic.packets += 1;
                traffic.bytes += u64::from(length);
            }
            _ => self.find(layers, length),
        }
    }

    fn find(&mut self, layers: LayerSet, length: u32) {
        self.recent = self.seen.iter().position(|(pattern, _)| *pattern == layers).unwrap_or_else(|| {
            self.seen.push((layers, Traffic::default()));
            self.seen.len() - 1
        });
        if let Some((_, traffic)) = self.seen.get_mut(self.recent) {
            traffic.packets += 1;
            traffic.bytes += u64::from(length);
        }
    }

    fn by_layer(&self) -> BTreeMap<String, Traffic> {
        let mut layers = BTreeMap::<String, Traffic>::new();
        for (pattern, traffic) in &self.seen {
            for layer in pattern.iter() {
                layers.entry(layer.name().to_owned()).or_default().add(*traffic);
            }
        }
        layers
    }
}

impl Collector {
    pub fn new(options: &Options) -> Self {
        Self {
            packets: 0,
            bytes: 0,
            captured_bytes: 0,
            earliest: Time::MAX,
            latest: Time::MIN,
            recent_link: None,
            link_types: BTreeSet::new(),
            patterns: Patterns::default(),
            timeline: Timeline::default(),
            state: State {
                flows: Flows::new(options.max_conversations),
                transports: [Traffic::default(); 3],
                tcp: TcpReport::default(),
                names: Names::new(options),
            },
        }
    }

    pub fn packets(&self) -> u64 {
        self.packets
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Counts a packet and tells what TCP analysis makes of it.
    #[inline]
    pub fn packet(&mut self, packet: &Packet<'_>) -> Marks {
        self.packets += 1;
        self.bytes += u64::from(packet.length);
        self.captured_bytes += packet.data.len() as u64;
        if self.recent_link != Some(packet.link) {
            self.recent_link = Some(packet.link);
            self.link_types.insert(packet.link);
        }
        if let Some(time) = packet.time {
            self.earliest = self.earliest.min(time);
            self.latest = self.latest.max(time);
            self.timeline.add(time, packet.length);
        }
        let mut frame = Frame {
            layers: LayerSet::default(),
            time: packet.time,
            length: packet.length,
            marks: Marks::default(),
            state: &mut self.state,
        };
        dissect::dissect(packet.link, packet.data, packet.length, &mut frame);
        let (layers, marks) = (frame.layers, frame.marks);
        self.patterns.add(layers, packet.length);
        marks
    }

    pub fn finish(self) -> Collected {
        let timed = self.earliest <= self.latest;
        let State { flows, transports, mut tcp, names } = self.state;
        let (flows, bound) = flows.finish();
        let known = names.known;
        let mut conversations = Vec::new();
        for mut flow in flows {
            if flow.analysis.is_unanswered() {
                tcp.unanswered_syns += 1;
                flow.tcp.unanswered_syns += 1;
            }
            let name = flow.name.and_then(|at| known.get(at as usize)).map(|name| &**name);
            conversations.push(Conversation::new(&flow, name));
        }
        let mut queries = names.queries;
        let mut server_names = names.server_names;
        queries.purge();
        server_names.purge();
        let kinds = [Transport::Tcp, Transport::Udp, Transport::Sctp];
        Collected {
            undecoded: self.link_types.iter().copied().filter(|link| !dissect::is_decoded(*link)).collect(),
            link_types: self.link_types,
            packets: self.packets,
            bytes: self.bytes,
            captured_bytes: self.captured_bytes,
            earliest: timed.then_some(self.earliest),
            latest: timed.then_some(self.latest),
            layers: self.patterns.by_layer(),
            conversations,
            transports: kinds
                .into_iter()
                .zip(transports)
                .filter(|(_, traffic)| traffic.packets > 0)
                .collect(),
            bound,
            tcp,
            dns_queries: queries,
            dns_responses: names.responses,
            dns_unanswered: names.waiting.len() as u64,
            server_names,
            timeline: self.timeline,
        }
    }
}

/// One frame on its way through the layers.
struct Frame<'s> {
    layers: LayerSet,
    time: Option<Time>,
    length: u32,
    marks: Marks,
    state: &'s mut State,
}

impl Sink for Frame<'_> {
    #[inline(always)]
    fn layer(&mut self, layer: Layer, _part: Part<'_>) {
        self.layers = self.layers.with(layer);
    }

    #[inline(always)]
    fn segment(&mut self, addresses: Addresses, segment: Segment<'_>) {
        match segment {
            Segment::Tcp(tcp) => self.tcp(addresses, &tcp),
            Segment::Udp { source_port, destination_port, payload } => {
                self.udp(addresses, source_port, destination_port, payload);
            }
            Segment::Sctp { source_port, destination_port } => {
                self.total(Transport::Sctp);
                let (tuple, forward) = Tuple::new(Transport::Sctp, addresses, source_port, destination_port);
                if let Some((_, flow)) = self.state.flows.of(tuple, forward) {
                    flow.count(forward, self.time, self.length);
                }
            }
        }
    }
}

impl Frame<'_> {
    #[inline(always)]
    fn total(&mut self, transport: Transport) {
        let total = &mut self.state.transports[transport as usize];
        total.packets += 1;
        total.bytes += u64::from(self.length);
    }

    #[inline(always)]
    fn tcp(&mut self, addresses: Addresses, tcp: &TcpSegment<'_>) {
        self.total(Transport::Tcp);
        let state = &mut *self.state;
        let (tuple, forward) = Tuple::new(Transport::Tcp, addresses, tcp.source_port, tcp.destination_port);
        let Some((hash, flow)) = state.flows.of(tuple, forward) else { return };
        flow.count(forward, self.time, self.length);
        if tcp.flags & flags::RST != 0 && !tcp.bogus {
            flow.tcp.resets += 1;
            state.tcp.resets += 1;
        }
        let opens = tcp.flags & (flags::SYN | flags::ACK) == flags::SYN;
        if opens {
            flow.tcp.syns += 1;
        }
        let seen = Seen {
            sequence: tcp.sequence,
            acknowledgment: tcp.acknowledgment,
            flags: tcp.flags,
            window: tcp.window,
            length: tcp.length,
            window_scale: if tcp.flags & flags::SYN != 0 { tcp.window_scale() } else { None },
            bogus: tcp.bogus,
            time: self.time.unwrap_or(Time::EPOCH),
        };
        let verdict = flow.analysis.segment(forward, &seen);
        if flow.rtt.is_none() {
            flow.rtt = flow.analysis.initial_rtt();
        }
        self.marks = verdict.marks;
        if !verdict.marks.is_empty() || verdict.handshake != Handshake::Nothing {
            tally_marks(&mut state.tcp, flow, verdict.marks);
            match verdict.handshake {
                Handshake::Nothing => {}
                Handshake::EarlierUnanswered => {
                    state.tcp.unanswered_syns += 1;
                    flow.tcp.unanswered_syns += 1;
                }
                Handshake::Refused => {
                    state.tcp.refused_syns += 1;
                    flow.tcp.refused_syns += 1;
                }
            }
            if verdict.restarted {
                state.names.forget(hash, flow);
            }
        }
        if !tcp.payload.is_empty() && !tcp.bogus {
            // A SYN takes a number of its own before its data.
            let sequence = tcp.sequence.wrapping_add(u32::from(tcp.flags & flags::SYN != 0));
            let stretch = Stretch {
                forward,
                ports: [tcp.source_port, tcp.destination_port],
                sequence,
                repeated: verdict.marks.has(Marks::ANY_RETRANSMISSION),
                data: tcp.payload.data,
            };
            let found = state.names.tcp_payload(hash, flow, &stretch);
            if let Some(layer) = found {
                self.layers = self.layers.with(layer);
            }
        }
    }

    #[inline(always)]
    fn udp(&mut self, addresses: Addresses, source_port: u16, destination_port: u16, payload: Part<'_>) {
        self.total(Transport::Udp);
        let state = &mut *self.state;
        let (tuple, forward) = Tuple::new(Transport::Udp, addresses, source_port, destination_port);
        let Some((hash, flow)) = state.flows.of(tuple, forward) else { return };
        flow.count(forward, self.time, self.length);
        let found = match (source_port, destination_port) {
            (dns::PORT, _) | (_, dns::PORT) => {
                state.names.dns_message(hash, payload.data);
                Some(Layer::Dns)
            }
            (dns::MDNS_PORT, _) | (_, dns::MDNS_PORT) => Some(Layer::Mdns),
            (dns::LLMNR_PORT, _) | (_, dns::LLMNR_PORT) => Some(Layer::Llmnr),
            (67 | 68, _) | (_, 67 | 68) => Some(Layer::Dhcp),
            (123, _) | (_, 123) => Some(Layer::Ntp),
            _ => None,
        };
        if let Some(layer) = found {
            self.layers = self.layers.with(layer);
        }
    }
}

#[cold]
fn tally_marks(total: &mut TcpReport, flow: &mut Flow, marks: Marks) {
    if marks.has(Marks::ANY_RETRANSMISSION) {
        total.retransmissions += 1;
        flow.tcp.retransmissions += 1;
    }
    total.fast_retransmissions += u64::from(marks.has(Marks::FAST_RETRANSMISSION));
    total.spurious_retransmissions += u64::from(marks.has(Marks::SPURIOUS_RETRANSMISSION));
    if marks.has(Marks::OUT_OF_ORDER) {
        total.out_of_order += 1;
        flow.tcp.out_of_order += 1;
    }
    if marks.has(Marks::DUPLICATE_ACK) {
        total.duplicate_acks += 1;
        flow.tcp.duplicate_acks += 1;
    }
    if marks.has(Marks::ZERO_WINDOW) {
        total.zero_windows += 1;
        flow.tcp.zero_windows += 1;
    }
    total.window_full += u64::from(marks.has(Marks::WINDOW_FULL));
    total.keep_alives += u64::from(marks.has(Marks::KEEP_ALIVE));
    total.lost_segments += u64::from(marks.has(Marks::LOST_SEGMENT));
    total.reused_ports += u64::from(marks.has(Marks::REUSED_PORTS));
}

/// The data of a TCP segment, and what is known of it.
struct Stretch<'a> {
    forward: bool,
    /// Source and destination.
    ports: [u16; 2],
    /// Of the first byte.
    sequence: u32,
    /// Sent before.
    repeated: bool,
    data: &'a [u8],
}

/// Names found in payloads, and what is needed to find them.
#[derive(Debug)]
struct Names {
    queries: Tally,
    responses: BTreeMap<u8, u64>,
    /// Queries without a response so far, by conversation and id.
    waiting: HashSet<(u64, u16)>,
    server_names: Tally,
    streams: Streams,
    /// Sequence number behind the last ClientHello of a direction.
    hellos: HashMap<StreamKey, u32>,
    /// Server names of conversations.
    known: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
    text: String,
    joined: Vec<u8>,
}

impl Names {
    fn new(options: &Options) -> Self {
        Self {
            queries: Tally::new(options.max_dns_names),
            responses: BTreeMap::new(),
            waiting: HashSet::new(),
            server_names: Tally::new(options.max_server_names),
            streams: Streams::new(),
            hellos: HashMap::new(),
            known: Vec::new(),
            places: HashMap::new(),
            text: String::new(),
            joined: Vec::new(),
        }
    }

    /// A new connection on the same tuple: nothing of the old one goes on.
    fn forget(&mut self, hash: u64, flow: &mut Flow) {
        for forward in [false, true] {
            self.streams.drop_stream((hash, forward));
            self.hellos.remove(&(hash, forward));
        }
        flow.assembling = [false; 2];
        flow.tls = false;
    }

    fn dns_message(&mut self, hash: u64, message: &[u8]) {
        let Some(header) = dns::header(message) else { return };
        if header.response {
            *self.responses.entry(header.response_code).or_default() += 1;
            self.waiting.remove(&(hash, header.id));
        } else if header.is_query() {
            if self.waiting.len() < MAX_WAITING {
                self.waiting.insert((hash, header.id));
            }
            let queries = &mut self.queries;
            let mut question = String::new();
            dns::questions(message, &mut self.text, |name, kind| {
                question.clear();
                question.push_str(&dns::type_name(kind));
                question.push(' ');
                question.push_str(name);
                queries.add(&question, 1);
            });
        }
    }

    /// Looks at the data of a segment and tells which protocol it belongs to.
    #[inline(always)]
    fn tcp_payload(&mut self, hash: u64, flow: &mut Flow, stretch: &Stretch<'_>) -> Option<Layer> {
        let Stretch { forward, sequence, data, .. } = *stretch;
        if stretch.ports.contains(&dns::PORT) {
            if !stretch.repeated {
                self.dns_over_tcp(hash, flow, forward, sequence, data);
            }
            return Some(Layer::Dns);
        }
        if flow.assembling[usize::from(forward)] {
            self.more_hello(hash, flow, forward, sequence, data);
            return Some(Layer::Tls);
        }
        match data {
            [20..=23, 3, 0..=4, ..] if tls::is_record(data) => {
                self.tls_records(hash, flow, forward, sequence, data);
                flow.tls = true;
                Some(Layer::Tls)
            }
            _ if flow.tls => Some(Layer::Tls),
            [b'C'..=b'T', b'A'..=b'Z', ..] => self.text_protocol(flow, data),
            _ => None,
        }
    }

    #[inline(never)]
    fn text_protocol(&mut self, flow: &mut Flow, data: &[u8]) -> Option<Layer> {
        if http::is_request(data) {
            if let (None, Some(host)) = (flow.name, http::host(data)) {
                flow.name = self.place(&host.to_ascii_lowercase());
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
    fn dns_over_tcp(&mut self, hash: u64, flow: &mut Flow, forward: bool, sequence: u32, data: &[u8]) {
        let key = (hash, forward);
        let pending = &mut flow.assembling[usize::from(forward)];
        if !*pending {
            let used = self.dns_messages(hash, data);
            let rest = data.get(used..).unwrap_or_default();
            *pending =
                !rest.is_empty() && self.streams.add(key, sequence.wrapping_add(used as u32), rest).is_some();
            return;
        }
        let Some(mut stream) = self.streams.add(key, sequence, data).map(std::mem::take) else {
            *pending = false;
            return;
        };
        let used = self.dns_messages(hash, stream.bytes());
        stream.consume(used);
        *pending = !stream.is_empty();
        if *pending {
            self.streams.put(key, stream);
        } else {
            self.streams.drop_stream(key);
        }
    }

    /// Reads whole messages; gives the number of bytes that they take.
    fn dns_messages(&mut self, hash: u64, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some((length, behind)) = rest.split_first_chunk::<2>() {
            let Some((message, behind)) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))
            else {
                break;
            };
            self.dns_message(hash, message);
            rest = behind;
        }
        bytes.len() - rest.len()
    }

    /// Looks for ClientHellos among the records that begin in this segment.
    #[inline(never)]
    fn tls_records(&mut self, hash: u64, flow: &mut Flow, forward: bool, sequence: u32, data: &[u8]) {
        let mut rest = data;
        let mut at = sequence;
        while !tls::begins_hello(rest) {
            // A hello whose first bytes end the segment is one too.
            let fragment = rest.len() < 7 && matches!(rest, [22] | [22, 3, ..]);
            if fragment {
                break;
            }
            match tls::behind_record(rest) {
                Some(behind) if !behind.is_empty() => {
                    at = at.wrapping_add((rest.len() - behind.len()) as u32);
                    rest = behind;
                }
                _ => return,
            }
        }
        if let Some(&end) = self.hellos.get(&(hash, forward)) {
            // The same hello again.
            if (at.wrapping_sub(end) as i32) < 0 {
                return;
            }
        }
        self.hello(hash, flow, forward, at, rest);
    }

    fn hello(&mut self, hash: u64, flow: &mut Flow, forward: bool, sequence: u32, data: &[u8]) {
        let mut joined = std::mem::take(&mut self.joined);
        match tls::hello(data, &mut joined) {
            tls::Hello::Incomplete => {
                flow.assembling[usize::from(forward)] =
                    self.streams.add((hash, forward), sequence, data).is_some();
            }
            tls::Hello::Invalid => {}
            tls::Hello::Whole { server_name, used } => {
                self.whole_hello(hash, flow, forward, sequence.wrapping_add(used as u32), server_name);
            }
        }
        self.joined = joined;
    }

    fn more_hello(&mut self, hash: u64, flow: &mut Flow, forward: bool, sequence: u32, data: &[u8]) {
        let key = (hash, forward);
        let Some(stream) = self.streams.add(key, sequence, data).map(std::mem::take) else {
            flow.assembling[usize::from(forward)] = false;
            return;
        };
        let mut joined = std::mem::take(&mut self.joined);
        match tls::hello(stream.bytes(), &mut joined) {
            tls::Hello::Incomplete => self.streams.put(key, stream),
            tls::Hello::Invalid => {
                self.streams.drop_stream(key);
                flow.assembling[usize::from(forward)] = false;
            }
            tls::Hello::Whole { server_name, used } => {
                self.streams.drop_stream(key);
                flow.assembling[usize::from(forward)] = false;
                let end = stream.start().wrapping_add(used as u32);
                self.whole_hello(hash, flow, forward, end, server_name);
            }
        }
        self.joined = joined;
    }

    fn whole_hello(
        &mut self,
        hash: u64,
        flow: &mut Flow,
        forward: bool,
        end: u32,
        server_name: Option<&[u8]>,
    ) {
        flow.tls = true;
        if self.hellos.len() < MAX_HELLOS {
            self.hellos.insert((hash, forward), end);
        }
        if let Some(name) = server_name {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            let name = name.strip_suffix('.').unwrap_or(&name);
            self.server_names.add(name, 1);
            if flow.name.is_none() {
                flow.name = self.place(name);
            }
        }
    }

    /// The number of a name.
    fn place(&mut self, name: &str) -> Option<u32> {
        if let Some(&at) = self.places.get(name) {
            return Some(at);
        }
        let at = u32::try_from(self.known.len()).ok().filter(|&at| (at as usize) < MAX_NAMES)?;
        self.known.push(name.into());
        self.places.insert(name.into(), at);
        Some(at)
    }
}
