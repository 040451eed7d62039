use crate::{
    components::{Appearance, Button, Dialog, Field, FieldNote, IconName},
    infra::words::use_words,
};
use wasm_core::{azure::command, filter::FilterInput, words::InWords};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Properties for [`PasteCommand`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PasteProps {
    pub onfilters: Callback<Vec<FilterInput>>,
}

/// Takes the filters out of an az CLI or PowerShell command, or of their JSON.
#[component]
pub fn PasteCommand(props: &PasteProps) -> Html {
    let words = use_words();
    let open = use_state_eq(|| false);
    let text = use_state_eq(String::new);
    let found = command::filters_of(&text);
    let set_open = |value: bool| {
        let open = open.clone();
        Callback::from(move |()| open.set(value))
    };
    let take = {
        let (onfilters, open, text) = (props.onfilters.clone(), open.clone(), text.clone());
        let found = found.as_ref().ok().cloned();
        Callback::from(move |()| {
            if let Some(filters) = found.clone() {
                onfilters.emit(filters);
                open.set(false);
                text.set(String::new());
            }
        })
    };
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value())
        })
    };
    let notes = match &found {
        Err(error) if !text.trim().is_empty() => vec![FieldNote::error(error.text(words.0))],
        _ => Vec::new(),
    };
    let count = found.as_ref().map_or(0, Vec::len);
    html! {
        <>
            <Button label={words.get("ui-paste")} small=true appearance={Appearance::Subtle} icon={IconName::Copy}
                onclick={set_open(true)} testid="paste-command" />
            if *open {
                <Dialog title={words.get("ui-paste-title")} testid="paste" onclose={set_open(false)} actions={html! {
                    <>
                        <Button label={words.get("ui-cancel")} onclick={set_open(false)} testid="paste-cancel" />
                        <Button label={words.with("ui-paste-take", [("count", count.into())])} appearance={Appearance::Primary}
                            disabled={count == 0} onclick={take} testid="paste-take" />
                    </>
                }}>
                    <Field id="paste-text" label={words.get("ui-paste-label")} help={words.get("ui-paste-help")} {notes}>
                        <textarea id="paste-text" class="textarea" value={(*text).clone()} {oninput} spellcheck="false"
                            aria-describedby="paste-text-help paste-text-notes" data-testid="paste-text" />
                    </Field>
                </Dialog>
            }
        </>
    }
}
