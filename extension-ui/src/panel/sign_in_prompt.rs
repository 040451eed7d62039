use crate::{
    components::CopyButton,
    infra::{format, words::use_words},
};
use yew::prelude::*;

/// What the person has to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    pub url: String,
    pub code: Option<String>,
    /// Milliseconds since 1970 when it is too late.
    pub ends: f64,
}

/// Properties for [`PromptView`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PromptViewProps {
    pub prompt: Prompt,
    pub seconds: u64,
}

/// Where to go, and the code to type there.
#[component]
pub fn PromptView(props: &PromptViewProps) -> Html {
    let words = use_words();
    let Prompt { url, code, .. } = &props.prompt;
    // Azure's own pages only, whatever the helper was told.
    let link = url.starts_with("https://").then(|| {
        html! { <a href={url.clone()} target="_blank" rel="noreferrer" data-testid="sign-in-link">{ url.clone() }</a> }
    });
    html! {
        <div class="stack" role="status" data-testid="sign-in-prompt">
            if let Some(code) = code {
                <p>{ words.get("ui-sign-in-type") }{ " " }{ link.unwrap_or_default() }</p>
                <p class="row">
                    <span class="sign-in-code" data-testid="sign-in-user-code">{ code.clone() }</span>
                    <CopyButton text={code.clone()} label={words.get("ui-copy")} testid="sign-in-copy" />
                </p>
            } else {
                <p>{ words.get("ui-sign-in-opened") }{ " " }{ link.unwrap_or_default() }</p>
            }
            <p class="caption">{ words.with("ui-sign-in-left", [("time", format::clock(props.seconds).into())]) }</p>
        </div>
    }
}
