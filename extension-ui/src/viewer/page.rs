//! The viewer's page: what is opened, and how.

use super::{
    dropped::use_dropped,
    engine::Bytes,
    open::{Reader, fetch, open},
    opening::Opening,
    picker::Picker,
    state::{Action, Opened, Source, State},
    workbench::Workbench,
};
use crate::{
    components::{FailureView, Skeleton},
    infra::{
        viewer_link::ViewerSource,
        words::{self, Words},
    },
};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use wasm_core::protocol::Failure;
use web_sys::{File, HtmlInputElement};
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
    let dragging = use_dropped(&open_file, &dispatch);
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
                if dragging {
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
