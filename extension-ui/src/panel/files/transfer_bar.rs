use super::runs::{Job, Run};
use crate::{
    components::{Appearance, Button, FailureView, IconName, ProgressBar},
    infra::{
        ask, format,
        task::use_task,
        words::{Words, use_words},
    },
    panel::session::use_session,
};
use std::rc::Rc;
use wasm_core::{
    pcap::report::Report,
    protocol::{Capture, DownloadOptions, ErrorCode, Event, InstanceChoice, Transfer, TransferState},
};
use yew::prelude::*;

/// What a download does, by the catalogue's key. Of the whole and of each file alike.
pub fn label_of(state: Option<&TransferState>) -> &'static str {
    match state {
        Some(TransferState::Paused) => "ui-download-paused",
        Some(TransferState::Interrupted) => "ui-download-interrupted",
        Some(TransferState::Failed { .. }) => "ui-download-failed",
        Some(TransferState::Running | TransferState::Done) | None => "ui-downloading",
    }
}

/// Properties for [`TransferBar`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TransferBarProps {
    pub capture: Rc<Capture>,
    pub run: Run,
    pub onnow: Callback<Transfer>,
    /// It stopped and some of it failed: what came down is to be seen, and the bar stays.
    pub onlanded: Callback<()>,
    /// It ended, with the summary of what came down.
    pub onended: Callback<(u32, Option<Report>)>,
    /// Download again over what is there.
    pub onoverwrite: Callback<InstanceChoice>,
}

