//! Any bytes as a file: however they are cut into pieces, the same packets come out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wasm_core::pcap::Reader;

type Seen = (u64, u64, usize, u32);

fn packets(mut reader: Reader, bytes: &[u8], piece: usize) -> (Vec<Seen>, Option<usize>) {
    let mut seen = Vec::new();
    for piece in bytes.chunks(piece) {
        reader.push(piece, |packet| {
            seen.push((packet.number, packet.offset, packet.data.len(), packet.length))
        });
    }
    (seen, reader.finish().ok().map(|warnings| warnings.len()))
}

fuzz_target!(|input: &[u8]| {
    let Some((&piece, bytes)) = input.split_first() else { return };
    let (piece, all) = (usize::from(piece).max(1), bytes.len().max(1));
    let whole = packets(Reader::new(), bytes, all);
    assert_eq!(whole, packets(Reader::new(), bytes, piece));
    let recovered = packets(Reader::recovering(), bytes, all);
    assert_eq!(recovered, packets(Reader::recovering(), bytes, piece));
    assert!(recovered.0.starts_with(&whole.0));
});
