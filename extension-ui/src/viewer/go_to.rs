//! To a packet by its number.

use crate::{
    components::{Appearance, Button, Dialog, TextInput},
    infra::{format, words::use_words},
};
use yew::prelude::*;

/// Properties for [`GoTo`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct GoToProps {
    /// The highest number.
    pub packets: u64,
    pub ongo: Callback<u64>,
    pub onclose: Callback<()>,
}

/// Ctrl+G.
#[component]
pub fn GoTo(props: &GoToProps) -> Html {
    let words = use_words();
    let text = use_state_eq(String::new);
    let number = text.trim().replace([',', '.', ' '], "").parse::<u64>().ok();
    let valid = number.filter(|number| (1..=props.packets).contains(number));
    let onenter = {
        let (ongo, onclose) = (props.ongo.clone(), props.onclose.clone());
        Callback::from(move |()| {
            if let Some(number) = valid {
                ongo.emit(number);
                onclose.emit(());
            }
        })
    };
    let help = words.with("viewer-go-help", [("packets", format::number(words.0, props.packets).into())]);
    html! {
        <Dialog title={words.get("viewer-go")} testid="go-to" onclose={props.onclose.clone()}
            actions={html! {
                <Button label={words.get("viewer-go-button")} appearance={Appearance::Primary} disabled={valid.is_none()}
                    described_by={Some("go-help")} onclick={onenter.clone()} testid="go-to-button" />
            }}>
            <div class="field">
                <label class="field-label" for="go-number">{ words.get("viewer-go-number") }</label>
                <TextInput id="go-number" value={(*text).clone()} oninput={let text = text.clone(); move |to| text.set(to)}
                    {onenter} invalid={!text.is_empty() && valid.is_none()} described_by={Some("go-help")} code=true testid="go-to-number" />
                <p id="go-help" class="field-help">{ help }</p>
            </div>
        </Dialog>
    }
}
