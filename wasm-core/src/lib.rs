//! The pure core of vmss-capture: what a portal URL names, what a filter means, where a capture lands,
//! what a capture file holds, and every message between extension and helper.
//!
//! It does no I/O, reads no clock, needs no runtime and knows no browser type outside `bindings`.

pub mod azure;
#[cfg(any(feature = "engine", feature = "bindings"))]
pub mod bindings;
pub mod filter;
pub mod order;
pub mod pcap;
pub mod protocol;
pub mod words;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
