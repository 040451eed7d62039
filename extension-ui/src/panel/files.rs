use super::{asked, session::use_session};
use crate::{
    answer::AnswerSource,
    components::{
        Appearance, Button, Bytes, Empty, FailureView, IconName, Intent, Message, ProgressBar, Skeleton,
    },
    infra::{
        Shared, ask, format,
        task::use_task,
        viewer_link::ViewerSource,
        words::{Words, use_words},
    },
};
use std::rc::Rc;
use wasm_core::{
    azure::resource::InstanceId,
    pcap::report::Report,
    protocol::{
        Capture, CaptureFile, DownloadOptions, Event, FileRef, FileState, FileTransfer, InstanceChoice,
        Notice, OpenWith, Transfer, TransferId, TransferState,
    },
};
use yew::prelude::*;

/// A file header without a single packet (pcap: 24 bytes), or less.
const EMPTY: u64 = 24;

/// Properties for [`Files`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FilesProps {
    pub capture: Rc<Capture>,
    pub onanswer: Callback<AnswerSource>,
}

/// What a [`TransferBar`] shall do.
#[derive(Clone, Debug, PartialEq)]
enum Job {
    Begin { instances: InstanceChoice, overwrite: bool },
    Follow(TransferId),
}

/// A download of this visit, or one found running.
#[derive(Clone, Debug, PartialEq)]
struct Run {
    number: u32,
    job: Job,
    now: Option<Transfer>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Runs(Vec<Run>);

enum RunChange {
    Add(Job, Option<Transfer>),
    Now(u32, Box<Transfer>),
    End(u32),
}

impl Reducible for Runs {
    type Action = RunChange;

