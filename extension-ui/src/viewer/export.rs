//! The list as a file on this computer.

use crate::{
    components::{Appearance, Button, Choice, Dialog, IconName, Segmented},
    infra::{format, words::use_words},
};
use wasm_bindgen::JsCast;
use wasm_core::pcap::session::ExportForm;
use web_sys::{Blob, HtmlAnchorElement, Url};
use yew::prelude::*;

const FORMS: [(&str, ExportForm); 3] =
    [("csv", ExportForm::Csv), ("json", ExportForm::Json), ("pcapng", ExportForm::Pcapng)];

/// Properties for [`ExportDialog`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ExportDialogProps {
    /// Rows of the list.
    pub count: u64,
    pub onexport: Callback<ExportForm>,
    pub onclose: Callback<()>,
}

/// Which form.
#[component]
pub fn ExportDialog(props: &ExportDialogProps) -> Html {
    let words = use_words();
    let chosen = use_state_eq(|| AttrValue::Static("csv"));
    let form = FORMS.iter().find(|(name, _)| *chosen == *name).map_or(ExportForm::Csv, |(_, form)| *form);
    let onclick = {
        let (onexport, onclose) = (props.onexport.clone(), props.onclose.clone());
        Callback::from(move |()| {
            onexport.emit(form);
            onclose.emit(());
        })
    };
    let choices = FORMS.map(|(name, _)| Choice::new(name, words.get(&format!("viewer-export-{name}"))));
    html! {
        <Dialog title={words.get("viewer-export")} testid="export" onclose={props.onclose.clone()}
            actions={html! {
                <Button label={words.get("viewer-export-save")} icon={IconName::Download} appearance={Appearance::Primary}
                    {onclick} testid="export-save" />
            }}>
            <p>{ words.with("viewer-export-what", [("count", format::number(words.0, props.count).into())]) }</p>
            <Segmented label={words.get("viewer-export-form")} name="export-form" value={(*chosen).clone()}
                choices={choices.to_vec()} onchange={let chosen = chosen.clone(); move |to| chosen.set(to)} testid="export-form" />
            <p class="caption">{ words.get(&format!("viewer-export-{}-help", *chosen)) }</p>
        </Dialog>
    }
}

/// Lets the browser save a file under a name.
pub fn save(file: &Blob, name: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let url = Url::create_object_url_with_blob(file).ok()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken hold of the bytes by then; it would keep them until the page ends.
    gloo::timers::callback::Timeout::new(60_000, move || {
        let _revoked = Url::revoke_object_url(&url);
    })
    .forget();
    Some(())
}
