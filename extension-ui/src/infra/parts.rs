//! Long replies come in parts; here they become one text again.

use std::collections::HashMap;
use wasm_core::protocol::RequestId;

/// Above this a reply is no reply of our helper, and the page would only choke on it.
const MAX_REPLY_BYTES: usize = 256 * 1024 * 1024;

/// Replies of which some parts are there.
#[derive(Debug, Default)]
pub struct Parts(HashMap<RequestId, Collected>);

#[derive(Debug, Default)]
struct Collected {
    next: u32,
    text: String,
}

/// What a part came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    More,
    Whole(String),
    /// Out of order, too many or too long: the reply is lost.
    Broken,
}

impl Parts {
    /// Takes part `index` of `count` of the reply to `id`.
    pub fn take(&mut self, id: RequestId, index: u32, count: u32, text: &str) -> Part {
        let collected = self.0.entry(id).or_default();
        let fits = collected.text.len() + text.len() <= MAX_REPLY_BYTES;
        if index != collected.next || index >= count || !fits {
            self.0.remove(&id);
            return Part::Broken;
        }
        collected.text.push_str(text);
        collected.next += 1;
        if collected.next < count {
            return Part::More;
        }
        self.0.remove(&id).map_or(Part::Broken, |collected| Part::Whole(collected.text))
    }

    /// The request ended otherwise.
    pub fn forget(&mut self, id: RequestId) {
        self.0.remove(&id);
    }

    /// The pipe broke.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_several_replies_are_joined_in_order() {
        let mut parts = Parts::default();
        assert_eq!(parts.take(1, 0, 2, "a"), Part::More);
        assert_eq!(parts.take(2, 0, 1, "whole"), Part::Whole("whole".to_owned()));
        assert_eq!(parts.take(1, 1, 2, "b"), Part::Whole("ab".to_owned()));
        assert_eq!(parts.take(1, 0, 2, "again"), Part::More, "an id may be used anew");
    }

    #[test]
    fn a_gap_breaks_the_reply_and_only_that() {
        let mut parts = Parts::default();
        assert_eq!(parts.take(1, 0, 3, "a"), Part::More);
        assert_eq!(parts.take(2, 0, 2, "x"), Part::More);
        assert_eq!(parts.take(1, 2, 3, "c"), Part::Broken);
        assert_eq!(parts.take(1, 1, 3, "b"), Part::Broken, "what was collected is gone");
        assert_eq!(parts.take(2, 1, 2, "y"), Part::Whole("xy".to_owned()));
        assert_eq!(parts.take(3, 0, 0, ""), Part::Broken);
    }

    #[test]
    fn what_is_forgotten_starts_anew() {
        let mut parts = Parts::default();
        assert_eq!(parts.take(1, 0, 2, "a"), Part::More);
        parts.forget(1);
        assert_eq!(parts.take(1, 0, 1, "b"), Part::Whole("b".to_owned()));
        assert_eq!(parts.take(4, 0, 2, "a"), Part::More);
        parts.clear();
        assert_eq!(parts.take(4, 1, 2, "b"), Part::Broken);
    }
}
