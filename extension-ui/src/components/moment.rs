use crate::infra::{format, words::use_words};
use yew::prelude::*;

/// Properties for [`Moment`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct MomentProps {
    /// Milliseconds since 1970.
    pub at: f64,
    /// Without the date.
    #[prop_or_default]
    pub of_day: bool,
}

/// A time, local; UTC on hover.
#[component]
pub fn Moment(props: &MomentProps) -> Html {
    let language = use_words().0;
    let text =
        if props.of_day { format::time_of_day(language, props.at) } else { format::time(language, props.at) };
    html! { <time title={format::time_utc(language, props.at)}>{ text }</time> }
}
