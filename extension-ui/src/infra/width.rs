//! How wide an element is.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// The width of an element, CSS pixels, as it changes.
#[hook]
pub fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| 360.0);
    let (node, setter) = (node.clone(), width.setter());
    use_effect_with((), move |()| {
        let watched = node.cast::<Element>().and_then(|element| {
            let target = element.clone();
            let measure = Closure::<dyn Fn()>::new(move || {
                let measured = target.get_bounding_client_rect().width();
                if measured > 0.0 {
                    setter.set(measured);
                }
            });
            let observer = ResizeObserver::new(measure.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, measure))
        });
        move || {
            if let Some((observer, _measure)) = watched {
                observer.disconnect();
            }
        }
    });
    *width
}
