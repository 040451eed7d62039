use super::{InWords, Sentence};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use unic_langid::LanguageIdentifier;

/// A language that the product is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Language {
    #[default]
    English,
    Japanese,
}

/// A language tag that names neither English nor Japanese.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a language of this product (en, ja)")]
pub struct UnknownLanguage(pub String);

impl InWords for UnknownLanguage {
    fn sentence(&self) -> Sentence {
        Sentence::new("error-input-language").with("value", self.0.as_str())
    }
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// The BCP-47 tag: `en` or `ja`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// The first tag of a list of preferences (`navigator.languages`, `LANG`) that is ours, else English.
    pub fn preferred<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter().find_map(|tag| tag.parse().ok()).unwrap_or_default()
    }

    pub(super) fn identifier(self) -> LanguageIdentifier {
        self.tag().parse().unwrap_or_default()
    }
}

/// From any BCP-47 tag or POSIX locale: `en`, `en-GB`, `ja-JP`, `ja_JP.UTF-8`.
impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        let primary = tag.trim().split(['-', '_', '.', '@']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" | "eng" => Ok(Self::English),
            "ja" | "jpn" => Ok(Self::Japanese),
            _ => Err(UnknownLanguage(tag.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl TryFrom<String> for Language {
    type Error = UnknownLanguage;
    fn try_from(tag: String) -> Result<Self, Self::Error> {
        tag.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.tag().to_owned()
    }
}
