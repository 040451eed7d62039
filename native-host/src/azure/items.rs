//! Reads a list while it arrives: each item of `{"value":[…],"nextLink":…}` is handed on as soon as its last byte is
//! there, and forgotten. A region may list ten thousand captures, of which a scale set has a few.

use memchr::memchr2;
use std::sync::{Mutex, PoisonError};

/// One item, and everything around the items. Azure's items are a few kB, a scale set's model some tens.
const LONGEST_PIECE: usize = 8 * 1024 * 1024;

/// Why a list was not read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("an item is not what was expected: {0}")]
    Item(#[from] serde_json::Error),
    #[error("an item is too long")]
    TooLong,
}

/// Takes the items of one answer, in their order.
pub trait Take: Send + Sync {
    /// The answer is read again from its beginning.
    fn restart(&self);
    /// The JSON text of one item.
    fn take(&self, item: &[u8]) -> serde_json::Result<()>;
}

/// Collects what `read` makes of the items, and leaves out those of which it makes nothing.
pub struct Collect<T, F> {
    read: F,
    kept: Mutex<Vec<T>>,
}

impl<T, F: Fn(&[u8]) -> serde_json::Result<Option<T>>> Collect<T, F> {
    pub fn new(read: F) -> Self {
        Self { read, kept: Mutex::default() }
    }

