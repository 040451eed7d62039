//! A conversation, read from first to last.

use super::state::Work;
use crate::{
    components::{Button, CopyButton, Dialog, Intent, Message, ProgressBar},
    infra::words::use_words,
};
use yew::prelude::*;

/// Properties for [`FollowDialog`].
#[derive(Clone, Debug, Properties)]
pub struct FollowDialogProps {
    pub work: Work,
    pub onclose: Callback<()>,
    /// Shows only this conversation's packets.
    pub onfilter: Callback<String>,
    pub onpacket: Callback<u64>,
}

impl PartialEq for FollowDialogProps {
    fn eq(&self, other: &Self) -> bool {
        match (&self.work, &other.work) {
            (Work::Followed(a), Work::Followed(b)) => std::rc::Rc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// What the two ends said, as text.
#[component]
pub fn FollowDialog(props: &FollowDialogProps) -> Html {
    let words = use_words();
    let (content, actions) = match &props.work {
        Work::Followed(talk) => {
            let all: String = talk.turns.iter().map(|turn| turn.text.as_str()).collect();
            let filter = talk.filter.clone();
            let onfilter = props.onfilter.reform(move |()| filter.clone());
            let content = html! {
                <>
                    <p class="talk-ends">
                        <span class="talk-a code">{ talk.a.clone() }</span>{ " ⇄ " }<span class="talk-b code">{ talk.b.clone() }</span>
                    </p>
                    if talk.turns.is_empty() {
                        <p class="caption">{ words.get("viewer-follow-silent") }</p>
                    }
                    <ol class="talk" tabindex="0" aria-label={words.get("viewer-follow")} data-testid="talk">
                        { for talk.turns.iter().map(|turn| {
                            let number = turn.number;
                            let onclick = props.onpacket.reform(move |_: MouseEvent| number);
                            let who = if turn.from_a { &talk.a } else { &talk.b };
                            html! {
                                <li class={if turn.from_a { "turn turn-a" } else { "turn turn-b" }}>
                                    <p class="turn-head caption">
                                        { if turn.from_a { "→ " } else { "← " } }<span class="code">{ who.clone() }</span>
                                        { " · " }<button type="button" class="link" {onclick}>
                                            { words.with("viewer-packet", [("number", number.into())]) }
                                        </button>
                                        if turn.gap {
                                            { " · " }{ words.get("viewer-follow-gap") }
                                        }
                                    </p>
                                    <pre class="turn-text">{ turn.text.clone() }</pre>
                                </li>
                            }
                        }) }
                    </ol>
                    if talk.cut {
                        <p class="caption">{ words.get("viewer-follow-cut") }</p>
                    }
                </>
            };
            let actions = html! {
                <>
                    <CopyButton text={all} label={words.get("viewer-follow-copy")} testid="follow-copy" />
                    <Button label={words.get("viewer-follow-filter")} onclick={onfilter} testid="follow-filter" />
                </>
            };
            (content, actions)
        }
        Work::NotFollowed => (
            html! { <Message intent={Intent::Info}>{ words.get("viewer-follow-nothing") }</Message> },
            html! {},
        ),
        _ => (
            html! { <ProgressBar label={words.get("viewer-follow-working")} done=0 total={None::<u64>} /> },
            html! {},
        ),
    };
    html! {
        <Dialog title={words.get("viewer-follow")} testid="follow" onclose={props.onclose.clone()} {actions}>
            { content }
        </Dialog>
    }
}
