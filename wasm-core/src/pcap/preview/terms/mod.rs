//! Display terms: the part of Wireshark's display filters that narrows a list of packets.
//!
//! `tcp.port == 443 and not ip.addr == 10.0.0.0/8`, `dns`, `tcp.port in {80, 443}`, `http.host contains "example"`.
//! Names, operators and their precedence are Wireshark's
//! (<https://www.wireshark.org/docs/wsug_html_chunked/ChWorkBuildDisplayFilterSection.html>); every field that the
//! tree shows can be asked for. A bare address or port number is short for any address or port, and quoted
//! text alone looks through the packet's bytes.

mod fields;
mod parse;
mod test;

pub use fields::complete;
pub use parse::{TermError, TermErrorKind};

use super::tree::Tree;
use serde::{Deserialize, Serialize};
use test::Test;

/// A parsed display filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Terms {
    text: String,
    expression: Expression,
}

#[derive(Debug, Clone, PartialEq)]
enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Test(Test),
}

impl std::str::FromStr for Terms {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        Ok(Self { text: text.to_owned(), expression: parse::parse(text)? })
    }
}

impl TryFrom<String> for Terms {
    type Error = TermError;

    fn try_from(text: String) -> Result<Self, TermError> {
        text.parse()
    }
}

impl From<Terms> for String {
    fn from(terms: Terms) -> Self {
        terms.text
    }
}

impl Terms {
    /// Whether a packet, taken apart, fits. `bytes` is what was captured of it.
    pub fn keeps(&self, tree: &Tree, bytes: &[u8]) -> bool {
        self.expression.holds(tree, bytes)
    }
}

impl Expression {
    fn holds(&self, tree: &Tree, bytes: &[u8]) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(tree, bytes)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(tree, bytes)),
            Self::Not(part) => !part.holds(tree, bytes),
            Self::Test(test) => test.holds(tree, bytes),
        }
    }
}

#[cfg(test)]
mod tests;
