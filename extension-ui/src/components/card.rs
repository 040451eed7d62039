use yew::prelude::*;

/// Properties for [`Card`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CardProps {
    pub title: AttrValue,
    pub testid: AttrValue,
    /// Beside the title: a badge, a time.
    #[prop_or_default]
    pub aside: Html,
    /// At the right end of the title row.
    #[prop_or_default]
    pub actions: Html,
    #[prop_or_default]
    pub children: Html,
    #[prop_or_default]
    pub class: Classes,
    /// True while its content is being fetched.
    #[prop_or_default]
    pub busy: bool,
}

/// A region of the page with its heading.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let heading = format!("{}-title", props.testid);
    html! {
        <section class={classes!("card", props.class.clone())} data-testid={props.testid.clone()}
            aria-labelledby={heading.clone()} aria-busy={props.busy.then_some("true")}>
            <header class="card-header">
                <h2 id={heading.clone()} class="card-title" data-testid={heading}>{ props.title.clone() }</h2>
                <div class="card-aside">{ props.aside.clone() }</div>
                <div class="card-actions">{ props.actions.clone() }</div>
            </header>
            { props.children.clone() }
        </section>
    }
}
