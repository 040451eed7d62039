//! Counts packets as they come: the loop that decides the speed.

use std::collections::BTreeMap;

use super::super::dissect::{
    self, Addresses, Layer, LayerSet, Part, Plain, PlainPlace, Segment, Sink, TcpSegment, flags, udp_payload,
};
use super::super::events::Event;
use super::super::flows::{Conversation, Finished, Flows, Key, Place, Traffic};
use super::super::link::LinkType;
use super::super::names::dns;
use super::super::pieces::Pieces;
use super::super::reader::{BATCH, Packet};
use super::super::report::{TcpReport, Transport};
use super::super::sequences::Sequences;
use super::super::tcp::{Handshake, Marks, Seen};
use super::super::time::Time;
use super::super::tuple::Tuple;
use super::names::{Names, Party, Stretch};
use super::{Options, Tally, Timeline};

/// What was collected, for the summary.
pub struct Collected {
    pub link_types: Vec<LinkType>,
    pub undecoded: Vec<LinkType>,
    pub packets: u64,
    pub bytes: u64,
    pub captured_bytes: u64,
    pub earliest: Option<Time>,
    pub latest: Option<Time>,
    pub layers: BTreeMap<String, Traffic>,
    pub conversations: Pieces<Conversation>,
    pub names: Vec<Box<str>>,
    pub transports: [Traffic; 3],
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
    link_types: Vec<LinkType>,
    patterns: Patterns,
    plain: PlainTraffic,
    timeline: Timeline,
    state: State,
}

/// What transport headers change.
#[derive(Debug)]
struct State {
    flows: Flows,
    transports: [Traffic; 3],
    said: Said,
}

/// What conversations said, over all of them.
#[derive(Debug)]
struct Said {
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

/// Plain packets by what carries them and what they carry.
#[derive(Debug)]
struct PlainTraffic([[Traffic; Layer::ALL.len() + 1]; 4]);

impl PlainTraffic {
    #[inline(always)]
    fn add(&mut self, v6: bool, tcp: bool, found: Option<Layer>, length: u32) {
        let kinds = &mut self.0[usize::from(v6) << 1 | usize::from(tcp)];
        let traffic = &mut kinds[found.map_or(Layer::ALL.len(), |layer| layer as usize)];
        traffic.packets += 1;
        traffic.bytes += u64::from(length);
    }

    /// Moves everything to where other packets are counted.
    fn give(&self, patterns: &mut Patterns, transports: &mut [Traffic; 3]) {
        for (at, kinds) in self.0.iter().enumerate() {
            let (network, transport, total) = (
                if at & 2 == 0 { Layer::Ipv4 } else { Layer::Ipv6 },
                if at & 1 == 0 { Layer::Udp } else { Layer::Tcp },
                if at & 1 == 0 { Transport::Udp } else { Transport::Tcp },
            );
            let base = LayerSet::default().with(Layer::Ethernet).with(network).with(transport);
            for (at, traffic) in kinds.iter().enumerate().filter(|(_, traffic)| traffic.packets > 0) {
                let layers = Layer::ALL.get(at).map_or(base, |layer| base.with(*layer));
                patterns.seen.push((layers, *traffic));
                transports[total as usize].add(*traffic);
            }
        }
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
            link_types: Vec::new(),
            patterns: Patterns::default(),
            plain: PlainTraffic([[Traffic::default(); Layer::ALL.len() + 1]; 4]),
            timeline: Timeline::default(),
            state: State {
                flows: Flows::new(options.max_conversations),
                transports: [Traffic::default(); 3],
                said: Said { tcp: TcpReport::default(), names: Names::new(options) },
            },
        }
    }

