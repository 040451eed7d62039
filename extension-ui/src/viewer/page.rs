//! The viewer's page: what is opened, and how.

use super::{
    engine::{Bytes, Engine, Said},
    opening::Opening,
    picker::{Picker, first_file},
    remote,
    state::{Action, Opened, Source, State},
    workbench::Workbench,
};
use crate::{
    components::{FailureView, Skeleton},
    infra::{
        helper::Helper,
        viewer_link::ViewerSource,
        words::{self, Words},
    },
};
use gloo::events::{EventListener, EventListenerOptions};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use wasm_core::protocol::{Failure, FileRef};
use web_sys::{Blob, ClipboardEvent, DragEvent, File, HtmlInputElement};
use yew::prelude::*;

/// What the helper was asked for, before the engine has it.
#[derive(Clone, Debug, Default, PartialEq)]
enum Fetching {
    #[default]
    Nothing,
    Going,
    Failed(Failure),
}

/// The whole page.
#[component]
pub fn Viewer() -> Html {
    let words = Words(words::use_language(None));
    let state = use_reducer(State::default);
    let fetching = use_state_eq(Fetching::default);
    let filter = use_state_eq(|| None::<AttrValue>);
    let dragging = use_state_eq(|| false);
    let picker = use_node_ref();
    let dispatch = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action: Action, ()| dispatcher.dispatch(action))
    };
    let open = {
        let dispatch = dispatch.clone();
        use_callback(words, move |(source, bytes, reader): (Source, Bytes, Option<Reader>), words| {
            open(source, &bytes, reader, *words, dispatch.clone());
        })
    };
    let open_file = {
        let (open, filter) = (open.clone(), filter.clone());
        use_callback((), move |file: File, ()| {
            filter.set(None);
            let source = Source { name: file.name(), size: file.size() as u64, partial: false };
            open.emit((source, Bytes::File(file.into()), None));
        })
    };
    // What another page asked for stands in the address.
    {
        let (open, fetching, filter) = (open.clone(), fetching.clone(), filter.clone());
        use_effect_with((), move |()| {
            let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
            if let Some(source) = ViewerSource::from_hash(&hash) {
                if let ViewerSource::File { display_filter: Some(text), .. } = &source {
                    filter.set(Some(text.clone().into()));
                }
                fetching.set(Fetching::Going);
                spawn_local(async move {
                    match fetch(source, words).await {
                        Ok(found) => {
                            open.emit(found);
                            fetching.set(Fetching::Nothing);
                        }
                        Err(failure) => fetching.set(Fetching::Failed(failure)),
                    }
                });
            }
        });
    }
    // Files may be dropped and pasted anywhere.
    {
        let (open_file, dispatch, dragging) = (open_file.clone(), dispatch.clone(), dragging.clone());
        use_effect_with((), move |()| {
            let listeners = web_sys::window().map(|window| listen(&window, open_file, dispatch, dragging));
            move || drop(listeners)
        });
    }
    let onpick = {
        let picker = picker.clone();
        Callback::from(move |()| {
            if let Some(input) = picker.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onclose = {
        let (dispatch, filter) = (dispatch.clone(), filter.clone());
        Callback::from(move |()| {
            filter.set(None);
            dispatch.emit(Action::Close);
        })
    };
    let title = state.opened.as_ref().map(|opened| opened.source.name.clone());
    use_effect_with((title, words), |(title, words)| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            let page = words.get("viewer-title");
            document.set_title(
                &title.as_ref().map_or_else(|| page.to_string(), |title| format!("{title} – {page}")),
            );
        }
    });
    html! {
        <ContextProvider<Words> context={words}>
            <div class={classes!("viewer", dragging.then_some("dragging"))} data-testid="viewer">
                <Picker node={picker} onfile={open_file} />
                { match (&state.opened, &*fetching) {
                    (Some(opened), _) => html! {
                        <Workbench key={opened_key(opened)} opened={Rc::new(opened.clone())} {dispatch} first_filter={(*filter).clone()}
                            {onpick} {onclose} />
                    },
                    (None, Fetching::Going) => html! { <main class="opening" data-testid="fetching"><Skeleton label={words.get("viewer-fetching")} lines={4} /></main> },
                    (None, Fetching::Failed(failure)) => html! {
                        <>
                            <div class="opening-failure"><FailureView failure={failure.clone()} testid="fetch" /></div>
                            <Opening refused={state.refused.clone()} {onpick} />
                        </>
                    },
                    (None, Fetching::Nothing) => html! { <Opening refused={state.refused.clone()} {onpick} /> },
                } }
                if *dragging {
                    <div class="drop-here" aria-hidden="true"><p>{ words.get("viewer-drop-here") }</p></div>
                }
            </div>
        </ContextProvider<Words>>
    }
}

