//! Every sentence that a person reads, in English and Japanese, from one message catalogue (Fluent).
//!
//! One `.ftl` file a topic stands in `words/en` and in `words/ja`. The feature `catalogue` compiles them all in; a
//! program that every visit loads anew does without and [`load`]s the one language that it shows.
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
use std::{cell::OnceCell, thread::LocalKey};

/// `(topic, English, Japanese)`.
#[cfg(feature = "catalogue")]
const CATALOGUE: &[(&str, &str, &str)] = &[
    ("capture", include_str!("en/capture.ftl"), include_str!("ja/capture.ftl")),
    ("cli", include_str!("en/cli.ftl"), include_str!("ja/cli.ftl")),
    ("credential", include_str!("en/credential.ftl"), include_str!("ja/credential.ftl")),
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
    sentence(language, key, Some(args))
}

/// The sentence of a `key` that takes no parameters.
pub fn plain(language: Language, key: &str) -> String {
    sentence(language, key, None)
}

/// Whether the sentences of `language` have `key`.
pub fn knows(language: Language, key: &str) -> bool {
    with_bundle(language, |bundle| bundle.has_message(key)).unwrap_or(false)
}

/// Whether both languages know `key`.
pub fn has(key: &str) -> bool {
    Language::ALL.iter().all(|language| knows(*language, key))
}

/// Parameters of a sentence: `args([("name", "capture-1".into()), ("count", 3.into())])`.
pub fn args<'a, const N: usize>(pairs: [(&'a str, Value<'a>); N]) -> Args<'a> {
    pairs.into_iter().collect()
}

fn sentence(language: Language, key: &str, args: Option<&Args<'_>>) -> String {
    let said = with_bundle(language, |bundle| {
        let pattern = bundle.get_message(key)?.value()?;
        // A missing parameter shows as `{$name}` in the text; the sentence is still worth reading.
        let mut ignored = Vec::new();
        Some(bundle.format_pattern(pattern, args, &mut ignored).into_owned())
    });
    said.flatten().unwrap_or_else(|| key.to_owned())
}

fn with_bundle<R>(language: Language, f: impl FnOnce(&Bundle) -> R) -> Option<R> {
    #[cfg(feature = "catalogue")]
    load(language, compiled_in(language));
    slot(language).with(|cell| cell.get().map(f))
}

/// Takes the sentences of `language` for this thread: the `.ftl` files of its topics. What is there already stays.
pub fn load(language: Language, topics: impl IntoIterator<Item: Into<String>>) {
    slot(language).with(|cell| {
        cell.get_or_init(|| bundle(language, topics));
    });
}

/// Whether the sentences of `language` are there.
pub fn has_language(language: Language) -> bool {
    with_bundle(language, |_| ()).is_some()
}

fn slot(language: Language) -> &'static LocalKey<OnceCell<Bundle>> {
    match language {
        Language::English => &ENGLISH,
        Language::Japanese => &JAPANESE,
    }
}

#[cfg(feature = "catalogue")]
fn compiled_in(language: Language) -> impl Iterator<Item = &'static str> {
    CATALOGUE.iter().map(move |(_, english, japanese)| match language {
        Language::English => *english,
        Language::Japanese => *japanese,
    })
}

fn bundle(language: Language, topics: impl IntoIterator<Item: Into<String>>) -> Bundle {
    let mut bundle = FluentBundle::new(vec![language.identifier()]);
    // Isolating marks (U+2068, U+2069) would end up in copied filters, commands and CLI output.
    bundle.set_use_isolating(false);
    for source in topics {
        // What does not parse is left out; the tests hold both catalogues to parse whole.
        let resource = match FluentResource::try_new(source.into()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(all(test, feature = "catalogue"))]
mod tests;
