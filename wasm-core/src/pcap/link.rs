//! Link types: what a packet's first bytes are.
//!
//! Numbers and names: <https://www.tcpdump.org/linktypes.html>.

use serde::{Deserialize, Serialize};

/// A link type by its number in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkType(pub u16);

impl LinkType {
    pub const NULL: Self = Self(0);
    pub const ETHERNET: Self = Self(1);
    pub const PPP: Self = Self(9);
    /// Raw IP as BSDs write it into files; 14 is OpenBSD's.
    pub const RAW_BSD: Self = Self(12);
    pub const RAW_OPENBSD: Self = Self(14);
    pub const PPP_HDLC: Self = Self(50);
    pub const PPP_ETHER: Self = Self(51);
    pub const RAW: Self = Self(101);
    pub const C_HDLC: Self = Self(104);
    pub const IEEE802_11: Self = Self(105);
    pub const FRELAY: Self = Self(107);
    pub const LOOP: Self = Self(108);
    pub const LINUX_SLL: Self = Self(113);
    pub const IEEE802_11_PRISM: Self = Self(119);
    pub const IEEE802_11_RADIOTAP: Self = Self(127);
    pub const IEEE802_11_AVS: Self = Self(163);
    pub const PPP_PPPD: Self = Self(166);
    pub const PPI: Self = Self(192);
    pub const IPV4: Self = Self(228);
    pub const IPV6: Self = Self(229);
    pub const NFLOG: Self = Self(239);
    pub const LINUX_SLL2: Self = Self(276);

    /// Puts it into a list that is in order and has each once.
    pub(super) fn enter(self, links: &mut Vec<Self>) {
        let at = links.partition_point(|link| *link < self);
        if links.get(at) != Some(&self) {
            links.insert(at, self);
        }
    }

    /// The registry's name without `LINKTYPE_`, or the number.
    pub fn name(self) -> String {
        let name = match self {
            Self::NULL => "NULL",
            Self::ETHERNET => "ETHERNET",
            Self::PPP => "PPP",
            Self::RAW_BSD | Self::RAW_OPENBSD | Self::RAW => "RAW",
            Self::PPP_HDLC => "PPP_HDLC",
            Self::PPP_ETHER => "PPP_ETHER",
            Self::C_HDLC => "C_HDLC",
            Self::IEEE802_11 => "IEEE802_11",
            Self::FRELAY => "FRELAY",
            Self::LOOP => "LOOP",
            Self::LINUX_SLL => "LINUX_SLL",
            Self::IEEE802_11_PRISM => "IEEE802_11_PRISM",
            Self::IEEE802_11_RADIOTAP => "IEEE802_11_RADIOTAP",
            Self::IEEE802_11_AVS => "IEEE802_11_AVS",
            Self::PPP_PPPD => "PPP_PPPD",
            Self::PPI => "PPI",
            Self::IPV4 => "IPV4",
            Self::IPV6 => "IPV6",
            Self::NFLOG => "NFLOG",
            Self::LINUX_SLL2 => "LINUX_SLL2",
            Self(number) => return number.to_string(),
        };
        name.to_owned()
    }
}
