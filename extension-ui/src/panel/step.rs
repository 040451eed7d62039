use crate::infra::words::Words;
use wasm_core::protocol::Step;
use yew::AttrValue;

/// The sentence of a step of a longer operation.
pub fn step(words: Words, step: Step) -> AttrValue {
    let name = serde_json::to_value(step)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default();
    words.get(&format!("ui-step-{name}"))
}
