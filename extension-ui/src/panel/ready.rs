use super::check_line::CheckLine;
use crate::{
    components::{Appearance, Button, Card, FailureView, IconName, Intent, Message, icon, moment_of_day},
    infra::{task::TaskHandle, words::use_words},
};
use std::rc::Rc;
use wasm_core::protocol::{CheckState, Context};
use yew::prelude::*;

/// Properties for [`Ready`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ReadyProps {
    /// Takes the new context after a fix.
    pub context: TaskHandle<Context>,
    /// What is known now.
    pub now: Rc<Context>,
    pub retry: Callback<()>,
}

/// Can I capture here? One green line when all is well, else each prerequisite with its reason and its fix.
#[component]
pub fn Ready(props: &ReadyProps) -> Html {
    let words = use_words();
    let open = use_state_eq(|| false);
    let context = &props.now;
    let all_well = context.checks.iter().all(|check| check.state == CheckState::Ok);
    let (intent, title) = match (all_well, context.ready()) {
        (true, _) => (Intent::Success, "ui-ready-all"),
        (false, true) => (Intent::Warning, "ui-ready-mostly"),
        (false, false) => (Intent::Error, "ui-ready-not"),
    };
    let toggle = {
        let open = open.clone();
        Callback::from(move |()| open.set(!*open))
    };
    let shown = !all_well || *open;
    html! {
        <Card title={words.get("ui-ready")} testid="ready" busy={props.context.working()}
            aside={html! {
                <span class={classes!("ready-line", intent.class())} data-testid="ready-state" data-state={state_name(intent)} role="status">
                    { icon(intent.icon()) }{ words.get(title) }
                </span>
            }}
            actions={html! {
                <>
                    if all_well {
                        <Button label={words.get("ui-ready-details")} icon={if *open { IconName::ChevronDown } else { IconName::ChevronRight }}
                            icon_only=true small=true appearance={Appearance::Subtle} expanded={*open} onclick={toggle} testid="ready-toggle" />
                    }
                    <Button label={words.get("ui-refresh")} icon={IconName::Refresh} icon_only=true small=true appearance={Appearance::Subtle}
                        disabled={props.context.working()} onclick={props.retry.clone()} testid="ready-refresh" />
                </>
            }}>
            if let (Some(failure), Some(last)) = (props.context.failure(), props.context.last()) {
                <FailureView failure={failure.clone()} retry={props.retry.clone()} testid="context">
                    <span class="caption">{ words.get("ui-as-of") }{ " " }{ moment_of_day(words.0, last.at) }</span>
                </FailureView>
            }
            if context.aks_owned {
                <Message intent={Intent::Warning} quiet=true testid="aks-owned"><p>{ words.get("ui-aks-owned") }</p></Message>
            }
            if shown {
                <ul>
                    { for context.checks.iter().map(|check| html! {
                        <CheckLine key={format!("{:?}", check.kind)} check={check.clone()} context={props.context.clone()} />
                    }) }
                </ul>
            }
        </Card>
    }
}

fn state_name(intent: Intent) -> &'static str {
    match intent {
        Intent::Success => "ok",
        Intent::Warning => "warning",
        _ => "blocked",
    }
}
