//! The page's end of the pipe to the helper: requests with ids, timeouts, cancel and events.

use super::{
    parts::{Part, Parts},
    patience::{self, Abandoned},
    runtime,
};
use futures_channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{JSON, Object, Reflect};
use serde_json::Value;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    rc::{Rc, Weak},
    task::{Context, Poll},
};
use wasm_bindgen::prelude::*;
use wasm_core::protocol::{
    Answer, ErrorCode, Event, Failure, FromHelper, FromPage, HelperState, HostPage, Layout, Outcome,
    PageToRelay, Params, RelayToPage, Request, RequestId,
};

/// What the relay tells a page unasked.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// The portal page under the panel.
    Page(HostPage),
    Host(HelperState),
    /// The keyboard asks for the panel, or to be rid of it.
    Toggle,
}

/// The connection of one page. Clones share it.
#[derive(Clone)]
pub struct Helper(Rc<Inner>);

impl PartialEq for Helper {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Helper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Helper").field("page", &self.0.page).finish_non_exhaustive()
    }
}

struct Inner {
    page: &'static str,
    listener: Box<dyn Fn(Signal)>,
    port: RefCell<Option<Connection>>,
    /// Connections that failed in a row.
    failures: Cell<u32>,
    reconnect: RefCell<Option<Timeout>>,
    /// Where the page wants its frame. A relay that ended may not have passed it on.
    layout: Cell<Option<Layout>>,
    next: Cell<RequestId>,
    pending: RefCell<HashMap<RequestId, Pending>>,
    parts: RefCell<Parts>,
}

struct Connection {
    port: runtime::Port,
    // Kept alive as long as the port may call them.
    _on_message: Closure<dyn Fn(JsValue)>,
    _on_disconnect: Closure<dyn Fn(JsValue)>,
}

struct Pending {
    seconds: u32,
    abandoned: Abandoned,
    events: Option<Rc<dyn Fn(Event)>>,
    done: oneshot::Sender<Result<Answer, Failure>>,
    _timeout: Timeout,
}

impl Helper {
    /// Connects to the relay as `page` and stays connected; `listener` hears what comes unasked.
    pub fn connect(page: &'static str, listener: impl Fn(Signal) + 'static) -> Self {
        let helper = Self(Rc::new(Inner {
            page,
            listener: Box::new(listener),
            port: RefCell::default(),
            failures: Cell::new(0),
            reconnect: RefCell::default(),
            layout: Cell::default(),
            next: Cell::new(1),
            pending: RefCell::default(),
            parts: RefCell::default(),
        }));
        helper.0.open();
        helper
    }

    /// Sends `request`. Dropping the result cancels it, unless its effect was what mattered.
    pub fn call(&self, request: Request) -> Call {
        self.0.call(request, None)
    }

    /// As [`Self::call`]; `events` hears every event until the reply.
    pub fn call_with(&self, request: Request, events: impl Fn(Event) + 'static) -> Call {
        self.0.call(request, Some(Rc::new(events)))
    }

    /// How the panel's frame shall lie on the portal page.
    pub fn layout(&self, layout: Layout) {
        self.0.layout.set(Some(layout));
        if !self.0.reconnect_now() {
            self.0.send(&PageToRelay::Layout(layout));
        }
    }
}

impl Inner {
    fn open(self: &Rc<Self>) {
        let info = Object::new();
        let named = Reflect::set(&info, &"name".into(), &self.page.into());
        debug_assert!(named.is_ok());
        let Ok(port) = runtime::connect(&info) else {
            // The extension was updated or removed under the page: only a reload of the page helps.
            self.lost("The extension was reloaded.");
            return;
        };
        let this = Rc::downgrade(self);
        let on_message = Closure::<dyn Fn(JsValue)>::new(move |message| {
            if let Some(this) = this.upgrade() {
                this.receive(&message);
            }
        });
        let this = Rc::downgrade(self);
        let on_disconnect = Closure::<dyn Fn(JsValue)>::new(move |_| {
            if let Some(this) = this.upgrade() {
                this.disconnected();
            }
        });
        port.on_message().add_listener(on_message.as_ref().unchecked_ref());
        port.on_disconnect().add_listener(on_disconnect.as_ref().unchecked_ref());
        *self.port.borrow_mut() =
            Some(Connection { port, _on_message: on_message, _on_disconnect: on_disconnect });
        if let Some(layout) = self.layout.get() {
            self.send(&PageToRelay::Layout(layout));
        }
    }

