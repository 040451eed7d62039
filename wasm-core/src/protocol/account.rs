//! Who is signed in.

use super::reading::{FromValue, Tagged, deserialize_from_value};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Account {
    SignedOut {
        /// Why the automatic ways found nobody, one line each, in the language of `hello`.
        tried: Vec<String>,
    },
    SignedIn {
        /// User principal name or application id.
        name: String,
        tenant: String,
        credential: CredentialKind,
        /// False: tokens are kept in memory only, as this computer has no usable keychain.
        remembered: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CredentialKind {
    AzureCli,
    AzureDeveloperCli,
    ManagedIdentity,
    WorkloadIdentity,
    ClientSecret,
    ClientCertificate,
    /// Our own sign-in.
    SignIn,
}

deserialize_from_value!(Account);

impl FromValue for Account {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "state")?;
        Ok(match told.name() {
            "signedOut" => Self::SignedOut { tried: told.take("tried")? },
            "signedIn" => Self::SignedIn {
                name: told.take("name")?,
                tenant: told.take("tenant")?,
                credential: told.take("credential")?,
                remembered: told.take("remembered")?,
            },
            _ => return told.unknown(),
        })
    }
}
