//! Work that takes time, as one value, and the hook that runs it.

use super::clock::now;
use futures_util::future::{AbortHandle, LocalBoxFuture, abortable};
use std::{cell::RefCell, future::Future, ops::Deref, rc::Rc};
use wasm_bindgen_futures::spawn_local;
use wasm_core::protocol::{Event, Failure, Step};
use yew::prelude::*;

/// A value and when it came (milliseconds since 1970).
#[derive(Debug)]
pub struct Dated<T> {
    pub value: Rc<T>,
    pub at: f64,
}

impl<T> Clone for Dated<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), at: self.at }
    }
}

/// How far a longer piece of work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub step: Step,
    pub done: u64,
    pub total: Option<u64>,
}

/// A piece of work and what it last came to.
#[derive(Debug)]
pub enum Task<T> {
    Idle,
    /// `last` is what an earlier run gave: still worth showing.
    Working {
        since: f64,
        progress: Option<Progress>,
        last: Option<Dated<T>>,
    },
    Ready(Dated<T>),
    Failed {
        failure: Failure,
        last: Option<Dated<T>>,
    },
}

impl<T> Task<T> {
    /// The newest value, also while a refresh runs or after one failed.
    pub fn value(&self) -> Option<&T> {
        self.last().map(|dated| &*dated.value)
    }

    pub fn last(&self) -> Option<&Dated<T>> {
        match self {
            Self::Idle => None,
            Self::Working { last, .. } | Self::Failed { last, .. } => last.as_ref(),
            Self::Ready(dated) => Some(dated),
        }
    }

    pub fn working(&self) -> bool {
        matches!(self, Self::Working { .. })
    }

    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    pub fn progress(&self) -> Option<Progress> {
        match self {
            Self::Working { progress, .. } => *progress,
            _ => None,
        }
    }
}

/// What moves a [`Task`].
#[derive(Debug)]
pub enum Move<T> {
    Begin,
    Advance(Progress),
    Finish(Result<T, Failure>),
    Reset,
}

impl<T> Reducible for Task<T> {
    type Action = Move<T>;

    fn reduce(self: Rc<Self>, action: Move<T>) -> Rc<Self> {
        let last = self.last().cloned();
        Rc::new(match action {
            Move::Begin => Task::Working { since: now(), progress: None, last },
            Move::Advance(progress) => match &*self {
                Task::Working { since, .. } => {
                    Task::Working { since: *since, progress: Some(progress), last }
                }
                _ => return self,
            },
            Move::Finish(Ok(value)) => Task::Ready(Dated { value: Rc::new(value), at: now() }),
            Move::Finish(Err(failure)) => Task::Failed { failure, last },
            Move::Reset => Task::Idle,
        })
    }
}

/// Runs one future at a time for a component: a newer run replaces an older one, leaving the page drops it.
pub struct TaskHandle<T: 'static> {
    state: UseReducerHandle<Task<T>>,
    running: Rc<RefCell<Option<AbortHandle>>>,
}

impl<T> Clone for TaskHandle<T> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), running: self.running.clone() }
    }
}

impl<T> PartialEq for TaskHandle<T> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(&*self.state, &*other.state)
    }
}

impl<T> std::fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaskHandle")
            .field("running", &self.running.borrow().is_some())
            .finish_non_exhaustive()
    }
}

impl<T> Deref for TaskHandle<T> {
    type Target = Task<T>;
    fn deref(&self) -> &Task<T> {
        &self.state
    }
}

impl<T> TaskHandle<T> {
    /// Starts `future`; what ran before is dropped (and thereby cancelled).
    pub fn run(&self, future: impl Future<Output = Result<T, Failure>> + 'static) {
        self.run_then(future, |_| {});
    }

    /// As [`Self::run`]; `then` sees the outcome before the component shows it.
    pub fn run_then(
        &self,
        future: impl Future<Output = Result<T, Failure>> + 'static,
        then: impl FnOnce(&Result<T, Failure>) + 'static,
    ) {
        self.run_boxed(Box::pin(async move {
            let outcome = future.await;
            then(&outcome);
            outcome
        }));
    }

    /// Boxed, so that this is compiled once for each kind of value and not for each request.
    fn run_boxed(&self, future: LocalBoxFuture<'static, Result<T, Failure>>) {
        self.cancel_running();
        let (future, handle) = abortable(future);
        *self.running.borrow_mut() = Some(handle);
        let dispatcher = self.state.dispatcher();
        dispatcher.dispatch(Move::Begin);
        spawn_local(async move {
            if let Ok(outcome) = future.await {
                dispatcher.dispatch(Move::Finish(outcome));
            }
        });
    }

    /// An event listener that takes `progress` events into the state.
    pub fn progress_events(&self) -> impl Fn(Event) + 'static {
        let dispatcher = self.state.dispatcher();
        move |event| {
            if let Event::Progress { step, done, total } = event {
                dispatcher.dispatch(Move::Advance(Progress { step, done, total }));
            }
        }
    }

    /// Puts a value that came by another way.
    pub fn set(&self, value: T) {
        self.state.dispatch(Move::Finish(Ok(value)));
    }

    /// Gives up what runs and forgets everything.
    pub fn reset(&self) {
        self.cancel_running();
        self.state.dispatch(Move::Reset);
    }

    fn cancel_running(&self) {
        if let Some(handle) = self.running.borrow_mut().take() {
            handle.abort();
        }
    }
}

/// A [`Task`] that belongs to the component.
#[hook]
pub fn use_task<T: 'static>() -> TaskHandle<T> {
    let state = use_reducer(|| Task::<T>::Idle);
    let running = use_mut_ref(|| None::<AbortHandle>);
    {
        let running = running.clone();
        use_effect_with((), move |()| {
            move || {
                if let Some(handle) = running.borrow_mut().take() {
                    handle.abort();
                }
            }
        });
    }
    TaskHandle { state, running }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::protocol::{ErrorCode, Params};

    fn step<T>(task: Rc<Task<T>>, action: Move<T>) -> Rc<Task<T>> {
        task.reduce(action)
    }

    #[test]
    fn a_failed_refresh_keeps_what_was_known() {
        let failure = super::super::helper::failure(ErrorCode::Timeout, Params::new());
        let task = step(Rc::new(Task::Idle), Move::Begin);
        assert!(task.working() && task.value().is_none());
        let task = step(task, Move::Finish(Ok(7)));
        assert_eq!(task.value(), Some(&7));
        let task = step(task, Move::Begin);
        assert!(
            task.working() && task.value() == Some(&7),
            "the old value stays while the new one is fetched"
        );
        let task = step(task, Move::Finish(Err(failure.clone())));
        assert_eq!((task.value(), task.failure()), (Some(&7), Some(&failure)));
        assert!(step(task, Move::Reset).value().is_none());
    }

    #[test]
    fn progress_counts_only_while_it_runs() {
        let progress = Progress { step: Step::StartCapture, done: 1, total: Some(2) };
        let task: Rc<Task<()>> = step(Rc::new(Task::Idle), Move::Advance(progress));
        assert_eq!(task.progress(), None);
        let task = step(step(task, Move::Begin), Move::Advance(progress));
        assert_eq!(task.progress(), Some(progress));
        assert_eq!(step(task, Move::Finish(Ok(()))).progress(), None);
    }
}
