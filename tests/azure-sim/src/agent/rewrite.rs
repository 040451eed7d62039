//! Gives a recorded frame another local address and other ephemeral ports, with right checksums.

use std::net::{IpAddr, Ipv4Addr};

use wasm_core::filter::Endpoints;

const ETHERNET: usize = 14;
const IPV4: [u8; 2] = [0x08, 0x00];
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP: u8 = 1;

/// Linux's range of ports for outgoing connections.
const EPHEMERAL: std::ops::Range<u16> = 32_768..60_999;

/// One IPv4 packet within bytes: where its parts are.
struct Layout {
    start: usize,
    transport: usize,
    protocol: u8,
    /// Later fragments have no transport header.
    first_fragment: bool,
}

fn layout(bytes: &[u8], start: usize) -> Option<Layout> {
    let header = bytes.get(start..start + 20)?;
    if header[0] >> 4 != 4 {
        return None;
    }
    let length = usize::from(header[0] & 0x0f) * 4;
    let offset = u16::from_be_bytes([header[6], header[7]]) & 0x1fff;
    Some(Layout { start, transport: start + length, protocol: header[9], first_fragment: offset == 0 })
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

/// The Internet checksum (RFC 1071) over words.
fn checksum(words: impl Iterator<Item = u16>) -> u16 {
    let mut sum: u32 = words.map(u32::from).fold(0, u32::wrapping_add);
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]))
}

fn put(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..at + 2) {
        place.copy_from_slice(&value.to_be_bytes());
    }
}

/// The frame as the machine with address `new` would have seen it; `turn` is how often the recording has been
/// played before, and moves the ephemeral ports so that each turn opens connections of its own.
pub fn rewrite(frame: &mut [u8], old: Ipv4Addr, new: Ipv4Addr, turn: u16) {
    if frame.get(12..14) != Some(&IPV4[..]) {
        return;
    }
    packet(frame, ETHERNET, old, new, turn);
    // What an ICMP error quotes is the machine's own packet.
    if let Some(outer) = layout(frame, ETHERNET)
        && outer.protocol == ICMP
        && matches!(frame.get(outer.transport), Some(3 | 11 | 12))
    {
        packet(frame, outer.transport + 8, old, new, turn);
        renew_icmp_checksum(frame, outer.transport);
    }
}

fn packet(bytes: &mut [u8], start: usize, old: Ipv4Addr, new: Ipv4Addr, turn: u16) {
    let Some(layout) = layout(bytes, start) else { return };
    for place in [layout.start + 12, layout.start + 16] {
        if bytes.get(place..place + 4) == Some(&old.octets()[..]) {
            bytes[place..place + 4].copy_from_slice(&new.octets());
        }
    }
    if layout.first_fragment && matches!(layout.protocol, TCP | UDP) {
        for place in [layout.transport, layout.transport + 2] {
            if let Some(port) = word(bytes, place)
                && EPHEMERAL.contains(&port)
            {
                put(bytes, place, moved(port, turn));
            }
        }
    }
    renew_checksums(bytes, &layout);
}

/// Computes both checksums anew: on recording machines the network card was to fill them in, and did not.
fn renew_checksums(bytes: &mut [u8], layout: &Layout) {
    put(bytes, layout.start + 10, 0);
    if let Some(header) = bytes.get(layout.start..layout.transport) {
        let sum = checksum(words(header));
        put(bytes, layout.start + 10, sum);
    }
    let place = match layout.protocol {
        TCP => layout.transport + 16,
        UDP => layout.transport + 6,
        _ => return,
    };
    // Only a datagram that is here as a whole has a checksum to compute.
    let fragmented = word(bytes, layout.start + 6).is_none_or(|flags| flags & 0x3fff != 0);
    let end = layout.start + word(bytes, layout.start + 2).map_or(0, usize::from);
    if fragmented || end <= place + 1 || end > bytes.len() {
        return;
    }
    put(bytes, place, 0);
    let length = u16::try_from(end - layout.transport).unwrap_or(0);
    let pseudo =
        words(&bytes[layout.start + 12..layout.start + 20]).chain([u16::from(layout.protocol), length]);
    let sum = checksum(pseudo.chain(words(&bytes[layout.transport..end])));
    // In UDP, zero would mean "none".
    put(bytes, place, if layout.protocol == UDP && sum == 0 { 0xffff } else { sum });
}

