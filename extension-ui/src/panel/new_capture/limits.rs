use super::{
    super::{
        amount::{Amount, AmountField, Unit},
        form::{FormField, LimitsForm, PerPacket, RingForm},
    },
    per_packet::PerPacketField,
};
use crate::{
    components::{Checkbox, Disclosure, Field, FieldNote, TextInput},
    infra::{
        format,
        words::{Words, use_words},
    },
};
use wasm_core::azure::capture::CaptureLimits;
use yew::prelude::*;

/// Properties for [`Limits`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LimitsProps {
    pub form: LimitsForm,
    pub onchange: Callback<LimitsForm>,
    /// How many instances it will run on now.
    pub instances: usize,
    /// What is wrong with the fields here.
    pub notes: Vec<(FormField, FieldNote)>,
    pub onenter: Callback<()>,
}

impl LimitsProps {
    fn notes(&self, field: FormField) -> Vec<FieldNote> {
        self.notes.iter().filter(|(at, _)| *at == field).map(|(_, note)| note.clone()).collect()
    }
}

/// When it ends, and how much it keeps.
#[component]
pub fn Limits(props: &LimitsProps) -> Html {
    let words = use_words();
    let form = &props.form;
    let change = |apply: fn(&mut LimitsForm, Amount)| {
        let (onchange, form) = (props.onchange.clone(), form.clone());
        Callback::from(move |amount| {
            let mut next = form.clone();
            apply(&mut next, amount);
            onchange.emit(next);
        })
    };
    let times = Unit::TIMES[..3].to_vec();
    let onring = {
        let (onchange, form) = (props.onchange.clone(), form.clone());
        Callback::from(move |on: bool| {
            onchange.emit(LimitsForm { ring: on.then(RingForm::default), ..form.clone() })
        })
    };
    let oncount = {
        let (onchange, form) = (props.onchange.clone(), form.clone());
        Callback::from(move |count: String| {
            let ring = RingForm { count, ..form.ring.clone().unwrap_or_default() };
            onchange.emit(LimitsForm { ring: Some(ring), ..form.clone() });
        })
    };
    html! {
        <div class="stack">
            if let Some(ring) = &form.ring {
                <div class="limits">
                    <Field id="ring-count" label={words.get("ui-ring-count")} notes={props.notes(FormField::FileCount)}>
                        <TextInput id="ring-count" value={ring.count.clone()} oninput={oncount} described_by="ring-count-notes"
                            invalid={!props.notes(FormField::FileCount).is_empty()} onenter={props.onenter.clone()} testid="ring-count" />
                    </Field>
                    <AmountField id="ring-size" label={words.get("ui-ring-size")} amount={ring.size.clone()} units={Unit::SIZES.to_vec()}
                        onchange={change(|form, amount| form.ring.get_or_insert_default().size = amount)}
                        notes={props.notes(FormField::FileSize)} onenter={props.onenter.clone()} testid="ring-size" />
                    <AmountField id="ring-time" label={words.get("ui-time-limit")} amount={ring.time.clone()} units={Unit::TIMES.to_vec()}
                        onchange={change(|form, amount| form.ring.get_or_insert_default().time = amount)}
                        notes={props.notes(FormField::RingTime)} onenter={props.onenter.clone()} testid="ring-time" />
                </div>
            } else {
                <div class="limits">
                    <AmountField id="time-limit" label={words.get("ui-time-limit")} amount={form.time.clone()} units={times}
                        onchange={change(|form, amount| form.time = amount)} notes={props.notes(FormField::Time)}
                        onenter={props.onenter.clone()} testid="time-limit" />
                    <AmountField id="size-limit" label={words.get("ui-size-limit")} amount={form.size.clone()} units={Unit::SIZES.to_vec()}
                        onchange={change(|form, amount| form.size = amount)} notes={props.notes(FormField::Size)}
                        onenter={props.onenter.clone()} testid="size-limit" />
                </div>
            }
            <p class="field-help" data-testid="estimate" role="status">{ estimate(words, form, props.instances) }</p>
            <Disclosure summary={words.get("ui-more-limits")} testid="more-limits"
                open={form.ring.is_some() || form.per_packet != PerPacket::Whole}>
                <PerPacketField form={form.clone()} onchange={props.onchange.clone()} notes={props.notes(FormField::PerPacket)}
                    onenter={props.onenter.clone()} />
                <Checkbox label={words.get("ui-ring")} help={words.get("ui-ring-help")} checked={form.ring.is_some()} onchange={onring}
                    testid="ring-buffer" />
            </Disclosure>
        </div>
    }
}

/// "At most 3 × 1 GiB, after 5 min at the latest."
fn estimate(words: Words, form: &LimitsForm, instances: usize) -> AttrValue {
    // What is wrong is told at the fields.
    let Some(settings) = form.settings(&mut Vec::new()) else { return AttrValue::default() };
    let estimate = settings.estimate(instances as u64);
    let parameters = [
        ("files", format::number(words.0, estimate.files).into()),
        ("each", format::bytes(words.0, estimate.bytes_per_file).into()),
        ("total", format::bytes(words.0, estimate.bytes).into()),
        ("time", format::duration(words.0, estimate.seconds as f64).into()),
    ];
    match settings.limits() {
        CaptureLimits::Session(_) => words.with("ui-estimate-session", parameters),
        CaptureLimits::Ring(_) => words.with("ui-estimate-ring", parameters),
    }
}
