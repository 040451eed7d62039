use super::{Intent, icon};
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
                    { icon(note.intent.icon()) }
                    <div><p>{ note.text.clone() }</p>{ note.actions.clone() }</div>
                </div>
            }) }
        </div>
    }
}
