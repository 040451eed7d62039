//! The button that starts the capture, why it cannot be pressed, and how the start goes.

use super::super::{commands, step::step};
use crate::{
    components::{Appearance, Button, CommandButton, FailureView, IconName, ProgressBar},
    infra::{task::Task, words::Words},
};
use wasm_core::azure::capture::CaptureRequest;
use yew::prelude::*;

/// `why`: every reason why nothing can be started now.
pub fn start_row(
    words: Words,
    request: Option<&CaptureRequest>,
    why: &[AttrValue],
    start: &Task<()>,
    onclick: Callback<()>,
) -> Html {
    html! {
        <div class="start">
            <div class="start-row">
                <Button label={words.get("ui-start")} icon={IconName::Capture} appearance={Appearance::Primary} {onclick}
                    disabled={!why.is_empty() || start.working()} described_by={(!why.is_empty()).then_some("start-why")}
                    testid="start-capture" />
                if let Some(request) = request {
                    <CommandButton title={words.get("ui-start")} testid="start-command" command={commands::start(request)} />
                }
            </div>
            if !why.is_empty() {
                <ul id="start-why" class="stack-small caption" data-testid="start-why">
                    { for why.iter().map(|text| html! { <li>{ text.clone() }</li> }) }
                </ul>
            }
            if start.working() {
                <ProgressBar label={start.progress().map_or_else(|| words.get("ui-starting"), |progress| step(words, progress.step))}
                    done=0 total={None::<u64>} testid="start-progress" />
            }
            if let Some(failure) = start.failure() {
                <FailureView failure={failure.clone()} testid="start" />
            }
        </div>
    }
}
