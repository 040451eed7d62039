//! Brings files down and tells how far it is; the transfer goes on when nobody listens any more.

use wasm_core::pcap::Listing;
use wasm_core::protocol::{
    Answer, CaptureRef, DownloadOptions, DownloadedFile, ErrorCode, Event, InstanceChoice, Transfer,
    TransferId, TransferState,
};

use super::{Call, files, or_reminder};
use crate::download::{Following, Order, PlannedFile};
use crate::problem::{Problem, Result};

/// Conversations of the whole in the report of a download.
pub const REPORTED_CONVERSATIONS: u32 = 500;

pub async fn download(
    call: &Call,
    capture: &CaptureRef,
    instances: &InstanceChoice,
    options: DownloadOptions,
) -> Result<Answer> {
    let (sought, found) = files::find(call, capture).await?;
    let planned: Vec<PlannedFile> = found
        .files
        .into_iter()
        .map(|file| file.planned)
        .filter(|planned| instances.includes(planned.instance.as_ref()))
        .collect();
    let absent: Vec<DownloadedFile> = found
        .absent
        .into_iter()
        .filter(|(instance, _)| instances.includes(Some(instance)))
        .map(|(instance, _)| {
            let missing = Problem::new(ErrorCode::BlobMissing).with("blob", &instance);
            DownloadedFile {
                instance: Some(instance),
                file: None,
                size: 0,
                failure: Some(missing.failure(call.language)),
            }
        })
        .collect();
    if planned.is_empty() {
        return Err(Problem::new(ErrorCode::BlobMissing).with("blob", &capture.capture));
    }
    let downloads = call.helper.downloads()?;
    downloads.others_end().await;
    let id = downloads.start(capture.clone(), sought.place, planned, options, call.language)?;
    keep_alive(call, downloads.follow(&id)?).await;
    let Answer::Downloaded { mut files, report } = follow(call, &id).await? else {
        return Err(Problem::internal("a followed download ended as something else"));
    };
    files.extend(absent);
    Ok(Answer::Downloaded { files, report })
}

/// Tells of a transfer until it is over.
pub async fn follow(call: &Call, transfer: &TransferId) -> Result<Answer> {
    let mut following = call.helper.downloads()?.follow(transfer)?;
    loop {
        tell(call, following.now(call.language)).await;
        if or_reminder(following.moved()).await == Some(false) {
            break;
        }
    }
    tell(call, following.now(call.language)).await;
    let downloaded = following.outcome(call.language, Listing::Top(REPORTED_CONVERSATIONS as usize))?;
    Ok(Answer::Downloaded { files: downloaded.files, report: downloaded.report })
}

pub async fn transfers(call: &Call) -> Result<Answer> {
    call.helper.downloads()?.others_end().await;
    known(call)
}

pub async fn pause(call: &Call, transfer: &TransferId) -> Result<Answer> {
    call.helper.downloads()?.pause(transfer)?;
    settled(call, transfer, Order::Pause, |state| !matches!(state, TransferState::Running)).await
}

pub async fn resume(call: &Call, transfer: &TransferId) -> Result<Answer> {
    let downloads = call.helper.downloads()?;
    downloads.resume(transfer, call.language)?;
    keep_alive(call, downloads.follow(transfer)?).await;
    settled(call, transfer, Order::Run, |state| !matches!(state, TransferState::Paused)).await
}

pub async fn discard(call: &Call, transfer: &TransferId) -> Result<Answer> {
    let downloads = call.helper.downloads()?;
    let mut following = downloads.follow(transfer)?;
    downloads.discard(transfer)?;
    while following.moved().await {}
    known(call)
}

/// The list, once the transfer has come to what was asked for, or somebody asked for something else.
async fn settled(
    call: &Call,
    transfer: &TransferId,
    order: Order,
    so: impl Fn(&TransferState) -> bool,
) -> Result<Answer> {
    let mut following = call.helper.downloads()?.follow(transfer)?;
    while !so(&following.now(call.language).state) && following.is_told(order) && following.moved().await {}
    known(call)
}

fn known(call: &Call) -> Result<Answer> {
    Ok(Answer::Transfers { transfers: call.helper.downloads()?.transfers(call.language) })
}

async fn tell(call: &Call, transfer: Transfer) {
    call.tell(Event::Transfer { transfer: Box::new(transfer) }).await;
}

/// Lets the relay keep this process while the transfer runs, and say when it is done; also where the page takes its
/// request back before the relay has heard of it.
async fn keep_alive(call: &Call, mut following: Following) {
    let (relay, language) = (call.helper.relay.clone(), call.language);
    let (announced, heard) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let working = relay.working(&format!("download {}", following.id())).await;
        drop(announced);
        while following.moved().await {}
        let transfer = following.now(language);
        if transfer.state == TransferState::Done && following.is_first_to_announce() {
            let whole = transfer.files.iter().filter(|file| file.done == file.size).count();
            let body = format!("{whole}/{}", transfer.files.len());
            relay.notify(&transfer.id, transfer.capture.to_string(), body).await;
        }
        drop(working);
    });
    let _dropped = heard.await;
}
