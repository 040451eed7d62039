use crate::{
    components::{
        Appearance, Button, Choice, Field, FieldNote, FieldNotes, IconName, Intent, Select, TextInput,
    },
    infra::{focus, words::use_words},
};
use std::rc::Rc;
use wasm_core::filter::{Field as Member, FilterCheck, FilterInput, Problem, Severity};
use yew::prelude::*;

/// Properties for [`FilterRows`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FilterRowsProps {
    pub filters: Vec<FilterInput>,
    pub check: Rc<FilterCheck>,
    pub onchange: Callback<Vec<FilterInput>>,
    pub onenter: Callback<()>,
}

/// The filters, each judged while one types.
#[component]
pub fn FilterRows(props: &FilterRowsProps) -> Html {
    let words = use_words();
    let add = {
        let (onchange, filters) = (props.onchange.clone(), props.filters.clone());
        Callback::from(move |()| {
            let mut next = filters.clone();
            next.push(FilterInput { protocol: "TCP".to_owned(), ..FilterInput::default() });
            onchange.emit(next);
        })
    };
    let whole: Vec<_> = notes(props, |problem| problem.filter.is_none());
    html! {
        <div class="stack" role="group" aria-label={words.get("ui-filters")}>
            { for (0..props.filters.len()).map(|index| html! {
                <FilterRow key={index} {index} all={props.clone()} />
            }) }
            <FieldNotes id="filters-notes" notes={whole} />
            <div><Button label={words.get("ui-filter-add")} icon={IconName::Add} small=true appearance={Appearance::Subtle} class="outdent"
                onclick={add} testid="filter-add" /></div>
        </div>
    }
}

/// Properties for [`FilterRow`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct FilterRowProps {
    index: usize,
    all: FilterRowsProps,
}

/// One filter: protocol, this side, the other side.
#[component]
fn FilterRow(props: &FilterRowProps) -> Html {
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

/// Id of the control that a problem is about.
fn input_of(problem: &Problem) -> Option<String> {
    let name = match problem.field? {
        Member::Protocol => "protocol",
        Member::LocalIpAddress => "local-address",
        Member::LocalPort => "local-port",
        Member::RemoteIpAddress => "remote-address",
        Member::RemotePort => "remote-port",
    };
    Some(format!("filter-{}-{name}", problem.filter?))
}

/// The problems that belong here, each with its fixes as buttons.
fn notes(all: &FilterRowsProps, belongs: impl Fn(&Problem) -> bool) -> Vec<FieldNote> {
    let problems = all.check.problems.iter().enumerate().filter(|(_, problem)| belongs(problem));
    problems
        .map(|(number, problem)| {
            let fixes = problem.fixes.iter().enumerate().map(|(at, fix)| {
                let (onchange, filters, input) =
                    (all.onchange.clone(), fix.filters.clone(), input_of(problem));
                let onclick = move |()| {
                    // The button goes with the problem; the keyboard stays with what was mended.
                    if let Some(input) = &input {
                        focus::on(input);
                    }
                    onchange.emit(filters.clone());
                };
                html! {
                    <Button label={fix.text.clone()} small=true {onclick}
                        testid={format!("filter-fix-{number}-{at}")} />
                }
            });
            let fixes: Html = fixes.collect();
            FieldNote {
                intent: match problem.severity {
                    Severity::Error => Intent::Error,
                    Severity::Warning => Intent::Warning,
                    Severity::Note => Intent::Info,
                },
                text: problem.text.clone().into(),
                actions: if problem.fixes.is_empty() {
                    Html::default()
                } else {
                    html! { <div class="row">{ fixes }</div> }
                },
            }
        })
        .collect()
}
