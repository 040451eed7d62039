//! Nothing is open yet: drop, pick or paste.

use crate::{
    components::{Appearance, Button, Icon, IconName, Intent, Message},
    infra::words::use_words,
};
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};
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
                <Icon name={IconName::Folder} class="opening-icon" />
                <h1>{ words.get("viewer-open-title") }</h1>
                <p>{ words.get("viewer-open-drop") }</p>
                <Button label={words.get("viewer-open-pick")} appearance={Appearance::Primary} icon={IconName::Open}
                    onclick={props.onpick.clone()} testid="open-pick" />
                <p class="caption">{ words.get("viewer-open-kinds") }</p>
                if let Some(refused) = &props.refused {
                    <Message intent={Intent::Warning} testid="open-refused">{ words.get(refused) }</Message>
                }
                <p class="opening-private"><Icon name={IconName::Check} />{ words.get("viewer-private") }</p>
                <p class="caption">{ words.get("viewer-open-paste") }</p>
            </div>
        </main>
    }
}

/// Properties for [`Picker`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PickerProps {
    pub node: NodeRef,
    pub onfile: Callback<File>,
}

/// The file input: never seen, only clicked by the buttons that open it.
#[component]
pub fn Picker(props: &PickerProps) -> Html {
    let onchange = {
        let onfile = props.onfile.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                onfile.emit(file);
            }
            // The same file may be picked again.
            input.set_value("");
        })
    };
    html! {
        <input type="file" ref={props.node.clone()} hidden=true
            accept=".pcap,.pcapng,.cap,.gz,.dmp,application/vnd.tcpdump.pcap" {onchange} data-testid="open-file" />
    }
}

/// The file of a drop or a paste.
pub fn first_file(files: Option<web_sys::FileList>) -> Option<File> {
    files?.get(0)?.dyn_into().ok()
}
