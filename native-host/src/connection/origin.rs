//! Who started this process: a browser for a known extension, a browser for somebody else, or a person.
//!
//! Chromium passes `chrome-extension://ID/` (on Windows also `--parent-window=N`), Firefox the path of the
//! host manifest and the add-on's id.
//! Sources: <https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging>,
//! <https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/Native_messaging>.

use std::path::Path;

/// The extensions that may talk to this helper.
#[derive(Clone, Debug)]
pub struct KnownExtensions {
    pub chromium: Vec<String>,
    pub firefox: Vec<String>,
}

/// Fixed by the manifest's `key`.
pub const CHROMIUM_ID: &str = "hhcoleipjbpoigpdnajniniadcgionnk";
/// `browser_specific_settings.gecko.id` of the manifest.
pub const FIREFOX_ID: &str = "vmss-capture@vmss-capture.dev";

impl Default for KnownExtensions {
    fn default() -> Self {
        Self { chromium: vec![CHROMIUM_ID.to_owned()], firefox: vec![FIREFOX_ID.to_owned()] }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A browser, for one of our extensions.
    Extension(String),
    /// A browser, for an extension that is not ours.
    Stranger(String),
    /// A command line.
    Person,
}

/// Reads the arguments after the program's name.
pub fn caller(arguments: &[String], known: &KnownExtensions) -> Caller {
    let Some(first) = arguments.first() else { return Caller::Person };
    if let Some(rest) = first.strip_prefix("chrome-extension://") {
        let id = rest.strip_suffix('/').unwrap_or(rest);
        return verdict(first, id, &known.chromium);
    }
    if first.contains("-extension://") {
        return Caller::Stranger(first.clone());
    }
    if let [manifest, id, ..] = arguments {
        let path = Path::new(manifest);
        if path.is_absolute() && path.extension().is_some_and(|extension| extension == "json") {
            return verdict(id, id, &known.firefox);
        }
    }
    Caller::Person
}

fn verdict(shown: &str, id: &str, known: &[String]) -> Caller {
    if known.iter().any(|known| known == id) {
        Caller::Extension(shown.to_owned())
    } else {
        Caller::Stranger(shown.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_tell_the_caller() {
        let known = KnownExtensions::default();
        let own = format!("chrome-extension://{CHROMIUM_ID}/");
        let other = "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/";
        let manifest = "/home/me/.mozilla/native-messaging-hosts/dev.vmss_capture.host.json";
        let extension = |text: &str| Caller::Extension(text.to_owned());
        let stranger = |text: &str| Caller::Stranger(text.to_owned());
        for (arguments, expected) in [
            (vec![], Caller::Person),
            (vec!["summarize", "x.cap"], Caller::Person),
            (vec![own.as_str()], extension(&own)),
            (vec![own.as_str(), "--parent-window=17"], extension(&own)),
            (vec![other], stranger(other)),
            (vec!["moz-extension://x/"], stranger("moz-extension://x/")),
            (vec![manifest, FIREFOX_ID], extension(FIREFOX_ID)),
            (vec![manifest, "other@example.com"], stranger("other@example.com")),
            (vec!["x.json", FIREFOX_ID], Caller::Person),
            (vec![&own[..own.len() - 3]], stranger(&own[..own.len() - 3])),
        ] {
            let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
            assert_eq!(caller(&arguments, &known), expected, "{arguments:?}");
        }
    }
}
