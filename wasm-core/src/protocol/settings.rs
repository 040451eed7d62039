//! The person's settings of the helper.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Absolute folder; absent: the system's download folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downloads: Option<String>,
    /// Bytes a second over all transfers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<u64>,
    /// BCP 47; absent: the portal's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}
