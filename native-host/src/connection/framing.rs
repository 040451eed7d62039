//! Frames: a 32-bit length in native byte order, then that many bytes of UTF-8 JSON.
//! Source: <https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging>.

use native_messaging::host::{NmError, decode_message_opt};
use std::io::{self, Read, Write};
use tokio::sync::mpsc;
use wasm_core::protocol::MAX_FRAME_TO_HELPER;

/// What the reader found.
#[derive(Debug)]
pub enum Incoming {
    Text(String),
    /// The frame was whole, its bytes are no text; the stream goes on.
    NotUtf8,
    /// The stream has lost its frame and cannot be read further.
    Broken(String),
}

/// Reads frames on a thread of its own, as reading a pipe blocks. The channel closes at the end of input.
pub fn read_frames(mut input: impl Read + Send + 'static) -> mpsc::Receiver<Incoming> {
    let (sender, receiver) = mpsc::channel(32);
    std::thread::spawn(move || {
        loop {
            let (incoming, last) = match decode_message_opt(&mut input, MAX_FRAME_TO_HELPER) {
                Ok(None) => break,
                Ok(Some(text)) if text.is_empty() => (Incoming::Broken("length 0".to_owned()), true),
                Ok(Some(text)) => (Incoming::Text(text), false),
                Err(NmError::IncomingNotUtf8(_)) => (Incoming::NotUtf8, false),
                Err(error) => (Incoming::Broken(error.to_string()), true),
            };
            if sender.blocking_send(incoming).is_err() || last {
                break;
            }
        }
    });
    receiver
}

/// Writes frames on a thread of its own until every sender is gone; joined at exit, so that no reply is lost.
pub fn write_frames(
    mut output: impl Write + Send + 'static,
) -> (mpsc::Sender<Vec<u8>>, std::thread::JoinHandle<io::Result<()>>) {
    let (sender, mut receiver) = mpsc::channel::<Vec<u8>>(64);
    let writer = std::thread::spawn(move || {
        while let Some(json) = receiver.blocking_recv() {
            let length = u32::try_from(json.len()).map_err(|_| io::ErrorKind::InvalidData)?;
            output.write_all(&length.to_ne_bytes())?;
            output.write_all(&json)?;
            output.flush()?;
        }
        Ok(())
    });
    (sender, writer)
}
