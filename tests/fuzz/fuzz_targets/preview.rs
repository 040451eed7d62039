//! Any bytes as an opened capture: rows, trees, display terms, random access.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wasm_core::pcap::preview::{Preview, Terms};
use wasm_core::pcap::{Options, Reader, Summarizer};

fuzz_target!(|input: &[u8]| {
    let Some((&words, bytes)) = input.split_first() else { return };
    let (text, bytes) = bytes.split_at_checked(usize::from(words % 64)).unwrap_or((b"", bytes));
    let terms = std::str::from_utf8(text).ok().and_then(|text| text.parse::<Terms>().ok());
    let mut preview = Preview::default();
    let mut summarizer = Summarizer::new(Options::default());
    let mut reader = Reader::new();
    let mut last = None;
    for piece in bytes.chunks(4096) {
        let before = reader.checkpoint();
        reader.push(piece, |packet| {
            let marks = summarizer.packet(packet);
            let row = preview.row(packet, marks);
            assert_eq!(row.number, packet.number);
            let tree = preview.tree(packet, marks);
            for node in tree.nodes() {
                assert!(node.start as usize + node.length as usize <= packet.data.len());
            }
            if let Some(terms) = &terms {
                let _ = terms.keeps(tree, packet.data);
            }
            last = Some((packet.number, packet.offset));
        });
        assert!(before.offset() <= reader.checkpoint().offset());
    }
    // Reading again from a noted place gives the packets behind it with the same numbers.
    let (checkpoint, _) = (reader.checkpoint(), reader.finish());
    if let Some((number, offset)) = last {
        assert!(checkpoint.packets() >= number && checkpoint.offset() > offset);
    }
});
