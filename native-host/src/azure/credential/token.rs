//! An access token, what it is for, and what it says about its owner.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::fmt;
use time::OffsetDateTime;

use super::super::cloud::Cloud;

/// Azure Storage's audience, in every cloud.
/// Source: <https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory>.
const STORAGE_SCOPE: &str = "https://storage.azure.com/.default";

/// What a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    ResourceManager,
    Storage,
}

impl Audience {
    /// The scope to ask for. An audience that ends in `/` keeps it, as it is compared letter by letter.
    pub fn scope(self, cloud: &Cloud) -> String {
        match self {
            Self::ResourceManager => format!("{}/.default", cloud.resource_manager_audience),
            Self::Storage => STORAGE_SCOPE.to_owned(),
        }
    }
}

/// A bearer token. Neither `Debug` nor anything else prints it.
#[derive(Clone)]
pub struct Token {
    secret: SecretString,
    expires: OffsetDateTime,
}

/// What the token says about its owner; empty where it is opaque.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub name: Option<String>,
    pub tenant: Option<String>,
}

impl Token {
    pub fn new(secret: impl Into<String>, expires: OffsetDateTime) -> Self {
        Self { secret: SecretString::from(secret.into()), expires }
    }

    /// For the `Authorization` header and nothing else.
    pub fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    pub fn expires(&self) -> OffsetDateTime {
        self.expires
    }

    pub fn is(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }

    /// Reads the claims without checking the signature: they are only shown and compared, never trusted.
    pub fn identity(&self) -> Identity {
        #[derive(Deserialize)]
        struct Claims {
            tid: Option<String>,
            upn: Option<String>,
            preferred_username: Option<String>,
            unique_name: Option<String>,
            appid: Option<String>,
            azp: Option<String>,
        }
        let claims = self.expose().split('.').nth(1).and_then(|payload| {
            let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
            serde_json::from_slice::<Claims>(&bytes).ok()
        });
        claims.map_or_else(Identity::default, |claims| Identity {
            name: claims
                .upn
                .or(claims.preferred_username)
                .or(claims.unique_name)
                .or(claims.appid)
                .or(claims.azp),
            tenant: claims.tid,
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires", &self.expires).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_token_tells_nothing() {
        let token = Token::new("very-secret-text", OffsetDateTime::UNIX_EPOCH);
        let printed = format!("{token:?} {:#?} {:?}", token, Some(&token));
        assert!(!printed.contains("very-secret-text") && printed.contains("expires"), "{printed}");
    }

    #[test]
    fn the_owner_is_read_where_the_token_tells() {
        let encode = |json: &str| format!("h.{}.s", URL_SAFE_NO_PAD.encode(json));
        for (secret, name, tenant) in [
            (encode(r#"{"tid":"t1","upn":"me@x","appid":"a"}"#), Some("me@x"), Some("t1")),
            (encode(r#"{"tid":"t1","appid":"a"}"#), Some("a"), Some("t1")),
            (encode("[]"), None, None),
            ("opaque".to_owned(), None, None),
            ("a.!!!.c".to_owned(), None, None),
        ] {
            let identity = Token::new(secret, OffsetDateTime::UNIX_EPOCH).identity();
            assert_eq!((identity.name.as_deref(), identity.tenant.as_deref()), (name, tenant));
        }
    }
}
