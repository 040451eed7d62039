//! The pages that work with the helper: panel, side panel, popup. The viewer is a program of its own, so that
//! neither loads the other's code.

use extension_ui::{
    panel::{Panel, Place},
    popup::Popup,
    start,
};

fn main() {
    start::page(|page| match page {
        "panel" => drop(yew::Renderer::<Panel>::with_props(Place::Frame.into()).render()),
        "sidepanel" => drop(yew::Renderer::<Panel>::with_props(Place::Side.into()).render()),
        "popup" => drop(yew::Renderer::<Popup>::new().render()),
        _ => {}
    });
}
