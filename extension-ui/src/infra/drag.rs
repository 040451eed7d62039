//! Dragging with the pointer.

use std::{cell::RefCell, rc::Rc};
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

/// A drag that may be under way, with what its component knows of it.
#[derive(Debug)]
pub struct Drag<T>(Rc<RefCell<Option<T>>>);

impl<T> Clone for Drag<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Copy> Drag<T> {
    /// The pointer went down: with the main button, its moves come to the same element wherever they go.
    pub fn begin(&self, event: &PointerEvent, known: T) {
        if event.button() != 0 {
            return;
        }
        self.0.replace(Some(known));
        let target: Element = event.target_unchecked_into();
        // Without capture the drag ends at the edge: a lesser comfort.
        let _captured = target.set_pointer_capture(event.pointer_id());
    }

    pub fn known(&self) -> Option<T> {
        *self.0.borrow()
    }

    /// It goes on with this.
    pub fn now(&self, known: T) {
        self.0.replace(Some(known));
    }

    /// It is over, if one was under way: the pointer went up, or the browser took it for something else.
    pub fn end(&self) -> Option<T> {
        self.0.take()
    }
}

#[hook]
pub fn use_drag<T: 'static>() -> Drag<T> {
    Drag(use_mut_ref(|| None))
}
