use super::{IconName, icon};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Height of a row, CSS pixels; `style/components.css` holds rows to it.
pub const ROW_HEIGHT: u32 = 32;
/// Rows drawn beyond each edge, so that fast scrolling shows no gap.
const SPARE: usize = 8;

/// One column of a [`DataTable`].
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Names it for sorting and in test ids: `{testid}-sort-{id}`.
    pub id: AttrValue,
    pub label: AttrValue,
    /// Right-aligned.
    pub number: bool,
    pub sortable: bool,
}

impl Column {
    pub fn text(id: &'static str, label: AttrValue) -> Self {
        Self { id: id.into(), label, number: false, sortable: true }
    }

    pub fn number(id: &'static str, label: AttrValue) -> Self {
        Self { id: id.into(), label, number: true, sortable: true }
    }
}

/// By which column, and which way.
#[derive(Clone, Debug, PartialEq)]
pub struct Sort {
    pub column: AttrValue,
    pub descending: bool,
}

/// Properties for [`DataTable`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DataTableProps {
    pub caption: AttrValue,
    pub testid: AttrValue,
    pub columns: Vec<Column>,
    pub count: usize,
    /// The cells of row `n`, one for each column.
    pub row: Callback<usize, Vec<Html>>,
    pub sort: Sort,
    pub onsort: Callback<Sort>,
    #[prop_or_default]
    pub selected: Option<usize>,
    #[prop_or_default]
    pub onselect: Callback<usize>,
}

/// A sortable table of any length: only the rows in view exist.
#[component]
pub fn DataTable(props: &DataTableProps) -> Html {
    let scroller = use_node_ref();
    let top = use_state_eq(|| 0_i32);
    let height = use_state_eq(|| 400_i32);
    let onscroll = {
        let (top, height) = (top.clone(), height.clone());
        Callback::from(move |event: Event| {
            let scroller: HtmlElement = event.target_unchecked_into();
            // Whole rows only: scrolling within a row draws nothing anew.
            top.set(scroller.scroll_top() / ROW_HEIGHT as i32 * ROW_HEIGHT as i32);
            height.set(scroller.client_height());
        })
    };
    let first = ((*top).max(0) as usize / ROW_HEIGHT as usize).saturating_sub(SPARE).min(props.count);
    let visible = (*height).max(0) as usize / ROW_HEIGHT as usize + 2 * SPARE + 1;
    let last = (first + visible).min(props.count);
    let span = props.columns.len().to_string();
    let spacer = |rows: usize| {
        html! {
            if rows > 0 {
                <tr aria-hidden="true"><td colspan={span.clone()} height={(rows * ROW_HEIGHT as usize).to_string()}></td></tr>
            }
        }
    };
    let onkeydown = {
        let (onselect, selected, count) = (props.onselect.clone(), props.selected, props.count);
        let scroller = scroller.clone();
        Callback::from(move |event: KeyboardEvent| {
            if count == 0 {
                return;
            }
            let page = 10;
            let to = match (event.key().as_str(), selected) {
                ("ArrowDown", None) | ("Home", _) => 0,
                ("ArrowDown", Some(at)) => (at + 1).min(count - 1),
                ("ArrowUp", Some(at)) => at.saturating_sub(1),
                ("PageDown", Some(at)) => (at + page).min(count - 1),
                ("PageUp", Some(at)) => at.saturating_sub(page),
                ("End", _) => count - 1,
                _ => return,
            };
            event.prevent_default();
            onselect.emit(to);
            if let Some(scroller) = scroller.cast::<HtmlElement>() {
                let (y, view) =
                    ((to as u32 * ROW_HEIGHT) as i32, scroller.client_height() - ROW_HEIGHT as i32);
                if y < scroller.scroll_top() {
                    scroller.set_scroll_top(y);
                } else if y + ROW_HEIGHT as i32 > scroller.scroll_top() + view {
                    scroller.set_scroll_top(y + ROW_HEIGHT as i32 - view);
                }
            }
        })
    };
    let row = Rc::new(props.row.clone());
    html! {
        <div class="table-scroll data-table" ref={scroller} {onscroll} {onkeydown} tabindex="0" role="group"
            aria-label={props.caption.clone()}>
            <table class="table" data-testid={props.testid.clone()} aria-rowcount={(props.count + 1).to_string()}>
                <caption class="visually-hidden">{ props.caption.clone() }</caption>
                <thead><tr aria-rowindex="1">
                    { for props.columns.iter().map(|column| head(props, column)) }
                </tr></thead>
                <tbody>
                    { spacer(first) }
                    { for (first..last).map(|at| {
                        let onselect = props.onselect.clone();
                        let selected = props.selected == Some(at);
                        html! {
                            <tr key={at} data-testid={format!("{}-row", props.testid)} class={classes!("data-row", selected.then_some("selected"))}
                                aria-rowindex={(at + 2).to_string()} aria-current={selected.then_some("true")}
                                onclick={move |_| onselect.emit(at)}>
                                { for row.emit(at).into_iter().zip(&props.columns).map(|(cell, column)| html! {
                                    <td class={column.number.then_some("number")}>{ cell }</td>
                                }) }
                            </tr>
                        }
                    }) }
                    { spacer(props.count - last) }
                </tbody>
            </table>
        </div>
    }
}

fn head(props: &DataTableProps, column: &Column) -> Html {
    let sorted = props.sort.column == column.id;
    let order = match (sorted, props.sort.descending) {
        (false, _) => "none",
        (true, true) => "descending",
        (true, false) => "ascending",
    };
    let onclick = {
        let (onsort, id) = (props.onsort.clone(), column.id.clone());
        // Numbers are mostly wanted largest first, words from A.
        let descending = if sorted { !props.sort.descending } else { column.number };
        move |_| onsort.emit(Sort { column: id.clone(), descending })
    };
    html! {
        <th scope="col" class={column.number.then_some("number")} aria-sort={column.sortable.then_some(order)}>
            if column.sortable {
                <button type="button" class="sort" data-testid={format!("{}-sort-{}", props.testid, column.id)} {onclick}>
                    { column.label.clone() }
                    if sorted {
                        { icon(if props.sort.descending { IconName::ArrowDown } else { IconName::ArrowUp }) }
                    }
                </button>
            } else {
                { column.label.clone() }
            }
        </th>
    }
}
