//! The pages that work with the helper: panel, side panel, popup. The viewer is a program of its own, so that
//! neither loads the other's code.

use extension_ui::{
    panel::{Panel, Place},
    popup::Popup,
    start,
};

fn main() {
    match start::page().as_deref() {
        Some("panel") => drop(yew::Renderer::<Panel>::with_props(Place::Frame.into()).render()),
        Some("sidepanel") => drop(yew::Renderer::<Panel>::with_props(Place::Side.into()).render()),
        Some("popup") => drop(yew::Renderer::<Popup>::new().render()),
        _ => {}
    }
}