    /// The browser ended the relay, or replaced it; it starts again when somebody connects.
    fn disconnected(self: &Rc<Self>) {
        let failures = self.failures.get();
        self.failures.set(failures.saturating_add(1));
        self.lost("The extension's background page ended.");
        let wait = [100, 500, 2_000, 5_000][failures.min(3) as usize];
        let this: Weak<Self> = Rc::downgrade(self);
        // Not from within the closure that the old connection owns.
        *self.reconnect.borrow_mut() = Some(Timeout::new(wait, move || {
            if let Some(this) = this.upgrade() {
                this.reconnect_now();
            }
        }));
    }

    /// Whether there was no connection: somebody waits for it, so it is made at once.
    fn reconnect_now(self: &Rc<Self>) -> bool {
        let waiting = self.reconnect.borrow_mut().take();
        if waiting.is_some() {
            self.port.borrow_mut().take();
            self.open();
        }
        waiting.is_some()
    }

    fn lost(&self, detail: &str) {
        self.fail_all(&gone(detail));
        (self.listener)(Signal::Host(HelperState::Gone { detail: detail.to_owned() }));
    }

    fn fail_all(&self, failure: &Failure) {
        self.parts.borrow_mut().clear();
        let pending = std::mem::take(&mut *self.pending.borrow_mut());
        for (_, request) in pending {
            let _page_left = request.done.send(Err(failure.clone()));
        }
    }

    fn call(self: &Rc<Self>, request: Request, events: Option<Rc<dyn Fn(Event)>>) -> Call {
        let id = self.next.get();
        self.next.set(id + 1);
        let seconds = patience::seconds(&request);
        let abandoned = patience::abandoned(&request);
        let (done, receiver) = oneshot::channel();
        let timeout = self.timeout(id, seconds, abandoned);
        let pending = Pending { seconds, abandoned, events, done, _timeout: timeout };
        self.reconnect_now();
        self.pending.borrow_mut().insert(id, pending);
        if !self.send(&PageToRelay::Message(FromPage::Call { id, request })) {
            self.finish(id, Err(gone("The extension's background page does not answer.")));
        }
        Call { inner: self.clone(), id, receiver, abandoned }
    }

    fn timeout(self: &Rc<Self>, id: RequestId, seconds: u32, abandoned: Abandoned) -> Timeout {
        let this = Rc::downgrade(self);
        Timeout::new(seconds.saturating_mul(1_000), move || {
            if let Some(this) = this.upgrade() {
                let params = Params::from([("seconds".to_owned(), seconds.to_string())]);
                this.finish(id, Err(failure(ErrorCode::Timeout, params)));
                if abandoned == Abandoned::Cancel {
                    this.send(&PageToRelay::Message(FromPage::Cancel { id }));
                }
            }
        })
    }

    fn send(&self, message: &PageToRelay) -> bool {
        let Ok(text) = serde_json::to_string(message) else { return false };
        let Ok(value) = JSON::parse(&text) else { return false };
        self.port.borrow().as_ref().is_some_and(|connection| connection.port.post(&value).is_ok())
    }

