//! What the filter bar takes: display terms, or a capture filter as Azure has it.

use std::str::FromStr;

use crate::filter::{
    CaptureFilters, Endpoints, FilterError, FilterTextError, LocalAddresses, Matcher, parse_inputs,
};

use super::super::dissect::endpoints_of;
use super::super::preview::{Preview, TermError, Terms};
use super::super::reader::Packet;
use super::super::tcp::Marks;

/// Which packets a list keeps.
#[derive(Debug, Clone, PartialEq)]
pub enum Keep {
    Everything,
    Terms(Terms),
    Capture(Matcher),
}

/// Why a filter is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeepError {
    #[error(transparent)]
    Terms(#[from] TermError),
    /// The JSON of a capture filter, not readable as such.
    #[error(transparent)]
    Text(#[from] FilterTextError),
    /// A capture filter that Azure would refuse or that would keep nothing.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

impl FromStr for Keep {
    type Err = KeepError;

    fn from_str(text: &str) -> Result<Self, KeepError> {
        if text.trim().is_empty() {
            return Ok(Self::Everything);
        }
        if Self::is_capture_filter(text) {
            let filters = CaptureFilters::try_from(parse_inputs(text)?.as_slice())?;
            return Ok(Self::Capture(Matcher::new(&filters, LocalAddresses::unknown())));
        }
        Ok(Self::Terms(text.parse()?))
    }
}

impl Keep {
    /// Whether a text means a capture filter, in the az CLI's JSON.
    pub fn is_capture_filter(text: &str) -> bool {
        text.trim_start().starts_with(['[', '{'])
    }

    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Whether a packet is kept; `marks` tells what TCP analysis made of it.
    pub fn keeps(&self, packet: &Packet<'_>, marks: impl FnOnce() -> Marks, preview: &mut Preview) -> bool {
        match self {
            Self::Everything => true,
            Self::Terms(terms) => {
                let needs = terms.needs();
                let marks = if needs.analysis() { marks() } else { Marks::default() };
                terms.keeps(preview.parts(packet, marks, needs), packet.data)
            }
            Self::Capture(matcher) => captured(matcher, packet),
        }
    }
}

/// Whether a capture with these filters would keep the packet.
pub fn captured(matcher: &Matcher, packet: &Packet<'_>) -> bool {
    match endpoints_of(packet) {
        Some(found) => matcher.keeps(&Endpoints {
            protocol: found.protocol,
            source: found.source,
            destination: found.destination,
            ports: found.source_port.zip(found.destination_port),
        }),
        None => matcher.keeps_other(),
    }
}