    pub fn packets(&self) -> u64 {
        self.packets
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn sequences(&self) -> Sequences {
        Sequences::new(self.state.flows.connections(), self.state.flows.bases())
    }

    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Counts packets and tells what TCP analysis makes of each. Where the conversations of plain ones are is asked for
    /// all of them first, so that the processor waits for many places of memory at once.
    #[inline]
    pub fn packets_of(&mut self, packets: &[Packet<'_>], mut seen: impl FnMut(&Packet<'_>, Marks)) {
        self.count(packets);
        let mut ways = [Way::NONE; BATCH];
        for (way, packet) in ways.iter_mut().zip(packets) {
            if let Some(plain) = Plain::of(packet) {
                let (tuple, forward) = tuple_of(&plain);
                let key = self.state.flows.key(tuple);
                *way = Way { plain: Some(plain.place), key, forward, guess: Place::UNKNOWN };
            }
        }
        for (way, _) in ways.iter_mut().zip(packets) {
            way.guess = self.state.flows.guess(&way.key);
        }
        for (way, packet) in ways.iter().zip(packets) {
            let marks = match way.plain {
                Some(place) => self.plain(packet, place, way),
                None => self.other(packet),
            };
            seen(packet, marks);
        }
    }

    /// Counts what is the same for all packets.
    #[inline(always)]
    fn count(&mut self, packets: &[Packet<'_>]) {
        let (mut bytes, mut captured) = (0, 0);
        let mut timed = Traffic::default();
        let (mut earliest, mut latest) = (Time::MAX, Time::MIN);
        for packet in packets {
            bytes += u64::from(packet.length);
            captured += packet.data.len() as u64;
            if self.recent_link != Some(packet.link) {
                self.recent_link = Some(packet.link);
                packet.link.enter(&mut self.link_types);
            }
            if let Some(time) = packet.time {
                timed.packets += 1;
                timed.bytes += u64::from(packet.length);
                earliest = earliest.min(time);
                latest = latest.max(time);
            }
        }
        self.packets += packets.len() as u64;
        self.bytes += bytes;
        self.captured_bytes += captured;
        self.earliest = self.earliest.min(earliest);
        self.latest = self.latest.max(latest);
        let ends = [earliest.nanos(), latest.nanos()];
        if !self.timeline.add_together(ends, timed.packets, timed.bytes) {
            for packet in packets {
                if let Some(time) = packet.time {
                    self.timeline.add(time.nanos(), packet.length);
                }
            }
        }
    }

    #[inline(always)]
    fn plain(&mut self, packet: &Packet<'_>, place: PlainPlace, way: &Way) -> Marks {
        let (marks, found) = self.state.plain(Moment::of(packet), way, place, packet).unwrap_or_default();
        self.plain.add(place.v6, place.tcp, found, packet.length);
        marks
    }

    /// Counts a packet and tells what TCP analysis makes of it.
    pub fn packet(&mut self, packet: &Packet<'_>) -> Marks {
        self.count(std::slice::from_ref(packet));
        self.other(packet)
    }

    /// Looks at a packet that is not plain, or may not be.
    #[inline(never)]
    fn other(&mut self, packet: &Packet<'_>) -> Marks {
        let moment = Moment::of(packet);
        let mut frame =
            Frame { layers: LayerSet::default(), moment, marks: Marks::default(), state: &mut self.state };
        dissect::dissect(packet.link, packet.data, packet.length, &mut frame);
        let (layers, marks) = (frame.layers, frame.marks);
        self.patterns.add(layers, packet.length);
        marks
    }

    pub fn finish(self) -> Collected {
        let timed = self.earliest <= self.latest;
        let State { flows, mut transports, said: Said { mut tcp, names } } = self.state;
        let mut patterns = self.patterns;
        self.plain.give(&mut patterns, &mut transports);
        let Finished { connections: mut conversations, progress, others, bound } = flows.finish();
        for (conversation, progress) in conversations.iter_mut().zip(progress.iter()) {
            if progress.analysis.is_unanswered() {
                tcp.unanswered_syns += 1;
                conversation.events.add(Event::UnansweredSyn, 1);
            }
        }
        conversations.append(others);
        conversations.shrink();
        let mut queries = names.queries;
        let mut server_names = names.server_names;
        queries.purge();
        server_names.purge();
        Collected {
            undecoded: self.link_types.iter().copied().filter(|link| !dissect::is_decoded(*link)).collect(),
            link_types: self.link_types,
            packets: self.packets,
            bytes: self.bytes,
            captured_bytes: self.captured_bytes,
            earliest: timed.then_some(self.earliest),
            latest: timed.then_some(self.latest),
            layers: patterns.by_layer(),
            conversations,
            names: names.known,
            transports,
            bound,
            tcp,
            dns_queries: queries,
            dns_responses: (0..).zip(names.responses).filter(|(_, count)| *count > 0).collect(),
            dns_unanswered: names.waiting.len() as u64,
            server_names,
            timeline: self.timeline,
        }
    }
}

#[inline(always)]
fn tuple_of(plain: &Plain) -> (Tuple, bool) {
    let transport = if plain.place.tcp { Transport::Tcp } else { Transport::Udp };
    Tuple::new(transport, plain.addresses, plain.source_port, plain.destination_port)
}

/// What is known of a packet before its conversation is looked at.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// `None` where the walk has to look at the packet.
    plain: Option<PlainPlace>,
    key: Key,
    /// From the tuple's lower end to the higher.
    forward: bool,
    /// Where its conversation most likely is.
    guess: Place,
}

impl Way {
    /// No packet: fills a batch before there are any.
    const NONE: Self = Self { plain: None, key: Key::NONE, forward: false, guess: Place::UNKNOWN };
}

/// When a packet came, and how long it was.
#[derive(Debug, Clone, Copy)]
struct Moment {
    time: Option<Time>,
    /// [`Time::clock`], or 0 without a time.
    now: i64,
    length: u32,
}

impl Moment {
    #[inline(always)]
    fn of(packet: &Packet<'_>) -> Self {
        Self { time: packet.time, now: packet.time.map_or(0, Time::clock), length: packet.length }
    }
}

/// One frame on its way through the layers.
struct Frame<'s> {
    layers: LayerSet,
    moment: Moment,
    marks: Marks,
    state: &'s mut State,
}

