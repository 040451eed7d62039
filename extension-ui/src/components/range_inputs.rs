use crate::infra::words::use_words;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A half-open range of buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub from: usize,
    pub to: usize,
}

/// Properties for [`RangeInputs`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct RangeInputsProps {
    pub range: Option<Range>,
    pub buckets: usize,
    pub onrange: Callback<Option<Range>>,
    pub testid: AttrValue,
    pub from_text: String,
    pub to_text: String,
}

/// The keyboard's way to the range.
#[component]
pub fn RangeInputs(props: &RangeInputsProps) -> Html {
    let words = use_words();
    let whole = Range { from: 0, to: props.buckets };
    let range = props.range.unwrap_or(whole);
    let emit = {
        let onrange = props.onrange.clone();
        move |next: Range| onrange.emit((next != whole).then_some(next))
    };
    let read = |event: &InputEvent| {
        event.target_unchecked_into::<HtmlInputElement>().value_as_number().max(0.0) as usize
    };
    let from = {
        let emit = emit.clone();
        move |event: InputEvent| {
            emit(Range { from: read(&event).min(range.to.saturating_sub(1)), to: range.to })
        }
    };
    let to = move |event: InputEvent| emit(Range { from: range.from, to: read(&event).max(range.from + 1) });
    let onclear = props.onrange.reform(|_: MouseEvent| None);
    html! {
        if props.buckets > 1 {
            <div class="chart-ranges">
                <input type="range" min="0" max={props.buckets.to_string()} value={range.from.to_string()} oninput={from}
                    aria-label={words.get("ui-chart-from")} aria-valuetext={props.from_text.clone()}
                    data-testid={format!("{}-from", props.testid)} />
                <input type="range" min="0" max={props.buckets.to_string()} value={range.to.to_string()} oninput={to}
                    aria-label={words.get("ui-chart-to")} aria-valuetext={props.to_text.clone()}
                    data-testid={format!("{}-to", props.testid)} />
                if props.range.is_some() {
                    <p class="chart-chosen">
                        { words.with("ui-chart-chosen", [("from", props.from_text.as_str().into()), ("to", props.to_text.as_str().into())]) }
                        <button type="button" class="link" onclick={onclear} data-testid={format!("{}-clear", props.testid)}>
                            { words.get("ui-chart-whole") }
                        </button>
                    </p>
                }
            </div>
        }
    }
}
