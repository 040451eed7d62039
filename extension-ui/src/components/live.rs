use yew::prelude::*;

/// Properties for [`Live`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LiveProps {
    /// Announced whenever it changes.
    pub text: AttrValue,
    pub testid: AttrValue,
}

/// Announces a change of state to screen readers; nothing to see.
#[component]
pub fn Live(props: &LiveProps) -> Html {
    html! {
        <div class="visually-hidden" role="status" aria-live="polite" data-testid={props.testid.clone()}>
            { props.text.clone() }
        </div>
    }
}
