//! Any bytes as a file: the whole summary, its report in both languages, stored and read again, merged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wasm_core::pcap::{Listing, Options, Summarizer, Summary};
use wasm_core::words::Language;

const OPTIONS: Options = Options { max_conversations: 8, max_dns_names: 4, max_server_names: 4 };

fn summary(bytes: &[u8], piece: usize) -> Option<Summary> {
    let mut summarizer = Summarizer::new(OPTIONS);
    bytes.chunks(piece.max(1)).for_each(|piece| summarizer.push(piece));
    summarizer.finish().ok()
}

fuzz_target!(|input: &[u8]| {
    let Some((&piece, bytes)) = input.split_first() else { return };
    let whole = summary(bytes, bytes.len());
    let chunked = summary(bytes, usize::from(piece));
    assert_eq!(whole.is_some(), chunked.is_some());
    let (Some(whole), Some(chunked)) = (whole, chunked) else { return };
    let report = whole.report(Listing::All, Language::Japanese);
    assert_eq!(report, chunked.report(Listing::All, Language::Japanese));
    // Every packet through the walk, none read in one go.
    let mut walked = Summarizer::new(OPTIONS);
    walked.push_filtered(bytes, |_| true);
    assert_eq!(
        Some(&report),
        walked.finish().ok().map(|one| one.report(Listing::All, Language::Japanese)).as_ref()
    );
    let layers = report.layers.values().map(|layer| layer.packets).max().unwrap_or(0);
    assert!(layers <= report.packets);
    let stored = serde_json::to_string(&whole).expect("a summary can be stored");
    let mut read: Summary = serde_json::from_str(&stored).expect("and read again");
    read.merge(&whole);
    assert_eq!(read.packets, whole.packets * 2);
});
