//! A packet taken apart for reading: fields in order, each with its depth, its value and its bytes.
//!
//! Fields have Wireshark's display-filter names, so that what is shown is what can be filtered for.

use std::fmt::{self, Write as _};
use std::net::IpAddr;

use super::super::bytes::Part;

/// Fields of one packet; what a hostile packet adds beyond is left out.
const MAX_NODES: usize = 2048;

/// A field's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A heading.
    Nothing,
    Number(u64),
    /// Shown with so many hexadecimal digits.
    Hex(u64, u8),
    /// A number with its registered name.
    Named(u64, &'static str),
    Flag(bool),
    Address(IpAddr),
    Mac([u8; 6]),
    Text(String),
    /// Nanoseconds, shown as seconds.
    Seconds(i64),
    /// Bytes that are not taken apart.
    Bytes(u32),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Number(number) => write!(f, "{number}"),
            Self::Hex(number, digits) => write!(f, "0x{number:0width$x}", width = usize::from(*digits)),
            Self::Named(number, "") => write!(f, "{number}"),
            Self::Named(number, name) => write!(f, "{name} ({number})"),
            Self::Flag(set) => write!(f, "{}", u8::from(*set)),
            Self::Address(address) => write!(f, "{address}"),
            Self::Mac([a, b, c, d, e, g]) => write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}"),
            Self::Text(text) => f.write_str(text),
            Self::Seconds(nanos) => {
                let sign = if *nanos < 0 { "-" } else { "" };
                let nanos = nanos.unsigned_abs();
                write!(
                    f,
                    "{sign}{}.{:09}",
                    nanos.wrapping_div(1_000_000_000),
                    nanos.wrapping_rem(1_000_000_000)
                )
            }
            Self::Bytes(count) => write!(f, "{count}"),
        }
    }
}

impl Value {
    /// As a number, where it is one.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) | Self::Hex(number, _) | Self::Named(number, _) => Some(*number),
            Self::Flag(set) => Some(u64::from(*set)),
            Self::Bytes(count) => Some(u64::from(*count)),
            Self::Nothing | Self::Address(_) | Self::Mac(_) | Self::Text(_) | Self::Seconds(_) => None,
        }
    }

    /// How the display filter writes it; `None` for a heading.
    pub fn term(&self) -> Option<String> {
        match self {
            Self::Nothing | Self::Bytes(_) => None,
            Self::Named(number, _) => Some(number.to_string()),
            Self::Text(text) => {
                let mut quoted = String::from("\"");
                for character in text.chars() {
                    match character {
                        '"' | '\\' => quoted.extend(['\\', character]),
                        character if character.is_control() => return None,
                        character => quoted.push(character),
                    }
                }
                quoted.push('"');
                Some(quoted)
            }
            other => Some(other.to_string()),
        }
    }
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// 0 for a protocol, more for what stands below it.
    pub depth: u8,
    /// The layer's name or the field's display-filter name.
    pub field: &'static str,
    pub value: Value,
    /// Its bytes in the frame.
    pub start: u32,
    pub length: u32,
}

/// The fields of one packet, in the order of its bytes.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    /// Nodes from here on are of a packet that an ICMP error quotes.
    quoted_from: Option<usize>,
    /// Headings say more than a protocol's name.
    titled: bool,
}

impl Tree {
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn clear(&mut self, titled: bool) {
        self.nodes.clear();
        self.quoted_from = None;
        self.titled = titled;
    }

    pub(super) fn push(&mut self, node: Node) {
        if self.nodes.len() < MAX_NODES {
            self.nodes.push(node);
        }
    }

    /// What follows is a quotation; it belongs to the tree and not to the row.
    pub(super) fn quotes(&mut self) {
        self.quoted_from.get_or_insert(self.nodes.len());
    }

    /// The packet's own nodes, without what an ICMP error quotes.
    pub(super) fn own(&self) -> &[Node] {
        self.quoted_from.and_then(|end| self.nodes.get(..end)).unwrap_or(&self.nodes)
    }

    /// The innermost value of a field.
    pub(super) fn value(&self, field: &str) -> Option<&Value> {
        self.own().iter().rev().find(|node| node.field == field).map(|node| &node.value)
    }

    pub(super) fn number(&self, field: &str) -> Option<u64> {
        self.value(field).and_then(Value::number)
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.value(field).map(ToString::to_string)
    }

    pub(super) fn flag(&self, field: &str) -> bool {
        self.number(field) == Some(1)
    }
}

/// Writes the fields of one header into the tree. Offsets are from the header's first byte.
#[derive(Debug)]
pub struct Scribe<'t, 'a> {
    tree: &'t mut Tree,
    pub part: Part<'a>,
    depth: u8,
}

impl<'t, 'a> Scribe<'t, 'a> {
    /// A header of `layer` at `part`; its length is set by [`Self::close`].
    pub fn open(tree: &'t mut Tree, layer: &'static str, part: Part<'a>) -> Self {
        let start = u32::try_from(part.at).unwrap_or(u32::MAX);
        let length = u32::try_from(part.data.len()).unwrap_or(u32::MAX);
        tree.push(Node { depth: 0, field: layer, value: Value::Nothing, start, length });
        Self { tree, part, depth: 1 }
    }