    fn reduce(self: Rc<Self>, change: RunChange) -> Rc<Self> {
        let mut runs = self.0.clone();
        match change {
            RunChange::Add(job, now) => {
                let known = now.as_ref().is_some_and(|now| {
                    runs.iter().any(|run| run.now.as_ref().is_some_and(|known| known.id == now.id))
                });
                if !known {
                    let number = runs.iter().map(|run| run.number + 1).max().unwrap_or(0);
                    runs.push(Run { number, job, now });
                }
            }
            RunChange::Now(number, transfer) => {
                if let Some(run) = runs.iter_mut().find(|run| run.number == number) {
                    run.now = Some(*transfer);
                }
            }
            RunChange::End(number) => runs.retain(|run| run.number != number),
        }
        Rc::new(Self(runs))
    }
}

/// The files of a capture, an instance a row, and the downloads of them.
#[component]
pub fn Files(props: &FilesProps) -> Html {
    let words = use_words();
    let session = use_session();
    let files = use_task::<(Vec<CaptureFile>, Vec<Notice>)>();
    let found = use_task::<()>();
    let runs = use_reducer_eq(Runs::default);
    let report = use_state_eq(|| None::<Shared<Report>>);
    let capture = session.capture(&props.capture.name);

    let load = {
        let (files, session, capture) = (files.clone(), session.clone(), capture.clone());
        Callback::from(move |()| files.run(ask::files(session.helper.clone(), capture.clone())))
    };
    {
        let (load, session, capture, found, runs) =
            (load.clone(), session.clone(), capture.clone(), found.clone(), runs.dispatcher());
        use_effect_with((session.generation, props.capture.status.clone()), move |_| {
            load.emit(());
            // What goes on since an earlier visit.
            let transfers = ask::transfers(session.helper.clone());
            found.run(async move {
                for transfer in transfers.await? {
                    let ours =
                        transfer.capture == capture.capture && transfer.scale_set == capture.target.scale_set;
                    if ours && !matches!(transfer.state, TransferState::Done) {
                        runs.dispatch(RunChange::Add(Job::Follow(transfer.id.clone()), Some(transfer)));
                    }
                }
                Ok(())
            });
        });
    }
    let download = |instances: InstanceChoice, overwrite: bool| {
        let runs = runs.dispatcher();
        Callback::from(move |()| {
            runs.dispatch(RunChange::Add(Job::Begin { instances: instances.clone(), overwrite }, None));
        })
    };
    let onended = {
        let (runs, load, report) = (runs.dispatcher(), load.clone(), report.clone());
        Callback::from(move |(number, ended): (u32, Option<Report>)| {
            runs.dispatch(RunChange::End(number));
            if let Some(ended) = ended {
                report.set(Some(Shared::new(ended)));
            }
            load.emit(());
        })
    };

    let Some((list, warnings)) = files.value() else {
        return match files.failure() {
            Some(failure) => html! { <FailureView failure={failure.clone()} retry={load} testid="files" /> },
            None => html! { <Skeleton label={words.get("ui-loading-files")} lines={2} /> },
        };
    };
    let local: Vec<FileRef> = list
        .iter()
        .filter(|file| file.state == FileState::Local)
        .filter_map(|file| file.file.clone())
        .collect();
    let waiting =
        list.iter().filter(|file| matches!(file.state, FileState::InStorage | FileState::Partial)).count();
    let total: u64 = list.iter().map(|file| file.size).sum();
    let answer = {
        let (onanswer, local, name) = (props.onanswer.clone(), local.clone(), props.capture.name.clone());
        // The report of a download counts only while it is about all that is here.
        let report = (*report).clone().filter(|report| report.sources.len() == local.len());
        Callback::from(move |()| {
            onanswer.emit(AnswerSource {
                title: name.to_string().into(),
                files: local.clone(),
                report: report.clone(),
            });
        })
    };
    let transfer_of = |file: &CaptureFile| -> Option<(TransferState, FileTransfer)> {
        let runs = runs.0.iter().filter_map(|run| run.now.as_ref());
        runs.flat_map(|transfer| {
            transfer.files.iter().map(move |part| (transfer.state.clone(), part.clone()))
        })
        .find(|(_, part)| Some(&part.file) == file.file.as_ref())
    };
    let busy = |file: &CaptureFile| {
        runs.0.iter().any(|run| match &run.job {
            Job::Begin { instances: InstanceChoice::All, .. } => true,
            Job::Begin { instances: InstanceChoice::Only(list), .. } => {
                file.instance.as_ref().is_some_and(|id| list.contains(id))
            }
            Job::Follow(_) => transfer_of(file).is_some(),
        })
    };
    html! {
        <div class="stack-small" data-testid="files">
            if let Some(failure) = files.failure() {
                <FailureView failure={failure.clone()} retry={load.clone()} testid="files" />
            }
            { for warnings.iter().map(|notice| html! {
                <Message intent={Intent::Warning} testid="files-warning"><p>{ notice.text.clone() }</p></Message>
            }) }
            if list.is_empty() {
                <Empty icon={IconName::Folder} title={words.get("ui-files-none")} testid="files-empty">
                    <p>{ words.get(if asked::uses_account(&props.capture) { "ui-files-none-next" } else { "ui-files-on-instances" }) }</p>
                </Empty>
            } else {
                <div class="row-between">
                    <span class="caption">{ words.with("ui-files-count", [("count", list.len().into()), ("size", format::bytes(words.0, total).into())]) }</span>
                    <div class="row">
                        if waiting > 0 {
                            <Button label={words.get("ui-download-all")} icon={IconName::Download} small=true
                                disabled={runs.0.iter().any(|run| matches!(run.job, Job::Begin { instances: InstanceChoice::All, .. }))}
                                appearance={if local.is_empty() { Appearance::Primary } else { Appearance::Secondary }}
                                onclick={download(InstanceChoice::All, false)} testid="download-all" />
                        }
                        if !local.is_empty() {
                            <Button label={words.get("ui-answer")} icon={IconName::Summary} small=true appearance={Appearance::Primary}
                                full_name={words.with("ui-answer-of", [("capture", props.capture.name.to_string().into())])}
                                onclick={answer} testid="open-answer" />
                        }
                    </div>
                </div>
                { for runs.0.iter().map(|run| html! {
                    <TransferBar key={run.number} capture={props.capture.clone()} run={run.clone()} onended={onended.clone()}
                        onnow={let runs = runs.dispatcher(); let number = run.number;
                            move |transfer| runs.dispatch(RunChange::Now(number, Box::new(transfer)))}
                        onoverwrite={{
                            let runs = runs.dispatcher();
                            move |instances| runs.dispatch(RunChange::Add(Job::Begin { instances, overwrite: true }, None))
                        }} />
                }) }
                <ul>
                    { for by_instance(list).into_iter().map(|file| html! {
                        <FileRow key={format!("{:?} {:?}", file.instance, file.part)} file={file.clone()} transfer={transfer_of(file)} busy={busy(file)}
                            ondownload={download(file.instance.clone().map_or(InstanceChoice::All, |id| InstanceChoice::Only(vec![id])), false)}
                            onanswer={props.onanswer.clone()} capture={props.capture.name.to_string()} />
                    }) }
                </ul>
            }
        </div>
    }
}

/// Properties for [`TransferBar`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct TransferBarProps {
    capture: Rc<Capture>,
    run: Run,
    onnow: Callback<Transfer>,
    /// It ended, with the summary of what came down.
    onended: Callback<(u32, Option<Report>)>,
    /// Download again over what is there.
    onoverwrite: Callback<InstanceChoice>,
}

