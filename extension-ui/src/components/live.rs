use yew::prelude::*;

/// Announces a text to screen readers whenever it changes; nothing to see.
pub fn live_region(text: AttrValue, testid: &'static str) -> Html {
    html! { <div class="visually-hidden" role="status" aria-live="polite" data-testid={testid}>{ text }</div> }
}
