//! The popup of the toolbar button: the helper's state, and the ways to the pages.

use crate::{
    components::{Badge, Button, CopyButton, FailureView, IconName, Intent, Skeleton, icon},
    infra::{
        ask,
        helper::{Helper, Signal},
        task::{Task, use_task},
        theme,
        viewer_link::viewer_url,
        words::{self, Words},
    },
};
use wasm_core::{
    azure::portal::PortalLocation,
    protocol::{Compatibility, DoctorReport, ErrorCode, Hello, HostPage, VERSION},
};
use yew::prelude::*;

/// What the toolbar button opens.
#[component]
pub fn Popup() -> Html {
    let page = use_state_eq(|| None::<HostPage>);
    let helper = {
        let page = page.setter();
        use_state(move || {
            Helper::connect("popup", move |signal| {
                if let Signal::Page(now) = signal {
                    page.set(Some(now));
                }
            })
        })
    };
    let hello = use_task::<Hello>();
    let doctor = use_task::<DoctorReport>();
    let language = words::use_language(page.as_ref().map(|page| page.language.as_str()));
    let shown = theme::of(page.as_ref());
    use_effect_with(shown, |theme| theme::apply(*theme));
    use_effect_with(language, |language| words::apply(*language));
    let greet = {
        let (hello, helper) = (hello.clone(), helper.clone());
        Callback::from(move |()| hello.run(ask::hello((*helper).clone(), language)))
    };
    {
        let greet = greet.clone();
        use_effect_with((), move |()| greet.emit(()));
    }
    let examine = {
        let (doctor, helper) = (doctor.clone(), helper.clone());
        Callback::from(move |()| doctor.run(ask::doctor((*helper).clone())))
    };
    let words = Words(language);
    let (intent, state) = match &*hello {
        Task::Ready(hello) if VERSION.with_helper(hello.value.version) == Compatibility::Compatible => (
            Intent::Success,
            words.with("ui-helper-ready", [("version", hello.value.version.to_string().into())]),
        ),
        Task::Ready(_) => (Intent::Warning, words.get("ui-helper-too-old")),
        Task::Failed { failure, .. } if failure.code == ErrorCode::HelperMissing => {
            (Intent::Error, words.get("ui-helper-missing"))
        }
        Task::Failed { .. } => (Intent::Error, words.get("ui-helper-silent")),
        Task::Idle | Task::Working { .. } => (Intent::Info, words.get("ui-connecting")),
    };
    let location = page.as_ref().and_then(|page| page.url.parse::<PortalLocation>().ok());
    html! {
        <ContextProvider<Words> context={words}>
            <main class="popup" data-testid="popup">
                <h1>{ words.get("ui-title") }</h1>
                <div class="row" role="status" data-testid="popup-helper"><Badge {intent} label={state} /></div>
                if let Some(failure) = hello.failure() {
                    <FailureView failure={failure.clone()} retry={greet} testid="hello" />
                }
                <p class="caption" data-testid="popup-scale-set">
                    { match &location {
                        Some(location) => words.with("ui-popup-here", [("scale-set", location.scale_set().name().to_owned().into())]),
                        None => words.get("ui-popup-elsewhere"),
                    } }
                </p>
                <div class="popup-actions">
                    <a class="link action" href={viewer_url()} target="_blank" data-testid="popup-viewer">
                        { icon(IconName::Open) }{ " " }{ words.get("ui-open-viewer") }
                    </a>
                    if hello.value().is_some() {
                        <div><Button label={words.get("ui-doctor")} icon={IconName::Search} onclick={examine} disabled={doctor.working()} testid="popup-doctor" /></div>
                    }
                </div>
                if doctor.working() {
                    <Skeleton lines={3} />
                }
                if let Some(report) = doctor.value() {
                    <pre class="code-block" tabindex="0" data-testid="doctor-text">{ report.text.clone() }</pre>
                    <div><CopyButton text={report.text.clone()} label={words.get("ui-copy")} testid="doctor-copy" /></div>
                }
                if let Some(failure) = doctor.failure() {
                    <FailureView failure={failure.clone()} testid="doctor" />
                }
            </main>
        </ContextProvider<Words>>
    }
}
