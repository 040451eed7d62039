use super::Choice;
use yew::prelude::*;

/// Properties for [`Segmented`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SegmentedProps {
    /// What is chosen here.
    pub label: AttrValue,
    /// Groups the radio buttons; unique in the page.
    pub name: AttrValue,
    pub value: AttrValue,
    pub choices: Vec<Choice>,
    pub onchange: Callback<AttrValue>,
    /// Each choice is `{testid}-{value}`.
    pub testid: AttrValue,
    /// The label is for screen readers alone.
    #[prop_or_default]
    pub bare: bool,
}

/// One of a few, side by side: radio buttons in the shape of buttons.
#[component]
pub fn Segmented(props: &SegmentedProps) -> Html {
    html! {
        <fieldset class="segmented">
            <legend class={if props.bare { "visually-hidden" } else { "field-label" }}>{ props.label.clone() }</legend>
            <div class="segmented-row">
                { for props.choices.iter().map(|choice| {
                    let (onchange, value) = (props.onchange.clone(), choice.value.clone());
                    html! {
                        <label class="segment">
                            <input type="radio" class="visually-hidden" name={props.name.clone()} value={choice.value.clone()}
                                checked={choice.value == props.value} disabled={choice.disabled}
                                data-testid={format!("{}-{}", props.testid, choice.value)}
                                onchange={move |_| onchange.emit(value.clone())} />
                            <span>{ choice.label.clone() }</span>
                        </label>
                    }
                }) }
            </div>
        </fieldset>
    }
}
