use super::{FieldNote, FieldNotes};
use yew::prelude::*;

/// Properties for [`Field`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FieldProps {
    pub label: AttrValue,
    /// Id of the control inside, which takes `{id}-help` and `{id}-notes` as its description.
    pub id: AttrValue,
    pub children: Html,
    /// What is allowed, or what follows from the value.
    #[prop_or_default]
    pub help: Option<AttrValue>,
    #[prop_or_default]
    pub notes: Vec<FieldNote>,
    /// The label is for screen readers alone, as the row already says it.
    #[prop_or_default]
    pub bare: bool,
    #[prop_or_default]
    pub class: Classes,
}

/// A label, a control, what is allowed, and what is wrong with it.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    html! {
        <div class={classes!("field", props.class.clone())}>
            <label class={if props.bare { "visually-hidden" } else { "field-label" }} for={props.id.clone()}>
                { props.label.clone() }
            </label>
            { props.children.clone() }
            if let Some(help) = &props.help {
                <p class="field-help" id={format!("{}-help", props.id)}>{ help.clone() }</p>
            }
            <FieldNotes id={format!("{}-notes", props.id)} notes={props.notes.clone()} />
        </div>
    }
}
