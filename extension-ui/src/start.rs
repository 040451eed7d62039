//! The first moment of every page. The shells' `boot.js` gets here by instantiating a program of `src/bin`.

use crate::infra::{focus, theme, words};

/// Which page this is, as `<body data-page>` says, once its look and its language are those last seen; the
/// portal's own come with the first message. `None` outside of a page.
pub fn page() -> Option<String> {
    let body = web_sys::window()?.document()?.body()?;
    let page = body.get_attribute("data-page")?;
    theme::apply(theme::effective(None));
    words::apply(words::effective(None));
    if page != "viewer" {
        // The viewer's rows come and go by the thousand, and none of them has the focus.
        focus::keep();
    }
    Some(page)
}
