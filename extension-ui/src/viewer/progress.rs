//! How far reading and exporting are.

use super::{
    engine::Engine,
    state::{Opened, Reading, Work},
};
use crate::{
    components::{Appearance, Button, Intent, Message, ProgressBar, live_region},
    infra::{format, words::use_words},
};
use std::rc::Rc;
use wasm_core::pcap::session::{Ask, Ending};
use yew::prelude::*;

/// Properties for [`Progress`].
#[derive(Clone, Debug, Properties)]
pub struct ProgressProps {
    pub opened: Rc<Opened>,
    pub engine: Engine,
    pub onstop: Callback<()>,
}

impl PartialEq for ProgressProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.opened, &other.opened)
    }
}

/// How far the reading, or an export, is; and how it ended.
#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    let words = use_words();
    let opened = &props.opened;
    let stop_reading = {
        let engine = props.engine.clone();
        Callback::from(move |()| engine.ask(&Ask::Cancel { id: None }))
    };
    let cancel = |onclick: Callback<()>, testid: &'static str| {
        html! {
            <Button label={words.get("ui-cancel")} small=true appearance={Appearance::Subtle} {onclick} {testid} />
        }
    };
    let reading = match &opened.reading {
        Reading::Going { done, total } => {
            let packets = format::number(words.0, opened.packets);
            html! {
                <div class="reading" data-testid="reading">
                    <ProgressBar label={words.with("viewer-reading", [("packets", packets.into())])} done={*done} total={Some(*total)}>
                        <span>{ format!("{} / {}", format::bytes(words.0, *done), format::bytes(words.0, *total)) }</span>
                    </ProgressBar>
                    { cancel(stop_reading, "reading-cancel") }
                </div>
            }
        }
        Reading::Done(Ending::Whole) => html! {},
        Reading::Done(Ending::Cancelled) => {
            html! { <Message intent={Intent::Info} testid="reading-stopped">{ words.get("viewer-stopped") }</Message> }
        }
        Reading::Failed(code) => {
            let text = words
                .find(&format!("viewer-failed-{code}"))
                .unwrap_or_else(|| words.with("viewer-failed", [("reason", code.clone().into())]));
            html! { <Message intent={Intent::Error} testid="reading-failed">{ text }</Message> }
        }
    };
    let warnings = opened.report.as_ref().map(|report| report.total.warnings.clone()).unwrap_or_default();
    let spoken = match &opened.reading {
        Reading::Done(_) => {
            words.with("viewer-read", [("packets", format::number(words.0, opened.packets).into())])
        }
        _ => AttrValue::default(),
    };
    html! {
        <section class="viewer-status" aria-label={opened.source.name.clone()}>
            { reading }
            if opened.source.partial {
                <Message intent={Intent::Info} quiet=true testid="partial">{ words.get("viewer-partial") }</Message>
            }
            { for warnings.iter().take(3).map(|warning| html! {
                <Message intent={Intent::Warning} quiet=true testid="warning">{ warning.text.clone() }</Message>
            }) }
            if let Some(Work::Exporting { done, total, .. }) = &opened.work {
                <div class="reading" data-testid="exporting">
                    <ProgressBar label={words.get("viewer-exporting")} done={*done} total={Some(*total)} />
                    { cancel(props.onstop.clone(), "export-cancel") }
                </div>
            }
            { live_region(spoken, "viewer-live") }
        </section>
    }
}
