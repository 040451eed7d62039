use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties for [`Checkbox`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CheckboxProps {
    pub label: AttrValue,
    pub checked: bool,
    pub onchange: Callback<bool>,
    pub testid: AttrValue,
    /// A second line.
    #[prop_or_default]
    pub help: Option<AttrValue>,
}

/// Yes or no.
#[component]
pub fn Checkbox(props: &CheckboxProps) -> Html {
    let onchange = {
        let onchange = props.onchange.clone();
        Callback::from(move |event: Event| {
            onchange.emit(event.target_unchecked_into::<HtmlInputElement>().checked())
        })
    };
    html! {
        <label class="checkbox">
            <input type="checkbox" checked={props.checked} data-testid={props.testid.clone()} {onchange} />
            <span>
                { props.label.clone() }
                if let Some(help) = &props.help {
                    <span class="field-help">{ help.clone() }</span>
                }
            </span>
        </label>
    }
}
