//! The way out: replies, events and relay orders of all requests through one channel, in the order sent.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use wasm_core::protocol::{
    ClientId, ErrorCode, Event, FromHelper, FromHelperFrame, MAX_FRAME_FROM_HELPER, Notification, Outcome,
    RelayOrder, RequestId, VERSION,
};
use wasm_core::words::Language;

use crate::problem::{Problem, Result};

/// Room in a frame for the envelope around a part's text: client, id, index, count and braces.
const ENVELOPE: usize = 1024;

/// Writes frames for pages and for the relay. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbox {
    frames: mpsc::Sender<Vec<u8>>,
}

impl Outbox {
    pub fn new(frames: mpsc::Sender<Vec<u8>>) -> Self {
        Self { frames }
    }

    /// The last message of a request. What does not fit one frame goes in parts.
    pub async fn reply(&self, client: &ClientId, id: RequestId, outcome: Outcome) {
        let reply = FromHelper::Reply { id, version: VERSION, outcome };
        let frame = FromHelperFrame::ToPage { client: client.clone(), message: Box::new(reply) };
        match serde_json::to_vec(&frame) {
            Ok(json) if json.len() <= MAX_FRAME_FROM_HELPER => self.write(json).await,
            Ok(_) => {
                let FromHelperFrame::ToPage { message, .. } = frame else { return };
                self.parts(client, id, &message).await;
            }
            Err(error) => tracing::error!(%error, "a reply cannot be written as JSON"),
        }
    }

    async fn parts(&self, client: &ClientId, id: RequestId, message: &FromHelper) {
        let Ok(json) = serde_json::to_string(message) else { return };
        let pieces = pieces(&json, MAX_FRAME_FROM_HELPER - ENVELOPE - client.len() * 6);
        let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        for (index, piece) in (0u32..).zip(pieces) {
            let part = FromHelper::Part { id, index, count, text: piece.to_owned() };
            self.frame(&FromHelperFrame::ToPage { client: client.clone(), message: Box::new(part) }).await;
        }
    }

    pub async fn event(&self, client: &ClientId, id: RequestId, event: Event) {
        let message = Box::new(FromHelper::Event { id, event });
        self.frame(&FromHelperFrame::ToPage { client: client.clone(), message }).await;
    }

    pub async fn relay(&self, relay: RelayOrder) {
        self.frame(&FromHelperFrame::ToRelay { relay }).await;
    }

    async fn frame(&self, frame: &FromHelperFrame) {
        match serde_json::to_vec(frame) {
            Ok(json) if json.len() <= MAX_FRAME_FROM_HELPER => self.write(json).await,
            Ok(json) => tracing::error!(length = json.len(), "a frame over the limit was not written"),
            Err(error) => tracing::error!(%error, "a frame cannot be written as JSON"),
        }
    }

    async fn write(&self, json: Vec<u8>) {
        // The writer ends early only when the browser closed the pipe; the session sees that as end of input.
        let _closed = self.frames.send(json).await;
    }
}

/// Cuts JSON text into pieces which, as JSON strings, have at most `limit` bytes each.
fn pieces(json: &str, limit: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, c) in json.char_indices() {
        let escaped = match c {
            '"' | '\\' => 2,
            c if c.is_control() => 6,
            c => c.len_utf8(),
        };
        if size + escaped > limit {
            pieces.push(&json[start..at]);
            (start, size) = (at, 0);
        }
        size += escaped;
    }
    pieces.push(&json[start..]);
    pieces
}

/// What the relay is asked for on behalf of all pages: stay alive, badge, notifications.
/// Without a browser (on the command line) every order is dropped.
#[derive(Clone, Debug, Default)]
pub struct RelayDesk {
    inner: Arc<Desk>,
}

#[derive(Debug, Default)]
struct Desk {
    outbox: Mutex<Option<Outbox>>,
    language: Mutex<Language>,
    /// What is worked on → for how many requests.
    work: Mutex<HashMap<String, u32>>,
    /// Held while the number is read and sent, so that the last that is sent is the last that was true.
    announcing: tokio::sync::Mutex<()>,
}

impl RelayDesk {
    pub fn open(&self, outbox: Outbox) {
        *lock(&self.inner.outbox) = Some(outbox);
    }

    /// Lets go of the pipe, so that its writer can end.
    pub fn close(&self) {
        *lock(&self.inner.outbox) = None;
    }

    /// The language of the last `hello`; notifications are written in it.
    pub fn language(&self) -> Language {
        *lock(&self.inner.language)
    }

    pub fn speak(&self, language: Language) {
        *lock(&self.inner.language) = language;
    }

    /// While the guard lives, the relay keeps this process and shows that `work` goes on; once, however many requests
    /// are about it.
    pub async fn working(&self, work: &str) -> Working {
        *lock(&self.inner.work).entry(work.to_owned()).or_default() += 1;
        // There before the first wait: a request that is cancelled in it takes its count back.
        let working = Working { desk: self.clone(), work: work.to_owned() };
        self.announce().await;
        working
    }

