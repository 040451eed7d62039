use crate::{
    components::{Appearance, Button, Choice, FieldNote, FieldNotes, Segmented, TextInput},
    infra::words::{Words, use_words},
};
use std::{collections::BTreeSet, rc::Rc};
use wasm_core::{
    azure::resource::InstanceId,
    protocol::{AgentState, Context, Instance},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// From here on there is a search field.
const MANY: usize = 8;

/// Properties for [`Instances`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct InstancesProps {
    pub context: Rc<Context>,
    /// `None`: all, also those that are yet to come.
    pub chosen: Option<BTreeSet<InstanceId>>,
    pub onchange: Callback<Option<BTreeSet<InstanceId>>>,
    pub notes: Vec<FieldNote>,
}

/// On which instances.
#[component]
pub fn Instances(props: &InstancesProps) -> Html {
    let words = use_words();
    let search = use_state_eq(String::new);
    let chosen = props.chosen.clone();
    let set = {
        let onchange = props.onchange.clone();
        move |instances| onchange.emit(instances)
    };
    let onscope = {
        let (set, context) = (set.clone(), props.context.clone());
        Callback::from(move |value: AttrValue| {
            // Choosing starts with those that can capture now.
            let running = context.instances.iter().filter(|instance| is_running(instance));
            set((value == "some").then(|| running.map(|instance| instance.id.clone()).collect()));
        })
    };
    let needle = search.trim().to_lowercase();
    let matching: Vec<&Instance> = props
        .context
        .instances
        .iter()
        .filter(|instance| {
            needle.is_empty()
                || instance.name.to_lowercase().contains(&needle)
                || instance.id.name().to_lowercase().contains(&needle)
                || instance.addresses.iter().any(|address| address.to_string().contains(&needle))
        })
        .collect();
    let pick = |all: bool| {
        let (set, chosen) = (set.clone(), chosen.clone().unwrap_or_default());
        let shown: Vec<_> = matching.iter().map(|instance| instance.id.clone()).collect();
        Callback::from(move |()| {
            let mut next = chosen.clone();
            for id in &shown {
                if all {
                    next.insert(id.clone())
                } else {
                    next.remove(id)
                };
            }
            set(Some(next));
        })
    };
    html! {
        <div class="stack-small">
            <Segmented label={words.get("ui-instances")} name="scope" value={if chosen.is_some() { "some" } else { "all" }}
                choices={vec![
                    Choice::new("all", words.with("ui-instances-all", [("count", props.context.instances.len().into())])),
                    Choice::new("some", words.get("ui-instances-choose")),
                ]} onchange={onscope} testid="scope" />
            if let Some(chosen) = &chosen {
                if props.context.instances.len() >= MANY {
                    <div class="toolbar">
                        <TextInput id="instance-search" search=true value={(*search).clone()} label={words.get("ui-instances-search")}
                            placeholder={words.get("ui-instances-search")}
                            oninput={let search = search.clone(); move |text| search.set(text)} testid="instance-search" />
                        <Button label={words.get("ui-all")} small=true appearance={Appearance::Subtle} onclick={pick(true)} testid="instances-all" />
                        <Button label={words.get("ui-none")} small=true appearance={Appearance::Subtle} onclick={pick(false)} testid="instances-none" />
                    </div>
                }
                <div class="chips" role="group" aria-label={words.get("ui-instances")} tabindex={(props.context.instances.len() >= MANY).then_some("0")}>
                    { for matching.iter().map(|instance| chip(words, instance, chosen.contains(&instance.id), {
                        let (set, chosen, id) = (set.clone(), chosen.clone(), instance.id.clone());
                        Callback::from(move |on: bool| {
                            let mut next = chosen.clone();
                            if on { next.insert(id.clone()) } else { next.remove(&id) };
                            set(Some(next));
                        })
                    })) }
                </div>
                <p class="caption" role="status">
                    if matching.is_empty() {
                        { words.get("ui-instances-search-none") }{ " " }
                    }
                    { words.with("ui-instances-chosen", [("count", chosen.len().into()), ("total", props.context.instances.len().into())]) }
                </p>
            }
            <FieldNotes id="instances-notes" notes={props.notes.clone()} />
        </div>
    }
}

fn is_running(instance: &Instance) -> bool {
    instance.power.as_deref().is_none_or(|power| power == "running")
}

/// One instance: its number, and by shape and words whether it runs and has the agent.
fn chip(words: Words, instance: &Instance, checked: bool, onchange: Callback<bool>) -> Html {
    let (class, state) = match (is_running(instance), instance.agent) {
        (false, _) => (
            "off",
            words.with("ui-instance-power", [("power", instance.power.clone().unwrap_or_default().into())]),
        ),
        (true, AgentState::Missing) => ("bad", words.get("ui-instance-no-agent")),
        (true, AgentState::Failed) => ("bad", words.get("ui-instance-agent-failed")),
        (true, AgentState::Installed | AgentState::Unknown) => ("on", words.get("ui-instance-running")),
    };
    let addresses = instance.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let onchange =
        move |event: Event| onchange.emit(event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <label class="chip" key={instance.id.name().to_owned()} title={format!("{} · {state}{}{addresses}", instance.name, if addresses.is_empty() { "" } else { " · " })}>
            <input type="checkbox" class="visually-hidden" {checked} {onchange} data-testid={format!("instance-{}", instance.id.name())} />
            <span>
                <span class={classes!("chip-state", class)} aria-hidden="true"></span>
                { instance.id.name().to_owned() }
                <span class="visually-hidden">{ format!(" {state}") }</span>
            </span>
        </label>
    }
}
