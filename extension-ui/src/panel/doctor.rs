use super::helper_missing::System;
use crate::{
    components::{
        Appearance, Badge, Button, Card, CopyButton, FailureView, IconName, Intent, Message, Skeleton,
    },
    infra::{ask, helper::Helper, task::use_task, words::use_words},
};
use wasm_core::protocol::{DoctorReport, Hello, RegistrationState, VERSION};
use yew::prelude::*;

/// Properties for [`Doctor`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DoctorProps {
    pub helper: Helper,
    pub hello: Hello,
}

/// Versions, the log, and whether the helper is registered as it should be.
#[component]
pub fn Doctor(props: &DoctorProps) -> Html {
    let words = use_words();
    let work = use_task::<DoctorReport>();
    let run = {
        let (work, helper) = (work.clone(), props.helper.clone());
        Callback::from(move |()| work.run(ask::doctor(helper.clone())))
    };
    html! {
        <Card title={words.get("ui-about")} testid="settings-about">
            <dl class="facts">
                <dt>{ words.get("ui-version-extension") }</dt><dd>{ VERSION.to_string() }</dd>
                <dt>{ words.get("ui-version-helper") }</dt><dd>{ props.hello.version.to_string() }</dd>
                <dt>{ words.get("ui-log") }</dt>
                <dd class="with-button"><code>{ props.hello.log.clone() }</code>
                    <CopyButton text={props.hello.log.clone()} label={words.get("ui-copy")} icon_only=true appearance={Appearance::Subtle} testid="log-copy" /></dd>
            </dl>
            <div class="row">
                <Button label={words.get("ui-doctor")} icon={IconName::Search} onclick={run} disabled={work.working()} testid="doctor-run" />
                <code class="caption">{ System::of(&props.hello.os).doctor_command() }</code>
            </div>
            if work.working() {
                <Skeleton lines={3} />
            }
            if let Some(report) = work.value() {
                <ul class="stack doctor" data-testid="doctor-registrations">
                    { for report.registrations.iter().map(|registration| {
                        let (intent, key) = match registration.state {
                            RegistrationState::Ok => (Intent::Success, "ui-registration-ok"),
                            RegistrationState::Absent => (Intent::Info, "ui-registration-absent"),
                            RegistrationState::Broken => (Intent::Error, "ui-registration-broken"),
                            RegistrationState::Shadowed => (Intent::Warning, "ui-registration-shadowed"),
                        };
                        html! {
                            <li>
                                <p class="row"><Badge {intent} label={words.get(key)} /><span class="strong">{ registration.browser.clone() }</span></p>
                                <p class="caption code">{ registration.place.clone() }</p>
                                if !registration.detail.is_empty() { <p class="caption">{ registration.detail.clone() }</p> }
                            </li>
                        }
                    }) }
                </ul>
                <Message intent={Intent::Info} quiet=true actions={html! {
                    <CopyButton text={report.text.clone()} label={words.get("ui-copy-report")} testid="doctor-copy" />
                }}><p>{ words.get("ui-doctor-copy-help") }</p></Message>
            }
            if let Some(failure) = work.failure() {
                <FailureView failure={failure.clone()} testid="doctor" />
            }
        </Card>
    }
}
