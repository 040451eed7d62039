use crate::infra::format;
use wasm_core::words::Language;
use yew::prelude::*;

/// A time in milliseconds since 1970, local; UTC on hover.
pub fn moment(language: Language, at: f64) -> Html {
    told(language, at, format::time(language, at))
}

/// The same without the date.
pub fn moment_of_day(language: Language, at: f64) -> Html {
    told(language, at, format::time_of_day(language, at))
}

fn told(language: Language, at: f64, text: String) -> Html {
    html! { <time title={format::time_utc(language, at)}>{ text }</time> }
}
