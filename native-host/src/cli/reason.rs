//! Why a value of the command line was refused. clap tells the words of the parser's error, which are English; where the
//! person reads Japanese, the error itself, which clap keeps, is asked for its sentence.

use std::error::Error;
use std::fmt;
use std::net::AddrParseError;
use std::num::ParseIntError;
use wasm_core::azure::capture::SettingError;
use wasm_core::azure::resource::ResourceIdError;
use wasm_core::azure::time::NotTime;
use wasm_core::filter::NotSubnet;
use wasm_core::pcap::follow::NoEnds;
use wasm_core::words::{InWords, Language, UnknownLanguage};

/// What a parser of ours expects instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    NumberOrAll,
    AddressAndPort,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NumberOrAll => "a number, or all",
            Self::AddressAndPort => "an address and a port, such as 10.0.0.4:443",
        })
    }
}

impl Error for Expected {}

/// The reason in Japanese.
pub enum Reason {
    /// In the core's words.
    Sentence(String),
    /// By its name in the table `[reasons]` of `help.ja.toml`.
    Named(&'static str),
    /// Of a parser that is not ours.
    Foreign(String),
}

impl Reason {
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let known: [Option<&dyn InWords>; 4] = [
            error.downcast_ref::<SettingError>().map(|error| error as _),
            error.downcast_ref::<ResourceIdError>().map(|error| error as _),
            error.downcast_ref::<NotSubnet>().map(|error| error as _),
            error.downcast_ref::<UnknownLanguage>().map(|error| error as _),
        ];
        if let Some(error) = known.into_iter().flatten().next() {
            return Self::Sentence(error.text(Language::Japanese));
        }
        Self::Named(match error.downcast_ref::<Expected>() {
            Some(Expected::NumberOrAll) => "number-or-all",
            Some(Expected::AddressAndPort) => "address-and-port",
            None if error.is::<NoEnds>() => "ends",
            None if error.is::<NotTime>() => "time",
            None if error.is::<AddrParseError>() => "address",
            None if error.is::<ParseIntError>() => "number",
            None => return Self::Foreign(error.to_string()),
        })
    }
}
