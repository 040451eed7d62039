use yew::prelude::*;

/// Properties for [`ProgressBar`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ProgressProps {
    /// What is going on, for screen readers and as the visible caption.
    pub label: AttrValue,
    pub done: u64,
    /// Absent: the total is not known.
    pub total: Option<u64>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// More beside the label: speed, time left.
    #[prop_or_default]
    pub children: Html,
    /// Nothing moves at the moment (paused, interrupted).
    #[prop_or_default]
    pub still: bool,
}

/// How far something is.
#[component]
pub fn ProgressBar(props: &ProgressProps) -> Html {
    let share = props
        .total
        .filter(|total| *total > 0)
        .map(|total| (props.done as f64 / total as f64).clamp(0.0, 1.0));
    let value = share.map(|share| (share * 1000.0).round().to_string());
    html! {
        <div class={classes!("progress", props.still.then_some("progress-still"))} data-testid={props.testid.clone()}>
            <div class="progress-caption"><span>{ props.label.clone() }</span>{ props.children.clone() }</div>
            if props.still && value.is_none() {
                <progress class="progress-bar" aria-label={props.label.clone()} max="1000" value="0"></progress>
            } else {
                <progress class="progress-bar" aria-label={props.label.clone()} max="1000" {value}></progress>
            }
        </div>
    }
}
