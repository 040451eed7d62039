//! Files that are dropped or pasted anywhere on the page.

use super::state::Action;
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, File, HtmlInputElement};
use yew::prelude::*;

/// Takes such files while its component stands. True while something is dragged over the page.
#[hook]
pub fn use_dropped(onfile: &Callback<File>, dispatch: &Callback<Action>) -> bool {
    let dragging = use_state_eq(|| false);
    {
        let (onfile, dispatch, dragging) = (onfile.clone(), dispatch.clone(), dragging.clone());
        use_effect_with((), move |()| {
            let listeners = web_sys::window().map(|window| listen(&window, onfile, dispatch, dragging));
            move || drop(listeners)
        });
    }
    *dragging
}

fn listen(
    window: &web_sys::Window,
    onfile: Callback<File>,
    dispatch: Callback<Action>,
    dragging: UseStateHandle<bool>,
) -> Vec<EventListener> {
    let active = EventListenerOptions::enable_prevent_default();
    let over = {
        let dragging = dragging.clone();
        EventListener::new_with_options(window, "dragover", active, move |event| {
            event.prevent_default();
            dragging.set(true);
        })
    };
    let leave = {
        let dragging = dragging.clone();
        EventListener::new(window, "dragleave", move |event| {
            // Leaving for an element inside of the page has a related target.
            if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                dragging.set(false);
            }
        })
    };
    let drop = {
        let (onfile, dispatch) = (onfile.clone(), dispatch.clone());
        EventListener::new_with_options(window, "drop", active, move |event| {
            event.prevent_default();
            dragging.set(false);
            let files = event
                .dyn_ref::<DragEvent>()
                .and_then(|event| event.data_transfer())
                .and_then(|data| data.files());
            match first_file(files) {
                Some(file) => onfile.emit(file),
                None => dispatch.emit(Action::Refuse("viewer-drop-nothing")),
            }
        })
    };
    let paste = EventListener::new(window, "paste", move |event| {
        let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(|event| event.clipboard_data()) else {
            return;
        };
        if let Some(file) = first_file(data.files()) {
            onfile.emit(file);
            return;
        }
        let typed = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()).is_some();
        let text = data.get_data("text").unwrap_or_default();
        if !typed && is_path(&text) {
            dispatch.emit(Action::Refuse("viewer-paste-path"));
        }
    });
    vec![over, leave, drop, paste]
}

/// Whether a text looks like the path of a file: no browser lets a page open one.
fn is_path(text: &str) -> bool {
    let text = text.trim().trim_matches('"');
    let drive =
        text.chars().nth(1) == Some(':') && text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    !text.contains('\n')
        && (drive || ["/", "~/", "\\\\", "file://"].iter().any(|start| text.starts_with(start)))
}

/// The file of a drop or a paste.
fn first_file(files: Option<web_sys::FileList>) -> Option<File> {
    files?.get(0)?.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_other_texts() {
        for path in [
            "/tmp/a.pcap",
            "C:\\captures\\a.cap",
            "\"D:/x.pcapng\"",
            "~/a.pcap",
            "file:///tmp/a.pcap",
            "\\\\server\\share\\a.pcap",
        ] {
            assert!(is_path(path), "{path}");
        }
        for other in ["tcp.port == 80", "", "10.0.0.1", "/a\n/b"] {
            assert!(!is_path(other), "{other}");
        }
    }
}
