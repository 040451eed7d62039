use super::launcher::KEYS;
use crate::{components::Dialog, infra::words::use_words};
use yew::prelude::*;

/// Properties for [`Shortcuts`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ShortcutsProps {
    pub onclose: Callback<()>,
    /// Whether there is a launcher to fold the panel into.
    pub framed: bool,
}

/// What the keyboard can do.
#[component]
pub fn Shortcuts(props: &ShortcutsProps) -> Html {
    let words = use_words();
    let mut keys = vec![
        ("?", "ui-key-help"),
        ("Enter", "ui-key-enter"),
        ("← →", "ui-key-tabs"),
        ("↑ ↓ PgUp PgDn", "ui-key-rows"),
    ];
    if props.framed {
        keys.insert(0, (KEYS, "ui-key-toggle"));
        keys.extend([("Esc", "ui-key-escape"), ("↑ ↓", "ui-key-launcher"), ("← →", "ui-key-resize")]);
    }
    html! {
        <Dialog title={words.get("ui-shortcuts")} testid="shortcuts" onclose={props.onclose.clone()}>
            <dl class="facts shortcuts">
                { for keys.into_iter().map(|(key, text)| html! {
                    <>
                        <dt>{ for key.split(' ').map(|key| html! { <><kbd>{ key }</kbd>{ " " }</> }) }</dt>
                        <dd>{ words.get(text) }</dd>
                    </>
                }) }
            </dl>
        </Dialog>
    }
}
