//! The forms of captures, and the layers of packets, from bytes written by hand.

use std::net::IpAddr;

use wasm_core::pcap::report::{Format, SummaryReport, Transport};
use wasm_core::pcap::writer::PcapWriter;
use wasm_core::pcap::{LinkType, Listing, Options, Packet, Summarizer, Time, dissect};
use wasm_core::words::Language;

fn report(bytes: &[u8]) -> SummaryReport {
    let mut summarizer = Summarizer::new(Options::default());
    summarizer.push(bytes);
    summarizer.finish().unwrap().report(Listing::All, Language::English)
}

/// One frame as a capture.
fn of_frame(link: LinkType, frame: &[u8]) -> SummaryReport {
    let mut bytes = Vec::new();
    PcapWriter::new(link, &mut bytes).packet(Time::from_nanos(1), frame, frame.len() as u32, &mut bytes);
    report(&bytes)
}

fn words(big: bool, numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| if big { number.to_be_bytes() } else { number.to_le_bytes() }).collect()
}

/// A pcap file of one packet of four bytes, 60 on the wire.
fn classic(big: bool, magic: u32, version: [u16; 2], lengths: [u32; 2], extra: usize) -> Vec<u8> {
    let mut bytes = words(big, &[magic]);
    for half in version {
        bytes.extend(if big { half.to_be_bytes() } else { half.to_le_bytes() });
    }
    // The upper half of the link type holds the length of the frame check sequence.
    bytes.extend(words(big, &[0, 0, 65_535, 0x2400_0001]));
    bytes.extend(words(big, &[1_700_000_000, 500_000, lengths[0], lengths[1]]));
    bytes.extend(vec![0; extra]);
    bytes.extend([1, 2, 3, 4]);
    bytes
}

#[test]
fn every_variant_of_pcap_is_read() {
    let micros = "1700000000.500000000";
    for (name, bytes, time) in [
        ("little", classic(false, 0xa1b2_c3d4, [2, 4], [4, 60], 0), micros),
        ("big", classic(true, 0xa1b2_c3d4, [2, 4], [4, 60], 0), micros),
        ("nanoseconds", classic(false, 0xa1b2_3c4d, [2, 4], [4, 60], 0), "1700000000.000500000"),
        ("nanoseconds, big", classic(true, 0xa1b2_3c4d, [2, 4], [4, 60], 0), "1700000000.000500000"),
        ("modified", classic(false, 0xa1b2_cd34, [2, 4], [4, 60], 8), micros),
        ("modified, big", classic(true, 0xa1b2_cd34, [2, 4], [4, 60], 8), micros),
        ("old, lengths swapped", classic(false, 0xa1b2_c3d4, [2, 2], [60, 4], 0), micros),
        ("2.3, swapped", classic(false, 0xa1b2_c3d4, [2, 3], [60, 4], 0), micros),
        ("2.3, not swapped", classic(true, 0xa1b2_c3d4, [2, 3], [4, 60], 0), micros),
    ] {
        let report = report(&bytes);
        assert_eq!((report.packets, report.bytes, report.captured_bytes), (1, 60, 4), "{name}");
        assert_eq!(report.earliest_epoch.as_deref(), Some(time), "{name}");
        assert_eq!(report.link_types, ["ETHERNET"], "{name}");
        assert!(report.warnings.is_empty(), "{name}: {:?}", report.warnings);
    }
}

fn block(big: bool, kind: u32, body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    body.resize(body.len().next_multiple_of(4), 0);
    let length = body.len() as u32 + 12;
    [words(big, &[kind, length]), body, words(big, &[length])].concat()
}

fn section(big: bool) -> Vec<u8> {
    let version = if big { [0, 1, 0, 0] } else { [1, 0, 0, 0] };
    block(big, 0x0a0d_0d0a, &[words(big, &[0x1a2b_3c4d]), version.to_vec(), vec![0xff; 8]].concat())
}

