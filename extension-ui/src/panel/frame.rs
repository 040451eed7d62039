use super::{
    connection::Connection,
    launcher::Launcher,
    settings::{Choices, SettingsPage},
    shortcuts::Shortcuts,
};
use crate::{
    components::{Appearance, Button, IconName},
    infra::{
        focus,
        helper::{Helper, Signal},
        memory::Memory,
        theme,
        words::{self, Words},
    },
};
use gloo::events::{EventListener, EventListenerOptions};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_core::{
    azure::portal::PortalLocation,
    protocol::{Hello, HelperState, HostPage, Layout},
};
use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::prelude::*;

/// Where the panel is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a frame on the portal's page: a launcher first, docked when opened.
    Frame,
    /// In the browser's own side panel.
    Side,
}

/// Properties for [`Panel`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PanelProps {
    pub place: Place,
}

impl From<Place> for PanelProps {
    fn from(place: Place) -> Self {
        Self { place }
    }
}

/// CSS pixels.
const WIDTHS: std::ops::RangeInclusive<u32> = 360..=720;
const FIRST_WIDTH: u32 = 440;
const WIDTH_STEP: i32 = 20;

/// What of the panel is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// The launcher; nothing was opened yet.
    Fresh,
    Docked,
    /// The launcher again; the work goes on behind it.
    Folded,
}

enum Turn {
    Dock,
    Fold,
    Toggle,
}

impl Reducible for Shape {
    type Action = Turn;

    fn reduce(self: Rc<Self>, turn: Turn) -> Rc<Self> {
        Rc::new(match (*self, turn) {
            (Self::Docked, Turn::Toggle | Turn::Fold) => Self::Folded,
            (shape, Turn::Fold) => shape,
            (_, Turn::Dock | Turn::Toggle) => Self::Docked,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Work,
    Settings,
    Shortcuts,
}

/// The whole panel: launcher or docked, header, and what the connection to the helper allows.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    let page = use_state_eq(|| None::<HostPage>);
    let place = props.place;
    let shape = use_reducer_eq(|| if place == Place::Side { Shape::Docked } else { Shape::Fresh });
    // How often the pipe to the helper broke.
    let breaks = use_state_eq(|| 0_u32);
    let helper = {
        let (page, breaks, shape) = (page.setter(), breaks.setter(), shape.dispatcher());
        let name = match place {
            Place::Frame => "panel",
            Place::Side => "sidepanel",
        };
        use_state(move || {
            let count = std::cell::Cell::new(0);
            Helper::connect(name, move |signal| match signal {
                Signal::Page(now) => page.set(Some(now)),
                Signal::Host(HelperState::Connected) => {}
                Signal::Host(HelperState::Gone { .. }) => {
                    count.set(count.get() + 1);
                    breaks.set(count.get());
                }
                Signal::Toggle => shape.dispatch(Turn::Toggle),
            })
        })
    };
    let docked = *shape == Shape::Docked;
    let heading = use_node_ref();
    let width = use_state_eq(|| {
        Memory::PanelWidth.recall_number().unwrap_or(FIRST_WIDTH).clamp(*WIDTHS.start(), *WIDTHS.end())
    });
    let view = use_state_eq(|| View::Work);
    let running = use_state_eq(|| false);
    let hello = use_state_eq(|| None::<Hello>);
    let choices = use_state_eq(Choices::recall);

    let theme = theme::of(page.as_ref());
    let language = words::use_language(page.as_ref().map(|page| page.language.as_str()));
    use_effect_with((theme, (*choices).clone()), |(theme, _)| theme::apply(*theme));
    use_effect_with((language, (*choices).clone()), |(language, _)| words::apply(*language));
    {
        let helper = (*helper).clone();
        use_effect_with((docked, *width), move |&(docked, width)| {
            let launcher = !docked && place == Place::Frame;
            set_root_class("launcher-page", launcher);
            set_root_class("sidepanel", place == Place::Side);
            if docked && place == Place::Frame {
                helper.layout(Layout::Docked { width });
            }
        });
    }
    {
        let heading = heading.clone();
        use_effect_with(docked, move |docked| {
            if let Some(heading) = heading.cast::<Element>().filter(|_| *docked && place == Place::Frame) {
                focus::focus(&heading);
            }
        });
    }
    {
        let (view, shape) = (view.clone(), shape.dispatcher());
        use_effect_with((*view, docked), move |&(now, docked)| {
            let listener = web_sys::window().map(|window| {
                let options = EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&window, "keydown", options, move |event| {
                    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                    if place == Place::Frame && toggles(event) {
                        event.prevent_default();
                        return shape.dispatch(Turn::Toggle);
                    }
                    if !docked {
                        return;
                    }
                    match event.key().as_str() {
                        "?" if !types(event) => view.set(View::Shortcuts),
                        "Escape" if event.default_prevented() || in_dialog(event) => {}
                        "Escape" if now != View::Work => view.set(View::Work),
                        "Escape" if place == Place::Frame && !types(event) => shape.dispatch(Turn::Fold),
                        _ => {}
                    }
                })
            });
            move || drop(listener)
        });
    }

    let words = Words(language);
    let location = page.as_ref().and_then(|page| page.url.parse::<PortalLocation>().ok());
    let dock = Callback::from({
        let shape = shape.dispatcher();
        move |()| shape.dispatch(Turn::Dock)
    });
    let fold = Callback::from({
        let shape = shape.dispatcher();
        move |()| shape.dispatch(Turn::Fold)
    });
    let show = |to: View| {
        let view = view.clone();
        Callback::from(move |()| view.set(to))
    };
    let title = match &location {
        Some(location) => words.with("ui-title-of", [("scale-set", location.scale_set().name().into())]),
        None => words.get("ui-title"),
    };
    let set_running = use_callback((), {
        let running = running.setter();
        move |value: bool, ()| running.set(value)
    });
    let set_hello = use_callback((), {
        let hello = hello.setter();
        move |value: Hello, ()| hello.set(Some(value))
    });
    let onchoices = {
        let choices = choices.clone();
        Callback::from(move |chosen: Choices| {
            chosen.keep();
            choices.set(chosen);
        })
    };

    html! {
        <ContextProvider<Words> context={words}>
            if !docked {
                <Launcher helper={(*helper).clone()} onopen={dock} running={*running} focused={*shape == Shape::Folded} />
            }
            if *shape != Shape::Fresh {
                <div class="panel" data-testid="panel" hidden={!docked}>
                    <header class="panel-header">
                        if place == Place::Frame {
                            <Grip width={*width} onwidth={let width = width.clone(); move |to| width.set(to)} />
                        }
                        <div class="panel-title">
                            <h1 data-testid="panel-title" ref={heading}>{ title }</h1>
                            <div class="panel-buttons">
                                <Button label={words.get("ui-shortcuts")} icon={IconName::Help} icon_only=true
                                    appearance={Appearance::Subtle} onclick={show(View::Shortcuts)} testid="open-shortcuts" />
                                <Button label={words.get("ui-settings")} icon={IconName::Settings} icon_only=true
                                    appearance={Appearance::Subtle} onclick={show(View::Settings)} testid="open-settings" />
                                if place == Place::Frame {
                                    <Button label={words.get("ui-collapse")} icon={IconName::Close} icon_only=true
                                        appearance={Appearance::Subtle} onclick={fold} testid="collapse" />
                                }
                            </div>
                        </div>
                    </header>
                    <main class="panel-main" hidden={*view == View::Settings}>
                        <Connection helper={(*helper).clone()} {location} known={page.is_some()} breaks={*breaks}
                            onhello={set_hello} onrunning={set_running} />
                    </main>
                    if *view == View::Settings {
                        <main class="panel-main" data-testid="settings">
                            <SettingsPage helper={(*helper).clone()} hello={(*hello).clone()} choices={(*choices).clone()}
                                {onchoices} onclose={show(View::Work)} />
                        </main>
                    }
                    if *view == View::Shortcuts {
                        <Shortcuts onclose={show(View::Work)} framed={place == Place::Frame} />
                    }
                </div>
            }
        </ContextProvider<Words>>
    }
}

/// Properties for [`Grip`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct GripProps {
    width: u32,
    onwidth: Callback<u32>,
}