    fn receive(self: &Rc<Self>, message: &JsValue) {
        let Ok(text) = JSON::stringify(message) else { return };
        let text = String::from(text);
        // The relay is there, whether it has a helper or not: it ends by itself when nobody asks for anything.
        self.failures.set(0);
        match serde_json::from_str(&text) {
            Ok(RelayToPage::Message(message)) => self.dispatch(*message),
            Ok(RelayToPage::Page(page)) => (self.listener)(Signal::Page(page)),
            Ok(RelayToPage::Toggle(_)) => (self.listener)(Signal::Toggle),
            Ok(RelayToPage::Host(state)) => {
                if let HelperState::Gone { detail } = &state {
                    self.fail_all(&gone(detail));
                }
                (self.listener)(Signal::Host(state));
            }
            Err(error) => self.unreadable(&text, &error.to_string()),
        }
    }

    /// From a newer helper, or from a broken one. Who waits for a reply is told at once.
    fn unreadable(&self, text: &str, why: &str) {
        let told: Value = serde_json::from_str(text).unwrap_or_default();
        let message = &told["message"];
        if let (Some("reply"), Some(id)) = (message["type"].as_str(), message["id"].as_u64()) {
            self.finish(id, Err(unexpected(why)));
        }
    }

    fn dispatch(self: &Rc<Self>, message: FromHelper) {
        match message {
            FromHelper::Event { id, event } => {
                let timeout = match self.pending.borrow_mut().get_mut(&id) {
                    Some(pending) => {
                        pending._timeout = self.timeout(id, pending.seconds, pending.abandoned);
                        pending.events.clone()
                    }
                    None => None,
                };
                if let Some(events) = timeout {
                    events(event);
                }
            }
            FromHelper::Reply { id, outcome, .. } => self.finish(
                id,
                match outcome {
                    Outcome::Ok(answer) => Ok(*answer),
                    Outcome::Err(failure) => Err(*failure),
                },
            ),
            FromHelper::Part { id, index, count, text } => {
                let part = self.parts.borrow_mut().take(id, index, count, &text);
                match part {
                    Part::More => {}
                    Part::Whole(text) => match serde_json::from_str(&text) {
                        Ok(whole) => self.dispatch(whole),
                        Err(error) => self.finish(id, Err(unexpected(&error.to_string()))),
                    },
                    Part::Broken => self.finish(id, Err(unexpected("parts out of order"))),
                }
            }
        }
    }

    fn finish(&self, id: RequestId, outcome: Result<Answer, Failure>) {
        self.parts.borrow_mut().forget(id);
        let pending = self.pending.borrow_mut().remove(&id);
        if let Some(pending) = pending {
            let _page_left = pending.done.send(outcome);
        }
    }
}

/// A running request; the future of its answer.
pub struct Call {
    inner: Rc<Inner>,
    id: RequestId,
    receiver: oneshot::Receiver<Result<Answer, Failure>>,
    abandoned: Abandoned,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Future for Call {
    type Output = Result<Answer, Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.receiver)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(|_| Err(gone("The request was dropped."))))
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let running = self.inner.pending.borrow_mut().remove(&self.id).is_some();
        if running && self.abandoned == Abandoned::Cancel {
            self.inner.send(&PageToRelay::Message(FromPage::Cancel { id: self.id }));
        }
    }
}

/// A failure that the page itself found; its sentence comes from the catalogue when it is shown.
pub fn failure(code: ErrorCode, params: Params) -> Failure {
    Failure { code, params, text: String::new(), azure: None }
}

/// An answer of another kind than the verb promises.
pub fn unexpected(what: &str) -> Failure {
    failure(ErrorCode::UnexpectedAnswer, Params::from([("what".to_owned(), what.to_owned())]))
}

/// The browsers' sentences for a helper that is not there, as against one that ended.
/// Sources: chromium `native_message_process_host.cc`, Firefox `NativeMessaging.sys.mjs`.
fn gone(detail: &str) -> Failure {
    let missing =
        ["not found", "No such native application", "forbidden"].iter().any(|part| detail.contains(part));
    let code = if missing { ErrorCode::HelperMissing } else { ErrorCode::HelperGone };
    failure(code, Params::from([("detail".to_owned(), detail.to_owned())]))
}
