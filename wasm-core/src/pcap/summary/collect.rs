//! Counts packets as they come: the loop that decides the speed.

use std::collections::BTreeMap;

use super::super::dissect::{self, Addresses, Layer, LayerSet, Part, Segment, Sink, TcpSegment, flags};
use super::super::flows::{Conversation, Finished, Flows, Place, Traffic, Tuple};
use super::super::link::LinkType;
use super::super::names::dns;
use super::super::pieces::Pieces;
use super::super::reader::{BATCH, Packet};
use super::super::report::{TcpReport, Transport};
use super::super::sequences::Sequences;
use super::super::tcp::{Handshake, Marks, Seen};
use super::super::time::Time;
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
            link_types: Vec::new(),
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

    pub fn sequences(&self) -> Sequences {
        Sequences::new(self.state.flows.connections(), self.state.flows.bases())
    }

    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Counts packets and tells what TCP analysis makes of each. Their conversations are looked up together first.
    #[inline]
    pub fn packets_of(&mut self, packets: &[Packet<'_>], mut seen: impl FnMut(&Packet<'_>, Marks)) {
        let mut places = [Place::UNKNOWN; BATCH];
        for (place, packet) in places.iter_mut().zip(packets) {
            if let Some((protocol, addresses, source_port, destination_port)) =
                dissect::common_endpoints(packet.link, packet.data)
            {
                let transport = if protocol == dissect::TCP { Transport::Tcp } else { Transport::Udp };
                let (tuple, _) = Tuple::new(transport, addresses, source_port, destination_port);
                *place = self.state.flows.place(&tuple);
            }
        }
        for (place, packet) in places.into_iter().zip(packets) {
            let marks = self.placed(packet, place);
            seen(packet, marks);
        }
    }

    /// Counts a packet and tells what TCP analysis makes of it.
    pub fn packet(&mut self, packet: &Packet<'_>) -> Marks {
        self.placed(packet, Place::UNKNOWN)
    }

    #[inline(always)]
    fn placed(&mut self, packet: &Packet<'_>, place: Place) -> Marks {
        self.packets += 1;
        self.bytes += u64::from(packet.length);
        self.captured_bytes += packet.data.len() as u64;
        if self.recent_link != Some(packet.link) {
            self.recent_link = Some(packet.link);
            packet.link.enter(&mut self.link_types);
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
            place,
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
        let Finished { connections, others: mut conversations, bound } = flows.finish();
        for (mut conversation, progress) in connections.into_items() {
            if progress.analysis.is_unanswered() {
                tcp.unanswered_syns += 1;
                conversation.tcp.unanswered_syns += 1;
            }
            conversations.push(conversation);
        }
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
            layers: self.patterns.by_layer(),
            conversations,
            names: names.known,
            transports,
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
    /// Of the outermost conversation, perhaps.
    place: Place,
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
                if let Some(flow) = self.state.flows.other(tuple, forward, self.place) {
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
        let Some((flow, progress)) = state.flows.connection(tuple, forward, self.place) else { return };
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
        let verdict = progress.analysis.segment(forward, &seen);
        flow.note_rtt(progress.analysis.initial_rtt());
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
                state.names.forget(flow, progress);
            }
        }
        if !tcp.payload.is_empty() && !tcp.bogus {
            // A SYN takes a number of its own before its data.
            let sequence = tcp.sequence.wrapping_add(u32::from(tcp.flags & flags::SYN != 0));
            let stretch = Stretch {
                ports: [tcp.source_port, tcp.destination_port],
                sequence,
                repeated: verdict.marks.has(Marks::ANY_RETRANSMISSION),
                data: tcp.payload.data,
            };
            let mut party = Party { forward, conversation: flow, progress };
            let found = state.names.tcp_payload(&mut party, &stretch);
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
        let Some(flow) = state.flows.other(tuple, forward, self.place) else { return };
        flow.count(forward, self.time, self.length);
        let found = match (source_port, destination_port) {
            (dns::PORT, _) | (_, dns::PORT) => {
                state.names.dns_message(flow.tuple.rank(), payload.data);
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
fn tally_marks(total: &mut TcpReport, flow: &mut Conversation, marks: Marks) {
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
