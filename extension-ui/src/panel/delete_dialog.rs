use super::{asked, captures::Change, commands, session::use_session, step::step};
use crate::{
    components::{Appearance, Button, Checkbox, CommandButton, Dialog, FailureView, ProgressBar},
    infra::{ask, task::use_task, words::use_words},
};
use std::rc::Rc;
use wasm_core::{azure::command::Action, protocol::Capture};
use yew::prelude::*;

/// Properties for [`DeleteDialog`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DeleteDialogProps {
    pub capture: Rc<Capture>,
    /// The scale set's region, where known.
    pub location: AttrValue,
    pub onclose: Callback<()>,
    pub onchange: Callback<Change>,
}

/// Names what is deleted and what stays.
#[component]
pub fn DeleteDialog(props: &DeleteDialogProps) -> Html {
    let words = use_words();
    let session = use_session();
    let work = use_task::<()>();
    let files = use_state_eq(|| false);
    let name = props.capture.name.to_string();
    let title = words.with("ui-delete-title", [("capture", name.clone().into())]);
    let delete = {
        let (work, session, capture) = (work.clone(), session.clone(), props.capture.clone());
        let (onchange, onclose, files) = (props.onchange.clone(), props.onclose.clone(), *files);
        Callback::from(move |()| {
            let (onchange, onclose, name) = (onchange.clone(), onclose.clone(), capture.name.clone());
            let delete =
                ask::delete(session.helper.clone(), session.capture(&name), files, work.progress_events());
            work.run(async move {
                delete.await?;
                onclose.emit(());
                onchange.emit(Change::Remove(name));
                Ok(())
            });
        })
    };
    let command = commands::existing(Action::Delete, &props.capture, &props.location);
    html! {
        <Dialog title={title.clone()} testid="delete" onclose={props.onclose.clone()} actions={html! {
            <>
                if let Some(command) = command {
                    <CommandButton {title} {command} testid="delete-command" />
                }
                <Button label={words.get("ui-cancel")} onclick={props.onclose.clone()} testid="delete-cancel" />
                <Button label={words.get(if *files { "ui-delete-both" } else { "ui-delete-capture" })} appearance={Appearance::Primary}
                    disabled={work.working()} onclick={delete} testid="delete-confirm" />
            </>
        }}>
            <p>{ words.get("ui-delete-consequence") }</p>
            if asked::uses_account(&props.capture) {
                <Checkbox label={words.get("ui-delete-files")} help={words.get("ui-delete-files-help")} checked={*files}
                    onchange={let files = files.clone(); move |on| files.set(on)} testid="delete-files" />
            }
            if work.working() {
                <ProgressBar label={work.progress().map_or_else(|| words.get("ui-deleting"), |progress| step(words, progress.step))}
                    done={work.progress().map_or(0, |progress| progress.done)} total={work.progress().and_then(|progress| progress.total)} />
            }
            if let Some(failure) = work.failure() {
                <FailureView failure={failure.clone()} testid="delete" />
            }
        </Dialog>
    }
}
