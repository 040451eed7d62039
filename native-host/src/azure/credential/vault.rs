//! Where the refresh tokens of the built-in sign-in are kept: the system's keychain, else this process's memory.

use keyring::Entry;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::Mutex;

use super::Place;

const SERVICE: &str = "vmss-capture";
/// A locked keychain asks the person; one that hangs must not hang us.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Vault {
    /// False: the configuration keeps the keychain out.
    keychain: bool,
    /// Locked as long as the keychain is asked, so that both tell the same.
    memory: Mutex<Memory>,
}

type Memory = HashMap<Place, Kept>;

#[derive(Clone, Debug)]
struct Kept {
    token: SecretString,
    in_keychain: bool,
}

impl Vault {
    pub fn new(keychain: bool) -> Self {
        Self { keychain, memory: Mutex::default() }
    }

    /// Keeps the token; a keychain that does not take it is told by [`Self::remembers`].
    pub async fn put(&self, place: &Place, token: SecretString) {
        let mut memory = self.memory.lock().await;
        self.keep(&mut memory, place, token).await;
    }

    /// Keeps what came for a used token, and tells whether anybody is signed in still: an answer under way at a
    /// sign-out must not undo it, nor take the place of another person's token.
    pub async fn rotate(&self, place: &Place, used: &SecretString, token: Option<SecretString>) -> bool {
        let mut memory = self.memory.lock().await;
        let Some(kept) = memory.get(place) else { return false };
        if let Some(token) = token.filter(|_| same(&kept.token, used)) {
            self.keep(&mut memory, place, token).await;
        }
        true
    }

    pub async fn get(&self, place: &Place) -> Option<SecretString> {
        let mut memory = self.memory.lock().await;
        if let Some(kept) = memory.get(place) {
            return Some(kept.token.clone());
        }
        let token = SecretString::from(self.ask(place, |entry| entry.get_password()).await?);
        memory.insert(place.clone(), Kept { token: token.clone(), in_keychain: true });
        Some(token)
    }

    pub async fn forget(&self, place: &Place) {
        let mut memory = self.memory.lock().await;
        self.drop_kept(&mut memory, place).await;
    }

    /// Forgets a token that is of no use any more, unless another one took its place.
    pub async fn forget_dead(&self, place: &Place, dead: &SecretString) {
        let mut memory = self.memory.lock().await;
        if memory.get(place).is_some_and(|kept| same(&kept.token, dead)) {
            self.drop_kept(&mut memory, place).await;
        }
    }

    /// Whether the token outlives this process.
    pub async fn remembers(&self, place: &Place) -> bool {
        self.memory.lock().await.get(place).is_some_and(|kept| kept.in_keychain)
    }

    async fn keep(&self, memory: &mut Memory, place: &Place, token: SecretString) {
        let secret = token.clone();
        let in_keychain =
            self.ask(place, move |entry| entry.set_password(secret.expose_secret())).await.is_some();
        memory.insert(place.clone(), Kept { token, in_keychain });
    }

    async fn drop_kept(&self, memory: &mut Memory, place: &Place) {
        memory.remove(place);
        self.ask(place, |entry| entry.delete_credential()).await;
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

fn same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
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
        assert!(!vault.remembers(&place).await);
        assert!(!format!("{vault:?} {kept:?}").contains("refresh-secret"));
        vault.forget(&place).await;
        assert!(vault.get(&place).await.is_none());
    }

    #[tokio::test]
    async fn an_answer_under_way_changes_nothing_after_a_sign_out_or_another_sign_in() {
        let vault = Vault::new(false);
        let place = (CloudName::Public, None);
        let [used, next, others, late] = ["used", "next", "others", "late"].map(SecretString::from);

        vault.put(&place, used.clone()).await;
        assert!(vault.rotate(&place, &used, Some(next.clone())).await);
        assert!(same(&vault.get(&place).await.expect("kept"), &next));

        vault.put(&place, others.clone()).await;
        assert!(vault.rotate(&place, &next, Some(late.clone())).await, "somebody is signed in");
        vault.forget_dead(&place, &next).await;
        assert!(same(&vault.get(&place).await.expect("kept"), &others));

        vault.forget(&place).await;
        assert!(!vault.rotate(&place, &others, Some(late)).await);
        assert!(vault.get(&place).await.is_none(), "signed out for good");
    }
}
