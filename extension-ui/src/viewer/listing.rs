//! Which rows are listed: those of a display filter and of a span of time.

use super::state::{Action, List, Opened};
use crate::infra::use_steady;
use wasm_core::pcap::session::{Ask, Keep, Span};
use yew::prelude::*;

/// The filter bar's and the chart's say in what is listed.
pub struct Listing {
    /// In the filter bar, applied or not.
    pub typed: UseStateHandle<AttrValue>,
    pub apply: Callback<String>,
    pub onspan: Callback<Option<Span>>,
}

/// Asks the engine for a new list whenever filter or span change; `first_filter` is applied at once.
#[hook]
pub fn use_listing(opened: &Opened, dispatch: &Callback<Action>, first_filter: Option<AttrValue>) -> Listing {
    let typed = use_state_eq(|| first_filter.clone().unwrap_or_default());
    let list = {
        let (engine, dispatch) = (opened.engine.clone(), dispatch.clone());
        move |filter: String, span: Option<Span>| {
            // The bar lets nothing through that is no filter.
            let Ok(keep) = filter.parse::<Keep>() else { return };
            let id = engine.id();
            engine.ask(&Ask::List { id, keep, span });
            dispatch.emit(Action::List(List {
                id,
                filter,
                span,
                count: 0,
                progress: Some((0, 1)),
                report: None,
            }));
        }
    };
    let apply = {
        let (list, span, typed) = (list.clone(), opened.list.span, typed.clone());
        Callback::from(move |text: String| {
            typed.set(text.clone().into());
            list(text, span);
        })
    };
    {
        let apply = apply.clone();
        use_effect_with((), move |()| {
            if let Some(first) = first_filter.filter(|first| !first.is_empty()) {
                apply.emit(first.to_string());
            }
        });
    }
    let onspan = {
        let text = opened.list.filter.clone();
        use_steady(Callback::from(move |span: Option<Span>| list(text.clone(), span)))
    };
    Listing { typed, apply, onspan }
}
