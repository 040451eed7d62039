//! The keys of the whole page, Wireshark's where it has them.

use crate::infra::keyboard;
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// What the keys do that hold in the whole page.
pub struct Keys {
    /// A dialog is open: it has the keys.
    pub covered: bool,
    pub go: Callback<()>,
    pub export: Callback<()>,
    pub help: Callback<()>,
    pub follow: Callback<()>,
    pub summary: Callback<()>,
    pub pick: Callback<()>,
    pub step: Callback<i64>,
}

impl Keys {
    fn press(&self, event: &KeyboardEvent) {
        if self.covered || event.is_composing() {
            return;
        }
        let control = event.ctrl_key() || event.meta_key();
        match (event.key().as_str(), control, event.alt_key()) {
            ("f" | "F", true, true) => self.follow.emit(()),
            ("f" | "F", true, false) => focus("#viewer-filter"),
            ("g" | "G", true, false) => self.go.emit(()),
            ("e" | "E", true, false) => self.export.emit(()),
            ("i" | "I", true, false) => self.summary.emit(()),
            ("o" | "O", true, false) => self.pick.emit(()),
            ("ArrowDown", true, false) => self.step.emit(1),
            ("ArrowUp", true, false) => self.step.emit(-1),
            ("Escape", false, false) if keyboard::types(event) || keyboard::is_in(event, ".panes") => {
                focus(".packets-scroll")
            }
            ("?", ..) if !keyboard::types(event) => self.help.emit(()),
            _ => return,
        }
        event.prevent_default();
    }
}

/// Listens to the keys of the page while its component stands.
#[hook]
pub fn use_keys(keys: Keys) {
    use_effect(move || {
        let listener = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    keys.press(event);
                }
            })
        });
        move || drop(listener)
    });
}

fn focus(selector: &str) {
    let found = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector(selector).ok()?);
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _focused = element.focus();
    }
}
