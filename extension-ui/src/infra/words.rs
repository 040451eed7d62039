//! The catalogue for components: sentences in the page's language.

use super::{memory::Memory, theme};
use futures_util::future::abortable;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use wasm_core::protocol::{ErrorCode, Failure};
use wasm_core::words::{self, Language, Value};
use web_sys::Response;
use yew::prelude::*;

/// The language of the page and its sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Language);

impl Words {
    /// The sentence of `key`.
    pub fn get(self, key: &str) -> AttrValue {
        words::plain(self.0, key).into()
    }

    /// The sentence of `key`, where the catalogue has one.
    pub fn find(self, key: &str) -> Option<AttrValue> {
        words::knows(self.0, key).then(|| self.get(key))
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

/// The language to show: that of [`effective`], once its sentences are here, until then the one before.
#[hook]
pub fn use_language(portal: Option<&str>) -> Language {
    let wanted = effective(portal);
    let shown = use_state_eq(|| wanted);
    {
        let shown = shown.setter();
        use_effect_with(wanted, move |&wanted| {
            let (loading, handle) = abortable(load(wanted));
            spawn_local(async move {
                if loading.await.is_ok() {
                    shown.set(wanted);
                }
            });
            move || handle.abort()
        });
    }
    *shown
}

/// Fetches the sentences of a language, where they are not here yet. Every page has its own, as a part of the
/// extension.
pub async fn load(language: Language) {
    if words::has_language(language) {
        return;
    }
    if let Ok(source) = fetch(&format!("{}.{language}.ftl", program())).await {
        words::load(language, [source]);
    }
}

/// As the page's shell names it.
fn program() -> String {
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    body.and_then(|body| body.get_attribute("data-program")).unwrap_or_default()
}

async fn fetch(file: &str) -> Result<String, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str(file)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(JsValue::NULL)
}

/// Tells the document its language, for screen readers and line breaking.
pub fn apply(language: Language) {
    Memory::LastLanguage.keep(Some(language.tag()));
    theme::set_on_root("lang", language.tag());
}
