//! The names of layers and fields for people; the display-filter name where the catalogue has none.

use crate::infra::words::Words;
use yew::AttrValue;

/// The name of a line of the layer tree.
pub fn field(words: Words, field: &str, layer: bool) -> AttrValue {
    let kind = if layer { "layer" } else { "field" };
    let key = format!("{kind}-{}", field.replace('.', "-"));
    words.find(&key).unwrap_or_else(|| AttrValue::from(field.to_owned()))
}
