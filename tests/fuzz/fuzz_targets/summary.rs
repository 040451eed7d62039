//! Any bytes as a file: the whole summary, its report in both languages, stored and read again, merged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wasm_core::pcap::{Listing, Options, Summarizer, Summary, Wording};

fn summary(bytes: &[u8], piece: usize) -> Option<Summary> {
    let mut summarizer = Summarizer::new(Options { max_conversations: 8, max_dns_names: 4, max_server_names: 4 });
    bytes.chunks(piece.max(1)).for_each(|piece| summarizer.push(piece));
    summarizer.finish().ok()
}

fuzz_target!(|input: &[u8]| {
    let Some((&piece, bytes)) = input.split_first() else { return };
    let whole = summary(bytes, bytes.len());
    let chunked = summary(bytes, usize::from(piece));
    // Of a damaged gzip stream the last bytes before the damage may or may not be unpacked.
    let packed = bytes.starts_with(&[0x1f, 0x8b]);
    assert!(packed || whole.is_some() == chunked.is_some());
    let (Some(whole), Some(chunked)) = (whole, chunked) else { return };
    let report = whole.report(Listing::All, Wording::Japanese);
    assert!(packed || report == chunked.report(Listing::All, Wording::Japanese));
    let layers = report.layers.values().map(|layer| layer.packets).max().unwrap_or(0);
    assert!(layers <= report.packets);
    let stored = serde_json::to_string(&whole).expect("a summary can be stored");
    let mut read: Summary = serde_json::from_str(&stored).expect("and read again");
    read.merge(&whole);
    assert_eq!(read.packets, whole.packets * 2);
});