    pub fn take_all(&self) -> Vec<T> {
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Send, F: Fn(&[u8]) -> serde_json::Result<Option<T>> + Send + Sync> Take for Collect<T, F> {
    fn restart(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn take(&self, item: &[u8]) -> serde_json::Result<()> {
        if let Some(item) = (self.read)(item)? {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(item);
        }
        Ok(())
    }
}

/// Cuts the text of an answer into the items of `value` and the envelope around them.
///
/// Only the places of items are found here; that every one of them, and the envelope, is JSON is for serde to say.
#[derive(Debug, Default)]
pub struct Splitter {
    /// The answer without its items.
    envelope: Vec<u8>,
    item: Vec<u8>,
    depth: usize,
    /// Inside the array of `value`.
    listing: bool,
    /// Inside a string.
    text: bool,
    /// After a backslash in a string.
    escaped: bool,
}

impl Splitter {
    /// The next bytes, cut anywhere.
    pub fn feed(&mut self, chunk: &[u8], taker: &dyn Take) -> Result<(), Unreadable> {
        // Bytes from `from` on are not copied yet.
        let (mut from, mut at) = (0, 0);
        while let Some(&byte) = chunk.get(at) {
            if self.escaped {
                self.escaped = false;
            } else if self.text {
                at += memchr2(b'"', b'\\', &chunk[at..]).unwrap_or(chunk.len() - at);
                match chunk.get(at) {
                    Some(b'"') => self.text = false,
                    Some(_) => self.escaped = true,
                    None => break,
                }
            } else {
                match byte {
                    b'"' => self.text = true,
                    b'{' => self.depth += 1,
                    b'[' => {
                        self.depth += 1;
                        if self.depth == 2 && !self.listing {
                            self.keep(&chunk[from..=at])?;
                            from = at + 1;
                            self.listing = opens_value(&self.envelope);
                        }
                    }
                    b',' | b']' if self.listing && self.depth == 2 => {
                        self.keep(&chunk[from..at])?;
                        self.finish(taker)?;
                        from = at + 1;
                        if byte == b']' {
                            (self.listing, self.depth, from) = (false, 1, at);
                        }
                    }
                    b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
            at += 1;
        }
        self.keep(&chunk[from..])
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        let piece = if self.listing { &mut self.item } else { &mut self.envelope };
        if piece.len() + bytes.len() > LONGEST_PIECE {
            return Err(Unreadable::TooLong);
        }
        piece.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&mut self, taker: &dyn Take) -> Result<(), Unreadable> {
        if !self.item.trim_ascii().is_empty() {
            taker.take(&self.item)?;
        }
        self.item.clear();
        Ok(())
    }

    /// What is left of the answer: `{"value":[],"nextLink":…}`.
    pub fn into_envelope(self) -> Vec<u8> {
        self.envelope
    }
}

/// True where the text, which ends in `[`, opens the array of the member `value` of the outermost object.
fn opens_value(envelope: &[u8]) -> bool {
    let before = |text: &[u8], end: &[u8]| text.trim_ascii_end().strip_suffix(end).map(<[u8]>::to_vec);
    before(envelope, b"[")
        .and_then(|text| before(&text, b":"))
        .and_then(|text| before(&text, b"\"value\""))
        .is_some_and(|text| matches!(text.trim_ascii_end().last(), Some(b'{' | b',')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn split(text: &[u8], pieces: usize) -> Result<(Vec<Value>, Vec<u8>), Unreadable> {
        let taker = Collect::new(|item: &[u8]| serde_json::from_slice::<Value>(item).map(Some));
        let mut splitter = Splitter::default();
        for chunk in text.chunks(pieces) {
            splitter.feed(chunk, &taker)?;
        }
        Ok((taker.take_all(), splitter.into_envelope()))
    }

    #[test]
    fn items_are_found_wherever_the_text_is_cut() {
        let items = json!([
            {"name": "a]}\"\\", "value": [1, {"value": []}], "deep": [[["[,]"]]]}, "text, with \"]\"", 3.5, null, [],
            {}, {"id": "日本"},
        ]);
        let written = items.to_string();
        for (before, after) in [
            ("{\"value\":", "}"),
            (
                " { \"other\" : [1,2,{\"value\":[9]}] , \"value\" :\n",
                " , \"nextLink\":\"https://x/?a=[]\" } ",
            ),
            ("{\"x\":{\"value\":[7]},\"value\":", ",\"count\":3}"),
        ] {
            let text = format!("{before}{written}{after}");
            let whole: Value = serde_json::from_str(&text).expect("JSON");
            for pieces in [1, 2, 3, 7, 4096] {
                let (found, envelope) = split(text.as_bytes(), pieces).expect("reads");
                assert_eq!(Value::Array(found), whole["value"], "{pieces}");
                let envelope: Value = serde_json::from_slice(&envelope).expect("an envelope");
                let mut rest = whole.clone();
                rest["value"] = json!([]);
                assert_eq!(envelope, rest);
            }
        }
    }

    #[test]
    fn a_broken_answer_is_no_list() {
        for text in [
            r#"{"value":[{"a":1},{"a":"#,
            r#"{"value":[{"a":1}"#,
            r#"{"value":[{"a":1}]"#,
            r#"{"value":[{"a" 1}]}"#,
            r#"{"value":[}]}"#,
            "<html>",
            "",
        ] {
            let read = split(text.as_bytes(), 5).ok();
            let envelope = read.and_then(|(_, envelope)| serde_json::from_slice::<Value>(&envelope).ok());
            assert!(envelope.is_none(), "{text}");
        }
    }

    #[test]
    fn a_hostile_answer_takes_bounded_memory() {
        let taker = Collect::new(|item: &[u8]| serde_json::from_slice::<Value>(item).map(Some));
        for start in [&b"{\"value\":[\""[..], b"{\"x\":\""] {
            let mut splitter = Splitter::default();
            splitter.feed(start, &taker).expect("a beginning");
            let chunk = vec![b'a'; 1 << 20];
            let fed = (0..64).try_for_each(|_| splitter.feed(&chunk, &taker));
            assert!(matches!(fed, Err(Unreadable::TooLong)));
        }
        let mut deep = b"{\"value\":[".to_vec();
        deep.extend(std::iter::repeat_n(b'[', 100_000));
        deep.extend(std::iter::repeat_n(b']', 100_000));
        deep.extend(b"]}");
        assert!(matches!(split(&deep, 4096), Err(Unreadable::Item(_))));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400), pieces in 1_usize..50) {
            let text = [b"{\"value\":[", &bytes[..]].concat();
            let _whatever = split(&text, pieces);
            let _either = split(&bytes, pieces);
        }

        #[test]
        fn what_serde_writes_comes_back(names in proptest::collection::vec(".*", 0..8), pieces in 1_usize..40) {
            let items: Vec<Value> = names.iter().map(|name| json!({"name": name, "list": [name]})).collect();
            let text = json!({"value": items, "nextLink": names.concat()}).to_string();
            let (found, _) = split(text.as_bytes(), pieces).expect("reads");
            prop_assert_eq!(found, items);
        }
    }
}
