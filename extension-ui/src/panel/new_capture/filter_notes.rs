//! The problems of filters as notes under their fields.

use super::filter_rows::FilterRowsProps;
use crate::{
    components::{Button, FieldNote, Intent},
    infra::focus,
};
use wasm_core::filter::{Field as Member, Problem, Severity};
use yew::prelude::*;

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
pub fn notes(all: &FilterRowsProps, belongs: impl Fn(&Problem) -> bool) -> Vec<FieldNote> {
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