/// One download: how far it is, and how to pause, resume and cancel it.
#[component]
fn TransferBar(props: &TransferBarProps) -> Html {
    let words = use_words();
    let session = use_session();
    let work = use_task::<()>();
    let control = use_task::<()>();
    let run = props.run.clone();
    let follow = {
        let (session, work, props) = (session.clone(), work.clone(), props.clone());
        Callback::from(move |job: Job| {
            let (onnow, onended, number) = (props.onnow.clone(), props.onended.clone(), props.run.number);
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
        use_effect_with(session.generation, move |_| {
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
        Callback::from(move |()| {
            let Some(id) = id.clone() else { return onended.emit((number, None)) };
            let (discarded, onended) = (ask::discard(session.helper.clone(), id), onended.clone());
            control.run(async move {
                discarded.await?;
                onended.emit((number, None));
                Ok(())
            });
        })
    };
    let (done, size) = run.now.as_ref().map_or((0, 0), |now| {
        now.files.iter().fold((0, 0), |(done, size), file| (done + file.done, size + file.size))
    });
    let state = run.now.as_ref().map(|now| now.state.clone());
    let still = matches!(
        state,
        Some(TransferState::Paused | TransferState::Interrupted | TransferState::Failed { .. })
    );
    let label = match &state {
        Some(TransferState::Paused) => words.get("ui-download-paused"),
        Some(TransferState::Interrupted) => words.get("ui-download-interrupted"),
        Some(TransferState::Failed { .. }) => words.get("ui-download-failed"),
        _ => words.get("ui-downloading"),
    };
    let failure = work.failure().cloned().or(match state {
        Some(TransferState::Failed { failure }) if !work.working() => Some(failure),
        _ => None,
    });
    let exists =
        failure.as_ref().is_some_and(|failure| failure.code == wasm_core::protocol::ErrorCode::FileExists);
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
                    appearance={Appearance::Subtle} onclick={cancel} testid="transfer-cancel" />
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

/// Properties for [`FileRow`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct FileRowProps {
    file: CaptureFile,
    transfer: Option<(TransferState, FileTransfer)>,
    busy: bool,
    ondownload: Callback<()>,
    onanswer: Callback<AnswerSource>,
    capture: String,
}

/// The file of one instance.
#[component]
fn FileRow(props: &FileRowProps) -> Html {
    let words = use_words();
    let session = use_session();
    let opening = use_task::<()>();
    let file = &props.file;
    let name = row_name(words, file.instance.as_ref(), file.part);
    let id = file.instance.as_ref().map_or("all", InstanceId::name).to_owned();
    let open = |with: OpenWith| {
        let (session, opening, file) = (session.clone(), opening.clone(), file.file.clone());
        Callback::from(move |()| {
            let Some(file) = file.clone() else { return };
            opening.run(ask::open(session.helper.clone(), file, with.clone()));
        })
    };
    let answer = {
        let (onanswer, file, title) =
            (props.onanswer.clone(), file.file.clone(), format!("{} · {name}", props.capture));
        Callback::from(move |()| {
            let files = file.clone().into_iter().collect();
            onanswer.emit(AnswerSource { title: title.clone().into(), files, report: None });
        })
    };
    let empty = matches!(file.state, FileState::InStorage | FileState::Local) && file.size <= EMPTY;
    let (state, note) = match file.state {
        FileState::NotWritten => ("not-written", Some("ui-file-not-written")),
        FileState::Missing => ("missing", Some("ui-file-missing")),
        FileState::InStorage if empty => ("in-storage", Some("ui-file-empty")),
        FileState::InStorage => ("in-storage", None),
        FileState::Partial => ("partial", Some("ui-file-partial")),
        FileState::Local if empty => ("local", Some("ui-file-empty")),
        FileState::Local => ("local", None),
    };
    let of = |key: &str| {
        words.with(
            "ui-action-of",
            [("action", words.get(key).to_string().into()), ("object", name.to_string().into())],
        )
    };
    let viewer = match (&file.state, &file.file, &file.blob) {
        (FileState::Local, Some(file), _) => {
            Some((ViewerSource::File { file: file.clone(), display_filter: None }, "ui-packets"))
        }
        (FileState::InStorage | FileState::Partial, _, Some(blob)) if session.can("look") => Some((
            ViewerSource::Look { blob: blob.clone(), name: format!("{} {name}", props.capture) },
            "ui-look-first",
        )),
        _ => None,
    };
    html! {
        <li class="file" data-testid={format!("file-{id}")} data-state={state}>
            <span class="file-name">{ name.clone() }</span>
            <span>
                if file.size > 0 {
                    <Bytes value={file.size} />{ " " }
                }
                <span class="caption">{ words.get(&format!("ui-file-state-{state}")) }</span>
            </span>
            <div class="file-actions">
                if let Some((source, label)) = viewer {
                    <a class="link action" href={source.url()} target="_blank" rel="noopener" aria-label={of(label)}
                        data-testid={format!("file-{id}-view")}>{ words.get(label) }</a>
                }
                if matches!(file.state, FileState::InStorage | FileState::Partial) && !props.busy {
                    <Button label={words.get("ui-download")} full_name={of("ui-download")} icon={IconName::Download} icon_only=true small=true
                        appearance={Appearance::Subtle} onclick={props.ondownload.clone()} testid={format!("file-{id}-download")} />
                }
                if file.state == FileState::Local {
                    <Button label={words.get("ui-summary")} full_name={of("ui-summary")} icon={IconName::Summary} icon_only=true small=true
                        appearance={Appearance::Subtle} onclick={answer} testid={format!("file-{id}-summary")} />
                    if session.hello.wireshark {
                        <Button label="Wireshark" full_name={of("ui-open-wireshark")} icon={IconName::Open} icon_only=true small=true
                            appearance={Appearance::Subtle} onclick={open(OpenWith::Wireshark { display_filter: None })}
                            testid={format!("file-{id}-wireshark")} />
                    }
                    <Button label={words.get("ui-show-folder")} full_name={of("ui-show-folder")} icon={IconName::Folder} icon_only=true small=true
                        appearance={Appearance::Subtle} onclick={open(OpenWith::Folder)} testid={format!("file-{id}-folder")} />
                }
            </div>
            if let Some((state, part)) = &props.transfer {
                <ProgressBar label={words.get("ui-downloading")} done={part.done} total={Some(part.size)}
                    still={!matches!(state, TransferState::Running)} testid={format!("file-{id}-progress")}>
                    <span class="number">{ format::percent(words.0, part.done as f64 / part.size.max(1) as f64) }</span>
                </ProgressBar>
                if let Some(failure) = &part.failure {
                    <p class="field-help outlier">{ words.failure(failure) }</p>
                }
            } else if let Some(note) = note {
                <p class="field-help">{ words.get(note) }</p>
            }
            if let Some(failure) = opening.failure() {
                <FailureView failure={failure.clone()} testid={format!("file-{id}-open")} />
            }
        </li>
    }
}

/// By the instance's number, then the ring buffer's part: 9 before 10.
fn by_instance(files: &[CaptureFile]) -> Vec<&CaptureFile> {
    let mut files: Vec<&CaptureFile> = files.iter().collect();
    files.sort_by_cached_key(|file| {
        let name = file.instance.as_ref().map(|instance| instance.name().to_owned()).unwrap_or_default();
        (name.parse::<u64>().unwrap_or(u64::MAX), name, file.part)
    });
    files
}

/// "Instance 3", "Instance 3 · part 2".
fn row_name(words: Words, instance: Option<&InstanceId>, part: Option<u32>) -> AttrValue {
    let name = match instance {
        Some(instance) => words.with("ui-instance", [("instance", instance.name().to_owned().into())]),
        None => words.get("ui-file"),
    };
    match part {
        Some(part) => words.with(
            "ui-file-part",
            [("file", name.to_string().into()), ("part", (part + 1).to_string().into())],
        ),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer(id: &str) -> Transfer {
        serde_json::from_value(serde_json::json!({
            "id": id, "capture": "c", "state": { "kind": "running" }, "files": [], "bytesPerSecond": 0,
            "scaleSet": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/s",
        }))
        .expect("a transfer")
    }

    #[test]
    fn files_stand_in_the_order_of_the_instances() {
        let files: Vec<CaptureFile> = ["10", "9", "vm_a", "2"]
            .into_iter()
            .map(|instance| {
                serde_json::from_value(
                    serde_json::json!({ "instance": instance, "state": "local", "size": 1 }),
                )
            })
            .collect::<Result<_, _>>()
            .expect("files");
        let names: Vec<_> = by_instance(&files)
            .iter()
            .filter_map(|file| file.instance.as_ref())
            .map(InstanceId::name)
            .collect();
        assert_eq!(names, ["2", "9", "10", "vm_a"]);
    }

    #[test]
    fn a_transfer_that_is_followed_already_is_not_followed_twice() {
        let change = |runs: Rc<Runs>, change| runs.reduce(change);
        let add = |id: &str| RunChange::Add(Job::Follow(id.to_owned()), Some(transfer(id)));
        let runs = change(
            Rc::new(Runs::default()),
            RunChange::Add(Job::Begin { instances: InstanceChoice::All, overwrite: false }, None),
        );
        let runs = change(runs, RunChange::Now(0, Box::new(transfer("t"))));
        let runs = change(runs, add("t"));
        assert_eq!(runs.0.len(), 1, "the download of this visit is known by its id");
        let runs = change(change(runs, add("u")), add("u"));
        assert_eq!(runs.0.iter().map(|run| run.number).collect::<Vec<_>>(), [0, 1]);
        let runs = change(change(runs, RunChange::End(0)), add("t"));
        assert_eq!(
            runs.0.iter().map(|run| run.number).collect::<Vec<_>>(),
            [1, 2],
            "numbers are not used twice"
        );
    }
}
