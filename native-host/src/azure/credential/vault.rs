//! Where the refresh tokens of the built-in sign-in are kept: the system's keychain, else this process's memory.

use keyring::Entry;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Place;

const SERVICE: &str = "vmss-capture";
/// A locked keychain asks the person; one that hangs must not hang us.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Vault {
    /// False: the configuration keeps the keychain out.
    keychain: bool,
    memory: Mutex<HashMap<Place, Kept>>,
}

#[derive(Clone, Debug)]
struct Kept {
    token: SecretString,
    in_keychain: bool,
}

impl Vault {
    pub fn new(keychain: bool) -> Self {
        Self { keychain, memory: Mutex::default() }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, HashMap<Place, Kept>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the token; a keychain that does not take it is told by [`Self::remembers`].
    pub async fn put(&self, place: &Place, token: SecretString) {
        let secret = token.clone();
        let in_keychain =
            self.ask(place, move |entry| entry.set_password(secret.expose_secret())).await.is_some();
        self.memory().insert(place.clone(), Kept { token, in_keychain });
    }

    pub async fn get(&self, place: &Place) -> Option<SecretString> {
        let known = self.memory().get(place).map(|kept| kept.token.clone());
        if known.is_some() {
            return known;
        }
        let token = SecretString::from(self.ask(place, |entry| entry.get_password()).await?);
        self.memory().insert(place.clone(), Kept { token: token.clone(), in_keychain: true });
        Some(token)
    }

    pub async fn forget(&self, place: &Place) {
        self.memory().remove(place);
        self.ask(place, |entry| entry.delete_credential()).await;
    }

    /// Whether the token outlives this process.
    pub fn remembers(&self, place: &Place) -> bool {
        self.memory().get(place).is_some_and(|kept| kept.in_keychain)
    }

    async fn ask<T: Send + 'static>(
        &self,
        place: &Place,
        work: impl FnOnce(Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Option<T> {
        if !self.keychain {
            return None;
        }
        let user = format!("{}/{}", place.0, place.1.as_deref().unwrap_or("organizations"));
        let asked = tokio::task::spawn_blocking(move || Entry::new(SERVICE, &user).and_then(work));
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(Ok(found))) => Some(found),
            Ok(Ok(Err(keyring::Error::NoEntry))) => None,
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, "the keychain cannot be used");
                None
            }
            Ok(Err(_)) | Err(_) => {
                tracing::warn!("the keychain does not answer");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::azure::cloud::CloudName;

    #[tokio::test]
    async fn without_a_keychain_tokens_live_as_long_as_the_process() {
        let vault = Vault::new(false);
        let place = (CloudName::Public, Some("contoso.com".to_owned()));
        assert!(vault.get(&place).await.is_none());
        vault.put(&place, SecretString::from("refresh-secret")).await;
        let kept = vault.get(&place).await.expect("kept");
        assert_eq!(kept.expose_secret(), "refresh-secret");
        assert!(!vault.remembers(&place));
        assert!(!format!("{vault:?} {kept:?}").contains("refresh-secret"));
        vault.forget(&place).await;
        assert!(vault.get(&place).await.is_none());
    }
}
