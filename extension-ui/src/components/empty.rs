use super::{IconName, icon_as};
use yew::prelude::*;

/// Properties for [`Empty`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct EmptyProps {
    pub icon: IconName,
    /// What is not there.
    pub title: AttrValue,
    /// The next step.
    #[prop_or_default]
    pub children: Html,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// Nothing here yet, and what to do about it.
#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="empty" data-testid={props.testid.clone()}>
            { icon_as(props.icon, "empty-icon") }
            <div>
                <p class="empty-title">{ props.title.clone() }</p>
                { props.children.clone() }
            </div>
        </div>
    }
}
