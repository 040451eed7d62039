use super::super::session::use_session;
use crate::{
    components::{Appearance, Button, Choice, FailureView, IconName, ProgressBar, Select},
    infra::{
        ask, format,
        helper::failure,
        task::{Task, use_task},
        words::use_words,
    },
};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use wasm_core::{
    filter::FilterInput,
    protocol::{Capture, DryRun, ErrorCode, FileState, Params},
};
use yew::prelude::*;

/// After the last keystroke, milliseconds until the filters are tried again.
const REST: u32 = 700;

/// Properties for [`DryRunLine`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DryRunLineProps {
    pub filters: Vec<FilterInput>,
    /// Whether Azure would take the filters.
    pub ok: bool,
    /// To try them on, newest first.
    pub captures: Vec<Rc<Capture>>,
}

/// "Would have kept 12,345 of 1.2 M packets of capture-0411."
#[component]
pub fn DryRunLine(props: &DryRunLineProps) -> Html {
    let words = use_words();
    let session = use_session();
    let work = use_task::<DryRun>();
    let chosen = use_state_eq(|| None::<AttrValue>);
    // Once asked for, it follows the filters.
    let following = use_state_eq(|| false);
    let name = match &*chosen {
        Some(name) => Some(name.clone()),
        None => props.captures.first().map(|capture| AttrValue::from(capture.name.to_string())),
    };
    let run = {
        let (session, work, filters) = (session.clone(), work.clone(), props.filters.clone());
        let capture =
            props.captures.iter().find(|capture| Some(capture.name.as_str()) == name.as_deref()).cloned();
        Callback::from(move |()| {
            let Some(capture) = capture.clone() else { return };
            let (session, filters, events) = (session.clone(), filters.clone(), work.progress_events());
            work.run(async move {
                let (files, _) = ask::files(session.helper.clone(), session.capture(&capture.name)).await?;
                let local: Vec<_> = files
                    .into_iter()
                    .filter(|file| file.state == FileState::Local)
                    .filter_map(|file| file.file)
                    .collect();
                if local.is_empty() {
                    let params = Params::from([("blob".to_owned(), capture.name.to_string())]);
                    return Err(failure(ErrorCode::BlobMissing, params));
                }
                ask::dry_run(session.helper, filters, local, events).await
            });
        })
    };
    {
        let (run, wanted) = (run.clone(), *following && props.ok);
        use_effect_with((props.filters.clone(), name.clone(), wanted), move |(_, _, wanted)| {
            let timer = wanted.then(|| Timeout::new(REST, move || run.emit(())));
            move || drop(timer)
        });
    }
    if props.captures.is_empty() || !session.can("dryRun") {
        return html! {};
    }
    let ontry = {
        let following = following.clone();
        Callback::from(move |()| if *following { run.emit(()) } else { following.set(true) })
    };
    let onchoose = {
        let chosen = chosen.clone();
        Callback::from(move |name: String| chosen.set(Some(name.into())))
    };
    let capture = name.unwrap_or_default();
    html! {
        <div class="dry-run stack-small" data-testid="dry-run">
            if let (Some(run), true) = (work.value(), *following) {
                <p data-testid="dry-run-result" role="status">
                    { words.with("ui-dry-run-result", [
                        ("kept", format::number(words.0, run.kept).into()),
                        ("packets", format::number(words.0, run.packets).into()),
                        ("share", format::percent(words.0, run.kept as f64 / run.packets.max(1) as f64).into()),
                        ("capture", capture.to_string().into()),
                    ]) }
                </p>
                if run.kept == 0 && run.packets > 0 {
                    <p class="outlier">{ words.get("ui-dry-run-nothing") }</p>
                }
            }
            if let Task::Working { progress, .. } = &*work {
                <ProgressBar label={words.with("ui-dry-run-working", [("capture", capture.to_string().into())])}
                    done={progress.map_or(0, |progress| progress.done)} total={progress.and_then(|progress| progress.total)} />
            }
            if let Some(failure) = work.failure() {
                if failure.code == ErrorCode::BlobMissing {
                    <p class="caption" role="status" data-testid="dry-run-no-file">{ words.with("ui-dry-run-no-file", [("capture", capture.to_string().into())]) }</p>
                } else {
                    <FailureView failure={failure.clone()} testid="dry-run" />
                }
            }
            <div class="row">
                <Button label={words.get("ui-dry-run")} icon={IconName::Play} small=true appearance={Appearance::Subtle}
                    disabled={!props.ok || work.working()} onclick={ontry} testid="dry-run-try" />
                if props.captures.len() > 1 {
                    <Select id="dry-run-capture" label={words.get("ui-dry-run-on")} value={capture}
                        choices={props.captures.iter().map(|capture| Choice::new(capture.name.to_string(), capture.name.to_string())).collect::<Vec<_>>()}
                        onchange={onchoose} testid="dry-run-capture" />
                }
            </div>
        </div>
    }
}
