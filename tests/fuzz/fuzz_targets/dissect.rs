//! Any bytes as one frame of any link type: layers lie inside the frame, and the outermost packet is consistent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wasm_core::pcap::LinkType;
use wasm_core::pcap::dissect::{self, Addresses, Layer, Part, Segment, Sink};

struct Inside(usize);

impl Sink for Inside {
    fn layer(&mut self, _layer: Layer, part: Part<'_>) {
        assert!(part.at + part.data.len() <= self.0);
    }

    fn segment(&mut self, _addresses: Addresses, segment: Segment<'_>) {
        if let Segment::Tcp(tcp) = segment {
            let _ = tcp.window_scale();
            assert!(tcp.payload.at + tcp.payload.data.len() <= self.0);
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&[high, low, a, b], frame)) = input.split_first_chunk::<4>() else { return };
    let link = LinkType(u16::from_be_bytes([high, low]) % 300);
    let length = u32::from(u16::from_be_bytes([a, b]));
    dissect::dissect(link, frame, length, &mut Inside(frame.len()));
    if let Some(found) = dissect::endpoints(link, frame, length) {
        assert_eq!(found.source_port.is_some(), found.destination_port.is_some());
        assert_eq!(found.source.is_ipv4(), found.destination.is_ipv4());
    }
});
