//! The downloads that the panel shows: those of this visit, and those that the helper knows of.

use std::rc::Rc;
use wasm_core::protocol::{InstanceChoice, Transfer, TransferId};
use yew::prelude::*;

/// What a [`super::transfer_bar::TransferBar`] does first.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    Begin { instances: InstanceChoice, overwrite: bool },
    Follow(TransferId),
}

/// A download of this visit, or one found running.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub number: u32,
    pub job: Job,
    pub now: Option<Transfer>,
}

/// All of them. A number is never used twice: it is what a bar is known by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    pub list: Vec<Run>,
    next: u32,
}

pub enum RunChange {
    Begin {
        instances: InstanceChoice,
        overwrite: bool,
    },
    /// The helper knows of it; one that is shown already is not shown twice.
    Found(Box<Transfer>),
    Now(u32, Box<Transfer>),
    End(u32),
    /// The helper that ran them has ended: what became of them is in its journals alone.
    Forget,
}

impl Runs {
    fn add(&mut self, job: Job, now: Option<Transfer>) {
        self.list.push(Run { number: self.next, job, now });
        self.next += 1;
    }

    fn knows(&self, transfer: &Transfer) -> bool {
        self.list.iter().filter_map(|run| run.now.as_ref()).any(|known| known.id == transfer.id)
    }
}

impl Reducible for Runs {
    type Action = RunChange;

    fn reduce(self: Rc<Self>, change: RunChange) -> Rc<Self> {
        let mut runs = (*self).clone();
        match change {
            RunChange::Begin { instances, overwrite } => runs.add(Job::Begin { instances, overwrite }, None),
            RunChange::Found(transfer) => {
                if !runs.knows(&transfer) {
                    runs.add(Job::Follow(transfer.id.clone()), Some(*transfer));
                }
            }
            RunChange::Now(number, transfer) => {
                // Found by its id before its own run knew it.
                let other = |run: &Run| {
                    run.number != number && run.now.as_ref().is_some_and(|now| now.id == transfer.id)
                };
                runs.list.retain(|run| !other(run));
                if let Some(run) = runs.list.iter_mut().find(|run| run.number == number) {
                    run.now = Some(*transfer);
                }
            }
            RunChange::End(number) => runs.list.retain(|run| run.number != number),
            RunChange::Forget => runs.list.clear(),
        }
        Rc::new(runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer(id: &str) -> Transfer {
        serde_json::from_value(serde_json::json!({
            "id": id, "capture": "c", "state": { "kind": "running" }, "files": [], "bytesPerSecond": 0,
            "scaleSet": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/s",
        }))
        .expect("a transfer")
    }

    fn changed(changes: impl IntoIterator<Item = RunChange>) -> Rc<Runs> {
        changes.into_iter().fold(Rc::default(), |runs: Rc<Runs>, change| runs.reduce(change))
    }

    fn numbers(runs: &Runs) -> Vec<u32> {
        runs.list.iter().map(|run| run.number).collect()
    }

    fn begin() -> RunChange {
        RunChange::Begin { instances: InstanceChoice::All, overwrite: false }
    }

    fn found(id: &str) -> RunChange {
        RunChange::Found(Box::new(transfer(id)))
    }

    #[test]
    fn a_transfer_that_is_followed_already_is_not_followed_twice() {
        let now = || RunChange::Now(0, Box::new(transfer("t")));
        let runs = changed([begin(), now(), found("t")]);
        assert_eq!(numbers(&runs), [0], "the download of this visit is known by its id");
        assert_eq!(numbers(&changed([begin(), found("t"), now()])), [0]);
        let runs = changed([begin(), now(), found("u"), found("u")]);
        assert_eq!(numbers(&runs), [0, 1]);
    }

    #[test]
    fn numbers_are_not_used_twice() {
        let runs = changed([found("t"), found("u"), RunChange::End(1), found("v")]);
        assert_eq!(numbers(&runs), [0, 2]);
        assert_eq!(numbers(&changed([begin(), RunChange::Forget, begin()])), [1]);
    }

    #[test]
    fn a_download_whose_helper_died_is_followed_and_not_begun_again() {
        let runs = changed([begin(), RunChange::Forget, found("t")]);
        assert_eq!(
            runs.list.iter().map(|run| run.job.clone()).collect::<Vec<_>>(),
            [Job::Follow("t".to_owned())]
        );
    }
}