impl Sink for Frame<'_> {
    #[inline(always)]
    fn layer(&mut self, layer: Layer, _part: Part<'_>) {
        self.layers = self.layers.with(layer);
    }

    #[inline(never)]
    fn segment(&mut self, addresses: Addresses, segment: Segment<'_>) {
        let (transport, source_port, destination_port) = match &segment {
            Segment::Tcp(tcp) => (Transport::Tcp, tcp.source_port, tcp.destination_port),
            Segment::Udp { source_port, destination_port, .. } => {
                (Transport::Udp, *source_port, *destination_port)
            }
            Segment::Sctp { source_port, destination_port } => {
                (Transport::Sctp, *source_port, *destination_port)
            }
        };
        let total = &mut self.state.transports[transport as usize];
        total.packets += 1;
        total.bytes += u64::from(self.moment.length);
        let (tuple, forward) = Tuple::new(transport, addresses, source_port, destination_port);
        let State { flows, said, .. } = &mut *self.state;
        let key = flows.key(tuple);
        let found = if let Segment::Tcp(tcp) = segment {
            let Some((flow, progress)) = flows.connection(Place::UNKNOWN, &key, forward) else { return };
            flow.count(forward, self.moment.time, self.moment.length);
            let party = Party { number: key.number(), forward, conversation: flow, progress };
            let (marks, found) = said.segment(self.moment, party, &tcp);
            self.marks = marks;
            found
        } else {
            let Some(flow) = flows.other(Place::UNKNOWN, &key, forward) else { return };
            flow.count(forward, self.moment.time, self.moment.length);
            match segment {
                Segment::Udp { payload, .. } => {
                    said.datagram(flow, &key, [source_port, destination_port], payload.data)
                }
                Segment::Tcp(_) | Segment::Sctp { .. } => None,
            }
        };
        if let Some(layer) = found {
            self.layers = self.layers.with(layer);
        }
    }
}

impl State {
    /// Counts a plain packet in its conversation; tells what TCP analysis makes of it, and which protocol it carries.
    #[inline(always)]
    fn plain(
        &mut self,
        moment: Moment,
        &Way { ref key, forward, guess, .. }: &Way,
        place: PlainPlace,
        packet: &Packet<'_>,
    ) -> Option<(Marks, Option<Layer>)> {
        let part = place.part(packet);
        let Self { flows, said, .. } = self;
        if !place.tcp {
            let flow = flows.other(guess, key, forward)?;
            flow.count(forward, moment.time, moment.length);
            let found = said.datagram(flow, key, ports_of(part.peek::<4>()?), udp_payload(part)?.data);
            return Some((Marks::default(), found));
        }
        let (conversation, progress) = flows.connection(guess, key, forward)?;
        conversation.count(forward, moment.time, moment.length);
        let mut party = Party { number: key.number(), forward, conversation, progress };
        let head = part.peek::<20>()?;
        let header = usize::from(head[12] >> 4) * 4;
        if header >= 20
            && let Some(length) = part.reported.checked_sub(header)
            && party.progress.analysis.goes_on(forward, head, length as u32, moment.now)
        {
            let data = part.data.get(header..).unwrap_or_default();
            if data.is_empty() {
                return Some((Marks::default(), None));
            }
            let sequence = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
            let ports = ports_of(&[head[0], head[1], head[2], head[3]]);
            let cut = data.len() < length;
            let stretch = Stretch { ports, sequence, repeated: false, cut, data };
            return Some((Marks::default(), said.names.tcp_payload(&mut party, &stretch)));
        }
        Some(said.segment(moment, party, &TcpSegment::read(part, false)?))
    }
}

