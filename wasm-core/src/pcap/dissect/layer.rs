//! The layers that a frame may contain, and sets of them.

macro_rules! layers {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// A protocol header found in a frame.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Layer { $($name),+ }

        impl Layer {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As the report names it; Wireshark's display filters have the same words where they have one.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

layers! {
    Ethernet = "ethernet", Isl = "isl", Vlan = "vlan", Llc = "llc", Sll = "sll", Null = "null", Nflog = "nflog",
    Wlan = "wlan", Radiotap = "radiotap", Ppp = "ppp", Pppoe = "pppoe", Chdlc = "chdlc", FrameRelay = "fr",
    Mpls = "mpls", Arp = "arp", Ipv4 = "ipv4", Ipv6 = "ipv6", Icmp = "icmp", Icmpv6 = "icmpv6", Igmp = "igmp",
    Tcp = "tcp", Udp = "udp", UdpLite = "udplite", Sctp = "sctp", Gre = "gre", Erspan = "erspan",
    EtherIp = "etherip", Vxlan = "vxlan", Geneve = "geneve", Gtp = "gtp", L2tp = "l2tp", Teredo = "teredo",
    Ah = "ah", Esp = "esp", Dns = "dns", Mdns = "mdns", Llmnr = "llmnr", Tls = "tls", Http = "http",
    Quic = "quic", Dhcp = "dhcp", Ntp = "ntp", Ssh = "ssh", Lldp = "lldp", Stp = "stp", Eapol = "eapol",
}

/// A set of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LayerSet(u64);

impl LayerSet {
    pub const EMPTY: Self = Self(0);

    #[inline(always)]
    pub const fn with(self, layer: Layer) -> Self {
        Self(self.0 | 1 << layer as u8)
    }

    pub const fn contains(self, layer: Layer) -> bool {
        self.0 & 1 << layer as u8 != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Layer> {
        Layer::ALL.iter().copied().filter(move |layer| self.contains(*layer))
    }
}

const _: () = assert!(Layer::ALL.len() <= 64);
