//! Who acts: tokens for a cloud and tenant, from the first source that has an account there.
//!
//! Order: the built-in sign-in, a service principal of the standard environment variables, the az CLI, azd, a
//! managed identity. Tokens are refreshed five minutes early, by one task at a time, and never leave the process.

mod absence;
mod application;
mod certificate;
mod chain;
mod claims;
mod entra;
mod machine;
mod sign_in;
mod tenants;
mod token;
mod vault;

pub use claims::claims_of;
pub use token::{Audience, Token};

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;
use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::{Account, CredentialKind, ErrorCode, SignInMethod};
use wasm_core::words::Language;

use super::cloud::Cloud;
use crate::config::Config;
use crate::connection::Listener;
use crate::problem::{Problem, Result};
use absence::{Missing, told};
use chain::{Attempt, Environment};
use sign_in::SignIn;
use tenants::Tenants;

/// A token that ends sooner than this is replaced.
const EARLY: Duration = Duration::minutes(5);
/// While the old one lasts, its source is not asked for another one more often than this: some hand the same token
/// out until it ends.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(30);

/// A cloud and a tenant's GUID.
type Place = (CloudName, Option<String>);

/// The accounts of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Credentials {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    sign_in: SignIn,
    environment: Environment,
    tenants: Tenants,
    /// One lock for each token: whoever comes while it is fetched waits for the same one.
    tokens: Mutex<HashMap<(Place, Audience), Slot>>,
    /// The source that gave a token first stays for this place.
    chosen: Mutex<HashMap<Place, CredentialKind>>,
}

type Slot = Arc<Mutex<Option<Held>>>;

#[derive(Clone, Debug)]
struct Held {
    token: Token,
    kind: CredentialKind,
    /// When its source was last asked.
    asked: Instant,
}

