use super::{
    asked, captures::Change, delete_dialog::DeleteDialog, files::Files, form::Form, new_capture::Seed,
};
use crate::{
    answer::AnswerSource,
    components::{Appearance, Badge, Button, IconName, Intent, moment},
    infra::{format, words::use_words},
};
use std::rc::Rc;
use wasm_core::{
    azure::status::{CaptureStatus, Explain},
    protocol::Capture,
};
use yew::prelude::*;

/// Properties for [`EarlierCapture`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct EarlierCaptureProps {
    pub capture: Rc<Capture>,
    /// Its files are shown at once.
    pub newest: bool,
    pub onchange: Callback<Change>,
    pub onanswer: Callback<AnswerSource>,
    pub onplant: Callback<Seed>,
    pub location: AttrValue,
}

/// One capture that has ended.
#[component]
pub fn EarlierCapture(props: &EarlierCaptureProps) -> Html {
    let words = use_words();
    let capture = &props.capture;
    let open = use_state_eq(|| props.newest);
    let deleting = use_state_eq(|| false);
    let plantings = use_mut_ref(|| 0_u32);
    let (intent, label) = match (&capture.status, &capture.stop_reason) {
        (CaptureStatus::Error, _) => (Intent::Error, capture.status.label(words.0)),
        (CaptureStatus::Stopped, Some(reason)) => (Intent::Success, reason.label(words.0)),
        (CaptureStatus::Stopped, None) => (Intent::Success, capture.status.label(words.0)),
        (other, _) => (Intent::Warning, other.label(words.0)),
    };
    let toggle = {
        let open = open.clone();
        Callback::from(move |()| open.set(!*open))
    };
    let again = {
        let (onplant, capture) = (props.onplant.clone(), capture.clone());
        Callback::from(move |()| {
            let Some(request) = &capture.request else { return };
            *plantings.borrow_mut() += 1;
            onplant.emit(Seed::Again(Box::new(Form::again(request)), *plantings.borrow()));
        })
    };
    let ask_delete = |value: bool| {
        let deleting = deleting.clone();
        Callback::from(move |()| deleting.set(value))
    };
    let of = |key: &str| words.with(key, [("capture", capture.name.to_string().into())]);
    let started = capture.started.as_deref().map(format::parse_time).filter(|at| at.is_finite());
    html! {
        <article class="capture" data-testid={format!("capture-{}", capture.name)} aria-label={capture.name.to_string()}>
            <div class="capture-head">
                <h3>{ capture.name.to_string() }</h3>
                <Badge {intent} {label} testid="capture-status" />
            </div>
            <p data-testid="capture-text">{ capture.text.clone() }</p>
            { for capture.errors.iter().map(|error| html! { <p class="outlier">{ error.sentence(words.0) }</p> }) }
            <p class="caption">
                if let Some(at) = started {
                    { moment(words.0, at) }{ " · " }
                }
                if let Some(count) = asked::instances(capture, None) {
                    { words.with("ui-on-instances", [("count", count.into())]) }{ " · " }
                }
                { asked::reading(words, capture) }
            </p>
            <div class="capture-actions">
                <Button label={words.get("ui-files")} small=true icon={if *open { IconName::ChevronDown } else { IconName::ChevronRight }}
                    full_name={of("ui-files-of")} expanded={*open} onclick={toggle} testid="capture-files" />
                if capture.request.is_some() {
                    <Button label={words.get("ui-again")} small=true appearance={Appearance::Subtle} icon={IconName::Refresh}
                        full_name={of("ui-again-of")} onclick={again} testid="capture-again" />
                }
                <Button label={words.get("ui-delete")} small=true appearance={Appearance::Subtle} icon={IconName::Delete}
                    full_name={of("ui-delete-title")} onclick={ask_delete(true)} testid="capture-delete" />
            </div>
            if *open {
                <Files capture={capture.clone()} onanswer={props.onanswer.clone()} />
            }
            if *deleting {
                <DeleteDialog capture={capture.clone()} location={props.location.clone()} onclose={ask_delete(false)} onchange={props.onchange.clone()} />
            }
        </article>
    }
}
