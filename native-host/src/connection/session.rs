//! One browser's pipe: requests run side by side, a cancel never waits, every call gets exactly one reply.

use futures::FutureExt;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use wasm_core::azure::capture::CaptureName;
use wasm_core::filter::CaptureFilters;
use wasm_core::protocol::{ClientId, ErrorCode, FromPage, Outcome, Request, RequestId, ToHelper};
use wasm_core::words::Language;

use super::framing::{Incoming, read_frames, write_frames};
use super::outbox::{Outbox, PageListener, outcome};
use crate::handlers::{self, Call, Helper};
use crate::problem::{Problem, Result};

/// How long running requests may take to end once the browser has closed the pipe.
const FAREWELL: Duration = Duration::from_secs(10);

type Key = (ClientId, RequestId);

struct Session {
    helper: Arc<Helper>,
    outbox: Outbox,
    running: Arc<Mutex<HashMap<Key, CancellationToken>>>,
    languages: HashMap<ClientId, Language>,
    tasks: JoinSet<()>,
}

/// Serves until the end of input. An error is that of the pipe.
pub async fn serve(
    helper: Arc<Helper>,
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
) -> std::io::Result<()> {
    let mut incoming = read_frames(input);
    let (frames, writer) = write_frames(output);
    let outbox = Outbox::new(frames);
    helper.relay.open(outbox.clone());
    let mut session = Session {
        helper: helper.clone(),
        outbox,
        running: Arc::default(),
        languages: HashMap::new(),
        tasks: JoinSet::new(),
    };
    while let Some(frame) = incoming.recv().await {
        match frame {
            Incoming::Text(text) => session.take(&text).await,
            Incoming::NotUtf8 => session.refuse_nobody("the frame is not UTF-8").await,
            Incoming::Broken(reason) => {
                tracing::error!(reason, "the stream from the browser has lost its frame");
                break;
            }
        }
        while session.tasks.try_join_next().is_some() {}
    }
    tracing::info!("the browser closed the pipe");
    session.end().await;
    helper.relay.close();
    // Every sender is gone now; the writer ends when its queue is empty.
    tokio::task::spawn_blocking(move || writer.join())
        .await
        .map_err(std::io::Error::other)?
        .unwrap_or_else(|_| Err(std::io::Error::other("the writer panicked")))
        .or_else(|error| if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

impl Session {
    async fn take(&mut self, text: &str) {
        match serde_json::from_str::<ToHelper>(text) {
            Ok(ToHelper { client, message: FromPage::Cancel { id } }) => self.cancel(&(client, id)),
            Ok(ToHelper { client, message: FromPage::Call { id, request } }) => {
                self.call(client, id, request).await;
            }
            Err(error) => {
                let (client, id, problem) = explain(text, &error);
                self.refuse(client, id, problem).await;
            }
        }
    }

    fn cancel(&self, key: &Key) {
        if let Some(token) = self.running.lock().unwrap_or_else(PoisonError::into_inner).get(key) {
            token.cancel();
        }
    }

    async fn call(&mut self, client: ClientId, id: RequestId, request: Request) {
        if let Request::Hello { language, .. } = &request {
            self.languages.insert(client.clone(), *language);
            self.helper.relay.speak(*language);
        }
        let language = self.language(&client);
        let key = (client, id);
        let token = CancellationToken::new();
        if !self.register(&key, &token) {
            let reason = format!("request {id} is running already");
            let problem = Problem::new(ErrorCode::BadMessage).with("reason", reason);
            return self.refuse(key.0, id, problem).await;
        }
        let listener =
            Arc::new(PageListener { outbox: self.outbox.clone(), client: key.0.clone(), id: key.1 });
        let call = Call::new(self.helper.clone(), language, listener);
        let (outbox, running) = (self.outbox.clone(), self.running.clone());
        self.tasks.spawn(async move {
            let result = run(call, request, token).await;
            running.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
            outbox.reply(&key.0, key.1, outcome(result, language)).await;
        });
    }

    /// False where the page has a running request of this id.
    fn register(&self, key: &Key, token: &CancellationToken) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let free = !running.contains_key(key);
        if free {
            running.insert(key.clone(), token.clone());
        }
        free
    }

    fn language(&self, client: &str) -> Language {
        self.languages.get(client).copied().unwrap_or_else(|| self.helper.relay.language())
    }

    async fn refuse(&self, client: ClientId, id: RequestId, problem: Problem) {
        tracing::warn!(%problem, client, id, "message refused");
        let language = self.language(&client);
        self.outbox.reply(&client, id, Outcome::Err(Box::new(problem.failure(language)))).await;
    }

    /// To request 0 of no client, where the message names neither.
    async fn refuse_nobody(&self, reason: &str) {
        self.refuse(ClientId::new(), 0, Problem::new(ErrorCode::BadMessage).with("reason", reason)).await;
    }

    async fn end(mut self) {
        for token in self.running.lock().unwrap_or_else(PoisonError::into_inner).values() {
            token.cancel();
        }
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::warn!("requests were still running at the end");
            self.tasks.shutdown().await;
        }
        if tokio::time::timeout(FAREWELL, self.helper.settle()).await.is_err() {
            tracing::warn!("downloads were still being written at the end");
        }
    }
}

async fn run(call: Call, request: Request, token: CancellationToken) -> Result<wasm_core::protocol::Answer> {
    let work = AssertUnwindSafe(handlers::answer(call, request)).catch_unwind();
    tokio::select! {
        biased;
        () = token.cancelled() => Err(Problem::new(ErrorCode::Cancelled)),
        result = work => result.unwrap_or_else(|_| Err(Problem::internal("a handler panicked"))),
    }
}

/// Why a message was not read, and whom to tell.
fn explain(text: &str, error: &serde_json::Error) -> (ClientId, RequestId, Problem) {
    let value: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let client = value["client"].as_str().unwrap_or_default().to_owned();
    let message = &value["message"];
    let id = message["id"].as_u64().unwrap_or(0);
    let verb = message["request"]["verb"].as_str();
    let unread = || {
        let reason: String = error.to_string().chars().take(200).collect();
        Problem::new(ErrorCode::BadMessage).with("reason", reason)
    };
    let problem = match verb {
        Some(verb) if message["type"] == "call" && !Request::VERBS.contains(&verb) => {
            Problem::new(ErrorCode::UnknownVerb).with("verb", verb.chars().take(60).collect::<String>())
        }
        Some("start") => refused(&message["request"]["request"]).unwrap_or_else(unread),
        _ => unread(),
    };
    (client, id, problem)
}

/// What of a capture's wish breaks a rule of the core, as the form and the command line tell it.
fn refused(wish: &Value) -> Option<Problem> {
    let name = wish["name"].as_str()?.parse::<CaptureName>();
    let filters = Vec::deserialize(&wish["filters"]).ok().map(CaptureFilters::try_from);
    name.map_err(|error| Problem::invalid("name", error))
        .err()
        .or_else(|| filters?.map_err(|error| Problem::invalid("filters", error)).err())
}
