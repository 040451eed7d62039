use yew::prelude::*;

/// Properties for [`Ring`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct RingProps {
    /// Done, 0 to 1.
    pub share: f64,
    /// In the middle.
    pub text: AttrValue,
    /// The whole sentence, for screen readers.
    pub label: AttrValue,
}

const RADIUS: f64 = 30.0;

/// A ring that closes as time runs out.
#[component]
pub fn Ring(props: &RingProps) -> Html {
    let length = 2.0 * std::f64::consts::PI * RADIUS;
    let done = length * props.share.clamp(0.0, 1.0);
    html! {
        <svg class="ring" viewBox="0 0 72 72" width="72" height="72" role="img" aria-label={props.label.clone()}>
            <circle class="ring-track" cx="36" cy="36" r={RADIUS.to_string()} fill="none" stroke-width="5" />
            <circle class="ring-done" cx="36" cy="36" r={RADIUS.to_string()} fill="none" stroke-width="5"
                stroke-linecap="round" stroke-dasharray={format!("{done:.2} {length:.2}")} transform="rotate(-90 36 36)" />
            <text class="ring-text" x="36" y="36" text-anchor="middle" dominant-baseline="central">
                { props.text.clone() }
            </text>
        </svg>
    }
}
