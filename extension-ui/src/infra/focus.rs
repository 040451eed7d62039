//! The keyboard's place in the page. A control that vanishes takes the focus with it, and the browser then starts again
//! at the top; here the focus goes on from where the control was.

use js_sys::Array;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{Document, Element, FocusEvent, HtmlElement, MutationObserver, MutationObserverInit};
use yew::prelude::*;

/// What the Tab key stops at.
const CONTROLS: &str =
    ":is(a[href], button, fluent-button, input, select, textarea, summary, [tabindex]):not([tabindex='-1'])";
/// Parts with a heading of their own, which says where one is.
const REGIONS: &str = ".card, .capture, .answer";

/// Focuses the element with this id, where there is one.
pub fn on(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        focus(&element);
    }
}

/// Focuses an element, also one that Tab does not stop at, such as a heading.
pub fn focus(element: &Element) {
    if !element.matches(CONTROLS).unwrap_or(true) && !element.has_attribute("tabindex") {
        // The name is valid.
        let _set = element.set_attribute("tabindex", "-1");
    }
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Fails only for elements that cannot have the focus.
        let _focused = element.focus();
    }
}

/// Whether the keyboard is in this document at all, and not elsewhere on the portal's page.
pub fn is_here() -> bool {
    document().is_some_and(|document| document.has_focus().unwrap_or(false))
}

/// A part of the page that opens in the place of another: `first` gets the focus when it comes, and what had the focus
/// before gets it back when it goes.
#[hook]
pub fn use_visit(first: NodeRef) {
    // As it was before the page changes: what is put away loses the focus at once.
    let before = use_mut_ref(focused);
    use_effect_with((), move |()| {
        if let Some(first) = first.cast::<Element>() {
            focus(&first);
        }
        move || {
            if let Some(before) = before.borrow().as_ref().filter(|before| is_shown(before)) {
                focus(before);
            }
        }
    });
}

/// Watches the page, for as long as it lives, for controls that vanish under the focus.
pub fn keep() {
    let Some(body) = document().and_then(|document| document.body()) else { return };
    let path = Rc::new(RefCell::new(Vec::new()));
    let onfocus = {
        let path = path.clone();
        Closure::<dyn Fn(FocusEvent)>::new(move |event: FocusEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            *path.borrow_mut() = target.map(path_of).unwrap_or_default();
        })
    };
    let onchange = Closure::<dyn Fn(Array)>::new(move |_: Array| {
        let lost = path.borrow().first().is_some_and(|(element, _)| !is_shown(element));
        if lost && focused().is_none_or(|element| !is_shown(&element)) {
            let harbour = harbour(&path.borrow());
            path.borrow_mut().clear();
            if let Some(harbour) = harbour {
                focus(&harbour);
            }
        }
    });
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    options.set_attribute_filter(&Array::of1(&"hidden".into()));
    let listening = body.add_event_listener_with_callback("focusin", onfocus.as_ref().unchecked_ref());
    let watching = MutationObserver::new(onchange.as_ref().unchecked_ref())
        .and_then(|observer| observer.observe_with_options(&body, &options));
    debug_assert!(listening.is_ok() && watching.is_ok());
    onfocus.forget();
    onchange.forget();
}

/// An element and its ancestors, each with its place among its siblings.
fn path_of(element: Element) -> Vec<(Element, u32)> {
    std::iter::successors(Some(element), |element| element.parent_element())
        .map(|element| {
            let before =
                std::iter::successors(element.previous_element_sibling(), Element::previous_element_sibling);
            let place = before.count() as u32;
            (element, place)
        })
        .collect()
}

/// What now stands where the focus was: the next control in the innermost part that is still there, or the one
/// before it.
fn harbour(path: &[(Element, u32)]) -> Option<Element> {
    path.windows(2).find_map(|pair| {
        let [(_, place), (parent, _)] = pair else { return None };
        let children = is_shown(parent).then(|| parent.children())?;
        let after = (*place..children.length()).filter_map(|at| children.item(at));
        let before = (0..(*place).min(children.length())).rev().filter_map(|at| children.item(at));
        after.chain(before).find_map(|child| landing(&child))
    })
}

fn landing(element: &Element) -> Option<Element> {
    let find = |selector: &str| {
        let all = element.query_selector_all(selector).ok()?;
        (0..all.length()).filter_map(|at| all.item(at)?.dyn_into::<Element>().ok()).find(is_shown)
    };
    if !is_shown(element) {
        None
    } else if element.matches(REGIONS).unwrap_or(false) {
        find("h1, h2, h3")
    } else if element.matches(CONTROLS).unwrap_or(false) {
        Some(element.clone())
    } else {
        find(CONTROLS)
    }
}

/// In the document, and not in a part that is put away.
fn is_shown(element: &Element) -> bool {
    let away = element.closest("[hidden], details:not([open]) > :not(summary)");
    element.is_connected() && away.is_ok_and(|away| away.is_none())
}

fn focused() -> Option<Element> {
    document()?.active_element().filter(|element| element.tag_name() != "BODY")
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
