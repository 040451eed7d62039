//! Whether the filters keep a packet.
//!
//! - Between filters: **or**. An empty set keeps everything, packets that are not IP included; so does a
//!   filter without any constraint.
//! - Within a filter: **and** over protocol, local and remote addresses, local and remote ports.
//! - **Local** is the captured instance, **remote** its peer, in either direction: a packet fits where one
//!   of its two ends, taken as the local one, and the other as the remote one satisfy the filter.
//! - Which end is local: with known [`LocalAddresses`], the end whose address is one of them. Where both are
//!   (traffic of the instance with itself) or neither is (broadcast, multicast and floating addresses; a
//!   file from elsewhere), both readings are tried. With none known, both are tried for every packet.
//! - `Any` alone also fits what is neither TCP nor UDP, as ICMP. A filter with a port fits only packets that
//!   have ports: ICMP and the later fragments of a datagram do not.
//! - A filter with a protocol or an address fits only IP packets. Addresses of one family never fit packets
//!   of the other.
//!
//! Azure documents the roles ("packets where the local port matches") and that several filters are
//! alternatives; that fields within one filter are all required, and the treatment of fragments and of
//! packets without ports, are the plain reading of a 5-tuple.

use super::{CaptureFilter, CaptureFilters, Protocol, Side, values::Intervals};
use std::{
    fmt::{self, Display},
    net::IpAddr,
    str::FromStr,
};

/// What a filter looks at, of one decoded IP packet (the outermost IP header).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Endpoints {
    /// IP protocol number: 6 TCP, 17 UDP, 1 ICMP.
    pub protocol: u8,
    pub source: IpAddr,
    pub destination: IpAddr,
    /// Source and destination port, where this packet shows them.
    pub ports: Option<(u16, u16)>,
}

/// The addresses of the captured instance, where known.
/// In order, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalAddresses(Vec<IpAddr>);

impl LocalAddresses {
    /// Either end of a packet may be the local one.
    pub fn unknown() -> Self {
        Self::default()
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.binary_search(&address).is_ok()
    }
}

impl FromIterator<IpAddr> for LocalAddresses {
    fn from_iter<I: IntoIterator<Item = IpAddr>>(addresses: I) -> Self {
        let mut sorted = Vec::new();
        for address in addresses {
            if let Err(at) = sorted.binary_search(&address) {
                sorted.insert(at, address);
            }
        }
        Self(sorted)
    }
}

/// The filters, prepared for many packets. Written as text it can be sent to where they are matched, which needs no
/// parser of filters then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    filters: Vec<Prepared>,
    everything: bool,
    local: LocalAddresses,
}

/// A filter, prepared for many packets or for comparison with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prepared {
    protocol: Protocol,
    local: PreparedSide,
    remote: PreparedSide,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct PreparedSide {
    addresses: Intervals<IpAddr>,
    ports: Intervals<u16>,
}

impl Matcher {
    pub fn new(filters: &CaptureFilters, local: LocalAddresses) -> Self {
        let prepared = filters.filters().iter().map(Prepared::new);
        Self { filters: prepared.collect(), everything: filters.is_everything(), local }
    }

    /// Whether an IP packet is kept.
    pub fn keeps(&self, packet: &Endpoints) -> bool {
        if self.everything {
            return true;
        }
        let source_is_local = self.local.contains(packet.source);
        let destination_is_local = self.local.contains(packet.destination);
        let undecided = source_is_local == destination_is_local;
        let source = (packet.source, packet.ports.map(|(source, _)| source));
        let destination = (packet.destination, packet.ports.map(|(_, destination)| destination));
        self.filters.iter().any(|filter| {
            filter.takes(packet.protocol)
                && (((undecided || source_is_local) && filter.fits(source, destination))
                    || ((undecided || destination_is_local) && filter.fits(destination, source)))
        })
    }

    /// Whether a packet that is not IP (ARP, LLDP, …) is kept.
    pub fn keeps_other(&self) -> bool {
        self.everything
    }
}

type End = (IpAddr, Option<u16>);

impl Prepared {
    pub(super) fn new(filter: &CaptureFilter) -> Self {
        let side = |side: &Side| PreparedSide {
            addresses: Intervals::new(&side.addresses),
            ports: Intervals::new(&side.ports),
        };
        Self { protocol: filter.protocol, local: side(&filter.local), remote: side(&filter.remote) }
    }

    /// Whether every packet that `other` keeps is kept by this one too.
    pub(super) fn includes(&self, other: &Self) -> bool {
        self.protocol.includes(other.protocol)
            && self.local.includes(&other.local)
            && self.remote.includes(&other.remote)
    }

    fn takes(&self, protocol: u8) -> bool {
        match self.protocol {
            Protocol::Any => true,
            Protocol::Tcp => protocol == 6,
            Protocol::Udp => protocol == 17,
        }
    }

    fn fits(&self, local: End, remote: End) -> bool {
        self.local.fits(local) && self.remote.fits(remote)
    }
}

/// `everything` or the filters, as `LOCAL;PROTOCOL;ADDRESSES;PORTS;ADDRESSES;PORTS;…`: for each filter its protocol,
/// then the local and the remote side. Values are `first-last`, separated by commas; `*` is no constraint.
impl Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, address) in self.local.0.iter().enumerate() {
            write!(f, "{}{address}", if at > 0 { "," } else { "" })?;
        }
        if self.everything {
            return f.write_str(";everything");
        }
        for Prepared { protocol, local, remote } in &self.filters {
            write!(f, ";{}", protocol.as_str())?;
            for side in [local, remote] {
                write!(f, ";{};{}", side.addresses, side.ports)?;
            }
        }
        Ok(())
    }
}

/// A text is not what a [`Matcher`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no matcher")]
pub struct NoMatcher;

impl FromStr for Matcher {
    type Err = NoMatcher;

    fn from_str(text: &str) -> Result<Self, NoMatcher> {
        let mut parts = text.split(';');
        let addresses = parts.next().filter(|addresses| !addresses.is_empty());
        let addresses = addresses.into_iter().flat_map(|addresses| addresses.split(','));
        let local: Vec<IpAddr> =
            addresses.map(str::parse).collect::<Result<_, _>>().map_err(|_| NoMatcher)?;
        let mut matcher = Self { filters: Vec::new(), everything: false, local: local.into_iter().collect() };
        while let Some(word) = parts.next() {
            if word == "everything" {
                matcher.everything = true;
                break;
            }
            let protocol = [Protocol::Any, Protocol::Tcp, Protocol::Udp];
            let protocol = protocol.into_iter().find(|one| one.as_str() == word).ok_or(NoMatcher)?;
            let mut side = || {
                let addresses = parts.next().and_then(|text| text.parse().ok());
                let ports = parts.next().and_then(|text| text.parse().ok());
                let (addresses, ports) = addresses.zip(ports).ok_or(NoMatcher)?;
                Ok(PreparedSide { addresses, ports })
            };
            matcher.filters.push(Prepared { protocol, local: side()?, remote: side()? });
        }
        Ok(matcher)
    }
}

impl PreparedSide {
    fn includes(&self, other: &Self) -> bool {
        self.addresses.includes(&other.addresses) && self.ports.includes(&other.ports)
    }

    fn fits(&self, (address, port): End) -> bool {
        self.addresses.contains(address)
            && match port {
                Some(port) => self.ports.contains(port),
                None => self.ports.is_any(),
            }
    }
}
