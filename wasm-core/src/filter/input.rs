use crate::words::{InWords, Sentence};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// One filter as it is typed and as the az CLI and the API write it. All texts; absent, null and `""` mean no
/// constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterInput {
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub protocol: String,
    #[serde(rename = "localIPAddress", deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub local_ip_address: String,
    #[serde(rename = "localPort", deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub local_port: String,
    #[serde(rename = "remoteIPAddress", deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub remote_ip_address: String,
    #[serde(rename = "remotePort", deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub remote_port: String,
}

/// A string, `null`, or a bare number (`"localPort": 80`).
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Text;
    impl<'de> de::Visitor<'de> for Text {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string, a number or null")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_string<E: de::Error>(self, text: String) -> Result<String, E> {
            Ok(text)
        }
        fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
        fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }
        fn visit_unit<E: de::Error>(self) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_none<E: de::Error>(self) -> Result<String, E> {
            Ok(String::new())
        }
    }
    deserializer.deserialize_any(Text)
}

/// Why a text is no set of filters at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterTextError {
    #[error("the filters are not JSON: {0}")]
    Json(String),
    #[error(
        "{0:?} is no member of a filter (protocol, localIPAddress, localPort, remoteIPAddress, remotePort)"
    )]
    UnknownMember(String),
    #[error("a filter set is a JSON array of objects")]
    Shape,
}

impl FilterTextError {
    /// The stable code, which is also the end of the catalogue's key (`filter-text-CODE`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::UnknownMember(_) => "unknown-member",
            Self::Shape => "shape",
        }
    }
}

impl InWords for FilterTextError {
    fn sentence(&self) -> Sentence {
        let sentence = Sentence::new(format!("filter-text-{}", self.code()));
        match self {
            Self::Json(found) | Self::UnknownMember(found) => sentence.with("found", found.as_str()),
            Self::Shape => sentence,
        }
    }
}

/// Filters out of the az CLI's JSON as a person types it: an array or one object, member names in any case.
/// A member that is none of the five is refused: a typing error in a name would otherwise widen the capture
/// in silence.
pub fn parse_inputs(json: &str) -> Result<Vec<FilterInput>, FilterTextError> {
    let value: serde_json::Value =
        serde_json::from_str(json).map_err(|error| FilterTextError::Json(error.to_string()))?;
    let items = match value {
        serde_json::Value::Array(items) => items,
        object @ serde_json::Value::Object(_) => vec![object],
        serde_json::Value::Null => Vec::new(),
        _ => return Err(FilterTextError::Shape),
    };
    items.into_iter().map(parse_input).collect()
}

fn parse_input(value: serde_json::Value) -> Result<FilterInput, FilterTextError> {
    let serde_json::Value::Object(members) = value else { return Err(FilterTextError::Shape) };
    let mut input = FilterInput::default();
    for (name, value) in members {
        let text = match value {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text,
            serde_json::Value::Number(number) => number.to_string(),
            _ => return Err(FilterTextError::Shape),
        };
        // `local_ip_address` is the Python SDK's spelling.
        let field = match name.replace('_', "").to_ascii_lowercase().as_str() {
            "protocol" => &mut input.protocol,
            "localipaddress" => &mut input.local_ip_address,
            "localport" => &mut input.local_port,
            "remoteipaddress" => &mut input.remote_ip_address,
            "remoteport" => &mut input.remote_port,
            _ => return Err(FilterTextError::UnknownMember(name.chars().take(60).collect())),
        };
        *field = text;
    }
    Ok(input)
}
