//! The names of layers and fields for people; the display-filter name where the catalogue has none.

use crate::infra::words::Words;
use wasm_core::words;
use yew::AttrValue;

/// The name of a line of the layer tree.
pub fn field(words: Words, field: &str, layer: bool) -> AttrValue {
    let kind = if layer { "layer" } else { "field" };
    let key = format!("{kind}-{}", field.replace('.', "-"));
    if words::has(&key) { words.get(&key) } else { AttrValue::from(field.to_owned()) }
}
