//! The viewer.

use extension_ui::{start, viewer::Viewer};

fn main() {
    start::page(|_| drop(yew::Renderer::<Viewer>::new().render()));
}
