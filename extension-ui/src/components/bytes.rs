use crate::infra::format;
use wasm_core::words::Language;
use yew::prelude::*;

/// A size in binary units; the exact number on hover.
pub fn bytes(language: Language, value: u64) -> Html {
    html! { <span class="quantity" title={format::exact_bytes(language, value)}>{ format::bytes(language, value) }</span> }
}
