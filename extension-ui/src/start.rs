use crate::{
    infra::{focus, theme, words},
    panel::{Panel, Place},
    popup::Popup,
    viewer::Viewer,
};
use wasm_bindgen::prelude::*;

/// Draws the page that `<body data-page>` names. The shells' `boot.js` gets here by instantiating the module.
#[wasm_bindgen(start)]
pub fn start() {
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    // Outside a page (a unit test) there is nothing to draw.
    let Some(page) = body.and_then(|body| body.get_attribute("data-page")) else { return };
    // As last seen; the portal's own theme and language come with the first message.
    theme::apply(theme::effective(None));
    words::apply(words::effective(None));
    if page != "viewer" {
        // The viewer's rows come and go by the thousand, and none of them has the focus.
        focus::keep();
    }
    match page.as_str() {
        "panel" => drop(yew::Renderer::<Panel>::with_props(Place::Frame.into()).render()),
        "sidepanel" => drop(yew::Renderer::<Panel>::with_props(Place::Side.into()).render()),
        "viewer" => drop(yew::Renderer::<Viewer>::new().render()),
        "popup" => drop(yew::Renderer::<Popup>::new().render()),
        _ => {}
    }
}
