use super::{IconName, icon_as};
use yew::prelude::*;

/// What a message means; it knows its icon, class and how loudly it is announced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Intent {
    #[default]
    Info,
    Success,
    Warning,
    Error,
}

impl Intent {
    pub fn icon(self) -> IconName {
        match self {
            Self::Info => IconName::Info,
            Self::Success => IconName::Check,
            Self::Warning => IconName::Warning,
            Self::Error => IconName::Error,
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            Self::Info => "intent-info",
            Self::Success => "intent-success",
            Self::Warning => "intent-warning",
            Self::Error => "intent-error",
        }
    }

    /// Failures interrupt, the rest waits its turn.
    pub fn role(self) -> &'static str {
        match self {
            Self::Error => "alert",
            _ => "status",
        }
    }
}

/// Properties for [`Message`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct MessageProps {
    pub intent: Intent,
    pub children: Html,
    /// What can be done about it.
    #[prop_or_default]
    pub actions: Html,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// Set where the message was there from the beginning and needs no announcement.
    #[prop_or_default]
    pub quiet: bool,
}

/// A message bar.
#[component]
pub fn Message(props: &MessageProps) -> Html {
    html! {
        <div class={classes!("message", props.intent.class())} role={(!props.quiet).then(|| props.intent.role())}
            data-testid={props.testid.clone()}>
            { icon_as(props.intent.icon(), "message-icon") }
            <div class="message-text">{ props.children.clone() }</div>
            if props.actions != Html::default() {
                <div class="message-actions">{ props.actions.clone() }</div>
            }
        </div>
    }
}
