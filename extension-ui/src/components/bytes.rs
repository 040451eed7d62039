use crate::infra::{format, words::use_words};
use yew::prelude::*;

/// Properties for [`Bytes`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct BytesProps {
    pub value: u64,
}

/// A size in binary units; the exact number on hover.
#[component]
pub fn Bytes(props: &BytesProps) -> Html {
    let language = use_words().0;
    html! {
        <span class="quantity" title={format::exact_bytes(language, props.value)}>
            { format::bytes(language, props.value) }
        </span>
    }
}
