use yew::prelude::*;

/// One line of [`Bars`].
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub label: AttrValue,
    /// The amount that the bar shows.
    pub amount: f64,
    /// The amount in words, one cell for each column after the label.
    pub cells: Vec<AttrValue>,
    /// Worth a look.
    pub marked: bool,
}

/// Properties for [`Bars`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct BarsProps {
    pub caption: AttrValue,
    /// Column heads: of the label, then of each cell.
    pub heads: Vec<AttrValue>,
    pub bars: Vec<Bar>,
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// Labels are addresses or names from packets.
    #[prop_or_default]
    pub code: bool,
}

/// Amounts as a table whose rows carry a bar of their share of the largest.
#[component]
pub fn Bars(props: &BarsProps) -> Html {
    let largest = props.bars.iter().map(|bar| bar.amount).fold(0.0, f64::max);
    html! {
        <div class="table-scroll" tabindex="0" role="group" aria-label={props.caption.clone()}>
            <table class="table bars" data-testid={props.testid.clone()}>
                <caption class="visually-hidden">{ props.caption.clone() }</caption>
                <thead><tr>
                    { for props.heads.iter().enumerate().map(|(at, head)| html! {
                        <th scope="col" class={(at > 0).then_some("number")}>{ head.clone() }</th>
                    }) }
                </tr></thead>
                <tbody>
                    { for props.bars.iter().map(|bar| {
                        let share = if largest > 0.0 { bar.amount / largest * 100.0 } else { 0.0 };
                        html! {
                            <tr class={bar.marked.then_some("marked")}>
                                <th scope="row">
                                    <span class={classes!("bar-label", props.code.then_some("code"))}>{ bar.label.clone() }</span>
                                    <svg class="bar" height="4" width="100%" aria-hidden="true">
                                        <rect class="bar-done" width={format!("{share:.2}%")} height="4" rx="2" />
                                    </svg>
                                </th>
                                { for bar.cells.iter().map(|cell| html! { <td class="number">{ cell.clone() }</td> }) }
                            </tr>
                        }
                    }) }
                </tbody>
            </table>
        </div>
    }
}
