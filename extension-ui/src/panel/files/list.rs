//! The files of a capture: where each one is, and the downloads of them.

use super::{
    super::{asked, session::use_session},
    file_row::FileRow,
    order::by_instance,
    runs::{Job, RunChange, Runs},
    transfer_bar::TransferBar,
};
use crate::{
    answer::AnswerSource,
    components::{Appearance, Button, Empty, FailureView, IconName, Intent, Message, Skeleton, live_region},
    infra::{Shared, ask, format, task::use_task, words::use_words},
};
use std::rc::Rc;
use wasm_core::{
    pcap::report::Report,
    protocol::{
        Capture, CaptureFile, FileRef, FileState, FileTransfer, InstanceChoice, Notice, TransferState,
    },
};
use yew::prelude::*;

/// Properties for [`Files`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FilesProps {
    pub capture: Rc<Capture>,
    pub onanswer: Callback<AnswerSource>,
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
        let runs = runs.dispatcher();
        use_effect_with(session.generation, move |_| runs.dispatch(RunChange::Forget));
    }
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
                        runs.dispatch(RunChange::Found(Box::new(transfer)));
                    }
                }
                Ok(())
            });
        });
    }
    let download = |instances: InstanceChoice, overwrite: bool| {
        let runs = runs.dispatcher();
        Callback::from(move |()| {
            runs.dispatch(RunChange::Begin { instances: instances.clone(), overwrite });
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
    let local: Vec<FileRef> = by_instance(list)
        .into_iter()
        .filter(|file| file.state == FileState::Local)
        .filter_map(|file| file.file.clone())
        .collect();
    let local_count = local.len();
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
        let runs = runs.list.iter().filter_map(|run| run.now.as_ref());
        runs.flat_map(|transfer| {
            transfer.files.iter().map(move |part| (transfer.state.clone(), part.clone()))
        })
        .find(|(_, part)| Some(&part.file) == file.file.as_ref())
    };
    let busy = |file: &CaptureFile| {
        runs.list.iter().any(|run| match &run.job {
            Job::Begin { instances: InstanceChoice::All, .. } => true,
            Job::Begin { instances: InstanceChoice::Only(list), .. } => {
                file.instance.as_ref().is_some_and(|id| list.contains(id))
            }
            Job::Follow(_) => transfer_of(file).is_some(),
        })
    };
    html! {
        <div class="stack-small" data-testid="files">
            { live_region(match &*report {
                Some(_) if runs.list.is_empty() => words.with("ui-files-here", [("local", local_count.into()), ("count", list.len().into())]),
                _ => AttrValue::default(),
            }, "files-live") }
            if let Some(failure) = files.failure() {
                <FailureView failure={failure.clone()} retry={load.clone()} testid="files" />
            }
            if let Some(failure) = found.failure() {
                <FailureView failure={failure.clone()} testid="transfers" />
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
                                disabled={runs.list.iter().any(|run| matches!(run.job, Job::Begin { instances: InstanceChoice::All, .. }))}
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
                { for runs.list.iter().map(|run| html! {
                    <TransferBar key={run.number} capture={props.capture.clone()} run={run.clone()} onlanded={load.clone()} onended={onended.clone()}
                        onnow={let runs = runs.dispatcher(); let number = run.number;
                            move |transfer| runs.dispatch(RunChange::Now(number, Box::new(transfer)))}
                        onoverwrite={{
                            let runs = runs.dispatcher();
                            move |instances| runs.dispatch(RunChange::Begin { instances, overwrite: true })
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
