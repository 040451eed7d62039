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

use super::needs::Needs;
use super::tree::Tree;
use test::Test;

/// A parsed display filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    text: String,
    needs: Needs,
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
        let expression = parse::parse(text)?;
        let mut needs = Needs::NOTHING;
        expression.add_needs(&mut needs);
        Ok(Self { text: text.to_owned(), needs, expression })
    }
}

/// As it was written.
impl std::fmt::Display for Terms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Terms {
    /// What of a packet decides.
    pub fn needs(&self) -> &Needs {
        &self.needs
    }

    /// Whether a packet, taken apart as far as [needed](Self::needs), fits. `bytes` is what was captured of it.
    pub fn keeps(&self, tree: &Tree, bytes: &[u8]) -> bool {
        self.expression.holds(tree, bytes)
    }
}

impl Expression {
    fn add_needs(&self, needs: &mut Needs) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.add_needs(needs)),
            Self::Not(part) => part.add_needs(needs),
            Self::Test(test) => test.add_needs(needs),
        }
    }

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
