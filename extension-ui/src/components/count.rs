use crate::infra::{format, words::use_words};
use yew::prelude::*;

/// Properties for [`Count`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CountProps {
    pub value: u64,
}

/// A grouped number.
#[component]
pub fn Count(props: &CountProps) -> Html {
    let language = use_words().0;
    html! { <span class="quantity">{ format::number(language, props.value) }</span> }
}
