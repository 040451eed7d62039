use crate::infra::format;
use wasm_core::words::Language;
use yew::prelude::*;

/// A grouped number.
pub fn count(language: Language, value: u64) -> Html {
    html! { <span class="quantity">{ format::number(language, value) }</span> }
}