    async fn announce(&self) {
        let _in_order = self.inner.announcing.lock().await;
        let total = lock(&self.inner.work).len();
        let badge = if total == 0 { String::new() } else { total.min(999).to_string() };
        self.order(RelayOrder { busy: Some(total > 0), badge: Some(badge), notify: None }).await;
    }

    pub async fn notify(&self, id: &str, title: String, body: String) {
        let notify = Some(Notification { id: id.to_owned(), title, body });
        self.order(RelayOrder { notify, ..RelayOrder::default() }).await;
    }

    async fn order(&self, order: RelayOrder) {
        let outbox = lock(&self.inner.outbox).clone();
        if let Some(outbox) = outbox {
            outbox.relay(order).await;
        }
    }
}

/// One running piece of work that the relay knows of.
#[derive(Debug)]
pub struct Working {
    desk: RelayDesk,
    work: String,
}

impl Drop for Working {
    fn drop(&mut self) {
        if let Entry::Occupied(mut requests) =
            lock(&self.desk.inner.work).entry(std::mem::take(&mut self.work))
        {
            *requests.get_mut() -= 1;
            if *requests.get() == 0 {
                requests.remove();
            }
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let desk = self.desk.clone();
            runtime.spawn(async move { desk.announce().await });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Where a handler's events go.
#[async_trait::async_trait]
pub trait Listener: Send + Sync {
    async fn hear(&self, event: Event);
}

/// Events of one request to one page.
#[derive(Debug)]
pub struct PageListener {
    pub outbox: Outbox,
    pub client: ClientId,
    pub id: RequestId,
}

#[async_trait::async_trait]
impl Listener for PageListener {
    async fn hear(&self, event: Event) {
        self.outbox.event(&self.client, self.id, event).await;
    }
}

/// The outcome of a handler in the protocol's form. Problems are logged here, once.
pub fn outcome(result: Result<wasm_core::protocol::Answer>, language: Language) -> Outcome {
    match result {
        Ok(answer) => Outcome::Ok(Box::new(answer)),
        Err(problem) => {
            log_problem(&problem);
            Outcome::Err(Box::new(problem.failure(language)))
        }
    }
}

fn log_problem(problem: &Problem) {
    match problem.code {
        ErrorCode::Cancelled => tracing::debug!(%problem, "cancelled"),
        ErrorCode::Internal => tracing::error!(%problem, "failed"),
        _ => tracing::warn!(%problem, "failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `busy` of the next order.
    async fn busy(frames: &mut mpsc::Receiver<Vec<u8>>) -> Option<bool> {
        let frame = frames.recv().await.expect("an order");
        let frame: serde_json::Value = serde_json::from_slice(&frame).expect("JSON");
        frame["relay"]["busy"].as_bool()
    }

    #[tokio::test]
    async fn the_last_that_the_relay_hears_of_the_work_is_true() {
        let (sender, mut frames) = mpsc::channel(1);
        let desk = RelayDesk::default();
        desk.open(Outbox::new(sender));
        let first = desk.working("watch").await;
        // The pipe is full: this one waits to be announced, and is cancelled there.
        let waiting = tokio::spawn({
            let desk = desk.clone();
            async move { desk.working("download").await }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        assert!(waiting.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(busy(&mut frames).await, Some(true));
        drop(first);
        // One order for each that ended.
        let told = [busy(&mut frames).await, busy(&mut frames).await];
        assert_eq!(told[1], Some(false), "{told:?}");
        assert!(frames.try_recv().is_err(), "nothing after it");
    }

    #[tokio::test]
    async fn a_download_that_was_paused_and_resumed_is_one() {
        let (sender, mut frames) = mpsc::channel(8);
        let desk = RelayDesk::default();
        desk.open(Outbox::new(sender));
        let begun = desk.working("download a").await;
        let _other = desk.working("watch b").await;
        let resumed = desk.working("download a").await;
        drop(begun);
        tokio::task::yield_now().await;
        drop(resumed);
        let mut badges = Vec::new();
        for _ in 0..5 {
            let frame: serde_json::Value =
                serde_json::from_slice(&frames.recv().await.expect("an order")).expect("JSON");
            badges.push(frame["relay"]["badge"].as_str().expect("a badge").to_owned());
        }
        assert_eq!(badges, ["1", "2", "2", "2", "1"]);
    }

    #[test]
    fn pieces_fit_as_json_strings_and_join_to_the_whole() {
        let text = format!("{}\"\\日本\u{1}\n", "a\"é".repeat(400));
        for limit in [8, 9, 100, 1000, 100_000] {
            let pieces = pieces(&text, limit);
            assert_eq!(pieces.concat(), text);
            for piece in pieces {
                let written = serde_json::to_string(piece).expect("a string is JSON");
                assert!(written.len() <= limit + 2, "{} > {limit}", written.len());
            }
        }
    }
}
