use yew::prelude::*;

/// Properties for [`Disclosure`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DisclosureProps {
    pub summary: AttrValue,
    pub testid: AttrValue,
    pub children: Html,
    #[prop_or_default]
    pub open: bool,
}

/// More, for those who want it.
#[component]
pub fn Disclosure(props: &DisclosureProps) -> Html {
    html! {
        <details class="disclosure" open={props.open}>
            <summary data-testid={props.testid.clone()}>{ props.summary.clone() }</summary>
            <div class="disclosure-body">{ props.children.clone() }</div>
        </details>
    }
}
