use super::{asked, captures::Change, commands, session::use_session, step::step};
use crate::{
    components::{
        Appearance, Badge, Button, Card, CommandButton, FailureView, IconName, Intent, ProgressBar, ring,
    },
    infra::{
        ask,
        clock::use_clock,
        focus, format,
        task::{Task, use_task},
        words::use_words,
    },
};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use wasm_core::{
    azure::{
        command::Action,
        status::{CaptureStatus, Explain},
    },
    protocol::{Capture, Event},
};
use yew::prelude::*;

/// After a watch ended without the capture's end, milliseconds until it is watched again.
const AGAIN: u32 = 3_000;

/// Properties for [`LiveCapture`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LiveCaptureProps {
    pub capture: Rc<Capture>,
    /// How many instances the scale set has, where known.
    pub instances: Option<usize>,
    /// The scale set's region, where known.
    pub location: AttrValue,
    /// It was started here just now: the keyboard goes on with it.
    pub begun: bool,
    pub onchange: Callback<Change>,
}

/// A capture that runs: remaining time, the limit that will end it, and the button that ends it now.
#[component]
pub fn LiveCapture(props: &LiveCaptureProps) -> Html {
    let words = use_words();
    let session = use_session();
    let capture = &props.capture;
    let watching = use_task::<()>();
    let stopping = use_task::<()>();
    let rounds = use_state_eq(|| 0_u32);
    // When the helper last said how much time is left, and by our clock when that was.
    let told = use_state_eq(|| None::<(u64, f64)>);
    let now = use_clock(1_000, true);

    use_effect_with(props.begun, |begun| {
        if *begun {
            focus::on("live-capture-title");
        }
    });
    {
        let told = told.clone();
        use_effect_with(capture.clone(), move |capture| {
            told.set(capture.remaining_seconds.map(|left| (left, crate::infra::clock::now())));
        });
    }
    {
        let (watching, session, change) = (watching.clone(), session.clone(), props.onchange.clone());
        let (name, rounds) = (capture.name.clone(), rounds.clone());
        use_effect_with((session.generation, *rounds), move |_| {
            let events = {
                let change = change.clone();
                move |event| {
                    if let Event::Capture { capture } = event {
                        change.emit(Change::Put(capture));
                    }
                }
            };
            let watch = ask::watch(session.helper.clone(), session.capture(&name), events);
            watching.run(async move {
                change.emit(Change::Put(Box::new(watch.await?)));
                Ok(())
            });
        });
    }
    {
        // The watch timed out or the network was away: look again in a while.
        let rounds = rounds.clone();
        let failed = watching.failure().is_some();
        use_effect_with((failed, *rounds), move |&(failed, round)| {
            let timer = failed.then(|| Timeout::new(AGAIN, move || rounds.set(round + 1)));
            move || drop(timer)
        });
    }
    let stop = {
        let (stopping, session, change, name) =
            (stopping.clone(), session.clone(), props.onchange.clone(), capture.name.clone());
        Callback::from(move |()| {
            let (events, change) = (stopping.progress_events(), change.clone());
            let stop = ask::stop(session.helper.clone(), session.capture(&name), events);
            stopping.run(async move {
                change.emit(Change::Put(Box::new(stop.await?)));
                Ok(())
            });
        })
    };

    let limit = asked::time_limit(capture);
    let left = told.map(|(left, at)| left.saturating_sub(((now - at) / 1_000.0).max(0.0) as u64));
    let count = asked::instances(capture, props.instances);
    html! {
        <Card title={capture.name.to_string()} testid="live-capture"
            aside={html! {
                <Badge intent={Intent::Info} live=true testid="live-status" label={capture.status.label(words.0)} />
            }}
            actions={html! {
                <>
                    <Button label={words.get("ui-stop")} icon={IconName::Stop} small=true appearance={Appearance::Primary}
                        full_name={words.with("ui-stop-of", [("capture", capture.name.to_string().into())])}
                        disabled={stopping.working()} onclick={stop} testid="stop-capture" />
                    if let Some(command) = commands::existing(Action::Stop, capture, &props.location) {
                        <CommandButton title={words.with("ui-stop-of", [("capture", capture.name.to_string().into())])} {command}
                            testid="stop-command" />
                    }
                </>
            }}>
            <div class="live">
                if let Some(left) = left {
                    { ring(1.0 - left as f64 / limit.max(1) as f64, format::clock(left),
                        words.with("ui-time-left", [("time", format::duration(words.0, left as f64).into())])) }
                }
                <div class="live-text">
                    <p data-testid="live-text">{ capture.text.clone() }</p>
                    <p class="caption" data-testid="live-limit">{ asked::ends(words, capture) }</p>
                    if let Some(count) = count {
                        <p class="caption">{ words.with("ui-on-instances", [("count", count.into())]) }</p>
                    }
                    <p class="live-reading">{ asked::reading(words, capture) }</p>
                </div>
            </div>
            if capture.status == CaptureStatus::NotStarted {
                <ProgressBar label={words.get("ui-starting")} done=0 total={None::<u64>} />
            }
            { match &*stopping {
                Task::Working { progress, .. } => html! {
                    <ProgressBar label={progress.map_or_else(|| words.get("ui-stopping"), |progress| step(words, progress.step))}
                        done=0 total={None::<u64>} testid="stop-progress" />
                },
                Task::Failed { failure, .. } => html! { <FailureView failure={failure.clone()} testid="stop" /> },
                Task::Idle | Task::Ready(_) => html! {},
            } }
            if let Some(failure) = watching.failure() {
                <FailureView failure={failure.clone()} testid="watch" />
            }
        </Card>
    }
}
