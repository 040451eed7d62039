//! Reading on behind damage: what is found again, what is said about it, and that pieces do not matter.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use wasm_core::pcap::writer::PcapngWriter;
use wasm_core::pcap::{LinkType, Reader, Warning};

/// Captured bytes and offset of each packet.
type Seen = Vec<(Vec<u8>, u64)>;

fn read(mut reader: Reader, bytes: &[u8], piece: usize) -> (Seen, Vec<Warning>) {
    let mut seen = Vec::new();
    for piece in bytes.chunks(piece) {
        reader.push(piece, |packet| seen.push((packet.data.to_vec(), packet.offset)));
    }
    (seen, reader.finish().unwrap())
}

fn recovered(bytes: &[u8], piece: usize) -> (Seen, Vec<Warning>) {
    read(Reader::recovering(), bytes, piece)
}

fn pcap() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures/web-set/0.pcap")).unwrap()
}

fn pcapng() -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = PcapngWriter::new("test", &mut out);
    writer.interface("eth0", LinkType::ETHERNET, &mut out);
    Reader::new().push(&pcap(), |packet| writer.packet(0, packet.time, packet.data, packet.length, &mut out));
    out
}

fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    bytes[at..at + new.len()].copy_from_slice(new);
}

#[test]
fn one_damaged_record_costs_one_packet() {
    for (name, bytes, damage) in [
        // The captured length of a pcap record, the first length of a block, its last, an interface that is not.
        ("pcap", pcap(), (8, 0xffff_fff0_u32)),
        ("pcap", pcap(), (8, 0x0100_0000)),
        ("pcapng", pcapng(), (4, 0xffff_fff0)),
        ("pcapng", pcapng(), (8, 77)),
        ("pcapng", pcapng(), (20, 300_000)),
    ] {
        let (all, _) = read(Reader::new(), &bytes, bytes.len());
        let hurt = all.len() / 2;
        let (_, offset) = all[hurt];
        let mut damaged = bytes.clone();
        put(&mut damaged, offset as usize + damage.0, &damage.1.to_le_bytes());

        let (before, warnings) = read(Reader::new(), &damaged, 4096);
        assert!(before == all[..hurt], "{name} {damage:?}: without recovery everything before counts");
        assert_eq!(warnings.len(), 1);

        let (found, warnings) = recovered(&damaged, 4096);
        let mut expected = all.clone();
        expected.remove(hurt);
        assert!(found == expected, "{name} {damage:?}: {} of {}", found.len(), expected.len());
        let next = all[hurt + 1].1;
        assert_eq!(warnings, [Warning::DamageSkipped { offset, bytes: next - offset }], "{name} {damage:?}");
    }
}

#[test]
fn bytes_that_are_missing_or_too_many_are_passed_over() {
    for bytes in [pcap(), pcapng()] {
        let (all, _) = read(Reader::new(), &bytes, bytes.len());
        let (first, last) = (all[all.len() / 3].1 as usize, all[all.len() / 2].1 as usize);
        let ones = [&bytes[..first], &vec![0xff; 100_000], &bytes[last..]].concat();
        let noise: Vec<u8> = (0..70_001_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let noise = [&bytes[..first], &noise, &bytes[last..]].concat();
        for damaged in [ones, noise] {
            let (found, warnings) = recovered(&damaged, 1 << 16);
            let data =
                |seen: &[(Vec<u8>, u64)]| seen.iter().map(|(data, _)| data.clone()).collect::<Vec<_>>();
            let behind = data(&all[all.len() / 2..]);
            assert!(data(&found).ends_with(&behind), "{} of {}", found.len(), all.len());
            assert!(!warnings.is_empty());
        }
    }
}

#[test]
fn a_search_is_bounded() {
    let mut endless = pcap();
    endless.extend([0xff; 16]);
    endless.resize(64 << 20, 0);
    // Beginnings of records over and over, each of which proves wrong far behind.
    let mut doubtful = pcap();
    let record = doubtful[24..28].to_vec();
    doubtful.extend([0xff; 16]);
    while doubtful.len() < 8 << 20 {
        doubtful.extend(&record);
        doubtful.extend([0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 3, 0]);
        doubtful.push(0xee);
    }
    let before = read(Reader::new(), &pcap(), 1 << 18).0.len();
    for bytes in [endless, doubtful] {
        let started = Instant::now();
        let (found, warnings) = recovered(&bytes, 1 << 18);
        assert_eq!(found.len(), before);
        assert!(matches!(warnings.as_slice(), [Warning::RecordTooLong { .. }]), "{warnings:?}");
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn pieces_and_cuts_do_not_matter(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
        piece in 1_usize..5000,
        cut in any::<prop::sample::Index>(),
        next_generation in any::<bool>(),
    ) {
        let mut bytes = if next_generation { pcapng() } else { pcap() };
        for (place, value) in places {
            // The file's own header stays.
            let at = 128 + place.index(bytes.len() - 128);
            bytes[at] = value;
        }
        let whole = recovered(&bytes, bytes.len());
        prop_assert!(whole == recovered(&bytes, piece));
        let (prefix, _) = recovered(&bytes[..128 + cut.index(bytes.len() - 128)], piece);
        prop_assert!(whole.0.starts_with(&prefix));
        // Nothing that is read without recovery is lost by it.
        prop_assert!(whole.0.starts_with(&read(Reader::new(), &bytes, piece).0));
    }
}
