//! Follows a capture until it ends. Pages that watch the same one share the questions to Azure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use wasm_core::azure::capture::CaptureName;
use wasm_core::azure::resource::ScaleSetId;
use wasm_core::protocol::{Answer, Capture, CaptureRef, ErrorCode, Event};
use wasm_core::words::Language;

use super::{Call, Helper, describe, or_reminder};
use crate::azure::Session;
use crate::azure::capture::{self, Ground};
use crate::problem::{Problem, Result};

/// Failed looks in a row after which watching gives up.
const PATIENCE: u32 = 20;
const SLOWEST: Duration = Duration::from_secs(60);

type Key = (ScaleSetId, CaptureName, Option<String>);
type Sight = Option<Result<(Capture, bool)>>;

/// The captures that are watched now.
#[derive(Debug, Default)]
pub struct Watches {
    sights: Mutex<HashMap<Key, watch::Receiver<Sight>>>,
}

pub async fn answer(call: &Call, capture: &CaptureRef) -> Result<Answer> {
    let mut sight = subscribe(call, capture).await?;
    loop {
        let seen = sight.borrow_and_update().clone();
        if let Some(seen) = seen {
            let (capture, ended) = seen?;
            call.tell(Event::Capture { capture: Box::new(capture.clone()) }).await;
            if ended {
                return Ok(Answer::Capture(Box::new(capture)));
            }
        }
        if let Some(Err(_)) = or_reminder(sight.changed()).await {
            return Err(Problem::internal("the watching task ended without a result"));
        }
    }
}

/// The running watch of this capture, or a new one.
async fn subscribe(call: &Call, capture: &CaptureRef) -> Result<watch::Receiver<Sight>> {
    let (session, ground) = call.capture_ground(capture).await?;
    let key = (capture.target.scale_set.clone(), capture.capture.clone(), capture.target.tenant.clone());
    let mut sights = call.helper.watches.sights.lock().unwrap_or_else(PoisonError::into_inner);
    // A watch that has ended has dropped its sender.
    sights.retain(|_, sight| sight.has_changed().is_ok());
    if let Some(sight) = sights.get(&key) {
        return Ok(sight.clone());
    }
    let (sender, receiver) = watch::channel(None);
    sights.insert(key.clone(), receiver.clone());
    tokio::spawn(follow(call.helper.clone(), call.language, (session, ground), key, sender));
    Ok(receiver)
}

/// Holds no page's way out: a browser that has ended need not wait for the next look.
async fn follow(
    helper: Arc<Helper>,
    language: Language,
    (session, ground): (Session, Arc<Ground>),
    key: Key,
    sight: watch::Sender<Sight>,
) {
    let _working = helper.relay.working(&format!("watch {} {}", key.0, key.1)).await;
    let usual = session.cloud.network.poll() / 2;
    let (mut failures, mut pause) = (0, usual);
    let mut last: Option<Capture> = None;
    loop {
        // The first receiver is in the table; nobody waits once only that one is left.
        if sight.receiver_count() <= 1 {
            tokio::time::sleep(usual.min(Duration::from_secs(1))).await;
            // Nobody subscribes while the table is held: a page never joins a watch that is just ending.
            let mut sights = helper.watches.sights.lock().unwrap_or_else(PoisonError::into_inner);
            if sight.receiver_count() <= 1 {
                sights.remove(&key);
                return;
            }
        }
        let looked = match capture::get(&session, &ground, &key.1).await {
            Ok(found) => describe(&found, &ground, language).map(|capture| (capture, found.ended())),
            Err(problem) => Err(problem),
        };
        match looked {
            Ok((capture, ended)) => {
                (failures, pause) = (0, usual);
                let changed = last.as_ref().is_none_or(|last| !alike(last, &capture));
                if changed || ended {
                    last = Some(capture.clone());
                    sight.send_replace(Some(Ok((capture.clone(), ended))));
                }
                if ended {
                    return notify(&helper, &capture).await;
                }
            }
            Err(problem) if passing(&problem) && failures < PATIENCE => {
                failures += 1;
                pause = (pause * 2).min(SLOWEST);
                tracing::warn!(%problem, failures, "watching goes on");
            }
            Err(problem) => {
                sight.send_replace(Some(Err(problem)));
                return;
            }
        }
        tokio::time::sleep(pause).await;
    }
}

/// Equal but for what runs down by itself.
fn alike(a: &Capture, b: &Capture) -> bool {
    Capture { remaining_seconds: None, ..a.clone() } == Capture { remaining_seconds: None, ..b.clone() }
}

/// Failures that say nothing about the capture.
fn passing(problem: &Problem) -> bool {
    matches!(
        problem.code,
        ErrorCode::Network
            | ErrorCode::Timeout
            | ErrorCode::Throttled
            | ErrorCode::AzureUnavailable
            | ErrorCode::OperationUnclear
            | ErrorCode::UnexpectedAnswer
    )
}

async fn notify(helper: &Helper, capture: &Capture) {
    let id = capture.ids.first().cloned().unwrap_or_else(|| capture.name.to_string());
    helper.relay.notify(&id, capture.name.to_string(), capture.text.clone()).await;
}
