//! What a capture tells: findings first, then the figures, then the evidence. Panel and viewer show the same.

mod cards;
mod conversation;
mod conversation_filters;
mod conversations;
mod dns_names;
mod export;
mod findings;
mod hosts;
mod instances;
mod protocols;
mod report_view;
mod sightings;
mod statistics;
mod tcp_health;
mod timeline;
mod tls_names;
mod verdict;

use crate::{
    components::{Button, FailureView, IconName, ProgressBar, Skeleton},
    infra::{Shared, ask, focus, task::use_task, words::use_words},
    panel::use_session,
};
pub use conversation_filters::display_filter;
pub use report_view::{ReportView, Tab};
use std::rc::Rc;
use wasm_core::{
    filter::FilterInput,
    pcap::report::Report,
    protocol::{Context, FileRef, Listing},
};
use yew::prelude::*;

/// So many conversations are listed; the rest is counted.
const LISTED: u32 = 5_000;

/// What an answer is about.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerSource {
    pub title: AttrValue,
    pub files: Vec<FileRef>,
    /// Where a download brought it along.
    pub report: Option<Shared<Report>>,
}

/// Properties for [`Answer`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct AnswerProps {
    pub source: AnswerSource,
    /// The scale set, where it is known: tells which side of a conversation is an instance.
    pub context: Option<Rc<Context>>,
    /// Capture only this.
    pub oncapture: Callback<Vec<FilterInput>>,
    /// Away from the answer: the button, or Escape.
    pub onback: Callback<()>,
}

/// The answer to downloaded files: fetched from the helper where the download did not bring it.
#[component]
pub fn Answer(props: &AnswerProps) -> Html {
    let words = use_words();
    let session = use_session();
    let work = use_task::<Report>();
    let heading = use_node_ref();
    focus::use_visit(heading.clone());
    let run = {
        let (session, work, files) = (session.clone(), work.clone(), props.source.files.clone());
        Callback::from(move |()| {
            let events = work.progress_events();
            work.run(ask::summarise(session.helper.clone(), files.clone(), Listing::Top(LISTED), events));
        })
    };
    {
        let run = run.clone();
        use_effect_with((props.source.files.clone(), props.source.report.is_some()), move |(_, known)| {
            if !known {
                run.emit(());
            }
        });
    }
    let onkeydown = {
        let onback = props.onback.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && !event.default_prevented() {
                event.prevent_default();
                onback.emit(());
            }
        })
    };
    let report =
        props.source.report.clone().or_else(|| work.last().map(|dated| Shared::from(dated.value.clone())));
    html! {
        <section class="answer" data-testid="answer" aria-labelledby="answer-title" {onkeydown}>
            <div class="panel-back">
                <Button label={words.get("ui-back")} icon={IconName::ChevronRight} class="mirrored" onclick={props.onback.clone()}
                    testid="answer-back" />
                <h2 id="answer-title" ref={heading}>{ words.with("ui-answer-of", [("capture", props.source.title.to_string().into())]) }</h2>
            </div>
            if let Some(failure) = work.failure() {
                <FailureView failure={failure.clone()} retry={run} testid="answer" />
            }
            if let Some(report) = report {
                <ReportView {report} context={props.context.clone()} files={props.source.files.clone()}
                    oncapture={Some(props.oncapture.clone())} />
            } else if work.working() {
                <ProgressBar label={words.get("ui-summarising")} done={work.progress().map_or(0, |progress| progress.done)}
                    total={work.progress().and_then(|progress| progress.total)} testid="answer-progress" />
                <Skeleton lines={6} />
            }
        </section>
    }
}
