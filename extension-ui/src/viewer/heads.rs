//! The packet list's heads.

use super::columns::{Column, Widths};
use crate::infra::{use_drag, words::use_words};
use web_sys::PointerEvent;
use yew::prelude::*;

/// Properties for [`Heads`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct HeadsProps {
    pub widths: Widths,
    pub onwidths: Callback<Widths>,
}

/// The heads of the columns; their edges can be dragged, or moved by arrow keys.
#[component]
pub fn Heads(props: &HeadsProps) -> Html {
    let words = use_words();
    let drag = use_drag::<(usize, i32)>();
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
            Callback::from(move |event: PointerEvent| drag.begin(&event, (at, event.client_x())))
        };
        let onpointermove = {
            let (drag, stretch) = (drag.clone(), stretch.clone());
            Callback::from(move |event: PointerEvent| {
                if let Some((column, from)) = drag.known() {
                    let now = event.client_x();
                    stretch(column, now - from);
                    drag.now((column, now));
                }
            })
        };
        let onpointerup = {
            let drag = drag.clone();
            Callback::from(move |_: PointerEvent| {
                drag.end();
            })
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
                    {onpointerdown} {onpointermove} onpointerup={onpointerup.clone()} onpointercancel={onpointerup}
                    {onkeydown}></span>
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