    /// The header ends after `length` bytes, or where the capture does.
    pub fn close(&mut self, length: usize) {
        let length = u32::try_from(length.min(self.part.data.len())).unwrap_or(u32::MAX);
        if let Some(root) = self.tree.nodes.iter_mut().rev().find(|node| node.depth == 0) {
            root.length = length;
        }
    }

    /// What the heading says beside the protocol's name.
    pub fn title(&mut self, title: fmt::Arguments<'_>) {
        if !self.tree.titled {
            return;
        }
        if let Some(root) = self.tree.nodes.iter_mut().rev().find(|node| node.depth == 0) {
            root.value = Value::Text(title.to_string());
        }
    }

    /// Fields of `inside` stand one step deeper.
    pub fn within<R>(&mut self, inside: impl FnOnce(&mut Self) -> R) -> R {
        self.depth = self.depth.saturating_add(1);
        let result = inside(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    pub fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.part.data.get(at..).and_then(<[u8]>::first_chunk::<N>).copied()
    }

    pub fn u8(&self, at: usize) -> Option<u8> {
        self.part.data.get(at).copied()
    }

    pub fn u16(&self, at: usize) -> Option<u16> {
        self.bytes(at).map(u16::from_be_bytes)
    }

    pub fn u32(&self, at: usize) -> Option<u32> {
        self.bytes(at).map(u32::from_be_bytes)
    }

    /// A big-endian number of up to eight bytes.
    pub fn big(&self, at: usize, width: usize) -> Option<u64> {
        let bytes = self.part.data.get(at..at.checked_add(width)?)?;
        Some(bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub fn put(&mut self, field: &'static str, at: usize, length: usize, value: Value) {
        let start = u32::try_from(self.part.at.saturating_add(at)).unwrap_or(u32::MAX);
        let captured = self.part.data.len().saturating_sub(at);
        let length = u32::try_from(length.min(captured)).unwrap_or(u32::MAX);
        self.tree.push(Node { depth: self.depth, field, value, start, length });
    }

    /// Reads a big-endian number and writes it down.
    pub fn number(&mut self, field: &'static str, at: usize, width: usize) -> Option<u64> {
        let number = self.big(at, width)?;
        self.put(field, at, width, Value::Number(number));
        Some(number)
    }

    pub fn hex(&mut self, field: &'static str, at: usize, width: usize) -> Option<u64> {
        let number = self.big(at, width)?;
        let digits = u8::try_from(width.saturating_mul(2)).unwrap_or(16);
        self.put(field, at, width, Value::Hex(number, digits));
        Some(number)
    }

    pub fn named(
        &mut self,
        field: &'static str,
        at: usize,
        width: usize,
        name: impl FnOnce(u64) -> &'static str,
    ) -> Option<u64> {
        let number = self.big(at, width)?;
        self.put(field, at, width, Value::Named(number, name(number)));
        Some(number)
    }

    pub fn v4(&mut self, field: &'static str, at: usize) -> Option<IpAddr> {
        let address = IpAddr::from(self.bytes::<4>(at)?);
        self.put(field, at, 4, Value::Address(address));
        Some(address)
    }

    pub fn v6(&mut self, field: &'static str, at: usize) -> Option<IpAddr> {
        let address = IpAddr::from(self.bytes::<16>(at)?);
        self.put(field, at, 16, Value::Address(address));
        Some(address)
    }

    pub fn mac(&mut self, field: &'static str, at: usize) -> Option<Value> {
        let value = Value::Mac(self.bytes(at)?);
        self.put(field, at, 6, value.clone());
        Some(value)
    }

    /// Bytes as text, printable or replaced, at most 1,024 of them.
    pub fn line(&mut self, field: &'static str, at: usize, length: usize) -> Option<String> {
        let bytes = self.part.data.get(at..at.checked_add(length)?)?;
        let text = printable(bytes.get(..1024).unwrap_or(bytes));
        self.put(field, at, length, Value::Text(text.clone()));
        Some(text)
    }
}

/// UTF-8 where it is, with every control character as a visible escape.
pub fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for character in String::from_utf8_lossy(bytes).chars() {
        match character {
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            '\n' => text.push_str("\\n"),
            // Bidirectional controls would let a packet rewrite the line that it is shown in.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                text.push('\u{fffd}')
            }
            character if character.is_control() => {
                // Writing into a String cannot fail.
                let _written = write!(text, "\\x{:02x}", u32::from(character));
            }
            character => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_wireshark_writes_them() {
        for (value, shown, term) in [
            (Value::Number(443), "443", Some("443")),
            (Value::Hex(0x1f, 4), "0x001f", Some("0x001f")),
            (Value::Named(6, "TCP"), "TCP (6)", Some("6")),
            (Value::Mac([0, 17, 34, 51, 68, 255]), "00:11:22:33:44:ff", Some("00:11:22:33:44:ff")),
            (Value::Text("a\"b".into()), "a\"b", Some("\"a\\\"b\"")),
            (Value::Seconds(-1_500_000_000), "-1.500000000", Some("-1.500000000")),
            (Value::Nothing, "", None),
        ] {
            assert_eq!(value.to_string(), shown);
            assert_eq!(value.term().as_deref(), term);
        }
    }

    #[test]
    fn text_from_packets_cannot_steer_the_display() {
        assert_eq!(printable(b"a\r\n\x1b[31m\tb\xff"), "a\\r\\n\\x1b[31m\\tb\u{fffd}");
        assert_eq!(printable("x\u{202e}y".as_bytes()), "x\u{fffd}y");
    }
}
