use super::{
    session::use_session,
    sign_in_prompt::{Prompt, PromptView},
};
use crate::{
    components::{Appearance, Button, Card, Disclosure, FailureView, IconName, Intent, Message, ProgressBar},
    infra::{ask, clock::use_clock, task::use_task, words::use_words},
};
use wasm_core::protocol::{Account, ErrorCode, Event, Failure, SignInMethod};
use yew::prelude::*;

/// Properties for [`SignIn`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SignInProps {
    /// Why the automatic ways found nobody.
    pub tried: Vec<String>,
    /// What asked for it, where it was not plainly that nobody is there.
    pub failure: Option<Failure>,
    pub onsignedin: Callback<Account>,
    /// Looks again: somebody may have signed in elsewhere (`az login`).
    pub retry: Callback<()>,
}

/// Signing in, with no other tool installed.
#[component]
pub fn SignIn(props: &SignInProps) -> Html {
    let words = use_words();
    let session = use_session();
    let work = use_task::<Account>();
    let prompt = use_state_eq(|| None::<Prompt>);
    let now = use_clock(1_000, work.working());
    let sign_in = |method: SignInMethod| {
        let (session, work, prompt, done) =
            (session.clone(), work.clone(), prompt.clone(), props.onsignedin.clone());
        Callback::from(move |()| {
            let (cloud, tenant) = (session.target.cloud.clone(), session.target.tenant.clone());
            prompt.set(None);
            let (asked, done) = (prompt.clone(), done.clone());
            let events = move |event| {
                if let Event::SignInPrompt { url, code, seconds } = event {
                    let ends = crate::infra::clock::now() + seconds as f64 * 1_000.0;
                    asked.set(Some(Prompt { url, code, ends }));
                }
            };
            work.run_then(
                ask::sign_in(session.helper.clone(), cloud, tenant, method, events),
                move |outcome| {
                    if let Ok(account @ Account::SignedIn { .. }) = outcome {
                        done.emit(account.clone());
                    }
                },
            );
        })
    };
    let cancel = {
        let (work, prompt) = (work.clone(), prompt.clone());
        Callback::from(move |()| {
            work.reset();
            prompt.set(None);
        })
    };
    let wrong_tenant = props.failure.as_ref().filter(|failure| failure.code != ErrorCode::SignedOut);
    html! {
        <Card title={words.get("ui-sign-in")} testid="sign-in" class="page-card">
            <p>
                { match &session.target.tenant {
                    Some(tenant) => words.with("ui-sign-in-why-tenant", [("tenant", tenant.as_str().into())]),
                    None => words.get("ui-sign-in-why"),
                } }
            </p>
            if let Some(failure) = wrong_tenant {
                <Message intent={Intent::Warning}><p>{ words.failure(failure) }</p></Message>
            }
            if work.working() {
                if let Some(prompt) = &*prompt {
                    <PromptView prompt={prompt.clone()} seconds={((prompt.ends - now) / 1_000.0).max(0.0) as u64} />
                }
                <ProgressBar label={words.get("ui-sign-in-waiting")} done=0 total={None::<u64>} />
                <div><Button label={words.get("ui-cancel")} onclick={cancel} testid="sign-in-cancel" /></div>
            } else {
                if let Some(failure) = work.failure() {
                    <FailureView failure={failure.clone()} testid="sign-in" />
                }
                <div class="row">
                    <Button label={words.get("ui-sign-in-browser")} icon={IconName::Person} appearance={Appearance::Primary}
                        onclick={sign_in(SignInMethod::Browser)} testid="sign-in-browser" />
                    <Button label={words.get("ui-sign-in-code")} onclick={sign_in(SignInMethod::DeviceCode)} testid="sign-in-code" />
                </div>
                <div class="row-between">
                    <p class="caption grow">{ words.get("ui-sign-in-az") }</p>
                    <Button label={words.get("ui-sign-in-again")} icon={IconName::Refresh} small=true appearance={Appearance::Subtle}
                        onclick={props.retry.clone()} testid="sign-in-again" />
                </div>
            }
            if !props.tried.is_empty() {
                <Disclosure summary={words.get("ui-sign-in-tried")} testid="sign-in-tried">
                    <ul class="stack-small caption">{ for props.tried.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
                </Disclosure>
            }
        </Card>
    }
}
