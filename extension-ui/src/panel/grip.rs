use crate::infra::{memory::Memory, use_drag, words::use_words};
use web_sys::PointerEvent;
use yew::prelude::*;

/// CSS pixels.
const WIDTHS: std::ops::RangeInclusive<u32> = 360..=720;
const FIRST_WIDTH: u32 = 440;
const WIDTH_STEP: i32 = 20;

/// The panel's width as it was left, CSS pixels.
pub fn recall_width() -> u32 {
    Memory::PanelWidth.recall_number().unwrap_or(FIRST_WIDTH).clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// Properties for [`Grip`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct GripProps {
    pub width: u32,
    pub onwidth: Callback<u32>,
}

/// The panel's left edge, to be dragged or moved by arrow keys.
#[component]
pub fn Grip(props: &GripProps) -> Html {
    let words = use_words();
    let drag = use_drag::<(i32, u32)>();
    let resize = {
        let onwidth = props.onwidth.clone();
        move |to: i32| {
            let to = (to.max(0) as u32).clamp(*WIDTHS.start(), *WIDTHS.end());
            Memory::PanelWidth.keep(Some(&to.to_string()));
            onwidth.emit(to);
        }
    };
    let onpointerdown = {
        let (drag, width) = (drag.clone(), props.width);
        Callback::from(move |event: PointerEvent| drag.begin(&event, (event.screen_x(), width)))
    };
    let onpointermove = {
        let (drag, resize) = (drag.clone(), resize.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some((from, width)) = drag.known() {
                resize(width as i32 + from - event.screen_x());
            }
        })
    };
    let onpointerup = Callback::from(move |_: PointerEvent| {
        drag.end();
    });
    let onkeydown = {
        let width = props.width as i32;
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowLeft" => width + WIDTH_STEP,
                "ArrowRight" => width - WIDTH_STEP,
                "Home" => *WIDTHS.start() as i32,
                "End" => *WIDTHS.end() as i32,
                _ => return,
            };
            event.prevent_default();
            resize(to);
        })
    };
    html! {
        <div class="panel-grip" role="separator" aria-orientation="vertical" tabindex="0" data-testid="resize"
            aria-label={words.get("ui-resize")} aria-valuemin={WIDTHS.start().to_string()}
            aria-valuemax={WIDTHS.end().to_string()} aria-valuenow={props.width.to_string()}
            {onpointerdown} {onpointermove} onpointerup={onpointerup.clone()} onpointercancel={onpointerup} {onkeydown}></div>
    }
}
