//! The line above the list.

use super::state::Opened;
use crate::{
    components::{Appearance, Button},
    infra::{format, words::use_words},
};
use std::rc::Rc;
use wasm_core::pcap::session::Ask;
use yew::prelude::*;

/// Properties for [`Count`].
#[derive(Clone, Debug, Properties)]
pub struct CountProps {
    pub opened: Rc<Opened>,
}

impl PartialEq for CountProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.opened, &other.opened)
    }
}

/// How many of the packets are shown.
#[component]
pub fn Count(props: &CountProps) -> Html {
    let words = use_words();
    let list = &props.opened.list;
    let stop = {
        let (engine, id) = (props.opened.engine.clone(), list.id);
        Callback::from(move |()| engine.ask(&Ask::Cancel { id: Some(id) }))
    };
    let number = |value: u64| format::number(words.0, value);
    let text = if list.is_everything() {
        words.with("viewer-count", [("count", number(list.count).into())])
    } else {
        let params = [("count", number(list.count).into()), ("packets", number(props.opened.packets).into())];
        words.with("viewer-count-of", params)
    };
    html! {
        <p class="count caption" role="status" data-testid="count" data-count={list.count.to_string()} data-busy={list.progress.is_some().to_string()}>
            { text }
            if let Some((done, total)) = list.progress.filter(|_| !list.is_everything()) {
                { " · " }{ words.with("viewer-searching", [("share", format::percent(words.0, done as f64 / total.max(1) as f64).into())]) }
                { " " }<Button label={words.get("ui-cancel")} small=true appearance={Appearance::Subtle} onclick={stop} testid="list-cancel" />
            }
        </p>
    }
}
