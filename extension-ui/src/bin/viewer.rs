//! The viewer.

use extension_ui::{start, viewer::Viewer};

fn main() {
    if start::page().as_deref() == Some("viewer") {
        yew::Renderer::<Viewer>::new().render();
    }
}