/// A different port for each turn, and different ports for different ports.
fn moved(port: u16, turn: u16) -> u16 {
    let count = u32::from(EPHEMERAL.end - EPHEMERAL.start);
    let place = (u32::from(port - EPHEMERAL.start) + u32::from(turn) * 977) % count;
    EPHEMERAL.start + u16::try_from(place).unwrap_or(0)
}

fn renew_icmp_checksum(bytes: &mut [u8], start: usize) {
    // The outer packet's own length, so that Ethernet's padding stays out of the sum.
    let Some(total) = word(bytes, ETHERNET + 2) else { return };
    let end = (ETHERNET + usize::from(total)).min(bytes.len());
    if start + 4 > end {
        return;
    }
    put(bytes, start + 2, 0);
    let sum = checksum(words(&bytes[start..end]));
    put(bytes, start + 2, sum);
}

/// What a capture's filters look at; `None` where the frame is no IPv4 packet.
pub fn endpoints(frame: &[u8]) -> Option<Endpoints> {
    if frame.get(12..14) != Some(&IPV4[..]) {
        return None;
    }
    let layout = layout(frame, ETHERNET)?;
    let address = |at: usize| -> Option<IpAddr> {
        let octets: [u8; 4] = frame.get(at..at + 4)?.try_into().ok()?;
        Some(Ipv4Addr::from(octets).into())
    };
    let ports = match layout.first_fragment && matches!(layout.protocol, TCP | UDP) {
        true => word(frame, layout.transport).zip(word(frame, layout.transport + 2)),
        false => None,
    };
    Some(Endpoints {
        protocol: layout.protocol,
        source: address(layout.start + 12)?,
        destination: address(layout.start + 16)?,
        ports,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const OLD: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 4);
    const NEW: Ipv4Addr = Ipv4Addr::new(10, 9, 8, 7);

    /// Every frame that leaves the agent has right checksums, whatever turn it is in.
    #[test]
    fn checksums_are_right() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../captures");
        let recordings = crate::agent::recordings::Recordings::read(&folder).unwrap();
        let mut checked = 0;
        for troubled in [false, true] {
            let recording = recordings.of(0, troubled);
            for packet in &recording.packets {
                let mut frame = packet.frame.clone();
                rewrite(&mut frame, recording.local, NEW, 5);
                let Some(ends) = endpoints(&frame) else { continue };
                assert_ne!(ends.source, IpAddr::from(recording.local));
                assert!(ends.source == IpAddr::from(NEW) || ends.destination == IpAddr::from(NEW));
                let layout = layout(&frame, ETHERNET).unwrap();
                assert_eq!(checksum(words(&frame[layout.start..layout.transport])), 0);
                let end = ETHERNET + usize::from(word(&frame, ETHERNET + 2).unwrap());
                if matches!(layout.protocol, TCP | UDP) {
                    let segment = &frame[layout.transport..end];
                    let pseudo = words(&frame[layout.start + 12..layout.start + 20]);
                    let pseudo = pseudo.chain([u16::from(layout.protocol), segment.len() as u16]);
                    assert_eq!(checksum(pseudo.chain(words(segment))), 0);
                    checked += 1;
                }
            }
        }
        assert!(checked > 500, "{checked} segments");
    }

    #[test]
    fn ports_move_apart_and_stay_in_range() {
        let mut seen = std::collections::HashSet::new();
        for port in EPHEMERAL {
            let new = moved(port, 3);
            assert!(EPHEMERAL.contains(&new));
            assert!(seen.insert(new));
        }
        assert_eq!(moved(40_000, 0), 40_000);
    }

    #[test]
    fn what_is_no_ipv4_stays() {
        for length in 0..40 {
            let mut frame = vec![0x45; length];
            rewrite(&mut frame, OLD, NEW, 1);
            assert_eq!(frame, vec![0x45; length]);
        }
        let mut cut = vec![0; 20];
        cut[12..14].copy_from_slice(&IPV4);
        cut[14] = 0x45;
        rewrite(&mut cut, OLD, NEW, 1);
        assert!(endpoints(&cut).is_none());
    }
}
