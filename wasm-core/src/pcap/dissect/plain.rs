//! TCP and UDP directly over IP directly over Ethernet, as most packets are: read in one go, without the walk.

use super::super::link::LinkType;
use super::super::reader::Packet;
use super::ip::{TCP, UDP, address};
use super::{Addresses, Part, tunnels};

/// A packet whose layers are Ethernet, IP and the transport, in which nothing is odd. The walk finds the same.
#[derive(Debug, Clone, Copy)]
pub struct Plain {
    pub addresses: Addresses,
    pub source_port: u16,
    pub destination_port: u16,
    pub place: PlainPlace,
}

/// Where a plain packet's transport header is.
#[derive(Debug, Clone, Copy)]
pub struct PlainPlace {
    pub v6: bool,
    pub tcp: bool,
    /// Where the packet ends by the lengths in its headers.
    end: u32,
}

const ETHERNET: u32 = 14;
const IPV4: u32 = ETHERNET + 20;
const IPV6: u32 = ETHERNET + 40;

impl Plain {
    /// `None` says nothing about a packet but that the walk has to look at it.
    #[inline(always)]
    pub fn of(packet: &Packet<'_>) -> Option<Self> {
        let head = packet.data.first_chunk::<42>()?;
        if packet.link != LinkType::ETHERNET {
            return None;
        }
        match [head[12], head[13], head[14]] {
            [0x08, 0x00, 0x45] => Self::over_ipv4(packet, head),
            [0x86, 0xdd, 0x60..=0x6f] => Self::over_ipv6(packet),
            _ => None,
        }
    }

    #[inline(always)]
    fn over_ipv4(packet: &Packet<'_>, head: &[u8; 42]) -> Option<Self> {
        let total = u32::from(u16::from_be_bytes([head[16], head[17]]));
        let fragment = u16::from_be_bytes([head[20], head[21]]);
        // A length of zero is segmentation offload.
        if fragment & 0x3fff != 0 || total == 0 {
            return None;
        }
        let source = u32::from_be_bytes([head[26], head[27], head[28], head[29]]);
        let destination = u32::from_be_bytes([head[30], head[31], head[32], head[33]]);
        let transport = [head[34], head[35], head[36], head[37], head[38], head[39]];
        let end = total.wrapping_add(ETHERNET);
        Self::over(packet, Addresses::V4 { source, destination }, head[23], transport, end)
    }

    #[inline(always)]
    fn over_ipv6(packet: &Packet<'_>) -> Option<Self> {
        let head = packet.data.first_chunk::<62>()?;
        let payload = u32::from(u16::from_be_bytes([head[18], head[19]]));
        if payload == 0 {
            return None;
        }
        let addresses = Addresses::V6 { source: address(head, 22), destination: address(head, 38) };
        let transport = [head[54], head[55], head[56], head[57], head[58], head[59]];
        Self::over(packet, addresses, head[20], transport, payload.wrapping_add(IPV6))
    }

    #[inline(always)]
    fn over(
        packet: &Packet<'_>,
        addresses: Addresses,
        protocol: u8,
        transport: [u8; 6],
        end: u32,
    ) -> Option<Self> {
        let source_port = u16::from_be_bytes([transport[0], transport[1]]);
        let destination_port = u16::from_be_bytes([transport[2], transport[3]]);
        let v6 = matches!(addresses, Addresses::V6 { .. });
        let place = PlainPlace { v6, tcp: protocol == TCP, end: end.min(packet.length) };
        let captured = place.end.min(packet.data.len() as u32).checked_sub(place.start())?;
        let plain = match protocol {
            TCP => captured >= 20,
            // A length of less than the header is nonsense.
            UDP => {
                captured >= 8
                    && !matches!(transport, [.., 0, 1..8])
                    && !tunnels::is_one(source_port, destination_port)
            }
            _ => false,
        };
        plain.then_some(Self { addresses, source_port, destination_port, place })
    }
}

impl PlainPlace {
    #[inline(always)]
    const fn start(self) -> u32 {
        if self.v6 { IPV6 } else { IPV4 }
    }

    /// The packet from its transport header on.
    #[inline(always)]
    pub fn part<'a>(self, packet: &Packet<'a>) -> Part<'a> {
        let (start, end) = (self.start() as usize, self.end as usize);
        let data = packet.data.get(start..end.min(packet.data.len())).unwrap_or_default();
        Part { data, at: start, reported: end.wrapping_sub(start) }
    }
}
