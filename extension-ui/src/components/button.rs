use super::{IconName, icon};
use yew::prelude::*;

/// How much a button asks for attention. One `Primary` a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Appearance {
    Primary,
    #[default]
    Secondary,
    /// Without a frame: in rows and headers.
    Subtle,
}

impl Appearance {
    fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Primary => Some("primary"),
            Self::Secondary => None,
            Self::Subtle => Some("subtle"),
        }
    }
}

/// Properties for [`Button`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ButtonProps {
    pub label: AttrValue,
    pub onclick: Callback<()>,
    /// Names it for tests; listed in TESTIDS.md.
    pub testid: AttrValue,
    #[prop_or_default]
    pub appearance: Appearance,
    #[prop_or_default]
    pub icon: Option<IconName>,
    /// Shows the icon alone; the label is still its name.
    #[prop_or_default]
    pub icon_only: bool,
    #[prop_or_default]
    pub small: bool,
    /// Cannot be used now. It keeps the focus, so that `described_by` can say why.
    #[prop_or_default]
    pub disabled: bool,
    /// Id of the element that says more, for example why it is disabled.
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    /// For a button that opens something.
    #[prop_or_default]
    pub expanded: Option<bool>,
    /// For a button that stays down.
    #[prop_or_default]
    pub pressed: Option<bool>,
    /// What it acts on, where the label alone ("Stop") says too little out of its row.
    #[prop_or_default]
    pub full_name: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
}

/// Fluent's button.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let onclick = {
        let (onclick, disabled) = (props.onclick.clone(), props.disabled);
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            if !disabled {
                onclick.emit(());
            }
        })
    };
    let name = props.full_name.clone().or_else(|| props.icon_only.then(|| props.label.clone()));
    let truth = |state: bool| if state { "true" } else { "false" };
    html! {
        <fluent-button role="button" data-testid={props.testid.clone()} class={props.class.clone()}
            appearance={props.appearance.attribute()} size={props.small.then_some("small")}
            icon-only={props.icon_only.then_some("")} disabled-focusable={props.disabled.then_some("")}
            aria-disabled={props.disabled.then_some("true")} aria-label={name} title={props.icon_only.then(|| props.label.clone())}
            aria-describedby={props.described_by.clone()} aria-expanded={props.expanded.map(truth)}
            aria-pressed={props.pressed.map(truth)} tabindex="0" {onclick}>
            if let Some(name) = props.icon {
                <span slot={(!props.icon_only).then_some("start")} class="button-icon">{ icon(name) }</span>
            }
            if !props.icon_only {
                { props.label.clone() }
            }
        </fluent-button>
    }
}
