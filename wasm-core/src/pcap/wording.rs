//! The sentences of findings and warnings, out of the catalogue's topic `findings`.

use crate::words::{self, Args, Language, Value};

use super::report::{Params, SummaryReport};

impl SummaryReport {
    /// With the sentences of its findings and warnings in a language.
    pub fn worded(mut self, language: Language) -> Self {
        for finding in &mut self.findings {
            finding.text = sentence(language, &finding.code, &finding.params);
        }
        for warning in &mut self.warnings {
            warning.text = sentence(language, &warning.code, &warning.params);
        }
        self
    }
}

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
