//! Nothing is open yet: drop, pick or paste.

use crate::{
    components::{Appearance, Button, IconName, Intent, Message, icon, icon_as},
    infra::words::use_words,
};
use yew::prelude::*;

/// Properties for [`Opening`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct OpeningProps {
    /// Why the last try opened nothing.
    pub refused: Option<AttrValue>,
    /// Opens the browser's file dialog.
    pub onpick: Callback<()>,
}

/// The first screen.
#[component]
pub fn Opening(props: &OpeningProps) -> Html {
    let words = use_words();
    use_effect_with((), |()| super::engine::prepare());
    html! {
        <main class="opening" data-testid="opening">
            <div class="opening-box">
                { icon_as(IconName::Folder, "opening-icon") }
                <h1>{ words.get("viewer-open-title") }</h1>
                <p>{ words.get("viewer-open-drop") }</p>
                <Button label={words.get("viewer-open-pick")} appearance={Appearance::Primary} icon={IconName::Open}
                    onclick={props.onpick.clone()} testid="open-pick" />
                <p class="caption">{ words.get("viewer-open-kinds") }</p>
                if let Some(refused) = &props.refused {
                    <Message intent={Intent::Warning} testid="open-refused">{ words.get(refused) }</Message>
                }
                <p class="opening-private">{ icon(IconName::Check) }{ words.get("viewer-private") }</p>
                <p class="caption">{ words.get("viewer-open-paste") }</p>
            </div>
        </main>
    }
}
