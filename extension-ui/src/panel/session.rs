use crate::infra::helper::Helper;
use std::rc::Rc;
use wasm_core::{
    azure::capture::CaptureName,
    protocol::{CaptureRef, Hello, Target},
};
use yew::prelude::*;

/// What the panel works with: a helper that answers, and the scale set that the portal shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub helper: Helper,
    pub hello: Rc<Hello>,
    pub target: Target,
    /// Counts the helper's lives: what was fetched from an earlier one is fetched again.
    pub generation: u32,
}

impl Session {
    /// Whether this helper knows a verb; what it does not know is not offered.
    pub fn can(&self, verb: &str) -> bool {
        self.hello.verbs.iter().any(|known| known == verb)
    }

    pub fn capture(&self, name: &CaptureName) -> CaptureRef {
        CaptureRef { target: self.target.clone(), capture: name.clone() }
    }
}

/// The session around the component.
#[hook]
pub fn use_session() -> Session {
    use_context::<Session>().expect("a component of the workplace")
}
