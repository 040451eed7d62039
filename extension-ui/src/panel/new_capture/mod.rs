//! The form of a new capture. A mistake cannot be submitted, and each field says at once what is wrong with it.

mod destination;
mod dry_run;
mod fault_words;
mod filter_notes;
mod filter_row;
mod filter_rows;
mod first_form;
mod instances;
mod limits;
mod name;
mod paste;
mod per_packet;
mod presets;
mod start_row;

use self::{
    destination::Destination,
    dry_run::DryRunLine,
    fault_words::sentence,
    filter_rows::FilterRows,
    first_form::{eligible_account, first_form},
    instances::Instances,
    limits::Limits,
    name::{free_name, suggested_name},
    paste::PasteCommand,
    presets::{Preset, Presets},
    start_row::start_row,
};
use super::{
    captures::Captures,
    form::{Form, FormField, LimitsForm, PlaceForm},
    session::use_session,
};
use crate::{
    components::{Button, Card, Field, FieldNote, IconName, TextInput},
    infra::{ask, memory::Memory, task::use_task, use_steady, words::use_words},
};
use std::rc::Rc;
use wasm_core::{
    azure::{blob_path::ExpectedLocation, resource::InstanceId},
    filter::{CheckContext, FilterCheck, FilterInput, check},
    protocol::{Capture, Context},
    words::Language,
};
use yew::prelude::*;

/// What somebody else puts into the form.
#[derive(Clone, Debug, PartialEq)]
pub enum Seed {
    /// The settings of an earlier capture. The number makes each planting a new one.
    Again(Box<Form>, u32),
    /// Capture only this conversation.
    Filters(Vec<FilterInput>, u32),
}

/// Properties for [`NewCapture`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct NewCaptureProps {
    pub context: Rc<Context>,
    pub known: Captures,
    /// A capture runs: the form waits folded.
    pub busy: bool,
    /// The portal shows this instance's page.
    pub instance: Option<InstanceId>,
    pub seed: Option<Rc<Seed>>,
    pub onstarted: Callback<Capture>,
}

