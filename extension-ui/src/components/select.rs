use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// One line of a [`Select`].
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub value: AttrValue,
    pub label: AttrValue,
    pub disabled: bool,
}

impl Choice {
    pub fn new(value: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Self {
        Self { value: value.into(), label: label.into(), disabled: false }
    }
}

/// Properties for [`Select`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SelectProps {
    pub id: AttrValue,
    pub value: AttrValue,
    pub choices: Vec<Choice>,
    pub onchange: Callback<String>,
    pub testid: AttrValue,
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    #[prop_or_default]
    pub invalid: bool,
    /// Name, where no label element points here.
    #[prop_or_default]
    pub label: Option<AttrValue>,
}

/// One of a few. Native, for the keyboard, the phone and the screen reader.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let onchange = {
        let onchange = props.onchange.clone();
        Callback::from(move |event: Event| {
            onchange.emit(event.target_unchecked_into::<HtmlSelectElement>().value())
        })
    };
    html! {
        <div class="select">
            <select id={props.id.clone()} data-testid={props.testid.clone()} aria-describedby={props.described_by.clone()}
                aria-invalid={props.invalid.then_some("true")} aria-label={props.label.clone()} {onchange}>
                { for props.choices.iter().map(|choice| html! {
                    <option value={choice.value.clone()} disabled={choice.disabled}
                        selected={choice.value == props.value}>{ choice.label.clone() }</option>
                }) }
            </select>
        </div>
    }
}