/// The workbench begins anew with each capture.
fn opened_key(opened: &Opened) -> String {
    format!("{}-{}", opened.source.name, opened.engine.serial())
}

/// Brings bytes of a capture that is no local file.
#[derive(Clone, Debug, PartialEq)]
struct Reader {
    helper: Helper,
    file: FileRef,
}

async fn fetch(source: ViewerSource, words: Words) -> Result<(Source, Bytes, Option<Reader>), Failure> {
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
                .map_err(|_| crate::infra::helper::unexpected("bytes that make no blob"))?;
            Ok((source, Bytes::File(blob), None))
        }
    }
}

/// Starts the engine on a capture.
fn open(source: Source, bytes: &Bytes, reader: Option<Reader>, words: Words, dispatch: Callback<Action>) {
    let heard = {
        let dispatch = dispatch.clone();
        let name = source.name.clone();
        move |engine: &Engine, said: Said| match said {
            Said::Tell(tell) => dispatch.emit(Action::Tell(engine.clone(), tell)),
            Said::Broken(text) => dispatch.emit(Action::Broken(engine.clone(), text)),
            Said::File { name: exported, file } => {
                let _saved = super::export::save(&file, &export_name(&name, &exported));
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

fn listen(
    window: &web_sys::Window,
    open_file: Callback<File>,
    dispatch: Callback<Action>,
    dragging: UseStateHandle<bool>,
) -> Vec<EventListener> {
    let active = EventListenerOptions::enable_prevent_default();
    let over = {
        let dragging = dragging.clone();
        EventListener::new_with_options(window, "dragover", active, move |event| {
            event.prevent_default();
            dragging.set(true);
        })
    };
    let leave = {
        let dragging = dragging.clone();
        EventListener::new(window, "dragleave", move |event| {
            // Leaving for an element inside of the page has a related target.
            if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                dragging.set(false);
            }
        })
    };
    let drop = {
        let (open_file, dispatch) = (open_file.clone(), dispatch.clone());
        EventListener::new_with_options(window, "drop", active, move |event| {
            event.prevent_default();
            dragging.set(false);
            let files = event
                .dyn_ref::<DragEvent>()
                .and_then(|event| event.data_transfer())
                .and_then(|data| data.files());
            match first_file(files) {
                Some(file) => open_file.emit(file),
                None => dispatch.emit(Action::Refuse("viewer-drop-nothing")),
            }
        })
    };
    let paste = EventListener::new(window, "paste", move |event| {
        let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(|event| event.clipboard_data()) else {
            return;
        };
        if let Some(file) = first_file(data.files()) {
            open_file.emit(file);
            return;
        }
        let typed = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()).is_some();
        let text = data.get_data("text").unwrap_or_default();
        if !typed && is_path(&text) {
            dispatch.emit(Action::Refuse("viewer-paste-path"));
        }
    });
    vec![over, leave, drop, paste]
}

/// Whether a text looks like the path of a file: no browser lets a page open one.
fn is_path(text: &str) -> bool {
    let text = text.trim().trim_matches('"');
    let drive =
        text.chars().nth(1) == Some(':') && text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    !text.contains('\n')
        && (drive || ["/", "~/", "\\\\", "file://"].iter().any(|start| text.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_other_texts() {
        for path in [
            "/tmp/a.pcap",
            "C:\\captures\\a.cap",
            "\"D:/x.pcapng\"",
            "~/a.pcap",
            "file:///tmp/a.pcap",
            "\\\\server\\share\\a.pcap",
        ] {
            assert!(is_path(path), "{path}");
        }
        for other in ["tcp.port == 80", "", "10.0.0.1", "/a\n/b"] {
            assert!(!is_path(other), "{other}");
        }
    }

    #[test]
    fn exports_are_named_after_their_capture() {
        assert_eq!(export_name("trace.pcap", "packets.csv"), "trace-packets.csv");
        assert_eq!(export_name("trace.pcapng.gz", "packets.json"), "trace-packets.json");
        assert_eq!(export_name("trace", "packets.csv"), "trace-packets.csv");
    }
}
