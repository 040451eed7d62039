//! Writes captures: pcap for one source, pcapng for several with their names.

use super::link::LinkType;
use super::time::Time;

/// Snap length written into headers: as much as tcpdump's default.
const SNAP_LENGTH: u32 = 262_144;

const NANOS: i64 = 1_000_000_000;

/// A little-endian pcap file with nanoseconds. Writes into a buffer that the caller empties.
#[derive(Debug, Clone, Copy)]
pub struct PcapWriter;

impl PcapWriter {
    /// Appends the file header.
    pub fn new(link: LinkType, out: &mut Vec<u8>) -> Self {
        out.extend_from_slice(&0xa1b2_3c4d_u32.to_le_bytes());
        out.extend_from_slice(&2_u16.to_le_bytes());
        out.extend_from_slice(&4_u16.to_le_bytes());
        out.extend_from_slice(&[0; 8]);
        out.extend_from_slice(&SNAP_LENGTH.to_le_bytes());
        out.extend_from_slice(&u32::from(link.0).to_le_bytes());
        Self
    }

    /// Appends a packet. pcap holds times from 1970 to 2106; others are held at the edge.
    pub fn packet(self, time: Time, data: &[u8], length: u32, out: &mut Vec<u8>) {
        let seconds = time.nanos().div_euclid(NANOS).clamp(0, i64::from(u32::MAX)) as u32;
        let nanos = time.nanos().rem_euclid(NANOS) as u32;
        for word in [seconds, nanos, data.len() as u32, length] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        out.extend_from_slice(data);
    }
}

/// A little-endian pcapng file of one section with named interfaces and nanoseconds.
#[derive(Debug, Clone)]
pub struct PcapngWriter {
    interfaces: u32,
}

impl PcapngWriter {
    /// Appends the section header. `application` names the program that writes.
    pub fn new(application: &str, out: &mut Vec<u8>) -> Self {
        let mut body = Vec::new();
        body.extend_from_slice(&0x1a2b_3c4d_u32.to_le_bytes());
        body.extend_from_slice(&1_u16.to_le_bytes());
        body.extend_from_slice(&0_u16.to_le_bytes());
        body.extend_from_slice(&u64::MAX.to_le_bytes());
        option(4, application.as_bytes(), &mut body);
        option(0, &[], &mut body);
        block(0x0a0d_0d0a, &body, out);
        Self { interfaces: 0 }
    }

    /// Appends the description of an interface and gives its number.
    pub fn interface(&mut self, name: &str, link: LinkType, out: &mut Vec<u8>) -> u32 {
        let mut body = Vec::new();
        body.extend_from_slice(&link.0.to_le_bytes());
        body.extend_from_slice(&[0; 2]);
        body.extend_from_slice(&SNAP_LENGTH.to_le_bytes());
        option(2, name.as_bytes(), &mut body);
        option(9, &[9], &mut body);
        option(0, &[], &mut body);
        block(1, &body, out);
        let number = self.interfaces;
        self.interfaces += 1;
        number
    }

    /// Appends a packet of an interface. A packet without a time becomes a moment of 1970.
    pub fn packet(&self, interface: u32, time: Option<Time>, data: &[u8], length: u32, out: &mut Vec<u8>) {
        let ticks = time.map_or(0, |time| time.nanos().max(0) as u64);
        let padded = data.len().next_multiple_of(4);
        let total = (padded + 32) as u32;
        for word in [6, total, interface, (ticks >> 32) as u32, ticks as u32, data.len() as u32, length] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        out.extend_from_slice(data);
        out.resize(out.len() + padded - data.len(), 0);
        out.extend_from_slice(&total.to_le_bytes());
    }
}

fn option(code: u16, value: &[u8], body: &mut Vec<u8>) {
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    body.extend_from_slice(&code.to_le_bytes());
    body.extend_from_slice(&(value.len() as u16).to_le_bytes());
    body.extend_from_slice(value);
    body.resize(body.len().next_multiple_of(4), 0);
}

fn block(kind: u32, body: &[u8], out: &mut Vec<u8>) {
    let total = (body.len() + 12) as u32;
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&total.to_le_bytes());
    out.extend_from_slice(body);
    out.extend_from_slice(&total.to_le_bytes());
}
