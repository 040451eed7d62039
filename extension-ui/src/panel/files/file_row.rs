use super::transfer_bar::label_of;
use crate::{
    answer::AnswerSource,
    components::{Appearance, Button, FailureView, IconName, ProgressBar, bytes},
    infra::{
        ask, format,
        task::use_task,
        viewer_link::ViewerSource,
        words::{Words, use_words},
    },
    panel::session::use_session,
};
use wasm_core::{
    azure::resource::InstanceId,
    protocol::{CaptureFile, FileState, FileTransfer, OpenWith, TransferState},
};
use yew::prelude::*;

/// A file header without a single packet (pcap: 24 bytes), or less.
const EMPTY: u64 = 24;

/// Properties for [`FileRow`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FileRowProps {
    pub file: CaptureFile,
    pub transfer: Option<(TransferState, FileTransfer)>,
    pub busy: bool,
    pub ondownload: Callback<()>,
    pub onanswer: Callback<AnswerSource>,
    pub capture: String,
}

/// The file of one instance.
#[component]
pub fn FileRow(props: &FileRowProps) -> Html {
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
                    { bytes(words.0, file.size) }{ " " }
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
                <ProgressBar label={words.get(label_of(Some(state)))} done={part.done} total={Some(part.size)}
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
