//! Structure-aware: any sequence of segments of a few TCP conversations and DNS messages, as a whole capture.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wasm_core::pcap::writer::PcapWriter;
use wasm_core::pcap::{LinkType, Listing, Options, Summarizer, Time};
use wasm_core::words::Language;

fuzz_target!(|input: &[u8]| {
    let mut bytes = Vec::new();
    let writer = PcapWriter::new(LinkType::ETHERNET, &mut bytes);
    let (mut rest, mut now, mut packets) = (input, 0_i64, 0_u64);
    while let Some((&[kind, seq, ack, flags, window, wait, size], behind)) = rest.split_first_chunk::<7>() {
        let (data, behind) = behind.split_at_checked(usize::from(size % 64)).unwrap_or((behind, &[]));
        rest = behind;
        now += i64::from(wait) * 1_000_000 - 8_000_000;
        let (forward, port) = (kind & 1 == 0, [53_u16, 443, 80, 8080][usize::from(kind >> 1 & 3)]);
        let transport = if kind & 8 == 0 { 6 } else { 17 };
        let (source, destination) = if forward { (40_000, port) } else { (port, 40_000) };
        let mut packet = vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0];
        packet.extend([0x45, 0, 0, 0, 0, 0, 0, 0, 64, transport, 0, 0, 10, 0, 0, 1, 10, 0, 0, 1]);
        packet[if forward { 33 } else { 29 }] = 2;
        packet.extend(u16::to_be_bytes(source));
        packet.extend(u16::to_be_bytes(destination));
        if transport == 6 {
            // Small numbers meet often, and wrap around zero.
            packet.extend(u32::from(seq).wrapping_sub(8).to_be_bytes());
            packet.extend(u32::from(ack).wrapping_sub(8).to_be_bytes());
            packet.extend([0x50, flags & 0x3f, 0, window, 0, 0, 0, 0]);
        } else {
            packet.extend(u16::to_be_bytes(8 + data.len() as u16));
            packet.extend([0, 0]);
        }
        packet.extend(data);
        let total = u16::to_be_bytes(packet.len() as u16 - 14);
        packet[16..18].copy_from_slice(&total);
        writer.packet(Time::from_nanos(now.max(0)), &packet, packet.len() as u32, &mut bytes);
        packets += 1;
    }
    let mut summarizer = Summarizer::new(Options::default());
    summarizer.push(&bytes);
    let report = summarizer.finish().expect("a capture").report(Listing::All, Language::English);
    assert_eq!(report.packets, packets);
    // Plain packets are read in one go, and most segments of TCP are not looked at closely: nothing may differ.
    let mut walked = Summarizer::new(Options::default());
    walked.push_filtered(&bytes, |_| true);
    assert_eq!(report, walked.finish().expect("a capture").report(Listing::All, Language::English));
    let counted: u64 =
        report.conversations.items.iter().map(|one| one.packets_a_to_b + one.packets_b_to_a).sum();
    assert_eq!(counted, packets);
    let tcp = report.tcp;
    assert!(tcp.fast_retransmissions + tcp.spurious_retransmissions <= tcp.retransmissions);
    let of_conversations: u64 = report
        .conversations
        .items
        .iter()
        .filter_map(|one| one.tcp.as_ref())
        .map(|tcp| tcp.retransmissions)
        .sum();
    assert_eq!(of_conversations, tcp.retransmissions);
});
