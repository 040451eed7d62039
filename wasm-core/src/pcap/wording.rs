//! The sentences of findings and warnings, out of the catalogue's topic `findings`.

use crate::words::{self, Args, Language, Value};

use super::report::Params;

/// The sentence of a code with its parameters.
pub(super) fn sentence(language: Language, code: &str, params: &Params) -> String {
    let args: Args<'_> = params.iter().map(|(name, value)| (name.as_str(), argument(value))).collect();
    words::text(language, &format!("findings-{code}"), &args)
}

fn argument(value: &serde_json::Value) -> Value<'_> {
    match value {
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Number(number) => number.as_f64().unwrap_or_default().into(),
        other => other.to_string().into(),
    }
}
