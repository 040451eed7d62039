use super::{FilterInput, FilterTextError, Protocol, Refusal, Values, check, parse_inputs};
use crate::words::{InWords, Language, Sentence};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr, str::FromStr};

/// Addresses and ports of one side of the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Side {
    pub(super) addresses: Values<IpAddr>,
    pub(super) ports: Values<u16>,
}

impl Side {
    pub fn addresses(&self) -> &Values<IpAddr> {
        &self.addresses
    }

    pub fn ports(&self) -> &Values<u16> {
        &self.ports
    }

    pub fn is_any(&self) -> bool {
        self.addresses.is_any() && self.ports.is_any()
    }
}

/// One valid filter. `local` is the captured instance, `remote` its peer, whoever sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CaptureFilter {
    pub(super) protocol: Protocol,
    pub(super) local: Side,
    pub(super) remote: Side,
}

impl CaptureFilter {
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    pub fn local(&self) -> &Side {
        &self.local
    }

    pub fn remote(&self) -> &Side {
        &self.remote
    }

    /// Whether it keeps every packet.
    pub fn is_everything(&self) -> bool {
        self.protocol == Protocol::Any && self.local.is_any() && self.remote.is_any()
    }
}

impl From<&CaptureFilter> for FilterInput {
    fn from(filter: &CaptureFilter) -> Self {
        Self {
            protocol: filter.protocol.as_str().to_owned(),
            local_ip_address: filter.local.addresses.text(),
            local_port: filter.local.ports.text(),
            remote_ip_address: filter.remote.addresses.text(),
            remote_port: filter.remote.ports.text(),
        }
    }
}

/// A valid set of filters: alternatives; the empty set keeps everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<FilterInput>", into = "Vec<FilterInput>")]
pub struct CaptureFilters(Vec<CaptureFilter>);

/// Why there is no valid set of filters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The text is no set at all.
    #[error(transparent)]
    Text(#[from] FilterTextError),
    /// A filter has an error.
    #[error("{}", .0.text(Language::English))]
    Refused(Refusal),
}

impl InWords for FilterError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Text(error) => error.sentence(),
            Self::Refused(refusal) => refusal.sentence(),
        }
    }

    fn rule(&self) -> String {
        match self {
            Self::Text(error) => error.rule(),
            // The sentence says where; the rule is what is wrong there.
            Self::Refused(refusal) => refusal.problem.rule(),
        }
    }
}

impl CaptureFilters {
    pub fn filters(&self) -> &[CaptureFilter] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every packet is kept.
    pub fn is_everything(&self) -> bool {
        self.0.is_empty() || self.0.iter().any(CaptureFilter::is_everything)
    }

    /// The normalised texts.
    pub fn to_inputs(&self) -> Vec<FilterInput> {
        self.0.iter().map(FilterInput::from).collect()
    }

    pub(crate) fn to_inputs_if_any(&self) -> Option<Vec<FilterInput>> {
        (!self.0.is_empty()).then(|| self.to_inputs())
    }

    pub(super) fn new(filters: Vec<CaptureFilter>) -> Self {
        Self(filters)
    }
}

impl TryFrom<&[FilterInput]> for CaptureFilters {
    type Error = FilterError;

    fn try_from(inputs: &[FilterInput]) -> Result<Self, Self::Error> {
        check::valid(inputs).map(Self).map_err(FilterError::Refused)
    }
}

impl TryFrom<Vec<FilterInput>> for CaptureFilters {
    type Error = FilterError;
    fn try_from(inputs: Vec<FilterInput>) -> Result<Self, Self::Error> {
        Self::try_from(inputs.as_slice())
    }
}

impl From<CaptureFilters> for Vec<FilterInput> {
    fn from(filters: CaptureFilters) -> Self {
        filters.to_inputs()
    }
}

/// From the az CLI's JSON.
impl FromStr for CaptureFilters {
    type Err = FilterError;
    fn from_str(json: &str) -> Result<Self, Self::Err> {
        Self::try_from(parse_inputs(json)?)
    }
}

/// The az CLI's JSON, on one line.
impl fmt::Display for CaptureFilters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(&self.to_inputs()).map_err(|_| fmt::Error)?;
        f.write_str(&json)
    }
}
