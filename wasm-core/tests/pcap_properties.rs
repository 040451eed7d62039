//! What must hold of every capture: any chunking gives the same summary, any cut a summary of the packets before
//! it, merging is associative, and no bytes make the engine fail.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use wasm_core::pcap::report::SummaryReport;
use wasm_core::pcap::writer::{PcapWriter, PcapngWriter};
use wasm_core::pcap::{CaptureError, LinkType, Listing, Options, Reader, Summarizer, Summary, Time};
use wasm_core::words::Language;

fn recorded() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures");
    let mut files: Vec<PathBuf> = ["", "web-set"]
        .iter()
        .flat_map(|part| fs::read_dir(folder.join(part)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pcap"))
        .collect();
    files.sort();
    assert!(files.len() >= 10, "the recorded captures are missing");
    files
}

/// A middling capture with TCP trouble, DNS and TLS.
fn sample() -> Vec<u8> {
    let files = recorded();
    let name = |path: &&PathBuf| path.ends_with("web-set/0.pcap");
    fs::read(files.iter().find(name).unwrap()).unwrap()
}

/// The same packets as pcapng with two interfaces.
fn as_pcapng(pcap: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = PcapngWriter::new("test", &mut out);
    writer.interface("eth0", LinkType::ETHERNET, &mut out);
    writer.interface("eth1", LinkType::ETHERNET, &mut out);
    Reader::new().push(pcap, |packet| {
        writer.packet((packet.number % 2) as u32, packet.time, packet.data, packet.length, &mut out);
    });
    out
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn summary_of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Summary, CaptureError> {
    let mut summarizer = Summarizer::new(Options::default());
    for piece in pieces {
        summarizer.push(piece);
    }
    summarizer.finish()
}

fn report(summary: &Summary) -> SummaryReport {
    summary.report(Listing::All, Language::English)
}

fn whole(bytes: &[u8]) -> SummaryReport {
    report(&summary_of([bytes]).unwrap())
}

#[test]
fn any_chunking_gives_the_same_summary() {
    let pcap = sample();
    let pcapng = as_pcapng(&pcap);
    let packed = gzipped(&pcap);
    for bytes in [&pcap, &pcapng, &packed] {
        let expected = whole(bytes);
        for size in [1, 2, 3, 7, 16, 24, 61, 1000, 4096, 65_537] {
            let chunked = report(&summary_of(bytes.chunks(size)).unwrap());
            assert_eq!(chunked, expected, "pieces of {size}");
        }
    }
}

/// Plain packets are read in one go, the usual segment without a close look.
#[test]
fn the_short_way_gives_what_the_walk_gives() {
    for file in recorded() {
        let bytes = fs::read(&file).unwrap();
        let mut walked = Summarizer::new(Options::default());
        walked.push_filtered(&bytes, |_| true);
        assert_eq!(whole(&bytes), report(&walked.finish().unwrap()), "{}", file.display());
    }
}

#[test]
fn the_same_packets_in_another_form_give_the_same_figures() {
    let pcap = sample();
    let expected = whole(&pcap);
    for bytes in [as_pcapng(&pcap), gzipped(&pcap)] {
        let other = whole(&bytes);
        assert_eq!(other.packets, expected.packets);
        assert_eq!(other.conversations, expected.conversations);
        assert_eq!(other.layers, expected.layers);
        assert_eq!(other.tcp, expected.tcp);
        assert_eq!(other.dns, expected.dns);
        assert_eq!(other.timeline, expected.timeline);
    }
}

#[test]
fn every_cut_counts_exactly_the_packets_before_it() {
    let pcap = sample();
    for bytes in [as_pcapng(&pcap), pcap] {
        let mut ends = Vec::new();
        let mut reader = Reader::new();
        for piece in bytes.chunks(1).take(40_000) {
            reader.push(piece, |packet| ends.push(packet.number));
        }
        let mut cut = 0;
        while cut < 40_000.min(bytes.len()) {
            let mut packets = 0;
            let mut reader = Reader::new();
            reader.push(&bytes[..cut], |packet| packets = packet.number);
            let mut again = 0;
            let mut bytewise = Reader::new();
            bytes[..cut].chunks(5).for_each(|piece| bytewise.push(piece, |packet| again = packet.number));
            assert_eq!(packets, again, "cut at {cut}");
            match summary_of([&bytes[..cut]]) {
                Ok(summary) => {
                    assert_eq!(summary.packets, packets);
                    let clean = summary.warnings.is_empty();
                    let short = summary.warnings.iter().any(|warning| warning.code() == "cut-short");
                    assert!(clean || short, "cut at {cut}: {:?}", summary.warnings);
                }
                Err(_) => assert!(cut < 32, "cut at {cut} is no capture any more"),
            }
            cut += 137;
        }
        assert!(ends.len() > 20);
    }
}

/// The parts of a fleet, some with one tuple in common, one of another form.
fn parts() -> Vec<Summary> {
    recorded()
        .iter()
        .map(|path| fs::read(path).unwrap())
        .enumerate()
        .map(|(at, bytes)| {
            let bytes = if at % 3 == 1 { as_pcapng(&bytes) } else { bytes };
            summary_of([bytes.as_slice()]).unwrap()
        })
        .collect()
}

fn merged(a: &Summary, b: &Summary) -> Summary {
    let mut sum = a.clone();
    sum.merge(b);
    sum
}

#[test]
fn merging_is_associative_and_keeps_totals() {
    let parts = parts();
    let left = parts[1..].iter().fold(parts[0].clone(), |sum, part| merged(&sum, part));
    let (last, before) = parts.split_last().unwrap();
    let right = before.iter().rev().fold(last.clone(), |sum, part| merged(part, &sum));
    assert_eq!(report(&left), report(&right));
    let packets: u64 = parts.iter().map(|part| part.packets).sum();
    assert_eq!(left.packets, packets);
    let timeline = report(&left).timeline.unwrap();
    assert_eq!(timeline.packets.iter().sum::<u64>(), packets);
}

#[test]
fn merging_beyond_the_caps_is_associative_too() {
    let options = Options { max_conversations: 12, max_dns_names: 4, max_server_names: 2 };
    let parts: Vec<Summary> = recorded()
        .iter()
        .map(|path| {
            let mut summarizer = Summarizer::new(options);
            summarizer.push(&fs::read(path).unwrap());
            summarizer.finish().unwrap()
        })
        .collect();
    let left = parts[1..].iter().fold(parts[0].clone(), |sum, part| merged(&sum, part));
    let (last, before) = parts.split_last().unwrap();
    let right = before.iter().rev().fold(last.clone(), |sum, part| merged(part, &sum));
    let (left, right) = (report(&left), report(&right));
    assert_eq!(left, right);
    assert_eq!(left.conversations.items.len(), 12);
    assert!(left.warnings.iter().any(|warning| warning.code == "conversations-capped"));
    assert!(left.dns.queries.len() <= 4);
}

#[test]
fn a_summary_survives_being_stored() {
    for part in parts() {
        let stored = serde_json::to_string(&part).unwrap();
        let read: Summary = serde_json::from_str(&stored).unwrap();
        assert_eq!(report(&read), report(&part));
        let text = serde_json::to_string(&report(&part)).unwrap();
        assert_eq!(serde_json::from_str::<SummaryReport>(&text).unwrap(), report(&part));
    }
}

#[test]
fn what_is_no_capture_says_so() {
    for bytes in
        [&b"\xd4"[..], b"plain text that is long enough to be a header", b"<?xml version=\"1.0\"?>", &[0; 64]]
    {
        assert_eq!(summary_of([bytes]).unwrap_err(), CaptureError::NotACapture);
    }
    assert_eq!(summary_of([]).unwrap_err(), CaptureError::Empty);
}

#[test]
fn findings_name_the_host_that_is_silent() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures");
    for (file, code) in [("silent.pcap", "host-silent"), ("refused.pcap", "host-refuses")] {
        let report = whole(&fs::read(folder.join(file)).unwrap());
        let found = report.findings.iter().find(|finding| finding.code == code);
        let found = found.unwrap_or_else(|| panic!("{file}: {:?}", report.findings));
        let host = found.params["host"].as_str().unwrap();
        assert!(found.text.contains(host), "{}", found.text);
    }
}

#[test]
fn more_conversations_than_the_cap_are_estimated() {
    let mut bytes = Vec::new();
    let writer = PcapWriter::new(LinkType::IPV4, &mut bytes);
    for number in 0..30_000_u32 {
        // IPv4, UDP, an address of its own each.
        let [a, b, c, d] = (0x0a00_0000 + number).to_be_bytes();
        let packet = [
            0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, a, b, c, d, 192, 0, 2, 1, 0x30, 0x39, 0x1f, 0x90, 0, 8,
            0, 0,
        ];
        writer.packet(Time::from_nanos(i64::from(number)), &packet, packet.len() as u32, &mut bytes);
    }
    let mut summarizer = Summarizer::new(Options { max_conversations: 2000, ..Options::default() });
    summarizer.push(&bytes);
    let report = report(&summarizer.finish().unwrap());
    assert_eq!(report.packets, 30_000);
    assert_eq!(report.conversations.items.len(), 2000);
    assert!((27_000..33_000).contains(&report.conversations.udp), "{}", report.conversations.udp);
    let warning = report.warnings.iter().find(|warning| warning.code == "conversations-capped").unwrap();
    assert_eq!(warning.params["packets"], 28_000);
}

#[test]
fn a_damaged_gzip_stream_gives_what_came_before() {
    let pcap = sample();
    let packed = gzipped(&pcap);
    for cut in [packed.len() / 3, packed.len() / 2, packed.len() - 4] {
        let mut reader = Reader::new();
        let mut packets = 0;
        reader.push(&packed[..cut], |packet| packets = packet.number);
        let warnings = reader.finish().unwrap();
        assert!(warnings.iter().any(|warning| warning.code() == "gzip-damaged"), "{warnings:?}");
        assert!(packets > 20, "cut at {cut}: {packets}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn damaged_captures_are_survived(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40), form in 0..3) {
        let pcap = sample();
        let mut bytes = match form {
            0 => pcap,
            1 => as_pcapng(&pcap),
            _ => gzipped(&pcap),
        };
        for (place, value) in places {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        let at_once = summary_of([bytes.as_slice()]).map(|summary| report(&summary));
        let chunked = summary_of(bytes.chunks(97)).map(|summary| report(&summary));
        prop_assert_eq!(&at_once, &chunked);
        let mut walked = Summarizer::new(Options::default());
        walked.push_filtered(&bytes, |_| true);
        prop_assert_eq!(at_once, walked.finish().map(|summary| report(&summary)));
    }

    #[test]
    fn any_frame_of_any_link_type_is_survived(link in 0_u16..300, data in prop::collection::vec(any::<u8>(), 0..200), length in any::<u32>()) {
        let mut bytes = Vec::new();
        let writer = PcapWriter::new(LinkType(link), &mut bytes);
        writer.packet(Time::EPOCH, &data, length, &mut bytes);
        let report = whole(&bytes);
        prop_assert_eq!(report.packets, 1);
        prop_assert_eq!(report.bytes, u64::from(length));
    }
}
