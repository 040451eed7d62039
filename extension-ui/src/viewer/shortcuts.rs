//! What the keyboard can do here.

use crate::{components::Dialog, infra::words::use_words};
use yew::prelude::*;

const KEYS: [(&str, &str); 11] = [
    ("↑ ↓ PgUp PgDn Home End", "viewer-key-rows"),
    ("Enter", "viewer-key-enter"),
    ("Ctrl+F", "viewer-key-filter"),
    ("Ctrl+G", "viewer-key-go"),
    ("Ctrl+↑ Ctrl+↓", "viewer-key-step"),
    ("Ctrl+Alt+F", "viewer-key-follow"),
    ("Ctrl+O", "viewer-key-open"),
    ("Ctrl+E", "viewer-key-export"),
    ("Ctrl+I", "viewer-key-summary"),
    ("Esc", "viewer-key-escape"),
    ("?", "viewer-key-help"),
];

/// Properties for [`ViewerShortcuts`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ViewerShortcutsProps {
    pub onclose: Callback<()>,
}

#[component]
pub fn ViewerShortcuts(props: &ViewerShortcutsProps) -> Html {
    let words = use_words();
    html! {
        <Dialog title={words.get("ui-shortcuts")} testid="shortcuts" onclose={props.onclose.clone()}>
            <dl class="facts shortcuts">
                { for KEYS.into_iter().map(|(keys, text)| html! {
                    <>
                        <dt>{ for keys.split(' ').map(|key| html! { <><kbd>{ key }</kbd>{ " " }</> }) }</dt>
                        <dd>{ words.get(text) }</dd>
                    </>
                }) }
            </dl>
        </Dialog>
    }
}