/// Ethernet with a resolution, and seconds to add.
fn interface(big: bool, resolution: u8, offset: u64) -> Vec<u8> {
    let half = |number: u16| if big { number.to_be_bytes() } else { number.to_le_bytes() };
    let wide = if big { offset.to_be_bytes() } else { offset.to_le_bytes() };
    let parts: [&[u8]; 11] = [
        &half(1),
        &[0; 2],
        &[0; 4],
        &half(9),
        &half(1),
        &[resolution, 0, 0, 0],
        &half(14),
        &half(8),
        &wide,
        &[0; 4],
        &[],
    ];
    block(big, 1, &parts.concat())
}

fn enhanced(big: bool, interface: u32, ticks: u64) -> Vec<u8> {
    let head = words(big, &[interface, (ticks >> 32) as u32, ticks as u32, 4, 60]);
    block(big, 6, &[head, vec![1, 2, 3, 4]].concat())
}

#[test]
fn every_resolution_and_several_sections_of_pcapng_are_read() {
    for (name, resolution, offset, ticks, time) in [
        ("microseconds", 6, 0, 1_700_000_000_500_000, "1700000000.500000000"),
        ("nanoseconds", 9, 0, 1_700_000_000_500_000_000, "1700000000.500000000"),
        ("milliseconds", 3, 0, 1_700_000_000_500, "1700000000.500000000"),
        ("seconds", 0, 0, 1_700_000_000, "1700000000.000000000"),
        ("picoseconds", 12, 1_700_000_000, 500_000_000_000, "1700000000.500000000"),
        ("2^-10", 0x8a, 0, (1_700_000_000 << 10) + 512, "1700000000.500000000"),
        ("2^-32", 0xa0, 0, (1_700_000_000 << 32) + (1 << 31), "1700000000.500000000"),
        ("beyond all clocks", 6, 0, u64::MAX, "18446744073709.551615000"),
    ] {
        for big in [false, true] {
            let bytes = [
                section(big),
                interface(big, 6, 0),
                interface(big, resolution, offset),
                block(big, 0x0bad, b"a custom block of nobody's"),
                enhanced(big, 1, ticks),
                section(!big),
                interface(!big, resolution, offset),
                enhanced(!big, 0, ticks),
            ]
            .concat();
            let report = report(&bytes);
            assert_eq!((report.packets, report.bytes), (2, 120), "{name}");
            assert_eq!(report.earliest_epoch.as_deref(), Some(time), "{name}");
            assert_eq!(report.latest_epoch.as_deref(), Some(time), "{name}");
        }
    }
}

#[test]
fn simple_and_obsolete_packets_count() {
    let obsolete = [words(false, &[0, 0, 1_000_000, 4, 60]), vec![1, 2, 3, 4]].concat();
    let simple = [words(false, &[4]), vec![1, 2, 3, 4]].concat();
    let parts =
        [section(false), interface(false, 6, 0), block(false, 2, &obsolete), block(false, 3, &simple)];
    let report = report(&parts.concat());
    assert_eq!((report.packets, report.bytes), (2, 64));
    assert_eq!(report.latest_epoch.as_deref(), Some("1.000000000"));
}

#[test]
fn damage_ends_the_reading_with_a_warning() {
    let good = [section(false), interface(false, 6, 0), enhanced(false, 0, 1)].concat();
    let mut trailer = enhanced(false, 0, 2);
    *trailer.last_mut().unwrap() = 9;
    for (code, damage) in [
        ("bad-block", trailer),
        ("unknown-interface", enhanced(false, 7, 2)),
        ("record-too-long", words(false, &[6, 0xffff_fff0, 0, 0])),
        ("cut-short", enhanced(false, 0, 2)[..20].to_vec()),
    ] {
        let report = report(&[good.clone(), damage].concat());
        assert_eq!(report.packets, 1, "{code}");
        assert_eq!(report.warnings.iter().map(|warning| &*warning.code).collect::<Vec<_>>(), [code]);
        assert!(!report.warnings[0].text.starts_with("findings-"), "{code} has no sentence");
    }
}