#[component]
pub fn NewCapture(props: &NewCaptureProps) -> Html {
    let words = use_words();
    let session = use_session();
    let start = use_task::<()>();
    let form = use_state_eq(|| first_form(&props.context, props.instance.as_ref()));
    // For what comes late: the person goes on typing meanwhile.
    let latest = use_mut_ref(|| form.clone());
    *latest.borrow_mut() = form.clone();
    let preset = use_state_eq(|| Preset::Everything);
    let suggested = use_state_eq(suggested_name);
    let unfolded = use_state_eq(|| false);
    let card = use_node_ref();

    {
        let (form, preset, unfolded, card, context) =
            (form.clone(), preset.clone(), unfolded.clone(), card.clone(), props.context.clone());
        use_effect_with(props.seed.clone(), move |seed| {
            let Some(seed) = seed.as_deref() else { return };
            preset.set(Preset::Custom);
            match seed {
                Seed::Again(again, _) => form.set((**again).clone()),
                Seed::Filters(filters, _) => {
                    let mut next = Form { filters: filters.clone(), ..(*form).clone() };
                    if next.place.account.is_empty() {
                        next.place.account = eligible_account(&context);
                    }
                    form.set(next);
                }
            }
            unfolded.set(true);
            if let Some(card) = card.cast::<web_sys::HtmlElement>() {
                card.scroll_into_view();
                let _focused = card.focus();
            }
        });
    }

    let verdict = {
        let language = words.0;
        use_memo((form.filters.clone(), language), move |(filters, language)| {
            check(filters, &CheckContext { language: *language, subnets: Vec::new() })
        })
    };
    let taken =
        |name: &str| props.known.list.iter().any(|capture| capture.name.as_str().eq_ignore_ascii_case(name));
    let name = free_name(&suggested, &taken);
    let built = form.build(&session.target.scale_set, &name, &taken);
    let faults = built.as_ref().err().cloned().unwrap_or_default();
    let notes = |field: FormField| -> Vec<FieldNote> {
        let own = faults.iter().filter(|(at, _)| *at == field);
        own.map(|(_, fault)| FieldNote::error(sentence(words, fault))).collect()
    };
    let limit_notes: Vec<_> = faults
        .iter()
        .filter(|(field, _)| field.is_limit())
        .map(|(field, fault)| (*field, FieldNote::error(sentence(words, fault))))
        .collect();
    // Without the filters, so that it stays while one of them is typed.
    let expected = {
        let parts = (form.instances.clone(), form.limits.clone(), form.place.clone(), name.clone());
        let scale_set = session.target.scale_set.clone();
        use_memo(parts, move |(instances, limits, place, name)| {
            let form = Form {
                instances: instances.clone(),
                limits: limits.clone(),
                place: place.clone(),
                ..Form::default()
            };
            let request = form.build(&scale_set, name, &|_| false).ok()?;
            request.storage().account()?;
            Some(Rc::new(ExpectedLocation::of_request(&request, None).place()))
        })
    };

    // What is given to the parts of the form stays the same while another part changes: a key draws its own part alone.
    let set_instances = {
        let form = form.clone();
        use_steady(Callback::from(move |instances| form.set(Form { instances, ..(*form).clone() })))
    };
    let set_limits = {
        let form = form.clone();
        use_steady(Callback::from(move |limits: LimitsForm| form.set(Form { limits, ..(*form).clone() })))
    };
    let set_place = {
        let form = form.clone();
        use_steady(Callback::from(move |place: PlaceForm| form.set(Form { place, ..(*form).clone() })))
    };
    let set_name = {
        let form = form.clone();
        use_steady(Callback::from(move |name| form.set(Form { name: Some(name), ..(*form).clone() })))
    };
    let set_filters = {
        let (form, preset) = (form.clone(), preset.clone());
        use_steady(Callback::from(move |filters: Vec<FilterInput>| {
            preset.set(Preset::Custom);
            form.set(Form { filters, ..(*form).clone() });
        }))
    };
    let choose_preset = {
        let (form, preset) = (form.clone(), preset.clone());
        use_steady(Callback::from(move |(chosen, filters): (Preset, Option<Vec<FilterInput>>)| {
            preset.set(chosen);
            if let Some(filters) = filters {
                form.set(Form { filters, ..(*form).clone() });
            }
        }))
    };
    let submit = {
        let (session, start, form, suggested, done) =
            (session.clone(), start.clone(), form.clone(), suggested.clone(), props.onstarted.clone());
        let (request, unfolded) = (built.as_ref().ok().cloned(), unfolded.clone());
        let may = props.context.ready() && !preset.lacks(&form.filters);
        use_steady(Callback::from(move |()| {
            let Some(request) = request.clone().filter(|_| may && !start.working()) else { return };
            Memory::StorageAccount.keep(Some(&form.place.account));
            let (events, done, latest) = (start.progress_events(), done.clone(), latest.clone());
            let (suggested, unfolded) = (suggested.clone(), unfolded.clone());
            let starting = ask::start(session.helper.clone(), session.target.clone(), request, events);
            start.run(async move {
                let capture = starting.await?;
                // The next one gets a name of its own; the rest stays, as it is often wanted again.
                let form = latest.borrow().clone();
                form.set(Form { name: None, ..(*form).clone() });
                suggested.set(suggested_name());
                unfolded.set(false);
                done.emit(capture);
                Ok(())
            });
        }))
    };
    let unfold = {
        let unfolded = unfolded.clone();
        Callback::from(move |()| unfolded.set(true))
    };

    if props.busy && !*unfolded {
        return html! {
            <div>
                <Button label={words.get("ui-another-capture")} icon={IconName::Add} onclick={unfold} testid="new-capture-unfold" />
            </div>
        };
    }
    let blocked = !props.context.ready();
    let lacking = preset.lacks(&form.filters);
    let why: Vec<AttrValue> = blocked
        .then(|| words.get("ui-start-not-ready"))
        .into_iter()
        .chain(lacking.then(|| words.get(preset.missing())))
        .chain(faults.iter().map(|(_, fault)| sentence(words, fault)))
        .collect();
    let chosen =
        form.instances.as_ref().map_or(props.context.instances.len(), std::collections::BTreeSet::len);
    html! {
        <div ref={card} tabindex="-1">
            <Card title={words.get("ui-new-capture")} testid="new-capture"
                actions={html! { <PasteCommand onfilters={set_filters.clone()} /> }}>
                <Presets preset={*preset} typed={preset.typed(&form.filters)} empty={form.filters.is_empty()} onchange={choose_preset} onenter={submit.clone()} />
                <FilterRows filters={form.filters.clone()} check={verdict.clone()} onchange={set_filters} onenter={submit.clone()} />
                <div class="reading" data-testid="filter-reading">
                    <p>{ reading(words.0, &verdict) }</p>
                    <DryRunLine filters={form.filters.clone()} ok={verdict.ok} captures={props.known.list.clone()} />
                </div>
                <Instances context={props.context.clone()} chosen={form.instances.clone()} onchange={set_instances}
                    notes={notes(FormField::Instances)} />
                <Limits form={form.limits.clone()} onchange={set_limits} instances={chosen} notes={limit_notes} onenter={submit.clone()} />
                <Destination context={props.context.clone()} form={form.place.clone()} onchange={set_place} onenter={submit.clone()}
                    account_notes={notes(FormField::Account)} path_notes={notes(FormField::Path)} file_notes={notes(FormField::LocalFile)}
                    expected={(*expected).clone()} />
                <Field id="capture-name" label={words.get("ui-name")} notes={notes(FormField::Name)}>
                    <TextInput id="capture-name" value={form.name.clone().unwrap_or(name)} code=true
                        invalid={!notes(FormField::Name).is_empty()} described_by="capture-name-notes" oninput={set_name}
                        onenter={submit.clone()} testid="capture-name" />
                </Field>
                { start_row(words, built.as_ref().ok(), &why, &start, submit) }
            </Card>
        </div>
    }
}

fn reading(language: Language, verdict: &FilterCheck) -> String {
    match language {
        Language::English => verdict.reading.en.clone(),
        Language::Japanese => verdict.reading.ja.clone(),
    }
}
