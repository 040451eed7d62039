//! The chosen packet is taken apart when its row is known.

use super::state::{Action, Opened};
use wasm_core::pcap::session::Ask;
use yew::prelude::*;

/// Asks the engine for the chosen row's packet.
#[hook]
pub fn use_chosen_packet(opened: &Opened, dispatch: &Callback<Action>) {
    let number = opened.chosen.row.and_then(|row| opened.rows.get(row)).map(|row| row.number);
    let shown = opened.chosen.detail.as_ref().map(|detail| detail.row.number);
    let (engine, dispatch) = (opened.engine.clone(), dispatch.clone());
    use_effect_with(number, move |number| {
        if let Some(number) = number.filter(|number| Some(*number) != shown) {
            let id = engine.id();
            engine.ask(&Ask::Packet { id, number });
            dispatch.emit(Action::Asked(id));
        }
    });
}