fn ipv4(protocol: u8, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let total = (20 + payload.len()) as u16;
    let [high, low] = total.to_be_bytes();
    let [place, rest] = fragment.to_be_bytes();
    let head = [0x45, 0, high, low, 0, 0, place, rest, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    [&head, payload].concat()
}

fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let mut head = vec![0x60, 0, 0, 0];
    head.extend(u16::to_be_bytes(payload.len() as u16));
    head.extend([next, 64]);
    head.extend(
        [
            [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
        ]
        .concat(),
    );
    [head, payload.to_vec()].concat()
}

fn udp(source: u16, destination: u16, payload: &[u8]) -> Vec<u8> {
    let length = 8 + payload.len() as u16;
    [&source.to_be_bytes()[..], &destination.to_be_bytes(), &length.to_be_bytes(), &[0, 0], payload].concat()
}

fn tcp(flags: u8) -> Vec<u8> {
    let mut head = [40_000_u16.to_be_bytes(), 443_u16.to_be_bytes()].concat();
    head.extend([0, 0, 0, 9, 0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    head
}

fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[2; 12][..], &kind.to_be_bytes(), payload].concat()
}

#[test]
fn layers_and_tunnels_are_followed_to_the_innermost_conversation() {
    let plain = ipv4(6, 0, &tcp(2));
    let inner = ethernet(0x0800, &plain);
    let gre = |kind: u16, packet: &[u8]| ipv4(47, 0, &[&[0, 0][..], &kind.to_be_bytes(), packet].concat());
    let tunnel = |port: u16, head: &[u8], packet: &[u8]| {
        ethernet(0x0800, &ipv4(17, 0, &udp(50_000, port, &[head, packet].concat())))
    };
    let gtp: &[u8] = &[0x30, 0xff, 0, 40, 0, 0, 0, 1];
    let cases: Vec<(&str, LinkType, Vec<u8>, u64)> = vec![
        ("Ethernet", LinkType::ETHERNET, inner.clone(), 0),
        (
            "VLAN in VLAN",
            LinkType::ETHERNET,
            ethernet(0x88a8, &[&[0, 1, 0x81, 0, 0, 2, 8, 0][..], &plain].concat()),
            0,
        ),
        (
            "MPLS",
            LinkType::ETHERNET,
            ethernet(0x8847, &[&[0, 1, 0, 64, 0, 2, 1, 64][..], &plain].concat()),
            0,
        ),
        (
            "PPPoE",
            LinkType::ETHERNET,
            ethernet(0x8864, &[&[0x11, 0, 0, 1, 0, 42, 0, 0x21][..], &plain].concat()),
            0,
        ),
        (
            "SNAP",
            LinkType::ETHERNET,
            ethernet(48, &[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0][..], &plain].concat()),
            0,
        ),
        ("NULL", LinkType::NULL, [&[2, 0, 0, 0][..], &plain].concat(), 0),
        ("NULL, big", LinkType::NULL, [&[0, 0, 0, 2][..], &plain].concat(), 0),
        ("RAW", LinkType::RAW, plain.clone(), 0),
        ("SLL", LinkType::LINUX_SLL, [&[0; 14][..], &[8, 0], &plain].concat(), 0),
        ("SLL2", LinkType::LINUX_SLL2, [&[8, 0][..], &[0; 18], &plain].concat(), 0),
        ("SLL with PPP", LinkType::LINUX_SLL, [&[0; 14][..], &[0, 7, 0xff, 3, 0, 0x21], &plain].concat(), 0),
        (
            "SLL of a GRE device, which has the header off already",
            LinkType::LINUX_SLL,
            [&[0, 0, 3, 10][..], &[0; 10], &[8, 0], &plain].concat(),
            0,
        ),
        ("NFLOG", LinkType::NFLOG, [&[2, 0, 0, 0, 44, 0, 9, 0][..], &plain].concat(), 0),
        (
            "NFLOG of a bridge",
            LinkType::NFLOG,
            [&[7, 0, 0, 0, 8, 0, 1, 0, 8, 0, 0, 0, 44, 0, 9, 0][..], &plain].concat(),
            0,
        ),
        ("802.1ah", LinkType::ETHERNET, ethernet(0x88e7, &[&[0, 0, 0, 1][..], &inner].concat()), 0),
        ("PPP", LinkType::PPP, [&[0xff, 3, 0, 0x21][..], &plain].concat(), 0),
        ("C-HDLC", LinkType::C_HDLC, [&[0x0f, 0, 8, 0][..], &plain].concat(), 0),
        ("Frame Relay", LinkType::FRELAY, [&[0x18, 0x41, 3, 0xcc][..], &plain].concat(), 0),
        (
            "802.11",
            LinkType::IEEE802_11,
            [&[8, 0][..], &[0; 22], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &plain].concat(),
            0,
        ),
        ("IP in IP", LinkType::IPV4, ipv4(4, 0, &plain), 0),
        ("6in4", LinkType::IPV4, ipv4(41, 0, &ipv6(6, &tcp(2))), 0),
        ("GRE", LinkType::IPV4, gre(0x0800, &plain), 0),
        ("GRE with Ethernet", LinkType::IPV4, gre(0x6558, &inner), 0),
        ("SRv6's Ethernet", LinkType::IPV4, ipv4(143, 0, &inner), 0),
        ("EtherIP", LinkType::IPV4, ipv4(97, 0, &[&[0x30, 0][..], &inner].concat()), 0),
        ("VXLAN", LinkType::ETHERNET, tunnel(4789, &[8, 0, 0, 0, 0, 0, 1, 0], &inner), 1),
        ("Geneve", LinkType::ETHERNET, tunnel(6081, &[1, 0, 0x65, 0x58, 0, 0, 1, 0, 9, 9, 9, 9], &inner), 1),
        ("GTP-U", LinkType::ETHERNET, tunnel(2152, gtp, &plain), 1),
        ("GTP-U with Ethernet", LinkType::ETHERNET, tunnel(2152, gtp, &inner), 1),
        ("GRE in UDP", LinkType::ETHERNET, tunnel(4754, &[0, 0, 8, 0], &plain), 1),
        ("MPLS in UDP", LinkType::ETHERNET, tunnel(6635, &[0, 2, 1, 64], &plain), 1),
        ("L2TP", LinkType::ETHERNET, tunnel(1701, &[0, 2, 0, 1, 0, 1, 0xff, 3, 0, 0x21], &plain), 1),
        ("Teredo", LinkType::ETHERNET, tunnel(3544, &[], &ipv6(6, &tcp(2))), 1),
        ("AH", LinkType::IPV4, ipv4(51, 0, &[&[6, 4][..], &[0; 22], &tcp(2)].concat()), 0),
        (
            "IPv6 options",
            LinkType::IPV6,
            ipv6(0, &[&[60, 0][..], &[0; 6], &[6, 0], &[0; 6], &tcp(2)].concat()),
            0,
        ),
        ("first fragment", LinkType::IPV4, ipv4(6, 0x2000, &tcp(2)), 0),
        (
            "no length (offload)",
            LinkType::IPV4,
            {
                let mut packet = plain.clone();
                packet[2..4].fill(0);
                packet
            },
            0,
        ),
    ];
    for (name, link, frame, outer) in cases {
        let report = of_frame(link, &frame);
        assert_eq!(report.conversations.tcp, 1, "{name}: {:?}", report.layers);
        assert_eq!(report.conversations.udp, outer, "{name}");
        for item in &report.conversations.items {
            // The whole frame counts in each conversation that it carries.
            assert_eq!(item.bytes_a_to_b, frame.len() as u64, "{name}");
            if item.transport == Transport::Tcp {
                assert_eq!((item.a.port, item.b.port), (40_000, 443), "{name}");
            }
        }
    }
}

