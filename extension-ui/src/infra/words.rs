//! The catalogue for components: sentences in the page's language.

use super::{memory::Memory, theme};
use wasm_core::protocol::{ErrorCode, Failure};
use wasm_core::words::{self, Language, Value};
use yew::prelude::*;

/// The language of the page and its sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Language);

impl Words {
    /// The sentence of `key`.
    pub fn get(self, key: &str) -> AttrValue {
        words::plain(self.0, key).into()
    }

    /// The sentence of `key` with its parameters.
    pub fn with<'a, const N: usize>(self, key: &str, parameters: [(&'a str, Value<'a>); N]) -> AttrValue {
        words::text(self.0, key, &words::args(parameters)).into()
    }

    /// What happened and what to do next: the helper's sentence, or for a failure that the page itself
    /// found, the catalogue's.
    pub fn failure(self, failure: &Failure) -> AttrValue {
        if !failure.text.is_empty() {
            return failure.text.clone().into();
        }
        let parameters =
            failure.params.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str()))).collect();
        words::text(self.0, &format!("error-{}", failure.code.as_str()), &parameters).into()
    }

    /// The sentence of an error code without parameters.
    pub fn error(self, code: ErrorCode) -> AttrValue {
        self.get(&format!("error-{}", code.as_str()))
    }
}

/// The page's sentences.
#[hook]
pub fn use_words() -> Words {
    use_context::<Words>().unwrap_or_default()
}

/// The person's choice, else the portal's language, else the one last seen, else the browser's.
pub fn effective(portal: Option<&str>) -> Language {
    let chosen = Memory::Language.recall();
    let last = Memory::LastLanguage.recall();
    let browser = web_sys::window().and_then(|window| window.navigator().language());
    let wanted = [chosen.as_deref(), portal, last.as_deref(), browser.as_deref()];
    Language::preferred(wanted.into_iter().flatten().filter(|tag| !tag.is_empty()).take(1))
}

/// Tells the document its language, for screen readers and line breaking.
pub fn apply(language: Language) {
    Memory::LastLanguage.keep(Some(language.tag()));
    theme::set_on_root("lang", language.tag());
}
