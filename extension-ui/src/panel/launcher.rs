use crate::{
    components::{IconName, icon},
    infra::{focus, helper::Helper, memory::Memory, use_drag, words::use_words},
};
use wasm_core::protocol::Layout;
use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::prelude::*;

/// Open and close the panel, wherever the focus is. The same stand in manifest.json and content.js.
pub const KEYS: &str = "Alt+Shift+P";

/// CSS pixels.
pub const SIZE: u32 = 44;
const FIRST_TOP: u32 = 240;
/// One press of an arrow key.
const STEP: i32 = 16;
/// A pointer that moves less clicks.
const SLACK: i32 = 4;

/// Properties for [`Launcher`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LauncherProps {
    pub helper: Helper,
    pub onopen: Callback<()>,
    /// A capture runs.
    pub running: bool,
    /// The panel was just closed: the keyboard goes on here.
    pub focused: bool,
}

#[derive(Clone, Copy)]
struct Grasp {
    /// Of the pointer on the screen: the frame moves under it, so its own coordinates say nothing.
    from: i32,
    top: i32,
    moved: bool,
}

/// The one element on the portal's page: a small button at its edge, to be moved up and down.
#[component]
pub fn Launcher(props: &LauncherProps) -> Html {
    let words = use_words();
    let top = use_state_eq(|| Memory::LauncherTop.recall_number().unwrap_or(FIRST_TOP) as i32);
    let drag = use_drag::<Grasp>();
    let button = use_node_ref();
    {
        let button = button.clone();
        use_effect_with(props.focused, move |focused| {
            if let Some(button) = button.cast::<Element>().filter(|_| *focused && focus::is_here()) {
                focus::focus(&button);
            }
        });
    }
    {
        let helper = props.helper.clone();
        use_effect_with(*top, move |top| {
            helper.layout(Layout::Launcher { top: (*top).max(0) as u32, width: SIZE, height: SIZE });
        });
    }
    let place = {
        let top = top.clone();
        move |to: i32| {
            // The lower end is the content script's affair: it alone knows the window.
            let to = to.max(0);
            Memory::LauncherTop.keep(Some(&to.to_string()));
            top.set(to);
        }
    };
    let onpointerdown = {
        let (drag, top) = (drag.clone(), *top);
        Callback::from(move |event: PointerEvent| {
            drag.begin(&event, Grasp { from: event.screen_y(), top, moved: false });
        })
    };
    let onpointermove = {
        let (drag, place) = (drag.clone(), place.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(grasp) = drag.known() {
                let by = event.screen_y() - grasp.from;
                let moved = grasp.moved || by.abs() > SLACK;
                drag.now(Grasp { moved, ..grasp });
                if moved {
                    place(grasp.top + by);
                }
            }
        })
    };
    let onclick = {
        let (drag, onopen) = (drag.clone(), props.onopen.clone());
        Callback::from(move |_: MouseEvent| {
            // The click that ends a drag is none.
            if !drag.end().is_some_and(|grasp| grasp.moved) {
                onopen.emit(());
            }
        })
    };
    // A cancelled pointer makes no click.
    let onpointercancel = Callback::from(move |_: PointerEvent| {
        drag.end();
    });
    let onkeydown = {
        let top = *top;
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowUp" => -STEP,
                "ArrowDown" => STEP,
                _ => return,
            };
            event.prevent_default();
            place(top + by);
        })
    };
    let label = words.get(if props.running { "ui-launcher-running" } else { "ui-launcher" });
    html! {
        <main>
            <h1 class="visually-hidden">{ words.get("ui-title") }</h1>
            <button type="button" class="launcher" ref={button} data-testid="launcher" aria-label={label.clone()} title={label}
                aria-expanded="false" aria-keyshortcuts={KEYS} {onclick} {onpointerdown} {onpointermove}
                {onpointercancel} {onkeydown}>
                { icon(IconName::Capture) }
                if props.running {
                    <span class="launcher-dot" aria-hidden="true"></span>
                }
            </button>
        </main>
    }
}
