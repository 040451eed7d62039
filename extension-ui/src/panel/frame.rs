use super::{
    choices::Choices,
    connection::Connection,
    grip::{self, Grip},
    launcher::Launcher,
    settings::SettingsPage,
    shortcuts::Shortcuts,
};
use crate::{
    components::{Appearance, Button, IconName},
    infra::{
        focus,
        helper::{Helper, Signal},
        keyboard, theme,
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
use web_sys::{Element, KeyboardEvent};
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
    let width = use_state_eq(grip::recall_width);
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
                        "?" if !keyboard::types(event) => view.set(View::Shortcuts),
                        "Escape" if event.default_prevented() || keyboard::is_in(event, "dialog") => {}
                        "Escape" if now != View::Work => view.set(View::Work),
                        "Escape" if place == Place::Frame && !keyboard::types(event) => {
                            shape.dispatch(Turn::Fold)
                        }
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

/// Whether these are the panel's keys ([`super::launcher::KEYS`]). Option makes another character of the letter on a Mac.
fn toggles(event: &KeyboardEvent) -> bool {
    let letter = event.key();
    let is_p = if letter.len() == 1 { letter.eq_ignore_ascii_case("p") } else { event.code() == "KeyP" };
    is_p && event.alt_key() && event.shift_key() && !event.ctrl_key() && !event.meta_key() && !event.repeat()
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
