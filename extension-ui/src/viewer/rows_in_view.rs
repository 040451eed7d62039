//! Rows are asked for when they come into view.

use super::{
    row_cache::{BLOCK, RowCache},
    state::{Action, Opened},
};
use crate::infra::{Shared, use_steady};
use std::rc::Rc;
use wasm_core::pcap::session::Ask;
use yew::prelude::*;

/// Wishes for rows under way at once: what has scrolled by meanwhile is not asked for.
const UNDER_WAY: usize = 2;

/// The rows that are there, and where the list tells which are in view.
#[hook]
pub fn use_rows_in_view(
    opened: &Rc<Opened>,
    dispatch: &Callback<Action>,
) -> (Shared<RowCache>, Callback<(u64, u64)>) {
    // No state: scrolling draws the list alone.
    let view = use_mut_ref(|| (0_u64, 0_u64));
    let fetch = {
        let (opened, dispatch, view) = (opened.clone(), dispatch.clone(), view.clone());
        Callback::from(move |()| {
            let under_way = |first| opened.pending.values().any(|asked| *asked == first);
            if opened.pending.len() < UNDER_WAY
                && let Some(first) = opened.rows.missing(*view.borrow(), opened.list.count, under_way)
            {
                let id = opened.engine.id();
                opened.engine.ask(&Ask::Rows { id, first, count: BLOCK as u32 });
                dispatch.emit(Action::Pending(id, first));
            }
        })
    };
    let version = version(opened);
    {
        let fetch = fetch.clone();
        use_effect_with((version, opened.list.count, opened.pending.len()), move |_| fetch.emit(()));
    }
    let onview = use_steady(Callback::from(move |to: (u64, u64)| {
        *view.borrow_mut() = to;
        fetch.emit(());
    }));
    (Shared::from(use_memo(version, |_| opened.rows.clone())), onview)
}

/// A number that changes whenever rows come or go.
fn version(opened: &Opened) -> u64 {
    opened.rows.version() ^ u64::from(opened.list.id) << 48
}
