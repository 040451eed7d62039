//! Opens a capture: its bytes come from the person's file or from the helper, and the engine starts on them.

use super::{
    engine::{Bytes, Engine, Said},
    export, remote,
    state::{Action, Opened, Source},
};
use crate::infra::{
    helper::{Helper, unexpected},
    viewer_link::ViewerSource,
    words::Words,
};
use wasm_bindgen_futures::spawn_local;
use wasm_core::protocol::{Failure, FileRef};
use web_sys::Blob;
use yew::Callback;

/// Brings bytes of a capture that is no local file.
#[derive(Clone, Debug, PartialEq)]
pub struct Reader {
    helper: Helper,
    file: FileRef,
}

/// What another page asked for.
pub async fn fetch(source: ViewerSource, words: Words) -> Result<(Source, Bytes, Option<Reader>), Failure> {
    let helper = remote::connect(words).await?;
    match source {
        ViewerSource::File { file, .. } => {
            let (_, size) = remote::read(helper.clone(), file.clone(), 0, 1).await?;
            let name = file.0.rsplit('/').next().unwrap_or_default().to_owned();
            let source = Source { name, size, partial: false };
            Ok((source, Bytes::Remote { size }, Some(Reader { helper, file })))
        }
        ViewerSource::Look { blob, name } => {
            let (bytes, size) = remote::look(helper, blob).await?;
            let partial = (bytes.len() as u64) < size;
            let source = Source { name, size: bytes.len() as u64, partial };
            let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
            let blob = Blob::new_with_u8_array_sequence(&parts)
                .map_err(|_| unexpected("bytes that make no blob"))?;
            Ok((source, Bytes::File(blob), None))
        }
    }
}

/// Starts the engine on a capture.
pub fn open(source: Source, bytes: &Bytes, reader: Option<Reader>, words: Words, dispatch: Callback<Action>) {
    let heard = {
        let dispatch = dispatch.clone();
        let name = source.name.clone();
        move |engine: &Engine, said: Said| match said {
            Said::Tell(tell) => dispatch.emit(Action::Tell(engine.clone(), tell)),
            Said::Broken(text) => dispatch.emit(Action::Broken(engine.clone(), text)),
            Said::File { name: exported, file } => {
                let _saved = export::save(&file, &export_name(&name, &exported));
            }
            Said::Want { read, start, end } => {
                if let Some(reader) = reader.clone() {
                    let engine = engine.clone();
                    spawn_local(async move {
                        let got = remote::read(reader.helper, reader.file, start, end - start).await;
                        engine.bring(read, got.as_ref().ok().map(|(bytes, _)| bytes.as_slice()));
                    });
                }
            }
        }
    };
    match Engine::open(bytes, heard) {
        Some(engine) => dispatch.emit(Action::Open(Box::new(Opened::new(source, engine, words.0)))),
        None => dispatch.emit(Action::Refuse("viewer-no-worker")),
    }
}

/// `trace.pcap` and `packets.csv` make `trace-packets.csv`.
fn export_name(capture: &str, exported: &str) -> String {
    let stem = capture.strip_suffix(".gz").unwrap_or(capture);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    format!("{stem}-{exported}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_named_after_their_capture() {
        assert_eq!(export_name("trace.pcap", "packets.csv"), "trace-packets.csv");
        assert_eq!(export_name("trace.pcapng.gz", "packets.json"), "trace-packets.json");
        assert_eq!(export_name("trace", "packets.csv"), "trace-packets.csv");
    }
}
