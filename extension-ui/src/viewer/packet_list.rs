//! The packets as rows: only those in view exist, whatever their number.

use super::{
    columns::{Column, TimeForm, Widths},
    heads::Heads,
    packet_row::PacketRow,
    row_cache::RowCache,
    virtual_scroll::use_virtual_scroll,
};
use crate::infra::{Shared, words::use_words};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Height of a row, CSS pixels; `style/viewer.css` holds rows to it.
pub const ROW_HEIGHT: f64 = 24.0;

/// Properties for [`PacketList`].
#[derive(Clone, PartialEq, Properties)]
pub struct PacketListProps {
    /// The rows that have come.
    pub rows: Shared<RowCache>,
    /// Rows in all.
    pub count: u64,
    pub start: Option<i64>,
    pub form: TimeForm,
    pub selected: Option<u64>,
    /// Brings a row into view when its first number changes.
    pub reveal: (u32, u64),
    /// The rows in view, first and behind the last.
    pub onview: Callback<(u64, u64)>,
    pub onselect: Callback<u64>,
    /// Enter: on to the packet's tree.
    pub onenter: Callback<()>,
}

/// The packet list, with Wireshark's keys.
#[component]
pub fn PacketList(props: &PacketListProps) -> Html {
    let words = use_words();
    let scroll = use_virtual_scroll(props.count, ROW_HEIGHT);
    let widths = use_state_eq(Widths::default);
    let grid = use_node_ref();
    {
        let grid = grid.clone();
        use_effect_with(*widths, move |widths| {
            if let Some(grid) = grid.cast::<HtmlElement>() {
                // Through the object model: the page's CSP forbids style attributes.
                let _set = grid.style().set_property("--columns", &widths.template());
                let _set = grid.style().set_property("--least", &format!("{}px", widths.sum()));
            }
        });
    }
    let first = scroll.top;
    // One more than fits, as the last one may be cut.
    let last = (first + scroll.extent.page() + 1).min(props.count);
    {
        let onview = props.onview.clone();
        use_effect_with((first, last), move |&(first, last)| {
            onview.emit((first, last));
        });
    }
    {
        let scroll = scroll.clone();
        use_effect_with(props.reveal.0, {
            let row = props.reveal.1;
            move |_| scroll.reveal(row)
        });
    }
    let onkeydown = {
        let (scroll, selected, count) = (scroll.clone(), props.selected, props.count);
        let (onselect, onenter) = (props.onselect.clone(), props.onenter.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.alt_key() || event.meta_key() || count == 0 {
                return;
            }
            let page = scroll.extent.page();
            let at = selected.unwrap_or(first);
            let to = match (event.key().as_str(), event.ctrl_key()) {
                ("ArrowDown", false) => selected.map_or(first, |at| at + 1),
                ("ArrowUp", false) => at.saturating_sub(1),
                ("PageDown", false) => at + page,
                ("PageUp", false) => at.saturating_sub(page),
                ("Home", _) => 0,
                ("End", _) => count - 1,
                ("Enter", false) => {
                    event.prevent_default();
                    onenter.emit(());
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            let to = to.min(count - 1);
            scroll.reveal(to);
            onselect.emit(to);
        })
    };
    let active = props.selected.filter(|row| (first..last).contains(row)).map(|row| format!("row-{row}"));
    html! {
        <div class="packets" ref={grid}>
            <div class="packets-scroll" ref={scroll.scroller.clone()} onscroll={scroll.onscroll.clone()}
                onwheel={scroll.onwheel.clone()} {onkeydown} tabindex="0" role="grid" data-testid="packet-list"
                aria-label={words.get("viewer-packets")} aria-rowcount={(props.count + 1).to_string()}
                aria-colcount={(Column::ALL.len() + 1).to_string()} aria-activedescendant={active}>
                <Heads widths={*widths} onwidths={let widths = widths.clone(); move |to| widths.set(to)} />
                <div class="packets-window" role="presentation" onmousemove={Callback::from(tell_whole)}>
                    // As many places as rows are in view: a row that comes takes the place of one that goes.
                    { for (first..last).map(|at| html! {
                        <PacketRow key={at % (scroll.extent.page() + 1)} at={at} row={props.rows.get(at).cloned()} form={props.form}
                            start={props.start} selected={props.selected == Some(at)} onselect={props.onselect.clone()} />
                    }) }
                </div>
                <div class="packets-spacer" ref={scroll.spacer.clone()} aria-hidden="true"></div>
            </div>
        </div>
    }
}

/// A cell that is too narrow for its text has all of it as its title. Only the one under the mouse: twenty rows of them at
/// each turn of the wheel would be as much to draw as the rows.
fn tell_whole(event: MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(cell) = target.and_then(|target| target.closest(".cell").ok()?) else { return };
    // Fails only for names that are no attribute's.
    let _done = if cell.scroll_width() > cell.client_width() {
        cell.set_attribute("title", &cell.text_content().unwrap_or_default())
    } else {
        cell.remove_attribute("title")
    };
}
