use super::{helper_missing::HelperMissing, session::Session, versions::Versions, workplace::Workplace};
use crate::{
    components::{Card, Empty, FailureView, IconName, Intent, Message, Skeleton},
    infra::{
        ask,
        helper::Helper,
        task::{Task, use_task},
        words::use_words,
    },
};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use wasm_core::{
    azure::portal::PortalLocation,
    protocol::{Compatibility, ErrorCode, Hello, Target, VERSION},
};
use yew::prelude::*;

/// After the helper ended, milliseconds until it is started again.
const PAUSE: u32 = 400;

/// Properties for [`Connection`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConnectionProps {
    pub helper: Helper,
    /// What the portal page shows, where it is a scale set.
    pub location: Option<PortalLocation>,
    /// Whether the page was reported at all yet.
    pub known: bool,
    /// How often the pipe broke.
    pub breaks: u32,
    pub onhello: Callback<Hello>,
    pub onrunning: Callback<bool>,
}

/// Greets the helper, greets it again when it ended, and shows what that comes to.
#[component]
pub fn Connection(props: &ConnectionProps) -> Html {
    let words = use_words();
    let hello = use_task::<Hello>();
    let generation = use_state_eq(|| 0_u32);
    let greet = {
        let (hello, helper, onhello) = (hello.clone(), props.helper.clone(), props.onhello.clone());
        let (generation, language) = (generation.clone(), words.0);
        Callback::from(move |()| {
            let (onhello, generation) = (onhello.clone(), generation.clone());
            hello.run_then(ask::hello(helper.clone(), language), move |outcome| {
                if let Ok(hello) = outcome {
                    onhello.emit(hello.clone());
                    generation.set(*generation + 1);
                }
            });
        })
    };
    {
        let (greet, hello) = (greet.clone(), hello.clone());
        use_effect_with((props.breaks, words.0), move |_| {
            let wait = match &*hello {
                Task::Idle => Some(0),
                // It had answered, so it is worth another start. One that never answered is for the person to look at.
                Task::Ready(_) => Some(PAUSE),
                Task::Working { .. } | Task::Failed { .. } => None,
            };
            let timer = wait.map(|wait| Timeout::new(wait, move || greet.emit(())));
            move || drop(timer)
        });
    }

    let Some(location) = &props.location else {
        return if props.known {
            html! {
                <Card title={words.get("ui-no-scale-set")} testid="no-scale-set">
                    <Empty icon={IconName::Capture} title={words.get("ui-no-scale-set-title")}>
                        <p>{ words.get("ui-no-scale-set-next") }</p>
                    </Empty>
                </Card>
            }
        } else {
            html! { <Skeleton /> }
        };
    };
    let Some(greeting) = hello.value() else {
        return match hello.failure() {
            None => {
                html! { <div data-testid="connecting"><Skeleton label={words.get("ui-connecting")} lines={4} /></div> }
            }
            Some(failure) if failure.code == ErrorCode::HelperMissing => {
                html! { <HelperMissing failure={failure.clone()} retry={greet} /> }
            }
            Some(failure) => html! { <FailureView failure={failure.clone()} retry={greet} testid="hello" /> },
        };
    };
    let compatibility = VERSION.with_helper(greeting.version);
    if compatibility != Compatibility::Compatible {
        return html! { <Versions {compatibility} helper={greeting.version} os={greeting.os.clone()} retry={greet} /> };
    }
    let target = Target {
        scale_set: location.scale_set().clone(),
        cloud: location.cloud().clone(),
        tenant: location.tenant().map(str::to_owned),
    };
    let key =
        format!("{} {} {}", target.scale_set, target.cloud, target.tenant.as_deref().unwrap_or_default());
    let session = Session {
        helper: props.helper.clone(),
        hello: Rc::new(greeting.clone()),
        target,
        generation: *generation,
    };
    html! {
        <>
            if let Some(failure) = hello.failure() {
                <FailureView failure={failure.clone()} retry={greet} testid="hello" />
            } else if *generation > 1 {
                <Message intent={Intent::Info} testid="helper-restarted">
                    <p>{ words.get(if hello.working() { "ui-helper-restarting" } else { "ui-helper-restarted" }) }</p>
                </Message>
            }
            <ContextProvider<Session> context={session}>
                <Workplace {key} instance={location.instance().cloned()} onrunning={props.onrunning.clone()} />
            </ContextProvider<Session>>
        </>
    }
}
