//! Where a key went.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Into a text field or list, which has its own use for it.
pub fn types(event: &KeyboardEvent) -> bool {
    target(event)
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Into a part of the page, by CSS selector.
pub fn is_in(event: &KeyboardEvent, part: &str) -> bool {
    target(event).is_some_and(|element| element.closest(part).is_ok_and(|found| found.is_some()))
}

fn target(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
