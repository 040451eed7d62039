use yew::prelude::*;

const RADIUS: f64 = 30.0;

/// A ring that closes as time runs out: the share that is done, 0 to 1, a text in the middle, and the whole sentence for
/// screen readers.
pub fn ring(share: f64, text: String, label: AttrValue) -> Html {
    let length = 2.0 * std::f64::consts::PI * RADIUS;
    let done = length * share.clamp(0.0, 1.0);
    html! {
        <svg class="ring" viewBox="0 0 72 72" width="72" height="72" role="img" aria-label={label}>
            <circle class="ring-track" cx="36" cy="36" r={RADIUS.to_string()} fill="none" stroke-width="5" />
            <circle class="ring-done" cx="36" cy="36" r={RADIUS.to_string()} fill="none" stroke-width="5"
                stroke-linecap="round" stroke-dasharray={format!("{done:.2} {length:.2}")} transform="rotate(-90 36 36)" />
            <text class="ring-text" x="36" y="36" text-anchor="middle" dominant-baseline="central">
                { text }
            </text>
        </svg>
    }
}