#[test]
fn sctp_in_udp_is_a_conversation_of_its_own() {
    let sctp = [&[0x9c, 0x40, 0x0b, 0x59][..], &[0; 8], &[3, 0, 0, 4]].concat();
    let frame = ethernet(0x0800, &ipv4(17, 0, &udp(50_000, 9899, &sctp)));
    let conversations = of_frame(LinkType::ETHERNET, &frame).conversations;
    assert_eq!((conversations.sctp, conversations.udp), (1, 1));
}

#[test]
fn later_fragments_and_quotations_are_no_conversations() {
    let later = of_frame(LinkType::IPV4, &ipv4(6, 0x00b9, &tcp(2)));
    assert_eq!((later.conversations.tcp, !later.layers.contains_key("tcp")), (0, true));
    let quoted = ipv4(1, 0, &[&[3, 3, 0, 0, 0, 0, 0, 0][..], &ipv4(17, 0, &udp(5000, 9, &[]))].concat());
    let quoted = of_frame(LinkType::IPV4, &quoted);
    assert_eq!(quoted.conversations.udp, 0);
    assert_eq!(quoted.layers["udp"].packets, 1);
}

#[test]
fn a_filter_sees_the_outermost_packet() {
    let inner = ethernet(0x0800, &ipv4(6, 0, &tcp(2)));
    let frame =
        ethernet(0x0800, &ipv4(17, 0, &udp(50_000, 4789, &[&[8, 0, 0, 0, 0, 0, 1, 0][..], &inner].concat())));
    let found = dissect::endpoints(LinkType::ETHERNET, &frame, frame.len() as u32).unwrap();
    assert_eq!((found.protocol, found.source_port, found.destination_port), (17, Some(50_000), Some(4789)));
    assert_eq!(found.source, "10.0.0.1".parse::<IpAddr>().unwrap());
    let arp = ethernet(0x0806, &[0; 28]);
    assert_eq!(dissect::endpoints(LinkType::ETHERNET, &arp, 42), None);
}

