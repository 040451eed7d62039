use crate::{
    components::{Button, CopyButton, FailureView, IconName, Intent, Message, ProgressBar},
    infra::{Shared, ask, format, task::use_task, words::use_words},
    panel::Session,
};
use wasm_core::{
    pcap::report::Report,
    protocol::{ExportFormat, FileRef, OpenWith},
};
use yew::prelude::*;

/// Properties for [`Export`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ExportProps {
    pub report: Shared<Report>,
    pub files: Vec<FileRef>,
}

/// The files themselves, and their summary in other forms.
#[component]
pub fn Export(props: &ExportProps) -> Html {
    let words = use_words();
    let session = use_context::<Session>();
    let work = use_task::<(Vec<FileRef>, String)>();
    let opening = use_task::<()>();
    let export = |format: ExportFormat| {
        let (session, work, files) = (session.clone(), work.clone(), props.files.clone());
        Callback::from(move |()| {
            if let Some(session) = &session {
                work.run(ask::export(session.helper.clone(), files.clone(), format));
            }
        })
    };
    let merge = {
        let (session, work, files) = (session.clone(), work.clone(), props.files.clone());
        Callback::from(move |()| {
            let Some(session) = &session else { return };
            // The name of the first file tells scale set and time.
            let stem = files
                .first()
                .and_then(|file| file.0.rsplit('/').next())
                .and_then(|name| name.split('.').next());
            let name = format!("{}-merged.pcapng", stem.unwrap_or("capture"));
            work.run(ask::merge(session.helper.clone(), files.clone(), name, work.progress_events()));
        })
    };
    let show = {
        let (session, opening) = (session.clone(), opening.clone());
        let file = work.value().and_then(|(files, _)| files.first().cloned());
        Callback::from(move |()| {
            if let (Some(session), Some(file)) = (&session, file.clone()) {
                opening.run(ask::open(session.helper.clone(), file, OpenWith::Folder));
            }
        })
    };
    let json = serde_json::to_string_pretty(&*props.report).unwrap_or_default();
    html! {
        <>
            <div class="table-scroll" tabindex="0" role="group" aria-label={words.get("ui-files")}>
                <table class="table">
                    <caption class="visually-hidden">{ words.get("ui-files") }</caption>
                    <thead><tr>
                        <th scope="col">{ words.get("ui-file") }</th>
                        <th scope="col">{ words.get("ui-format") }</th>
                        <th scope="col" class="number">{ words.get("ui-size") }</th>
                    </tr></thead>
                    <tbody>
                        { for props.report.sources.iter().map(|source| html! {
                            <tr>
                                <th scope="row" class="code">{ source.path.clone() }</th>
                                <td>{ format!("{:?}", source.summary.format).to_lowercase() }{ " · " }{ source.summary.link_types.join(", ") }</td>
                                <td class="number">{ format::bytes(words.0, source.summary.file_bytes) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            if session.is_some() && !props.files.is_empty() {
                <div class="row" role="group" aria-label={words.get("ui-export")}>
                    <Button label="CSV" icon={IconName::Download} small=true onclick={export(ExportFormat::Csv)} disabled={work.working()} testid="export-csv" />
                    <Button label="JSON" icon={IconName::Download} small=true onclick={export(ExportFormat::Json)} disabled={work.working()} testid="export-json" />
                    <Button label="Markdown" icon={IconName::Download} small=true onclick={export(ExportFormat::Markdown)} disabled={work.working()} testid="export-markdown" />
                    <Button label="Parquet" icon={IconName::Download} small=true onclick={export(ExportFormat::Parquet)} disabled={work.working()} testid="export-parquet" />
                    if props.files.len() > 1 {
                        <Button label={words.get("ui-merge")} small=true onclick={merge} disabled={work.working()} testid="merge" />
                    }
                </div>
            }
            <div><CopyButton text={json} label={words.get("ui-copy-json")} testid="copy-json" /></div>
            if work.working() {
                <ProgressBar label={words.get("ui-working")} done={work.progress().map_or(0, |progress| progress.done)}
                    total={work.progress().and_then(|progress| progress.total)} />
            } else if let Some((files, folder)) = work.value() {
                <Message intent={Intent::Success} testid="exported"
                    actions={html! { <Button label={words.get("ui-show-folder")} icon={IconName::Folder} small=true onclick={show} testid="export-folder" /> }}>
                    <p>{ words.with("ui-exported", [("count", files.len().into()), ("folder", folder.clone().into())]) }</p>
                    { for files.iter().map(|file| html! { <p class="code">{ file.0.clone() }</p> }) }
                </Message>
            }
            { for [work.failure(), opening.failure()].into_iter().flatten().map(|failure| html! {
                <FailureView failure={failure.clone()} testid="export" />
            }) }
        </>
    }
}
