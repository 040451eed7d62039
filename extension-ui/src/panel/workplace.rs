use super::{
    captures::{Change, is_live, use_captures},
    earlier::Earlier,
    live_capture::LiveCapture,
    new_capture::{NewCapture, Seed},
    ready::Ready,
    session::use_session,
    sign_in::SignIn,
};
use crate::{
    answer::{Answer, AnswerSource},
    components::{FailureView, IconName, Skeleton, icon, live_region},
    infra::{ask, task::use_task, words::use_words},
};
use std::rc::Rc;
use wasm_core::{
    azure::{capture::CaptureName, resource::InstanceId},
    protocol::{Account, Capture, Context, ErrorCode, Failure},
};
use yew::prelude::*;

/// Properties for [`Workplace`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct WorkplaceProps {
    /// The portal shows this instance's page.
    pub instance: Option<InstanceId>,
    /// Whether anything captures.
    pub onrunning: Callback<bool>,
}

/// What the working area shows.
#[derive(Clone, PartialEq)]
enum View {
    Overview,
    Answer(AnswerSource),
}

/// Everything about one scale set.
#[component]
pub fn Workplace(props: &WorkplaceProps) -> Html {
    let words = use_words();
    let session = use_session();
    let account = use_task::<Account>();
    let context = use_task::<Context>();
    let captures = use_captures(&session);
    let view = use_state_eq(|| View::Overview);
    let seed = use_state_eq(|| None::<Rc<Seed>>);
    // A capture ended while the panel was here: its files come first now, the next capture later.
    let finished = use_state_eq(|| false);
    let plantings = use_mut_ref(|| 0_u32);
    // The capture that this form started last.
    let begun = use_state_eq(|| None::<CaptureName>);
    let announced = use_state_eq(AttrValue::default);

    let load = {
        let (session, account, context, captures) =
            (session.clone(), account.clone(), context.clone(), captures.clone());
        Callback::from(move |()| {
            let (cloud, tenant) = (session.target.cloud.clone(), session.target.tenant.clone());
            account.run(ask::account(session.helper.clone(), cloud, tenant));
            context.run(ask::context(session.helper.clone(), session.target.clone()));
            captures.refresh();
        })
    };
    {
        let load = load.clone();
        use_effect_with(session.generation, move |_| load.emit(()));
    }
    let live: Vec<_> = captures.known.list.iter().filter(|capture| is_live(capture)).cloned().collect();
    let earlier: Vec<_> = captures.known.list.iter().filter(|capture| !is_live(capture)).cloned().collect();
    use_effect_with(!live.is_empty(), {
        let onrunning = props.onrunning.clone();
        move |running| onrunning.emit(*running)
    });

    let onchange = {
        let (changes, announced, finished) = (captures.changes(), announced.clone(), finished.clone());
        Callback::from(move |change: Change| {
            if let Change::Put(capture) = &change {
                announced.set(format!("{}: {}", capture.name, capture.text).into());
                finished.set(!is_live(capture));
            }
            changes.emit(change);
        })
    };
    let onstarted = {
        let (onchange, begun) = (onchange.clone(), begun.clone());
        Callback::from(move |capture: Capture| {
            begun.set(Some(capture.name.clone()));
            onchange.emit(Change::Put(Box::new(capture)));
        })
    };
    let signed_in = {
        let (load, account) = (load.clone(), account.clone());
        Callback::from(move |who: Account| {
            account.set(who);
            load.emit(());
        })
    };
    let answer = {
        let view = view.clone();
        Callback::from(move |source| view.set(View::Answer(source)))
    };
    let plant = {
        let (seed, view) = (seed.clone(), view.clone());
        Callback::from(move |planted: Seed| {
            seed.set(Some(Rc::new(planted)));
            view.set(View::Overview);
        })
    };
    let oncapture = {
        let (plant, count) = (plant.clone(), plantings.clone());
        Callback::from(move |filters| {
            *count.borrow_mut() += 1;
            plant.emit(Seed::Filters(filters, *count.borrow()));
        })
    };
    let back = {
        let view = view.clone();
        Callback::from(move |()| view.set(View::Overview))
    };

    let tried = match account.value() {
        Some(Account::SignedOut { tried }) => Some(tried.clone()),
        _ => context
            .failure()
            .or(captures.fetching.failure())
            .filter(|failure| asks_for_sign_in(failure))
            .map(|_| Vec::new()),
    };
    let location =
        AttrValue::from(context.value().map(|context| context.location.clone()).unwrap_or_default());
    // Who may not see the scale set is told once.
    let told = context.last().is_none()
        && context.failure().map(|failure| failure.code)
            == captures.fetching.failure().map(|failure| failure.code)
        && context.failure().is_some();
    let earlier = html! {
        <Earlier key="earlier" list={earlier} warnings={captures.known.warnings.clone()} fetching={captures.fetching.clone()}
            refresh={let captures = captures.clone(); move |()| captures.refresh()}
            onchange={onchange.clone()} onanswer={answer} onplant={plant.clone()} location={location.clone()} />
    };
    let new = context.last().map(|context| {
        html! {
            <NewCapture key="new" context={context.value.clone()} known={(*captures.known).clone()}
                busy={!live.is_empty() || *finished} instance={props.instance.clone()} seed={(*seed).clone()}
                onstarted={onstarted.clone()} />
        }
    });
    let cards: Vec<Html> =
        if *finished { [Some(earlier), new] } else { [new, Some(earlier).filter(|_| !told)] }
            .into_iter()
            .flatten()
            .collect();
    html! {
        <>
            { live_region((*announced).clone(), "announcements") }
            <div class="panel-facts" data-testid="facts">
                <p>
                    if let Some(context) = context.value() {
                        <span>{ context.location.clone() }</span>
                        <span>{ words.with("ui-instances-count", [("count", context.instances.len().into())]) }</span>
                        <span>{ format!("{:?} {:?}", context.orchestration, context.os) }</span>
                    } else {
                        <span>{ session.target.scale_set.resource_group().to_owned() }</span>
                    }
                </p>
                if let Some(Account::SignedIn { name, .. }) = account.value() {
                    <p data-testid="signed-in">{ icon(IconName::Person) }{ " " }{ name.clone() }</p>
                }
            </div>
            if let Some(tried) = tried {
                <SignIn {tried} failure={context.failure().cloned()} onsignedin={signed_in} retry={load} />
            } else {
                if let View::Answer(source) = &*view {
                    <Answer source={source.clone()} context={context.last().map(|dated| dated.value.clone())} {oncapture}
                        onback={back} />
                }
                <div class="stack" hidden={*view != View::Overview}>
                    if let Some(failure) = account.failure() {
                        <FailureView failure={failure.clone()} retry={load.clone()} testid="account" />
                    }
                    if let Some(context_now) = context.last() {
                        <Ready context={context.clone()} now={context_now.value.clone()} retry={load.clone()} />
                    } else if let Some(failure) = context.failure() {
                        <FailureView failure={failure.clone()} retry={load.clone()} testid="context" />
                    } else {
                        <section class="card" data-testid="context-loading"><Skeleton lines={4} label={words.get("ui-loading-context")} /></section>
                    }
                    { for live.iter().map(|capture| html! {
                        <LiveCapture key={capture.name.as_str()} capture={capture.clone()} onchange={onchange.clone()}
                            begun={*begun == Some(capture.name.clone())} instances={context.value().map(|context| context.instances.len())} location={location.clone()} />
                    }) }
                    { for cards }
                </div>
            }
        </>
    }
}

/// Nobody, or somebody who has to do more than the helper can do alone.
fn asks_for_sign_in(failure: &Failure) -> bool {
    matches!(failure.code, ErrorCode::SignedOut | ErrorCode::SignInInteraction | ErrorCode::WrongTenant)
}
