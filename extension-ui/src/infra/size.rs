//! How large an element is, as it changes.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Measures an element whenever its size changes, and at first. CSS pixels; nothing while it is not shown.
#[hook]
pub fn use_size(node: &NodeRef, first: f64, measure: fn(&Element) -> f64) -> f64 {
    let size = use_state_eq(|| first);
    let (node, setter) = (node.clone(), size.setter());
    use_effect_with((), move |()| {
        let watched = node.cast::<Element>().and_then(|element| {
            let target = element.clone();
            let onresize = Closure::<dyn Fn()>::new(move || {
                let measured = measure(&target);
                if measured > 0.0 {
                    setter.set(measured);
                }
            });
            let observer = ResizeObserver::new(onresize.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, onresize))
        });
        move || {
            if let Some((observer, _onresize)) = watched {
                observer.disconnect();
            }
        }
    });
    *size
}
