use super::{Intent, icon};
use yew::prelude::*;

/// Properties for [`Badge`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct BadgeProps {
    pub intent: Intent,
    pub label: AttrValue,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// A pulsing dot instead of the icon: something is going on.
    #[prop_or_default]
    pub live: bool,
}

/// A short state in words, with icon and colour.
#[component]
pub fn Badge(props: &BadgeProps) -> Html {
    html! {
        <span class={classes!("badge", props.intent.class())} data-testid={props.testid.clone()}>
            if props.live {
                <span class="badge-live" aria-hidden="true"></span>
            } else {
                { icon(props.intent.icon()) }
            }
            { props.label.clone() }
        </span>
    }
}
