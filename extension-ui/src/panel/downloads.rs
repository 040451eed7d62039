use super::amount::{Amount, AmountField, Unit};
use crate::{
    components::{Button, Card, FailureView, Field, FieldNote, TextInput},
    infra::{ask, helper::Helper, task::use_task, words::use_words},
};
use wasm_core::protocol::Settings;
use yew::prelude::*;

/// Properties for [`Downloads`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DownloadsProps {
    pub helper: Helper,
    /// Where files land now.
    pub folder: String,
}

/// Where files land, and how fast they may.
#[component]
pub fn Downloads(props: &DownloadsProps) -> Html {
    let words = use_words();
    let fetched = use_task::<Settings>();
    let folder = use_state_eq(|| None::<String>);
    let limit = use_state_eq(|| None::<Amount>);
    {
        let (fetched, helper) = (fetched.clone(), props.helper.clone());
        use_effect_with((), move |()| fetched.run(ask::settings(helper)));
    }
    let settings = fetched.value().cloned().unwrap_or_default();
    let shown_folder =
        (*folder).clone().or(settings.downloads.clone()).unwrap_or_else(|| props.folder.clone());
    let known_limit = settings
        .bandwidth
        .map_or(Amount { text: String::new(), unit: Unit::MiB }, |bytes| Amount::of(bytes, &Unit::SIZES));
    let shown_limit = (*limit).clone().unwrap_or(known_limit);
    let wrong = !shown_limit.text.trim().is_empty() && shown_limit.value().is_none();
    let save = {
        let (fetched, helper, settings) = (fetched.clone(), props.helper.clone(), settings.clone());
        let (downloads, bandwidth) =
            (shown_folder.trim().to_owned(), shown_limit.value().filter(|bytes| *bytes > 0));
        let default = props.folder.clone();
        Callback::from(move |()| {
            let downloads = Some(downloads.clone())
                .filter(|folder| !folder.is_empty() && (*folder != default || settings.downloads.is_some()));
            fetched
                .run(ask::configure(helper.clone(), Settings { downloads, bandwidth, ..settings.clone() }));
        })
    };
    html! {
        <Card title={words.get("ui-downloads")} testid="settings-downloads" busy={fetched.working()}>
            <Field id="download-folder" label={words.get("ui-download-folder")} help={words.get("ui-download-folder-help")}>
                <TextInput id="download-folder" value={shown_folder} code=true described_by="download-folder-help" onenter={save.clone()}
                    oninput={let folder = folder.clone(); move |text| folder.set(Some(text))} testid="download-folder" />
            </Field>
            <AmountField id="bandwidth" label={words.get("ui-bandwidth")} help={words.get("ui-bandwidth-help")} amount={shown_limit}
                units={Unit::SIZES.to_vec()} onchange={let limit = limit.clone(); move |amount| limit.set(Some(amount))}
                notes={if wrong { vec![FieldNote::error(words.get("ui-fault-number"))] } else { Vec::new() }}
                onenter={save.clone()} testid="bandwidth" />
            <div class="row">
                <Button label={words.get("ui-save")} onclick={save} disabled={wrong || fetched.working()} testid="settings-save" />
                if fetched.last().is_some() && !fetched.working() && fetched.failure().is_none() && (folder.is_some() || limit.is_some()) {
                    <span class="caption" role="status">{ words.get("ui-saved-note") }</span>
                }
            </div>
            if let Some(failure) = fetched.failure() {
                <FailureView failure={failure.clone()} testid="settings" />
            }
        </Card>
    }
}
