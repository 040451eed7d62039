//! Any bytes as a file: however they are cut into pieces, the same packets come out.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wasm_core::pcap::Reader;

type Seen = (u64, u64, usize, u32);

fn packets(bytes: &[u8], piece: usize) -> (Vec<Seen>, bool) {
    let mut seen = Vec::new();
    let mut reader = Reader::new();
    for piece in bytes.chunks(piece) {
        reader.push(piece, |packet| seen.push((packet.number, packet.offset, packet.data.len(), packet.length)));
    }
    (seen, reader.finish().is_ok())
}

fuzz_target!(|input: &[u8]| {
    let Some((&piece, bytes)) = input.split_first() else { return };
    let whole = packets(bytes, bytes.len().max(1));
    let pieces = packets(bytes, usize::from(piece).max(1));
    // Of a damaged gzip stream the last bytes before the damage may or may not be unpacked.
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        assert_eq!(whole, pieces);
    }
});
