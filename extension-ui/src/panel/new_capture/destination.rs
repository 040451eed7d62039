use super::super::form::PlaceForm;
use crate::{
    components::{Checkbox, Choice, Disclosure, Field, FieldNote, Intent, Message, Select, TextInput},
    infra::words::{Words, use_words},
};
use std::rc::Rc;
use wasm_core::{
    azure::blob_path::Place,
    protocol::{Context, Eligibility, OsType, StorageAccount},
};
use yew::prelude::*;

/// Properties for [`Destination`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DestinationProps {
    pub context: Rc<Context>,
    pub form: PlaceForm,
    pub onchange: Callback<PlaceForm>,
    pub onenter: Callback<()>,
    pub account_notes: Vec<FieldNote>,
    pub path_notes: Vec<FieldNote>,
    pub file_notes: Vec<FieldNote>,
    /// Where Azure would put the files, once the rest of the form says enough.
    pub expected: Option<Rc<Place>>,
}

/// Where the files go.
#[component]
pub fn Destination(props: &DestinationProps) -> Html {
    let words = use_words();
    let form = &props.form;
    let accounts = &props.context.storage_accounts;
    let (usable, others): (Vec<_>, Vec<_>) =
        accounts.iter().partition(|account| !matches!(account.eligibility, Eligibility::Ineligible { .. }));
    let mut choices = vec![Choice::new("", words.get("ui-account-none"))];
    choices.extend(usable.iter().map(|account| Choice::new(account.id.clone(), label(words, account))));
    let set = |apply: fn(&mut PlaceForm, String)| {
        let (onchange, form) = (props.onchange.clone(), form.clone());
        Callback::from(move |value: String| {
            let mut next = form.clone();
            apply(&mut next, value);
            onchange.emit(next);
        })
    };
    let onlocal = {
        let (onchange, form, os) = (props.onchange.clone(), form.clone(), props.context.os);
        Callback::from(move |on: bool| {
            onchange.emit(PlaceForm { local_file: on.then(|| first_file(os)), ..form.clone() })
        })
    };
    let chosen = accounts.iter().find(|account| account.id == form.account);
    html! {
        <div class="stack">
            <Field id="account" label={words.get("ui-account")} notes={props.account_notes.clone()}
                help={(usable.is_empty() && form.local_file.is_none()).then(|| words.get("ui-account-no-eligible"))}>
                <Select id="account" value={form.account.clone()} {choices} onchange={set(|form, value| form.account = value)}
                    described_by="account-help account-notes" invalid={!props.account_notes.is_empty()} testid="account" />
            </Field>
            if chosen.is_some_and(|account| account.eligibility == Eligibility::Restricted) {
                <Message intent={Intent::Warning} testid="account-restricted"><p>{ words.get("ui-account-restricted") }</p></Message>
            }
            if !others.is_empty() {
                <Disclosure summary={words.with("ui-account-others", [("count", others.len().into())])} testid="account-others">
                    <ul class="stack-small">
                        { for others.iter().map(|account| html! {
                            <li><span class="strong">{ account.name.clone() }</span>{ " " }<span class="caption">{ reason(words, account) }</span></li>
                        }) }
                    </ul>
                </Disclosure>
            }
            if let Some(place) = &props.expected {
                <div class="stack-small" data-testid="blob-path">
                    <p class="field-help">{ words.get(if place.file { "ui-blob-file" } else { "ui-blob-folder" }) }</p>
                    <p class="blob-path">{ for format!("{}/{}", place.container, place.name).split_inclusive('/').map(|part| html! { <>{ part }<wbr /></> }) }</p>
                </div>
            }
            <Disclosure summary={words.get("ui-more-places")} testid="more-places"
                open={form.local_file.is_some() || !form.path.is_empty()}>
                <Field id="storage-path" label={words.get("ui-storage-path")} help={words.get("ui-storage-path-help")} notes={props.path_notes.clone()}>
                    <TextInput id="storage-path" value={form.path.clone()} code=true placeholder="https://…/captures"
                        disabled={form.account.is_empty()} invalid={!props.path_notes.is_empty()}
                        oninput={set(|form, value| form.path = value)} onenter={props.onenter.clone()}
                        described_by="storage-path-help storage-path-notes" testid="storage-path" />
                </Field>
                <Checkbox label={words.get("ui-local-file")} help={words.get("ui-local-file-help")} checked={form.local_file.is_some()}
                    onchange={onlocal} testid="local-file" />
                if let Some(file) = &form.local_file {
                    <Field id="local-path" label={words.get("ui-local-path")} notes={props.file_notes.clone()}>
                        <TextInput id="local-path" value={file.clone()} code=true invalid={!props.file_notes.is_empty()}
                            oninput={set(|form, value| form.local_file = Some(value))} onenter={props.onenter.clone()}
                            described_by="local-path-notes" testid="local-path" />
                    </Field>
                }
            </Disclosure>
        </div>
    }
}

fn label(words: Words, account: &StorageAccount) -> AttrValue {
    let name = account.name.clone();
    match account.eligibility {
        Eligibility::Restricted => words.with("ui-account-line-restricted", [("name", name.into())]),
        // Its region is the scale set's, as with every account that can be chosen.
        _ => words.with("ui-account-line", [("name", name.into()), ("sku", account.sku.clone().into())]),
    }
}

fn reason(words: Words, account: &StorageAccount) -> AttrValue {
    let Eligibility::Ineligible { reason } = account.eligibility else { return AttrValue::default() };
    words.with(
        reason.key(),
        [("region", account.location.clone().into()), ("sku", account.sku.clone().into())],
    )
}

fn first_file(os: OsType) -> String {
    match os {
        OsType::Linux => "/var/captures/capture.cap",
        OsType::Windows => "C:\\captures\\capture.cap",
    }
    .to_owned()
}
