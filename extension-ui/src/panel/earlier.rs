use super::{captures::Change, earlier_capture::EarlierCapture, new_capture::Seed};
use crate::{
    answer::AnswerSource,
    components::{
        Appearance, Button, Card, Empty, FailureView, IconName, Intent, Message, Skeleton, moment_of_day,
    },
    infra::{task::TaskHandle, words::use_words},
};
use std::rc::Rc;
use wasm_core::protocol::{Capture, Notice};
use yew::prelude::*;

/// So many are shown before "more".
const FIRST: usize = 5;

/// Properties for [`Earlier`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct EarlierProps {
    pub list: Vec<Rc<Capture>>,
    pub warnings: Vec<Notice>,
    pub fetching: TaskHandle<()>,
    pub refresh: Callback<()>,
    pub onchange: Callback<Change>,
    pub onanswer: Callback<AnswerSource>,
    pub onplant: Callback<Seed>,
    /// The scale set's region, where known.
    pub location: AttrValue,
}

/// The captures of this scale set that have ended, newest first.
#[component]
pub fn Earlier(props: &EarlierProps) -> Html {
    let words = use_words();
    let all = use_state_eq(|| false);
    let shown = if *all { props.list.len() } else { FIRST };
    let more = {
        let all = all.clone();
        Callback::from(move |()| all.set(true))
    };
    html! {
        <Card title={words.get("ui-earlier")} testid="earlier" busy={props.fetching.working()}
            actions={html! {
                <Button label={words.get("ui-refresh")} icon={IconName::Refresh} icon_only=true small=true appearance={Appearance::Subtle}
                    full_name={words.get("ui-earlier-refresh")} disabled={props.fetching.working()} onclick={props.refresh.clone()} testid="earlier-refresh" />
            }}>
            if let Some(failure) = props.fetching.failure() {
                <FailureView failure={failure.clone()} retry={props.refresh.clone()} testid="earlier">
                    if let Some(last) = props.fetching.last() {
                        <span class="caption">{ words.get("ui-as-of") }{ " " }{ moment_of_day(words.0, last.at) }</span>
                    }
                </FailureView>
            }
            { for props.warnings.iter().map(|notice| html! {
                <Message intent={Intent::Warning} testid="earlier-warning"><p>{ notice.text.clone() }</p></Message>
            }) }
            if props.list.is_empty() {
                if props.fetching.last().is_some() {
                    <Empty icon={IconName::Capture} title={words.get("ui-earlier-none")} testid="earlier-empty">
                        <p>{ words.get("ui-earlier-none-next") }</p>
                    </Empty>
                } else if props.fetching.working() {
                    <Skeleton label={words.get("ui-loading-captures")} />
                }
            } else {
                <div>
                    { for props.list.iter().take(shown).enumerate().map(|(at, capture)| html! {
                        <EarlierCapture key={capture.name.as_str()} capture={capture.clone()} newest={at == 0}
                            onchange={props.onchange.clone()} onanswer={props.onanswer.clone()} onplant={props.onplant.clone()}
                            location={props.location.clone()} />
                    }) }
                </div>
                if props.list.len() > shown {
                    <div><Button label={words.with("ui-earlier-more", [("count", (props.list.len() - shown).into())])} small=true
                        appearance={Appearance::Subtle} onclick={more} testid="earlier-more" /></div>
                }
            }
        </Card>
    }
}