impl Said {
    /// What TCP analysis makes of a segment that its conversation has counted, and which protocol it carries.
    #[inline(never)]
    fn segment(
        &mut self,
        moment: Moment,
        mut party: Party<'_>,
        tcp: &TcpSegment<'_>,
    ) -> (Marks, Option<Layer>) {
        let Party { forward, conversation: flow, progress, .. } = &mut party;
        if tcp.flags & flags::RST != 0 && !tcp.bogus {
            flow.events.add(Event::Reset, 1);
            self.tcp.resets += 1;
        }
        let opens = tcp.flags & (flags::SYN | flags::ACK) == flags::SYN;
        if opens {
            flow.events.add(Event::Syn, 1);
        }
        let seen = Seen {
            sequence: tcp.sequence,
            acknowledgment: tcp.acknowledgment,
            flags: tcp.flags,
            window: tcp.window,
            length: tcp.length,
            window_scale: if tcp.flags & flags::SYN != 0 { tcp.window_scale() } else { None },
            bogus: tcp.bogus,
            now: moment.now,
            timed: moment.time.is_some(),
        };
        let verdict = progress.analysis.segment(*forward, &seen);
        flow.note_rtt(progress.analysis.initial_rtt());
        if !verdict.marks.is_empty() || verdict.handshake != Handshake::Nothing {
            tally_marks(&mut self.tcp, flow, verdict.marks);
            match verdict.handshake {
                Handshake::Nothing => {}
                Handshake::EarlierUnanswered => {
                    self.tcp.unanswered_syns += 1;
                    flow.events.add(Event::UnansweredSyn, 1);
                }
                Handshake::Refused => {
                    self.tcp.refused_syns += 1;
                    flow.events.add(Event::RefusedSyn, 1);
                }
            }
            if verdict.restarted {
                self.names.forget(&mut party);
            }
        }
        if !tcp.payload.is_empty() && !tcp.bogus {
            // A SYN takes a number of its own before its data.
            let sequence = tcp.sequence.wrapping_add(u32::from(tcp.flags & flags::SYN != 0));
            let stretch = Stretch {
                ports: [tcp.source_port, tcp.destination_port],
                sequence,
                repeated: verdict.marks.has(Marks::ANY_RETRANSMISSION),
                cut: tcp.payload.data.len() < tcp.payload.reported,
                data: tcp.payload.data,
            };
            return (verdict.marks, self.names.tcp_payload(&mut party, &stretch));
        }
        (verdict.marks, None)
    }

    /// Tells which protocol a datagram carries.
    #[inline(always)]
    fn datagram(
        &mut self,
        flow: &mut Conversation,
        key: &Key,
        ports: [u16; 2],
        payload: &[u8],
    ) -> Option<Layer> {
        match ports.into() {
            (dns::PORT, _) | (_, dns::PORT) => {
                self.names.dns_message(key.number(), payload);
                Some(Layer::Dns)
            }
            (dns::MDNS_PORT, _) | (_, dns::MDNS_PORT) => Some(Layer::Mdns),
            (dns::LLMNR_PORT, _) | (_, dns::LLMNR_PORT) => Some(Layer::Llmnr),
            (67 | 68, _) | (_, 67 | 68) => Some(Layer::Dhcp),
            (123, _) | (_, 123) => Some(Layer::Ntp),
            _ => self.names.datagram(flow, payload),
        }
    }
}

#[inline(always)]
fn ports_of(head: &[u8; 4]) -> [u16; 2] {
    [u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]])]
}

#[cold]
fn tally_marks(total: &mut TcpReport, flow: &mut Conversation, marks: Marks) {
    if marks.has(Marks::ANY_RETRANSMISSION) {
        total.retransmissions += 1;
        flow.events.add(Event::Retransmission, 1);
    }
    total.fast_retransmissions += u64::from(marks.has(Marks::FAST_RETRANSMISSION));
    total.spurious_retransmissions += u64::from(marks.has(Marks::SPURIOUS_RETRANSMISSION));
    if marks.has(Marks::OUT_OF_ORDER) {
        total.out_of_order += 1;
        flow.events.add(Event::OutOfOrder, 1);
    }
    if marks.has(Marks::DUPLICATE_ACK) {
        total.duplicate_acks += 1;
        flow.events.add(Event::DuplicateAck, 1);
    }
    if marks.has(Marks::ZERO_WINDOW) {
        total.zero_windows += 1;
        flow.events.add(Event::ZeroWindow, 1);
    }
    total.window_full += u64::from(marks.has(Marks::WINDOW_FULL));
    total.keep_alives += u64::from(marks.has(Marks::KEEP_ALIVE));
    total.lost_segments += u64::from(marks.has(Marks::LOST_SEGMENT));
    total.reused_ports += u64::from(marks.has(Marks::REUSED_PORTS));
}