impl Credentials {
    pub fn new(config: &Config) -> Self {
        let inner = Inner {
            sign_in: SignIn::new(config.keychain()),
            environment: Environment::of_process(),
            tenants: Tenants::default(),
            tokens: Mutex::default(),
            chosen: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// A token that lasts a while, from the cache where there is one.
    pub async fn token(&self, cloud: &Cloud, tenant: Option<&str>, audience: Audience) -> Result<Token> {
        Ok(self.held(cloud, tenant, audience, None).await?.token)
    }

    /// Another token than the one that the service refused.
    pub async fn renew(
        &self,
        cloud: &Cloud,
        tenant: Option<&str>,
        audience: Audience,
        refused: &Token,
        claims: Option<&str>,
    ) -> Result<Token> {
        Ok(self.held(cloud, tenant, audience, Some((refused, claims))).await?.token)
    }

    async fn held(
        &self,
        cloud: &Cloud,
        tenant: Option<&str>,
        audience: Audience,
        refused: Option<(&Token, Option<&str>)>,
    ) -> Result<Held, Missing> {
        let tenant = self.tenant_id(cloud, tenant).await?;
        let tenant = tenant.as_deref();
        let place = place(cloud, tenant);
        let slot = self.inner.tokens.lock().await.entry((place.clone(), audience)).or_default().clone();
        let mut slot = slot.lock().await;
        let now = OffsetDateTime::now_utc();
        let usable = slot.clone().filter(|held| match refused {
            // Somebody else may have replaced the refused one already.
            Some((token, _)) => !held.token.is(token),
            None => true,
        });
        let lasts = |held: &&Held| {
            let left = held.token.expires() - now;
            left > EARLY || (left.is_positive() && held.asked.elapsed() < PAUSE)
        };
        if let Some(held) = usable.as_ref().filter(lasts) {
            return Ok(held.clone());
        }
        let claims = refused.and_then(|(_, claims)| claims);
        match self.fetch(cloud, tenant, &place, audience, claims).await {
            Ok(held) => {
                *slot = Some(held.clone());
                Ok(held)
            }
            Err(missing) => match usable.filter(|held| held.token.expires() > now) {
                Some(held) => {
                    let problem = Problem::from(missing);
                    tracing::warn!(%problem, "no new token yet; the old one still lasts");
                    *slot = Some(Held { asked: Instant::now(), ..held.clone() });
                    Ok(held)
                }
                None => {
                    *slot = None;
                    Err(missing)
                }
            },
        }
    }

    async fn fetch(
        &self,
        cloud: &Cloud,
        tenant: Option<&str>,
        place: &Place,
        audience: Audience,
        claims: Option<&str>,
    ) -> Result<Held, Missing> {
        let chosen = self.inner.chosen.lock().await.get(place).copied();
        let scope = audience.scope(cloud);
        let mut tried = Vec::new();
        for kind in chosen.map_or_else(|| chain::ORDER.to_vec(), |kind| vec![kind]) {
            let attempt = match kind {
                CredentialKind::SignIn => self.inner.sign_in.refresh(cloud, place, &scope, claims).await,
                _ => chain::fetch(kind, &self.inner.environment, cloud, tenant, &scope, claims).await,
            };
            match attempt {
                Attempt::Got(token) => {
                    self.check_tenant(&token, tenant)?;
                    self.inner.chosen.lock().await.insert(place.clone(), kind);
                    tracing::info!(?kind, cloud = %cloud.name, ?audience, "token received");
                    return Ok(Held { token, kind, asked: Instant::now() });
                }
                Attempt::Failed(problem) => {
                    // Whatever asked for them: the built-in sign-in can prove them.
                    if let Some(claims) = claims {
                        self.inner.sign_in.demand(place, claims);
                    }
                    return Err(Missing::Failed(problem));
                }
                Attempt::Absent(absence) => tried.push((kind, absence)),
            }
        }
        self.inner.chosen.lock().await.remove(place);
        Err(Missing::Nobody { tenant: tenant.unwrap_or("organizations").to_owned(), tried })
    }

    /// The GUID of the tenant that a page names; none where the account's own is meant.
    async fn tenant_id(&self, cloud: &Cloud, tenant: Option<&str>) -> Result<Option<String>> {
        match tenant {
            None | Some("" | "common" | "organizations") => Ok(None),
            Some(tenant) => self.inner.tenants.id(cloud, tenant).await.map(Some),
        }
    }

    /// A token of another tenant would only bring 401 later.
    fn check_tenant(&self, token: &Token, wanted: Option<&str>) -> Result<()> {
        match (token.identity().tenant, wanted) {
            (Some(found), Some(wanted)) if !found.eq_ignore_ascii_case(wanted) => {
                Err(Problem::new(ErrorCode::WrongTenant).with("tenant", found).with("expected", wanted))
            }
            _ => Ok(()),
        }
    }

    /// Signs a person in; from then on this account acts for the place.
    pub async fn sign_in(
        &self,
        cloud: &Cloud,
        tenant: Option<&str>,
        method: SignInMethod,
        language: Language,
        listener: &dyn Listener,
    ) -> Result<()> {
        let tenant = self.tenant_id(cloud, tenant).await?;
        let tenant = tenant.as_deref();
        let place = place(cloud, tenant);
        let sign_in = &self.inner.sign_in;
        let token = match method {
            SignInMethod::Browser => sign_in.by_browser(cloud, &place, language, listener).await?,
            SignInMethod::DeviceCode => sign_in.by_device_code(cloud, &place, listener).await?,
        };
        if let Err(problem) = self.check_tenant(&token, tenant) {
            sign_in.forget(&place).await;
            return Err(problem);
        }
        self.forget_tokens(&place).await;
        self.inner.chosen.lock().await.insert(place, CredentialKind::SignIn);
        Ok(())
    }

    /// Forgets the built-in sign-in of the place; other tools' accounts are theirs to sign out.
    pub async fn sign_out(&self, cloud: &Cloud, tenant: Option<&str>) -> Result<()> {
        let tenant = self.tenant_id(cloud, tenant).await?;
        let place = place(cloud, tenant.as_deref());
        self.inner.sign_in.forget(&place).await;
        self.forget_tokens(&place).await;
        self.inner.chosen.lock().await.remove(&place);
        Ok(())
    }

    async fn forget_tokens(&self, place: &Place) {
        self.inner.tokens.lock().await.retain(|(known, _), _| known != place);
    }

    /// Who is signed in, asking every source once; else what each had instead, in the person's language.
    pub async fn account(&self, cloud: &Cloud, tenant: Option<&str>, language: Language) -> Result<Account> {
        let tenant = self.tenant_id(cloud, tenant).await?;
        let tenant = tenant.as_deref();
        let place = place(cloud, tenant);
        match self.held(cloud, tenant, Audience::ResourceManager, None).await {
            Ok(held) => {
                let identity = held.token.identity();
                Ok(Account::SignedIn {
                    name: identity.name.or_else(|| self.inner.environment.client()).unwrap_or_default(),
                    tenant: identity.tenant.or_else(|| tenant.map(str::to_owned)).unwrap_or_default(),
                    credential: held.kind,
                    // Other tools remember their own sign-ins.
                    remembered: held.kind != CredentialKind::SignIn
                        || self.inner.sign_in.remembers(&place).await,
                })
            }
            Err(Missing::Nobody { tried, .. }) => {
                tracing::info!(?tried, "nobody is signed in");
                let told = tried.iter().map(|(kind, absence)| told(*kind, absence, language));
                Ok(Account::SignedOut { tried: told.collect() })
            }
            Err(Missing::Failed(problem)) => Err(problem),
        }
    }
}

fn place(cloud: &Cloud, tenant: Option<&str>) -> Place {
    (cloud.name.clone(), tenant.map(str::to_ascii_lowercase))
}
