//! What of a packet someone looks at: a filter over millions of packets must not take each of them wholly apart.

use super::super::dissect::{Layer, LayerSet};

/// Parts of a packet's tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Everything,
    Only(Parts),
}

/// The fields of some headers. All headers are there; fields of the frame itself as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    headers: LayerSet,
    /// What TCP and UDP carry.
    payload: bool,
    /// Sequence numbers counted from the conversation's first ones.
    sequences: bool,
    /// What TCP analysis made of it.
    analysis: bool,
}

impl Needs {
    pub const NOTHING: Self =
        Self::Only(Parts { headers: LayerSet::EMPTY, payload: false, sequences: false, analysis: false });

    /// Adds a field or a layer by its name.
    pub fn add(&mut self, name: &str) {
        let Self::Only(parts) = self else { return };
        let (head, field) = name.split_once('.').unwrap_or((name, ""));
        let head = match head {
            "eth" => "ethernet",
            "ip" => "ipv4",
            head => head,
        };
        let layer = Layer::ALL.iter().copied().find(|layer| layer.name() == head);
        match (head, layer) {
            ("frame", _) => {}
            ("dns" | "mdns" | "llmnr" | "tls" | "http" | "quic" | "dhcp" | "ntp" | "ssh", _) => {
                parts.payload = true;
            }
            // Headers are there anyway.
            (_, Some(_)) if field.is_empty() => {}
            ("tcp", _) if field.starts_with("analysis.") => parts.analysis = true,
            (_, Some(layer)) => {
                parts.headers = parts.headers.with(layer);
                if layer == Layer::Udp {
                    parts.headers = parts.headers.with(Layer::UdpLite);
                }
                parts.sequences |= matches!(name, "tcp.seq" | "tcp.ack");
            }
            (_, None) => *self = Self::Everything,
        }
    }

    pub fn fields_of(&self, layer: Layer) -> bool {
        self.has(|parts| parts.headers.contains(layer))
    }

    pub fn payload(&self) -> bool {
        self.has(|parts| parts.payload)
    }

    pub fn sequences(&self) -> bool {
        self.has(|parts| parts.sequences)
    }

    pub fn analysis(&self) -> bool {
        self.has(|parts| parts.analysis)
    }

    fn has(&self, part: impl FnOnce(&Parts) -> bool) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(parts) => part(parts),
        }
    }
}
