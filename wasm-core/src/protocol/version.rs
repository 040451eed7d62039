//! Versions of the product and of the protocol, and what follows when two differ.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// `major.minor.patch`, written as a string on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Version {
    major: u16,
    minor: u16,
    patch: u16,
}

/// The version of this build; helper and extension are released together but updated apart.
pub const VERSION: Version = Version::new(0, 1, 0);

impl Version {
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// How a page of version `self` gets on with a helper of version `helper`.
    ///
    /// Before 1.0 the minor number is the breaking one, as Cargo reads it.
    pub fn with_helper(self, helper: Version) -> Compatibility {
        let breaking = |v: Version| if v.major == 0 { (0, v.minor) } else { (v.major, 0) };
        match (breaking(self) == breaking(helper), helper < self) {
            (false, true) => Compatibility::HelperTooOld,
            (false, false) => Compatibility::ExtensionTooOld,
            (true, _) => Compatibility::Compatible,
        }
    }
}

/// What the first page shows after `hello`. A compatible helper may still lack a feature: see [`super::Hello`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compatibility {
    Compatible,
    HelperTooOld,
    ExtensionTooOld,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The text is no `major.minor.patch`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a version such as 1.2.3")]
pub struct VersionError;

impl FromStr for Version {
    type Err = VersionError;
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let mut parts = text.split('.').map(|part| part.parse::<u16>().map_err(|_| VersionError));
        let mut next = || parts.next().ok_or(VersionError)?;
        let version = Self::new(next()?, next()?, next()?);
        parts.next().map_or(Ok(version), |_| Err(VersionError))
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl TryFrom<String> for Version {
    type Error = VersionError;
    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_written() {
        assert_eq!(VERSION.to_string(), env!("CARGO_PKG_VERSION"));
        assert_eq!("1.20.3".parse(), Ok(Version::new(1, 20, 3)));
        for bad in ["", "1", "1.2", "1.2.3.4", "1.2.x", "1..3", "-1.2.3", "1.2.70000"] {
            assert_eq!(bad.parse::<Version>(), Err(VersionError), "{bad}");
        }
    }

    #[test]
    fn compatibility_follows_the_breaking_number() {
        let page = Version::new(1, 2, 0);
        let cases = [
            (Version::new(1, 2, 9), Compatibility::Compatible),
            (Version::new(1, 0, 0), Compatibility::Compatible),
            (Version::new(0, 9, 0), Compatibility::HelperTooOld),
            (Version::new(2, 0, 0), Compatibility::ExtensionTooOld),
        ];
        for (helper, expected) in cases {
            assert_eq!(page.with_helper(helper), expected, "{helper}");
        }
        assert_eq!(Version::new(0, 1, 0).with_helper(Version::new(0, 2, 0)), Compatibility::ExtensionTooOld);
    }
}
