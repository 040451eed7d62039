//! The packets as rows: only those in view exist, whatever their number.

use super::{
    columns::{Column, TimeForm, Widths},
    row_cache::RowCache,
    virtual_scroll::use_virtual_scroll,
};
use crate::{
    components::{Icon, IconName},
    infra::{
        Shared,
        words::{Words, use_words},
    },
};
use wasm_bindgen::JsCast;
use wasm_core::pcap::preview::{Meaning, Row};
use web_sys::{Element, HtmlElement, PointerEvent};
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

/// Properties for [`PacketRow`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct PacketRowProps {
    at: u64,
    /// Absent until it has come.
    row: Option<Row>,
    form: TimeForm,
    start: Option<i64>,
    selected: bool,
    onselect: Callback<u64>,
}

#[component]
fn PacketRow(props: &PacketRowProps) -> Html {
    let words = use_words();
    let at = props.at;
    let onclick = props.onselect.reform(move |_: MouseEvent| at);
    let meaning = props.row.as_ref().map(|row| row.meaning).unwrap_or_default();
    let class = classes!(
        "packet",
        class_of(meaning),
        props.selected.then_some("selected"),
        (at % 2 == 1).then_some("odd")
    );
    html! {
        <div {class} id={format!("row-{at}")} role="row" aria-rowindex={(at + 2).to_string()}
            aria-selected={if props.selected { "true" } else { "false" }} {onclick} data-testid="packet-row">
            <span class="cell cell-mark" role="gridcell">{ mark(meaning, words) }</span>
            { for Column::ALL.into_iter().map(|column| {
                let text = props.row.as_ref().map(|row| column.write(row, props.form, props.start, words));
                html! {
                    <span class={classes!("cell", column.is_number().then_some("number"))} role="gridcell">
                        { text.unwrap_or_else(|| if column == Column::Info { "…".into() } else { AttrValue::default() }) }
                    </span>
                }
            }) }
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

fn class_of(meaning: Meaning) -> Option<&'static str> {
    match meaning {
        Meaning::Plain => None,
        Meaning::Handshake => Some("packet-handshake"),
        Meaning::Repeated => Some("packet-repeated"),
        Meaning::Failure => Some("packet-failure"),
    }
}

/// What the colour says, for those who do not see it.
fn mark(meaning: Meaning, words: Words) -> Html {
    let (icon, key) = match meaning {
        Meaning::Plain => return html! {},
        Meaning::Handshake => (IconName::ChevronRight, "viewer-meaning-handshake"),
        Meaning::Repeated => (IconName::Refresh, "viewer-meaning-repeated"),
        Meaning::Failure => (IconName::Error, "viewer-meaning-failure"),
    };
    let text = words.get(key);
    html! {
        <span class="mark" title={text.clone()}>
            <Icon name={icon} />
            <span class="visually-hidden">{ text }</span>
        </span>
    }
}

/// Properties for [`Heads`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct HeadsProps {
    widths: Widths,
    onwidths: Callback<Widths>,
}

/// The heads of the columns; their edges can be dragged, or moved by arrow keys.
#[component]
fn Heads(props: &HeadsProps) -> Html {
    let words = use_words();
    let drag = use_mut_ref(|| None::<(usize, i32)>);
    let stretch = {
        let (onwidths, widths) = (props.onwidths.clone(), props.widths);
        move |column: usize, by: i32| {
            let mut widths = widths;
            widths.stretch(column, by);
            onwidths.emit(widths);
        }
    };
    let handle = |at: usize| {
        let onpointerdown = {
            let drag = drag.clone();
            Callback::from(move |event: PointerEvent| {
                *drag.borrow_mut() = Some((at, event.client_x()));
                let target: Element = event.target_unchecked_into();
                // Without capture the drag ends at the edge: a lesser comfort.
                let _captured = target.set_pointer_capture(event.pointer_id());
            })
        };
        let onpointermove = {
            let (drag, stretch) = (drag.clone(), stretch.clone());
            Callback::from(move |event: PointerEvent| {
                let mut drag = drag.borrow_mut();
                if let Some((column, from)) = *drag {
                    let now = event.client_x();
                    stretch(column, now - from);
                    *drag = Some((column, now));
                }
            })
        };
        let onpointerup = {
            let drag = drag.clone();
            Callback::from(move |_: PointerEvent| *drag.borrow_mut() = None)
        };
        let onkeydown = {
            let stretch = stretch.clone();
            Callback::from(move |event: KeyboardEvent| {
                let by = match event.key().as_str() {
                    "ArrowLeft" => -8,
                    "ArrowRight" => 8,
                    _ => return,
                };
                event.prevent_default();
                event.stop_propagation();
                stretch(at, by);
            })
        };
        let label = words.with(
            "viewer-column-width",
            [("column", words.get(&format!("viewer-column-{}", Column::ALL[at].name())).to_string().into())],
        );
        props.widths.of(at).map(|width| {
            html! {
                <span class="column-edge" role="separator" aria-orientation="vertical" tabindex="0" aria-label={label}
                    aria-valuenow={width.to_string()} aria-valuemin="40" aria-valuemax="640"
                    {onpointerdown} {onpointermove} {onpointerup} {onkeydown}></span>
            }
        })
    };
    html! {
        <div class="packet packet-heads" role="row" aria-rowindex="1">
            <span class="cell cell-mark" role="columnheader">
                <span class="visually-hidden">{ words.get("viewer-column-meaning") }</span>
            </span>
            { for Column::ALL.into_iter().enumerate().map(|(at, column)| html! {
                <span class={classes!("cell", column.is_number().then_some("number"))} role="columnheader">
                    <span class="cell-head">{ words.get(&format!("viewer-column-{}", column.name())) }</span>
                    { handle(at).unwrap_or_default() }
                </span>
            }) }
        </div>
    }
}
