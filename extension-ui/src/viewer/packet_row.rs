//! One row of the packet list.

use super::columns::{Column, TimeForm};
use crate::{
    components::{IconName, icon},
    infra::words::{Words, use_words},
};
use wasm_core::pcap::preview::{Meaning, Row};
use yew::prelude::*;

/// Properties for [`PacketRow`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PacketRowProps {
    pub at: u64,
    /// Absent until it has come.
    pub row: Option<Row>,
    pub form: TimeForm,
    pub start: Option<i64>,
    pub selected: bool,
    pub onselect: Callback<u64>,
}

/// A packet, or its place while it is on its way.
#[component]
pub fn PacketRow(props: &PacketRowProps) -> Html {
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
    let (name, key) = match meaning {
        Meaning::Plain => return html! {},
        Meaning::Handshake => (IconName::ChevronRight, "viewer-meaning-handshake"),
        Meaning::Repeated => (IconName::Refresh, "viewer-meaning-repeated"),
        Meaning::Failure => (IconName::Error, "viewer-meaning-failure"),
    };
    let text = words.get(key);
    html! {
        <span class="mark" title={text.clone()}>
            { icon(name) }
            <span class="visually-hidden">{ text }</span>
        </span>
    }
}
