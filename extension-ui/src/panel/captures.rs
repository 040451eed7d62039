//! The captures of the scale set, as they change.

use super::session::Session;
use crate::infra::{
    ask,
    task::{TaskHandle, use_task},
};
use std::rc::Rc;
use wasm_core::{
    azure::{capture::CaptureName, status::CaptureStatus},
    protocol::{Capture, Notice},
};
use yew::prelude::*;

/// Newest first, and what the listing warned of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Captures {
    pub list: Vec<Rc<Capture>>,
    pub warnings: Vec<Notice>,
    /// What changed since the list was asked for: the answer may not know of it yet.
    changed: Vec<CaptureName>,
}

impl Captures {
    fn note(&mut self, name: &CaptureName) {
        if !self.changed.contains(name) {
            self.changed.push(name.clone());
        }
    }
}

/// What changes the list.
#[derive(Clone, Debug)]
pub enum Change {
    /// The list is asked for anew.
    Ask,
    Load(Vec<Capture>, Vec<Notice>),
    /// A capture began or changed its status.
    Put(Box<Capture>),
    Remove(CaptureName),
}

impl Reducible for Captures {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        Rc::new(match change {
            Change::Ask => Self { changed: Vec::new(), ..(*self).clone() },
            Change::Load(list, warnings) => {
                let changed = self.changed.clone();
                let newer = |capture: &Capture| changed.contains(&capture.name);
                let mut kept: Vec<_> = self.list.iter().filter(|capture| newer(capture)).cloned().collect();
                let mut next = Vec::with_capacity(list.len());
                for capture in list {
                    if !newer(&capture) {
                        next.push(Rc::new(capture));
                    } else if let Some(at) = kept.iter().position(|known| known.name == capture.name) {
                        next.push(kept.remove(at));
                    }
                }
                kept.extend(next);
                Self { list: kept, warnings, changed }
            }
            Change::Put(capture) => {
                let mut next = (*self).clone();
                next.note(&capture.name);
                match next.list.iter_mut().find(|known| known.name == capture.name) {
                    Some(known) => *known = Rc::new(*capture),
                    None => next.list.insert(0, Rc::new(*capture)),
                }
                next
            }
            Change::Remove(name) => {
                let mut next = (*self).clone();
                next.list.retain(|capture| capture.name != name);
                next.note(&name);
                next
            }
        })
    }
}

/// Whether it still captures, or is about to.
pub fn is_live(capture: &Capture) -> bool {
    match capture.status {
        CaptureStatus::Running => true,
        // Azure's answer for the first seconds after the start.
        CaptureStatus::NotStarted => capture.stop_reason.is_none() && capture.errors.is_empty(),
        _ => false,
    }
}

/// The list, the fetching of it, and how to change it.
#[derive(Clone, Debug, PartialEq)]
pub struct CapturesHandle {
    pub known: UseReducerHandle<Captures>,
    pub fetching: TaskHandle<()>,
    session: Session,
}

impl CapturesHandle {
    pub fn refresh(&self) {
        let (session, change) = (self.session.clone(), self.known.dispatcher());
        change.dispatch(Change::Ask);
        self.fetching.run(async move {
            let (list, warnings) = ask::list(session.helper, session.target).await?;
            change.dispatch(Change::Load(list, warnings));
            Ok(())
        });
    }

    pub fn changes(&self) -> Callback<Change> {
        let change = self.known.dispatcher();
        Callback::from(move |what| change.dispatch(what))
    }
}

/// The captures of the session's scale set.
#[hook]
pub fn use_captures(session: &Session) -> CapturesHandle {
    let known = use_reducer_eq(Captures::default);
    let fetching = use_task();
    CapturesHandle { known, fetching, session: session.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::azure::status::StopReason;

    fn capture(name: &str, status: CaptureStatus) -> Capture {
        serde_json::from_value(serde_json::json!({
            "name": name, "ids": [], "properties": {}, "status": status, "text": "",
        }))
        .expect("a capture")
    }

    #[test]
    fn a_started_capture_comes_first_and_a_changed_one_keeps_its_place() {
        let change = |captures: Captures, change| (*Rc::new(captures).reduce(change)).clone();
        let names =
            |captures: &Captures| captures.list.iter().map(|c| c.name.to_string()).collect::<Vec<_>>();
        let list = vec![capture("b", CaptureStatus::Stopped), capture("a", CaptureStatus::Stopped)];
        let captures = change(Captures::default(), Change::Load(list, Vec::new()));
        let captures = change(captures, Change::Put(Box::new(capture("c", CaptureStatus::Running))));
        assert_eq!(names(&captures), ["c", "b", "a"]);
        let captures = change(captures, Change::Put(Box::new(capture("b", CaptureStatus::Error))));
        assert_eq!(names(&captures), ["c", "b", "a"]);
        assert_eq!(captures.list[1].status, CaptureStatus::Error);
        let captures = change(captures, Change::Remove("b".parse().expect("a name")));
        assert_eq!(names(&captures), ["c", "a"]);
    }

    #[test]
    fn a_list_that_was_asked_for_before_does_not_take_back_what_happened_since() {
        let list = |names: &[&str]| {
            let list = names.iter().map(|name| capture(name, CaptureStatus::Stopped)).collect();
            Change::Load(list, Vec::new())
        };
        let put = |name: &str| Change::Put(Box::new(capture(name, CaptureStatus::Running)));
        let remove = |name: &str| Change::Remove(name.parse().expect("a name"));
        let after = |changes: Vec<Change>| {
            let captures =
                changes.into_iter().fold(Rc::<Captures>::default(), |known, change| known.reduce(change));
            captures
                .list
                .iter()
                .map(|c| format!("{}{}", c.name, if is_live(c) { "!" } else { "" }))
                .collect::<Vec<_>>()
        };
        let early = vec![Change::Ask, put("c"), list(&["b", "a"])];
        assert_eq!(after(early), ["c!", "b", "a"], "it was started meanwhile");
        let known =
            vec![Change::Ask, list(&["b", "a"]), Change::Ask, put("a"), remove("b"), list(&["b", "a"])];
        assert_eq!(after(known.clone()), ["a!"], "one was started again, one deleted");
        let later = [known, vec![Change::Ask, list(&["b", "a"])]].concat();
        assert_eq!(after(later), ["b", "a"], "what is asked for later is right");
    }

    #[test]
    fn a_capture_is_live_until_azure_says_why_it_is_not() {
        assert!(is_live(&capture("a", CaptureStatus::Running)));
        assert!(is_live(&capture("a", CaptureStatus::NotStarted)));
        assert!(!is_live(&capture("a", CaptureStatus::Stopped)));
        let ended =
            Capture { stop_reason: Some(StopReason::Manual), ..capture("a", CaptureStatus::NotStarted) };
        assert!(!is_live(&ended));
    }
}