/// A segment of a conversation on port 443.
struct Sent(i64, bool, u32, u32, u8, usize);

#[test]
fn tcp_is_marked_by_wiresharks_rules() {
    const SYN: u8 = 2;
    const ACK: u8 = 16;
    const RST: u8 = 4;
    let handshake = [
        Sent(0, true, 99, 0, SYN, 0),
        Sent(10, false, 499, 100, SYN | ACK, 0),
        Sent(20, true, 100, 500, ACK, 0),
    ];
    type Counts = [u64; 7];
    let cases: Vec<(&str, Vec<Sent>, Counts)> = vec![
        // retransmissions, fast, spurious, out of order, duplicate ACKs, keep-alives, resets
        ("nothing odd", vec![Sent(30, true, 100, 500, ACK, 10), Sent(40, false, 500, 110, ACK, 0)], [0; 7]),
        (
            "repeated late",
            vec![Sent(30, true, 100, 500, ACK, 10), Sent(900, true, 100, 500, ACK, 10)],
            [1, 0, 0, 0, 0, 0, 0],
        ),
        (
            "repeated though acknowledged",
            vec![
                Sent(30, true, 100, 500, ACK, 10),
                Sent(40, false, 500, 110, ACK, 0),
                Sent(900, true, 100, 500, ACK, 10),
            ],
            [1, 0, 1, 0, 0, 0, 0],
        ),
        (
            "came late",
            vec![Sent(30, true, 110, 500, ACK, 10), Sent(31, true, 100, 500, ACK, 5)],
            [0, 0, 0, 1, 0, 0, 0],
        ),
        (
            "three ACKs, then at once",
            vec![
                Sent(30, true, 100, 500, ACK, 10),
                Sent(31, true, 120, 500, ACK, 10),
                Sent(41, false, 500, 110, ACK, 0),
                Sent(42, false, 500, 110, ACK, 0),
                Sent(43, false, 500, 110, ACK, 0),
                Sent(44, true, 110, 500, ACK, 10),
            ],
            [1, 1, 0, 0, 2, 0, 0],
        ),
        (
            "keep-alive",
            vec![
                Sent(30, true, 100, 500, ACK, 10),
                Sent(40, false, 500, 110, ACK, 0),
                Sent(9000, true, 109, 500, ACK, 1),
            ],
            [0, 0, 0, 0, 0, 1, 0],
        ),
        ("reset", vec![Sent(30, false, 500, 100, RST | ACK, 0)], [0, 0, 0, 0, 0, 0, 1]),
    ];
    for (name, rest, expected) in cases {
        let mut bytes = Vec::new();
        let writer = PcapWriter::new(LinkType::IPV4, &mut bytes);
        for segment @ Sent(millis, .., length) in handshake.iter().chain(&rest) {
            let packet = sent(segment, &vec![7; *length]);
            writer.packet(Time::from_nanos(millis * 1_000_000), &packet, packet.len() as u32, &mut bytes);
        }
        let report = report(&bytes);
        let tcp = report.tcp;
        let counts: Counts = [
            tcp.retransmissions,
            tcp.fast_retransmissions,
            tcp.spurious_retransmissions,
            tcp.out_of_order,
            tcp.duplicate_acks,
            tcp.keep_alives,
            tcp.resets,
        ];
        assert_eq!(counts, expected, "{name}");
        assert_eq!(
            report.conversations.items[0].tcp.as_ref().unwrap().initial_rtt_seconds,
            Some(0.02),
            "{name}"
        );
    }
}

