//! The opened file's name, and what can be done with all of it.

use super::state::Opened;
use crate::{
    components::{Appearance, Button, IconName, icon},
    infra::{format, words::use_words},
};
use std::rc::Rc;
use yew::prelude::*;

/// Properties for [`Header`].
#[derive(Clone, Debug, Properties)]
pub struct HeaderProps {
    pub opened: Rc<Opened>,
    pub onpick: Callback<()>,
    pub onsummary: Callback<()>,
    pub summary: bool,
    pub onexport: Callback<()>,
    pub onhelp: Callback<()>,
    pub onclose: Callback<()>,
}

impl PartialEq for HeaderProps {
    fn eq(&self, other: &Self) -> bool {
        self.opened.source == other.opened.source && self.summary == other.summary
    }
}

/// The line at the top.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let words = use_words();
    let source = &props.opened.source;
    html! {
        <header class="viewer-header">
            <h1 class="viewer-title" data-testid="file-name">{ source.name.clone() }</h1>
            <span class="caption" title={format::exact_bytes(words.0, source.size)}>{ format::bytes(words.0, source.size) }</span>
            <span class="viewer-private caption" title={words.get("viewer-private")}>
                { icon(IconName::Check) }{ words.get("viewer-private-short") }
            </span>
            <span class="viewer-actions">
                <Button label={words.get("viewer-summary")} icon={IconName::Summary} expanded={Some(props.summary)}
                    onclick={props.onsummary.clone()} testid="summary-toggle" />
                <Button label={words.get("viewer-export")} icon={IconName::Download} onclick={props.onexport.clone()} testid="export-open" />
                <Button label={words.get("viewer-open-other")} icon={IconName::Folder} onclick={props.onpick.clone()} testid="open-other" />
                <Button label={words.get("ui-shortcuts")} icon={IconName::Help} icon_only=true appearance={Appearance::Subtle}
                    onclick={props.onhelp.clone()} testid="shortcuts-open" />
                <Button label={words.get("ui-close")} icon={IconName::Close} icon_only=true appearance={Appearance::Subtle}
                    onclick={props.onclose.clone()} testid="file-close" />
            </span>
        </header>
    }
}
