//! The first moment of every page. The shells' `boot.js` gets here by instantiating a program of `src/bin`.

use crate::infra::{focus, theme, words};
use wasm_bindgen_futures::spawn_local;

/// Lets `draw` draw the page that `<body data-page>` names, once its sentences are here. Its look and language are
/// those last seen; the portal's own come with the first message. Outside of a page there is nothing to draw.
pub fn page(draw: impl FnOnce(&str) + 'static) {
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    let Some(page) = body.and_then(|body| body.get_attribute("data-page")) else { return };
    theme::apply(theme::effective(None));
    let language = words::effective(None);
    words::apply(language);
    if page != "viewer" {
        // The viewer's rows come and go by the thousand, and none of them has the focus.
        focus::keep();
    }
    spawn_local(async move {
        words::load(language).await;
        draw(&page);
    });
}
