//! Captures that the helper has: files in its download folder, and the first packets of blobs.

use crate::infra::{ask, helper::Helper, words::Words};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{cell::RefCell, rc::Rc};
use wasm_core::protocol::{Answer, BlobRef, Event, Failure, FileRef, Request};

/// Packets that are fetched of a blob that is not downloaded.
const LOOKED: u32 = 2_000;

/// A connection to the helper, greeted.
pub async fn connect(words: Words) -> Result<Helper, Failure> {
    let helper = Helper::connect("viewer", |_| {});
    ask::hello(helper.clone(), words.0).await?;
    Ok(helper)
}

/// Bytes of a downloaded file, and how many it has in all.
pub async fn read(
    helper: Helper,
    file: FileRef,
    offset: u64,
    length: u64,
) -> Result<(Vec<u8>, u64), Failure> {
    collect(helper, Request::Read { file, offset, length }).await
}

/// The beginning of a blob, and how many bytes it has in all.
pub async fn look(helper: Helper, blob: BlobRef) -> Result<(Vec<u8>, u64), Failure> {
    collect(helper, Request::Look { blob, packets: LOOKED }).await
}

async fn collect(helper: Helper, request: Request) -> Result<(Vec<u8>, u64), Failure> {
    let bytes = Rc::new(RefCell::new(Vec::new()));
    let events = {
        let bytes = bytes.clone();
        move |event| {
            if let Event::Bytes { base64, .. } = event {
                // What is no base64 leaves the bytes short, which the engine notices.
                let _decoded = STANDARD.decode_vec(base64, &mut bytes.borrow_mut());
            }
        }
    };
    match helper.call_with(request, events).await? {
        Answer::Looked { size, .. } => Ok((bytes.take(), size)),
        _ => Err(crate::infra::helper::unexpected("another kind of answer")),
    }
}
