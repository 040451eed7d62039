use std::{fmt, str::FromStr};

/// The protocols that a filter can choose. There is no ICMP: ICMP packets are only in captures with `Any`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Protocol {
    Tcp,
    Udp,
    /// Azure's default.
    #[default]
    Any,
}

impl Protocol {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Any => "Any",
        }
    }

    /// Whether every packet of `other` is one of this protocol's.
    pub(super) fn includes(self, other: Self) -> bool {
        self == Self::Any || self == other
    }
}

/// Any case: Azure's own tests send `Tcp` and read `TCP` back. Empty is `Any`.
impl FromStr for Protocol {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        let named = |protocol: &Self| text.eq_ignore_ascii_case(protocol.as_str());
        match text {
            "" => Ok(Self::Any),
            _ => [Self::Tcp, Self::Udp, Self::Any].into_iter().find(named).ok_or(()),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
