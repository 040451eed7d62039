use super::{filter_notes::notes, filter_rows::FilterRowsProps};
use crate::{
    components::{Appearance, Button, Choice, Field, FieldNotes, IconName, Select, TextInput},
    infra::words::use_words,
};
use wasm_core::filter::{Field as Member, Severity};
use yew::prelude::*;

/// Properties for [`FilterRow`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FilterRowProps {
    pub index: usize,
    pub all: FilterRowsProps,
}

/// One filter: protocol, this side, the other side.
#[component]
pub fn FilterRow(props: &FilterRowProps) -> Html {
    let words = use_words();
    let (index, all) = (props.index, &props.all);
    let number = (index + 1).to_string();
    let Some(filter) = all.filters.get(index) else { return html! {} };
    let set = |member: Member| {
        let (onchange, filters) = (all.onchange.clone(), all.filters.clone());
        Callback::from(move |text: String| {
            let mut next = filters.clone();
            if let Some(filter) = next.get_mut(index) {
                *member.of_mut(filter) = text;
            }
            onchange.emit(next);
        })
    };
    let remove = {
        let (onchange, filters) = (all.onchange.clone(), all.filters.clone());
        Callback::from(move |()| {
            let mut next = filters.clone();
            next.remove(index);
            onchange.emit(next);
        })
    };
    let wrong = |member: Member| {
        all.check.problems.iter().any(|problem| {
            problem.filter == Some(index)
                && problem.field == Some(member)
                && problem.severity == Severity::Error
        })
    };
    let protocols = ["Any", "TCP", "UDP"].map(|name| {
        let label = if name == "Any" { words.get("ui-protocol-any") } else { name.into() };
        Choice::new(name, label)
    });
    let protocol = ["TCP", "UDP"]
        .into_iter()
        .find(|name| filter.protocol.trim().eq_ignore_ascii_case(name))
        .unwrap_or("Any");
    let side = |side: &'static str, address: Member, port: Member| {
        let notes_id = format!("filter-{index}-{side}-notes");
        let input = |member: Member, kind: &'static str, placeholder: AttrValue| {
            let id = format!("filter-{index}-{side}-{kind}");
            let label = words.with(&format!("ui-filter-{side}-{kind}"), [("number", number.clone().into())]);
            html! {
                <Field id={id.clone()} {label} bare=true>
                    <TextInput id={id.clone()} value={member.of(filter).to_owned()} code=true {placeholder} invalid={wrong(member)}
                        described_by={notes_id.clone()} oninput={set(member)} onenter={all.onenter.clone()} testid={id} />
                </Field>
            }
        };
        let own = notes(all, |problem| {
            problem.filter == Some(index)
                && problem.field.is_some_and(|field| field == address || field == port)
        });
        html! {
            <div class="filter-side">
                <span class="filter-side-name">{ words.get(&format!("ui-filter-{side}")) }</span>
                { input(address, "address", words.get("ui-any-address")) }
                { input(port, "port", words.get("ui-any-port")) }
                <div class="filter-wide"><FieldNotes id={notes_id.clone()} notes={own} /></div>
            </div>
        }
    };
    let rest = notes(all, |problem| {
        problem.filter == Some(index) && matches!(problem.field, None | Some(Member::Protocol))
    });
    let name = words.with("ui-filter-number", [("number", number.clone().into())]);
    html! {
        <div class="filter" role="group" aria-label={name.clone()} data-testid={format!("filter-{index}")}>
            <div class="filter-head">
                <span class="filter-name">{ name.clone() }</span>
                <Select id={format!("filter-{index}-protocol")} label={words.with("ui-filter-protocol", [("number", number.clone().into())])}
                    value={protocol} choices={protocols.to_vec()} onchange={set(Member::Protocol)} testid={format!("filter-{index}-protocol")} />
                <Button label={words.get("ui-remove")} full_name={words.with("ui-filter-remove", [("number", number.clone().into())])}
                    icon={IconName::Close} icon_only=true small=true appearance={Appearance::Subtle} onclick={remove}
                    testid={format!("filter-{index}-remove")} />
            </div>
            { side("local", Member::LocalIpAddress, Member::LocalPort) }
            { side("remote", Member::RemoteIpAddress, Member::RemotePort) }
            <FieldNotes id={format!("filter-{index}-notes")} notes={rest} />
        </div>
    }
}
