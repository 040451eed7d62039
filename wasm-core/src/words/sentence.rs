use super::{Args, Language, Value, text};
use std::borrow::Cow;

/// A sentence whose language is still open: its key in the catalogue and its named parameters. What is refused
/// deep in the core is told this way, and put into words where somebody reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    key: Cow<'static, str>,
    parameters: Vec<(&'static str, Parameter)>,
}

/// What fills a gap of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// As it is; numbers too that people type, as a number's digits would be grouped.
    Text(String),
    /// A quantity: its digits are grouped, and it chooses the plural form.
    Count(u64),
    /// A name or sentence of the catalogue itself.
    Sentence(Sentence),
}

impl Sentence {
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.into(), parameters: Vec::new() }
    }

    /// Fills the gap `{ $name }`.
    #[must_use]
    pub fn with(mut self, name: &'static str, parameter: impl Into<Parameter>) -> Self {
        self.parameters.push((name, parameter.into()));
        self
    }

    /// The key in the catalogue: stable, the same in every language.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl From<&'static str> for Sentence {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

impl From<String> for Parameter {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Parameter {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<usize> for Parameter {
    fn from(count: usize) -> Self {
        Self::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

impl From<Sentence> for Parameter {
    fn from(sentence: Sentence) -> Self {
        Self::Sentence(sentence)
    }
}

/// What a person can be told of in any language: every error of the core that somebody's input can cause.
pub trait InWords {
    /// What is wrong, and what to do.
    fn sentence(&self) -> Sentence;

    /// The rule that is broken, for programs and logs: the catalogue's key of its sentence.
    fn rule(&self) -> String {
        self.sentence().key().to_owned()
    }

    fn text(&self, language: Language) -> String {
        self.sentence().text(language)
    }
}

impl InWords for Sentence {
    fn sentence(&self) -> Sentence {
        self.clone()
    }

    fn text(&self, language: Language) -> String {
        let mut args = Args::with_capacity(self.parameters.len());
        for (name, parameter) in &self.parameters {
            let value = match parameter {
                Parameter::Text(text) => Value::from(text.as_str()),
                Parameter::Count(count) => Value::from(*count),
                Parameter::Sentence(sentence) => Value::from(sentence.text(language)),
            };
            args.set(*name, value);
        }
        text(language, &self.key, &args)
    }
}
