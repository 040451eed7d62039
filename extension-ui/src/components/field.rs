use super::{Icon, Intent};
use yew::prelude::*;

/// What is to say about a field's present content.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldNote {
    pub intent: Intent,
    pub text: AttrValue,
    /// One-click fixes and the like.
    pub actions: Html,
}

impl FieldNote {
    pub fn error(text: impl Into<AttrValue>) -> Self {
        Self { intent: Intent::Error, text: text.into(), actions: Html::default() }
    }

    pub fn warning(text: impl Into<AttrValue>) -> Self {
        Self { intent: Intent::Warning, text: text.into(), actions: Html::default() }
    }
}

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

/// Properties for [`FieldNotes`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FieldNotesProps {
    pub id: AttrValue,
    pub notes: Vec<FieldNote>,
}

/// The notes of one or several controls, announced as they change.
#[component]
pub fn FieldNotes(props: &FieldNotesProps) -> Html {
    html! {
        <div class="field-notes" id={props.id.clone()} aria-live="polite">
            { for props.notes.iter().map(|note| html! {
                <div class={classes!("field-note", note.intent.class())} data-testid="field-note">
                    <Icon name={note.intent.icon()} />
                    <div><p>{ note.text.clone() }</p>{ note.actions.clone() }</div>
                </div>
            }) }
        </div>
    }
}
