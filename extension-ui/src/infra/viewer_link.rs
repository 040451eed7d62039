//! How other pages open the viewer on a capture.

use super::runtime;
use serde::{Deserialize, Serialize};
use wasm_core::protocol::{BlobRef, FileRef};

/// What the viewer shall open; it stands in the fragment of its URL, which no server ever sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "open")]
pub enum ViewerSource {
    /// A file in the download folder.
    File {
        file: FileRef,
        /// Shown in the filter bar from the beginning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_filter: Option<String>,
    },
    /// The first packets of a blob that is not downloaded.
    Look { blob: BlobRef, name: String },
}

impl ViewerSource {
    /// Out of `location.hash`; `None` where it names nothing.
    pub fn from_hash(hash: &str) -> Option<Self> {
        let text = js_sys::decode_uri_component(hash.strip_prefix('#')?).ok()?;
        serde_json::from_str(&String::from(text)).ok()
    }

    /// The viewer's URL with this opened.
    pub fn url(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        format!("{}#{}", viewer_url(), String::from(js_sys::encode_uri_component(&text)))
    }
}

/// The viewer with nothing opened.
pub fn viewer_url() -> String {
    runtime::get_url("viewer.html")
}
