use crate::infra::words::use_words;
use yew::prelude::*;

/// Properties for [`Skeleton`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SkeletonProps {
    /// How many lines the content will about have.
    #[prop_or(3)]
    pub lines: usize,
    /// What is being fetched, for screen readers; else "Loading".
    #[prop_or_default]
    pub label: Option<AttrValue>,
}

/// The shape of content that is on its way.
#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    let words = use_words();
    html! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{ props.label.clone().unwrap_or_else(|| words.get("ui-loading")) }</span>
            { for (0..props.lines).map(|_| html! { <div class="skeleton-line" aria-hidden="true"></div> }) }
        </div>
    }
}
