//! The filter bar: display terms or a capture filter, judged while they are typed.

use super::{judgement::judge, suggestions::Suggestions};
use crate::{
    components::{Appearance, Button, IconName, TextInput},
    infra::words::use_words,
};
use yew::prelude::*;

/// Properties for [`FilterBar`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FilterBarProps {
    /// What is in the field.
    pub text: AttrValue,
    pub ontext: Callback<String>,
    /// What the list shows.
    pub applied: AttrValue,
    pub onapply: Callback<String>,
    #[prop_or_default]
    pub children: Html,
}

/// The bar.
#[component]
pub fn FilterBar(props: &FilterBarProps) -> Html {
    let words = use_words();
    let judgement = use_memo((props.text.clone(), words), |(text, words)| judge(text, words.0));
    let onapply = {
        let (onapply, text, wrong) = (props.onapply.clone(), props.text.clone(), judgement.wrong);
        Callback::from(move |()| {
            if !wrong {
                onapply.emit(text.to_string());
            }
        })
    };
    let onclear = {
        let (onapply, ontext) = (props.onapply.clone(), props.ontext.clone());
        Callback::from(move |()| {
            ontext.emit(String::new());
            onapply.emit(String::new());
        })
    };
    let changed = props.text != props.applied;
    html! {
        <form class="filter-bar" role="search" onsubmit={|event: SubmitEvent| event.prevent_default()}>
            <label class="visually-hidden" for="viewer-filter">{ words.get("viewer-filter") }</label>
            <div class="filter-line">
                <TextInput id="viewer-filter" value={props.text.clone()} oninput={props.ontext.clone()} onenter={onapply.clone()}
                    placeholder={words.get("viewer-filter-placeholder")} invalid={judgement.wrong} described_by={Some("viewer-filter-notes")}
                    code=true search=true testid="filter" />
                <Button label={words.get("viewer-filter-apply")} icon={IconName::Search} disabled={judgement.wrong || !changed}
                    described_by={Some("viewer-filter-notes")} onclick={onapply} testid="filter-apply" />
                if !props.text.is_empty() || !props.applied.is_empty() {
                    <Button label={words.get("viewer-filter-clear")} icon={IconName::Close} icon_only=true
                        appearance={Appearance::Subtle} onclick={onclear} testid="filter-clear" />
                }
                { props.children.clone() }
            </div>
            <div id="viewer-filter-notes" class="filter-notes" role="status" data-testid="filter-notes">
                { for judgement.notes.iter().map(|note| html! {
                    <p class={classes!("field-note", if judgement.wrong { "intent-error" } else { "intent-info" })}>
                        <span>{ note.text.clone() }</span>
                        if let Some((label, fixed)) = &note.fix {
                            <button type="button" class="link" data-testid="filter-fix" onclick={props.ontext.reform({
                                let fixed = fixed.clone();
                                move |_: MouseEvent| fixed.clone()
                            })}>{ label.clone() }</button>
                        }
                    </p>
                }) }
                <Suggestions text={props.text.clone()} {words} ontext={props.ontext.clone()} />
            </div>
        </form>
    }
}