/// A segment of that conversation as a packet.
fn sent(&Sent(_, forward, sequence, acknowledgment, flags, _): &Sent, payload: &[u8]) -> Vec<u8> {
    let ports = if forward { [40_000_u16, 443] } else { [443, 40_000] };
    let mut segment: Vec<u8> = ports.iter().flat_map(|port| port.to_be_bytes()).collect();
    segment.extend(words(true, &[sequence, acknowledgment]));
    segment.extend([0x50, flags, 0x10, 0, 0, 0, 0, 0]);
    segment.extend(payload);
    let mut packet = ipv4(6, 0, &segment);
    if !forward {
        packet[15] = 2;
        packet[19] = 1;
    }
    packet
}

#[test]
fn round_trips_are_exact_in_any_year() {
    for seconds in [0, 1_700_000_000, 18_446_744_073_204, -70_000_000_000] {
        let mut summarizer = Summarizer::new(Options::default());
        let handshake =
            [(1, true, 99, 0, 2), (999_999_999, false, 499, 100, 18), (1_000_000_003, true, 100, 500, 16)];
        for (number, (nanos, forward, sequence, acknowledgment, flags)) in (1..).zip(handshake) {
            let data = sent(&Sent(0, forward, sequence, acknowledgment, flags, 0), &[]);
            let time = Some(Time::from_parts(seconds, nanos));
            let (link, length) = (LinkType::IPV4, data.len() as u32);
            summarizer.packet(&Packet { number, time, link, data: &data, length, offset: 0 });
        }
        let report = summarizer.conclude(Format::Pcap, 0, Vec::new()).report(Listing::All, Language::English);
        let tcp = report.conversations.items[0].tcp.as_ref().unwrap();
        assert_eq!(tcp.initial_rtt_seconds, Some(1.000_000_002), "{seconds}");
    }
}

/// A TLS record with a ClientHello.
fn hello(name: &str) -> Vec<u8> {
    let long = |length: usize| (length as u16).to_be_bytes();
    let entry = [&[0][..], &long(name.len()), name.as_bytes()].concat();
    let list = [&long(entry.len())[..], &entry].concat();
    let extensions = [&[0, 0][..], &long(list.len()), &list].concat();
    let body = [&[3, 3][..], &[7; 32], &[0], &[0, 2, 0x13, 1], &[1, 0], &long(extensions.len()), &extensions];
    let body = body.concat();
    let message = [&[1, 0][..], &long(body.len()), &body].concat();
    [&[22, 3, 1][..], &long(message.len()), &message].concat()
}

/// Two packets one behind the other in one stream, the first one captured up to so many bytes.
fn first_one_cut(port: u16, captured: usize, payloads: [&[u8]; 2]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let writer = PcapWriter::new(LinkType::IPV4, &mut bytes);
    let mut sequence = 100;
    for (payload, captured) in payloads.into_iter().zip([captured, usize::MAX]) {
        let mut packet = sent(&Sent(0, true, sequence, 500, 16, 0), payload);
        packet[22..24].copy_from_slice(&port.to_be_bytes());
        let cut = &packet[..captured.min(packet.len())];
        writer.packet(Time::from_nanos(1), cut, packet.len() as u32, &mut bytes);
        sequence += payload.len() as u32;
    }
    bytes
}

