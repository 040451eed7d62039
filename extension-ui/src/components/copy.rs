use super::{Appearance, Button, IconName};
use crate::infra::{clipboard, words::use_words};
use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// How long "Copied" stands, milliseconds.
const SHOWN: u32 = 2_000;

/// Properties for [`CopyButton`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CopyProps {
    pub text: AttrValue,
    pub label: AttrValue,
    pub testid: AttrValue,
    #[prop_or_default]
    pub appearance: Appearance,
    #[prop_or_default]
    pub icon_only: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Copied,
    Refused,
}

/// Copies a text and says that it did.
#[component]
pub fn CopyButton(props: &CopyProps) -> Html {
    let words = use_words();
    let state = use_state_eq(|| State::Idle);
    let timer = use_mut_ref(|| None::<Timeout>);
    let onclick = {
        let (state, text) = (state.clone(), props.text.clone());
        Callback::from(move |()| {
            let (state, text, timer) = (state.clone(), text.to_string(), timer.clone());
            spawn_local(async move {
                state.set(if clipboard::copy(text).await { State::Copied } else { State::Refused });
                *timer.borrow_mut() = Some(Timeout::new(SHOWN, move || state.set(State::Idle)));
            });
        })
    };
    let (label, icon) = match *state {
        State::Idle => (props.label.clone(), IconName::Copy),
        State::Copied => (words.get("ui-copied"), IconName::Check),
        State::Refused => (words.get("ui-copy-refused"), IconName::Error),
    };
    html! {
        <>
            <Button {label} {icon} icon_only={props.icon_only} small=true appearance={props.appearance}
                testid={props.testid.clone()} {onclick} />
            <span class="visually-hidden" role="status">
                if *state != State::Idle {
                    { words.get(if *state == State::Copied { "ui-copied" } else { "ui-copy-refused" }) }
                }
            </span>
        </>
    }
}
