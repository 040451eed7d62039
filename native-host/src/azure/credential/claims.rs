//! Claims challenges: what the service wants a new token to prove.
//! Source: <https://learn.microsoft.com/entra/identity-platform/claims-challenge>.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The JSON of `claims` in a `WWW-Authenticate` header, where it has one.
pub fn claims_of(header: &str) -> Option<String> {
    let at = header.find("claims=")?;
    let rest = &header[at + "claims=".len()..];
    let value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split([',', ' ']).next()?,
    };
    let value = value.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(value).or_else(|_| STANDARD_NO_PAD.decode(value)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    serde_json::from_str::<serde_json::Value>(&text).ok()?.is_object().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_found_in_challenges() {
        let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1"}}}"#;
        let encoded = URL_SAFE_NO_PAD.encode(claims);
        let padded = base64::engine::general_purpose::STANDARD.encode(claims);
        for (header, expected) in [
            (format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{encoded}\""), Some(claims)),
            (format!("Bearer claims={padded}, error=x"), Some(claims)),
            ("Bearer error=\"invalid_token\"".to_owned(), None),
            ("Bearer claims=\"%%%\"".to_owned(), None),
            (format!("Bearer claims=\"{}\"", URL_SAFE_NO_PAD.encode("no json")), None),
        ] {
            assert_eq!(claims_of(&header).as_deref(), expected, "{header}");
        }
    }
}