#[test]
fn a_hello_that_the_capture_cut_is_read_as_far_as_it_goes() {
    let mut first = hello("cut.example");
    // Behind the name: an extension for padding.
    first.extend([0, 21, 0, 60]);
    first.extend([0; 60]);
    for at in [4, 8, 51] {
        let length = u16::from_be_bytes([first[at - 1], first[at]]) + 64;
        first[at - 1..=at].copy_from_slice(&length.to_be_bytes());
    }
    let second = hello("whole.example");
    let name_ends = 40 + first.len() - 64;
    for (captured, names) in [
        (60, &["whole.example"][..]),
        (name_ends - 1, &["whole.example"]),
        (name_ends, &["cut.example", "whole.example"]),
        (1500, &["cut.example", "whole.example"]),
    ] {
        let bytes = first_one_cut(443, captured, [&first, &second]);
        let mut found: Vec<String> =
            report(&bytes).tls.server_names.into_iter().map(|server| server.name).collect();
        found.sort();
        assert_eq!(found, names, "{captured}");
    }
}

#[test]
fn a_dns_message_that_the_capture_cut_is_read_as_far_as_it_goes() {
    let question = |name: u8| vec![0, name, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, name, 0, 0, 1, 0, 1];
    let framed = |message: &[u8]| [&(message.len() as u16).to_be_bytes()[..], message].concat();
    let first = framed(&[&question(b'a')[..], &[0; 200]].concat());
    let second = framed(&question(b'b'));
    // Looks like a message, but belongs to the first one.
    let (first, rest) = first.split_at(150);
    let rest = [&framed(&question(b'c'))[..], &rest[21..]].concat();
    let asked = |bytes: &[u8]| -> Vec<String> {
        let mut names: Vec<String> = report(bytes).dns.queries.into_iter().map(|query| query.name).collect();
        names.sort();
        names
    };
    for (captured, names) in [(60, &["b"][..]), (61, &["a", "b"]), (1500, &["a", "b"])] {
        assert_eq!(
            asked(&first_one_cut(53, captured, [first, &[&rest[..], &second].concat()])),
            names,
            "{captured}"
        );
    }
}

#[test]
fn a_hello_is_found_wherever_it_is_split() {
    let hello = hello("split.example");
    for at in 1..hello.len() {
        let (first, second) = hello.split_at(at);
        let mut bytes = Vec::new();
        let writer = PcapWriter::new(LinkType::IPV4, &mut bytes);
        for (sequence, payload) in [(100, first), (100 + at as u32, second)] {
            let packet = sent(&Sent(0, true, sequence, 500, 16, 0), payload);
            writer.packet(Time::from_nanos(0), &packet, packet.len() as u32, &mut bytes);
        }
        let names = report(&bytes).tls.server_names;
        assert_eq!(
            names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>(),
            ["split.example"],
            "{at}"
        );
    }
}

#[test]
fn a_hello_is_found_in_records_of_any_length() {
    let hello = hello("records.example");
    let (head, message) = hello.split_at(5);
    for size in 1..message.len() {
        let mut payload = Vec::new();
        for fragment in message.chunks(size) {
            payload.extend(&head[..3]);
            payload.extend((fragment.len() as u16).to_be_bytes());
            payload.extend(fragment);
        }
        let mut bytes = Vec::new();
        let writer = PcapWriter::new(LinkType::IPV4, &mut bytes);
        let packet = sent(&Sent(0, true, 100, 500, 16, 0), &payload);
        writer.packet(Time::from_nanos(0), &packet, packet.len() as u32, &mut bytes);
        let names = report(&bytes).tls.server_names;
        assert_eq!(
            names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>(),
            ["records.example"],
            "{size}"
        );
    }
}

#[test]
fn round_trips_need_the_time_of_the_syn() {
    let mut summarizer = Summarizer::new(Options::default());
    let segments = [
        (None, Sent(0, true, 99, 0, 2, 0)),
        (Some(Time::from_parts(7, 0)), Sent(0, true, 100, 500, 16, 0)),
        (Some(Time::from_parts(8, 0)), Sent(0, true, 100, 500, 16, 1)),
    ];
    for (number, (time, segment)) in (1..).zip(segments) {
        let data = sent(&segment, &vec![7; segment.5]);
        let (link, length) = (LinkType::IPV4, data.len() as u32);
        summarizer.packet(&Packet { number, time, link, data: &data, length, offset: 0 });
    }
    let report = summarizer.conclude(Format::Pcap, 0, Vec::new()).report(Listing::All, Language::English);
    assert_eq!(report.conversations.items[0].tcp.as_ref().unwrap().initial_rtt_seconds, None);
}
