use super::SettingError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The name of a packet capture: 1 to 80 letters, digits, `_`, `-` and `.`, from a letter or digit to a
/// letter, digit or `_`.
///
/// Azure documents no rule for this name (Terraform's authors looked for one in vain); this is the rule of
/// Network Watcher's other names, and every character of it stands in a URL as it is. Captures that others
/// made may have any name: see [`CaptureName::existing`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaptureName(String);

impl CaptureName {
    pub const MAX_LENGTH: usize = 80;

    /// The name of a capture that Azure already has: anything that cannot change the meaning of a URL.
    pub fn existing(name: &str) -> Result<Self, SettingError> {
        match crate::azure::resource::segment(name) {
            Ok(name) => Ok(Self(name)),
            Err(_) => Err(name
                .chars()
                .find(|c| !allowed(*c))
                .map_or(SettingError::NameEmpty, |character| SettingError::NameCharacter { character })),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

impl FromStr for CaptureName {
    type Err = SettingError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let (Some(first), Some(last)) = (name.chars().next(), name.chars().last()) else {
            return Err(SettingError::NameEmpty);
        };
        let length = name.chars().count();
        if let Some(character) = name.chars().find(|c| !allowed(*c)) {
            return Err(SettingError::NameCharacter { character });
        }
        if length > Self::MAX_LENGTH {
            return Err(SettingError::NameLength { length, max: Self::MAX_LENGTH });
        }
        if !first.is_ascii_alphanumeric() {
            return Err(SettingError::NameStart { character: first });
        }
        if !(last.is_ascii_alphanumeric() || last == '_') {
            return Err(SettingError::NameEnd { character: last });
        }
        Ok(Self(name.to_owned()))
    }
}

impl TryFrom<String> for CaptureName {
    type Error = SettingError;

    /// Messages name captures to stop or delete as well as new ones; what makes a new one parses strictly
    /// in [`super::CaptureRequest`].
    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::existing(&name)
    }
}

impl From<CaptureName> for String {
    fn from(name: CaptureName) -> Self {
        name.0
    }
}

impl fmt::Display for CaptureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