/// One download: how far it is, and how to pause, resume and cancel it.
#[component]
pub fn TransferBar(props: &TransferBarProps) -> Html {
    let words = use_words();
    let session = use_session();
    let work = use_task::<()>();
    let control = use_task::<()>();
    // Cancelled before the helper has said which transfer it is.
    let unwanted = use_state_eq(|| false);
    let run = props.run.clone();
    let follow = {
        let (session, work, props) = (session.clone(), work.clone(), props.clone());
        Callback::from(move |job: Job| {
            let (onnow, onlanded) = (props.onnow.clone(), props.onlanded.clone());
            let (onended, number) = (props.onended.clone(), props.run.number);
            let events = move |event| {
                if let Event::Transfer { transfer } = event {
                    onnow.emit(*transfer);
                }
            };
            let (helper, capture) = (session.helper.clone(), session.capture(&props.capture.name));
            work.run(async move {
                let (files, report) = match job {
                    Job::Begin { instances, overwrite } => {
                        let options = DownloadOptions { overwrite, ..DownloadOptions::default() };
                        ask::download(helper, capture, instances, options, events).await?
                    }
                    Job::Follow(id) => ask::follow(helper, id, events).await?,
                };
                // What failed of it is still to be seen and tried again.
                if let Some(failure) = files.iter().find_map(|file| file.failure.clone()) {
                    onlanded.emit(());
                    return Err(failure);
                }
                onended.emit((number, report));
                Ok(())
            });
        })
    };
    {
        let follow = follow.clone();
        let job = match (&run.job, run.now.as_ref().map(|now| &now.state)) {
            // An interrupted download waits for the person.
            (_, Some(TransferState::Interrupted | TransferState::Failed { .. })) => None,
            (job, _) => Some(job.clone()),
        };
        use_effect_with((), move |()| {
            if let Some(job) = job {
                follow.emit(job);
            }
        });
    }
    let id = run.now.as_ref().map(|now| now.id.clone());
    let pause = {
        let (session, control, id) = (session.clone(), control.clone(), id.clone());
        Callback::from(move |()| {
            let Some(id) = id.clone() else { return };
            let paused = ask::pause(session.helper.clone(), id);
            control.run(async move { paused.await.map(drop) });
        })
    };
    let resume = {
        let (session, control, id, follow, work) =
            (session.clone(), control.clone(), id.clone(), follow.clone(), work.clone());
        Callback::from(move |()| {
            let Some(id) = id.clone() else { return };
            let (follow, following) = (follow.clone(), work.working());
            let resumed = ask::resume(session.helper.clone(), id.clone());
            control.run(async move {
                resumed.await?;
                if !following {
                    follow.emit(Job::Follow(id));
                }
                Ok(())
            });
        })
    };
    let cancel = {
        let (session, control, id) = (session.clone(), control.clone(), id.clone());
        let (onended, number) = (props.onended.clone(), run.number);
        let (unwanted, beginning) = (unwanted.clone(), work.working());
        Callback::from(move |()| {
            let Some(id) = id.clone() else {
                return if beginning { unwanted.set(true) } else { onended.emit((number, None)) };
            };
            let (discarded, onended) = (ask::discard(session.helper.clone(), id), onended.clone());
            control.run(async move {
                discarded.await?;
                onended.emit((number, None));
                Ok(())
            });
        })
    };
    {
        let cancel = cancel.clone();
        use_effect_with(*unwanted && (id.is_some() || !work.working()), move |now| {
            if *now {
                cancel.emit(());
            }
        });
    }
    let (done, size) = run.now.as_ref().map_or((0, 0), |now| {
        now.files.iter().fold((0, 0), |(done, size), file| (done + file.done, size + file.size))
    });
    let state = run.now.as_ref().map(|now| now.state.clone());
    let still = matches!(
        state,
        Some(TransferState::Paused | TransferState::Interrupted | TransferState::Failed { .. })
    );
    let label = words.get(label_of(state.as_ref()));
    let failure = work.failure().cloned().or(match state {
        Some(TransferState::Failed { failure }) if !work.working() => Some(failure),
        _ => None,
    });
    let exists = failure.as_ref().is_some_and(|failure| failure.code == ErrorCode::FileExists);
    let overwrite = {
        let (onoverwrite, onended, run) = (props.onoverwrite.clone(), props.onended.clone(), run.clone());
        Callback::from(move |()| {
            let instances = match &run.job {
                Job::Begin { instances, .. } => instances.clone(),
                Job::Follow(_) => InstanceChoice::All,
            };
            onended.emit((run.number, None));
            onoverwrite.emit(instances);
        })
    };
    html! {
        <div class="stack-small" data-testid="transfer" data-state={if still { "still" } else { "running" }}>
            <ProgressBar {label} {done} total={(size > 0).then_some(size)} {still} testid="transfer-progress">
                <span class="number">{ speed(words, run.now.as_ref(), done, size) }</span>
            </ProgressBar>
            <div class="row">
                if still {
                    <Button label={words.get("ui-resume")} icon={IconName::Play} small=true onclick={resume} testid="transfer-resume"
                        disabled={control.working() || id.is_none()} />
                } else {
                    <Button label={words.get("ui-pause")} icon={IconName::Pause} small=true onclick={pause} testid="transfer-pause"
                        disabled={control.working() || id.is_none()} />
                }
                <Button label={words.get("ui-cancel")} full_name={words.get("ui-download-cancel")} icon={IconName::Close} small=true
                    appearance={Appearance::Subtle} onclick={cancel} disabled={*unwanted && id.is_none()} testid="transfer-cancel" />
            </div>
            if let Some(failure) = failure {
                <FailureView {failure} testid="transfer" retry={(!exists).then(|| {
                    let job = run.job.clone();
                    follow.reform(move |()| job.clone())
                })}>
                    if exists {
                        <Button label={words.get("ui-overwrite")} small=true onclick={overwrite} testid="transfer-overwrite" />
                    }
                </FailureView>
            }
            if let Some(failure) = control.failure() {
                <FailureView failure={failure.clone()} testid="transfer-control" />
            }
        </div>
    }
}

/// `12 of 34 MiB · 5 MiB/s · 4 s left`.
fn speed(words: Words, now: Option<&Transfer>, done: u64, size: u64) -> String {
    let Some(now) = now else { return String::new() };
    let mut parts = Vec::new();
    if size > 0 {
        let (done, size) = (format::bytes(words.0, done), format::bytes(words.0, size));
        parts.push(words.with("ui-done-of", [("done", done.into()), ("total", size.into())]).to_string());
    }
    if matches!(now.state, TransferState::Running) {
        if now.bytes_per_second > 0 {
            parts.push(format::rate(words.0, now.bytes_per_second));
        }
        if let Some(left) = now.seconds_left {
            let time = format::duration(words.0, left as f64);
            parts.push(words.with("ui-seconds-left", [("time", time.into())]).to_string());
        }
    }
    parts.join(" · ")
}
