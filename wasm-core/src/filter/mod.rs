//! Azure's capture filters: parsed, judged, repaired, read aloud, translated and applied.
//!
//! The grammar (API description of `PacketCaptureFilter`, 2025-05-01): protocol `TCP`, `UDP` or `Any`; an
//! address or port field holds nothing (no constraint), one value `10.0.0.3`, one range `10.0.0.1-10.0.0.9`,
//! or a list `80;443;` whose last `;` may stand or not. "Multiple ranges not currently supported. Mixing
//! ranges with multiple entries not currently supported." Several filters are alternatives. Azure and its
//! clients check none of it: what does not parse gives an empty capture.

mod bpf;
mod capture_filter;
mod check;
mod display_filter;
mod field;
mod fix;
mod input;
mod matcher;
mod protocol;
mod reading;
mod relation;
mod values;

pub use capture_filter::{CaptureFilter, CaptureFilters, FilterError, Side};
pub use check::{
    CheckContext, Field, FilterCheck, NotSubnet, Problem, Reading, Refusal, Severity, Subnet, check,
};
pub use fix::Fix;
pub use input::{FilterInput, FilterTextError, parse_inputs};
pub use matcher::{Endpoints, LocalAddresses, Matcher, NoMatcher};
pub use protocol::Protocol;
pub use values::Values;

#[cfg(test)]
mod tests;
