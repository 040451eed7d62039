//! Every sentence that a person reads, in English and Japanese, from one message catalogue (Fluent).
//!
//! One `.ftl` file a topic stands in `words/en` and in `words/ja`, embedded at compile time.
//! To add a sentence: put the same key into both files of its topic, with the same `{ $parameters }`; a test
//! fails where one of the two lacks it.
//! Keys start with their topic: `filter-cidr`, `capture-status-running`, `error-not-found`.
//! A new topic is one line in [`CATALOGUE`].

mod language;
mod sentence;
mod template;

pub use fluent_bundle::{FluentArgs as Args, FluentValue as Value};
pub use language::{Language, UnknownLanguage};
pub use sentence::{InWords, Parameter, Sentence};
pub use template::Template;

use fluent_bundle::{FluentBundle, FluentResource};
use std::cell::OnceCell;

/// `(topic, English, Japanese)`.
const CATALOGUE: &[(&str, &str, &str)] = &[
    ("capture", include_str!("en/capture.ftl"), include_str!("ja/capture.ftl")),
    ("dissect", include_str!("en/dissect.ftl"), include_str!("ja/dissect.ftl")),
    ("errors", include_str!("en/errors.ftl"), include_str!("ja/errors.ftl")),
    ("filter", include_str!("en/filter.ftl"), include_str!("ja/filter.ftl")),
    ("findings", include_str!("en/findings.ftl"), include_str!("ja/findings.ftl")),
    ("ui", include_str!("en/ui.ftl"), include_str!("ja/ui.ftl")),
    ("viewer", include_str!("en/viewer.ftl"), include_str!("ja/viewer.ftl")),
];

type Bundle = FluentBundle<FluentResource>;

thread_local! {
    // A bundle is not Sync (its plural rules are cached behind a RefCell); parsing it once a thread is cheap.
    static ENGLISH: OnceCell<Bundle> = const { OnceCell::new() };
    static JAPANESE: OnceCell<Bundle> = const { OnceCell::new() };
}

/// The sentence of `key` in `language`, with its parameters filled in.
/// An unknown key is returned as it is: a visible gap, never a panic.
pub fn text(language: Language, key: &str, args: &Args<'_>) -> String {
    with_bundle(language, |bundle| format(bundle, key, Some(args)))
}

/// The sentence of a `key` that takes no parameters.
pub fn plain(language: Language, key: &str) -> String {
    with_bundle(language, |bundle| format(bundle, key, None))
}

/// Whether both languages know `key`.
pub fn has(key: &str) -> bool {
    Language::ALL.iter().all(|language| with_bundle(*language, |bundle| bundle.has_message(key)))
}

/// Parameters of a sentence: `args([("name", "capture-1".into()), ("count", 3.into())])`.
pub fn args<'a, const N: usize>(pairs: [(&'a str, Value<'a>); N]) -> Args<'a> {
    pairs.into_iter().collect()
}

fn format(bundle: &Bundle, key: &str, args: Option<&Args<'_>>) -> String {
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    // A missing parameter shows as `{$name}` in the text; the sentence is still worth reading.
    let mut ignored = Vec::new();
    bundle.format_pattern(pattern, args, &mut ignored).into_owned()
}

fn with_bundle<R>(language: Language, f: impl FnOnce(&Bundle) -> R) -> R {
    let slot = match language {
        Language::English => &ENGLISH,
        Language::Japanese => &JAPANESE,
    };
    slot.with(|cell| f(cell.get_or_init(|| bundle(language))))
}

fn bundle(language: Language) -> Bundle {
    let mut bundle = FluentBundle::new(vec![language.identifier()]);
    // Isolating marks (U+2068, U+2069) would end up in copied filters, commands and CLI output.
    bundle.set_use_isolating(false);
    for (_, english, japanese) in CATALOGUE {
        let source = match language {
            Language::English => english,
            Language::Japanese => japanese,
        };
        // What does not parse is left out; the tests hold both catalogues to parse whole.
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests;
