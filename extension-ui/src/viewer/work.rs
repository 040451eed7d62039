//! Following a conversation and exporting the list: works of the engine that may last.

use super::state::{Action, Opened, Work};
use wasm_core::pcap::session::{Ask, ExportForm};
use yew::prelude::*;

/// What begins such a work, and what ends it.
pub struct Works {
    /// The conversation of the chosen packet.
    pub follow: Callback<()>,
    pub export: Callback<ExportForm>,
    pub stop: Callback<()>,
}

impl Works {
    pub fn of(opened: &Opened, dispatch: &Callback<Action>) -> Self {
        let follow = {
            let (engine, dispatch) = (opened.engine.clone(), dispatch.clone());
            let number = opened.chosen.detail.as_ref().map(|detail| detail.row.number);
            Callback::from(move |()| {
                if let Some(number) = number {
                    let id = engine.id();
                    engine.ask(&Ask::Follow { id, number });
                    dispatch.emit(Action::Work(Some(Work::Following { id })));
                }
            })
        };
        let export = {
            let (engine, dispatch) = (opened.engine.clone(), dispatch.clone());
            Callback::from(move |form: ExportForm| {
                let id = engine.id();
                engine.ask(&Ask::Export { id, form });
                dispatch.emit(Action::Work(Some(Work::Exporting { id, done: 0, total: 1 })));
            })
        };
        let stop = {
            let (engine, dispatch, work) = (opened.engine.clone(), dispatch.clone(), opened.work.clone());
            Callback::from(move |()| {
                if let Some(Work::Following { id } | Work::Exporting { id, .. }) = work {
                    engine.ask(&Ask::Cancel { id: Some(id) });
                }
                dispatch.emit(Action::Work(None));
            })
        };
        Self { follow, export, stop }
    }
}