/// The panel's left edge, to be dragged or moved by arrow keys.
#[component]
fn Grip(props: &GripProps) -> Html {
    let words = crate::infra::words::use_words();
    let drag = use_mut_ref(|| None::<(i32, u32)>);
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
        Callback::from(move |event: PointerEvent| {
            *drag.borrow_mut() = Some((event.screen_x(), width));
            let target: Element = event.target_unchecked_into();
            let _captured = target.set_pointer_capture(event.pointer_id());
        })
    };
    let onpointermove = {
        let (drag, resize) = (drag.clone(), resize.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some((from, width)) = *drag.borrow() {
                resize(width as i32 + from - event.screen_x());
            }
        })
    };
    let onpointerup = Callback::from(move |_: PointerEvent| *drag.borrow_mut() = None);
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

/// Whether these are the panel's keys ([`super::launcher::KEYS`]). Option makes another character of the letter on a Mac.
fn toggles(event: &KeyboardEvent) -> bool {
    let letter = event.key();
    let is_p = if letter.len() == 1 { letter.eq_ignore_ascii_case("p") } else { event.code() == "KeyP" };
    is_p && event.alt_key() && event.shift_key() && !event.ctrl_key() && !event.meta_key() && !event.repeat()
}

/// Whether the key goes into a text field.
fn types(event: &KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn in_dialog(event: &KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.closest("dialog").is_ok_and(|dialog| dialog.is_some()))
}

fn set_root_class(class: &str, on: bool) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        // The names are ours and valid.
        let _set = root.class_list().toggle_with_force(class, on);
    }
}
