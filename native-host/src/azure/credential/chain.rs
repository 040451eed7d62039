//! The automatic sources, each asked through azure_identity with this cloud's own client and authority.

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::{ClientOptions, Transport};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientAssertionCredential, ClientAssertionCredentialOptions,
    ClientSecretCredential, ClientSecretCredentialOptions, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use wasm_core::protocol::{CredentialKind, ErrorCode};

use super::super::cloud::Cloud;
use super::certificate::Certificate;
use super::token::Token;
use crate::problem::Problem;

/// Sources in the order in which they are asked.
pub const ORDER: [CredentialKind; 7] = [
    CredentialKind::SignIn,
    CredentialKind::ClientSecret,
    CredentialKind::ClientCertificate,
    CredentialKind::WorkloadIdentity,
    CredentialKind::AzureCli,
    CredentialKind::AzureDeveloperCli,
    CredentialKind::ManagedIdentity,
];

/// az starts a Python interpreter; a cold one takes seconds.
const TOOL_TIMEOUT: Duration = Duration::from_secs(40);
/// The metadata service answers at once, or nobody is there.
const MACHINE_TIMEOUT: Duration = Duration::from_secs(3);

/// What asking one source brought.
pub enum Attempt {
    Got(Token),
    /// Nobody is set up there; the next source is asked.
    Absent(String),
    /// Somebody is set up there and was refused: asking others would hide that.
    Failed(Problem),
}

/// The standard variables of Azure's SDKs, read once.
#[derive(Debug, Default)]
pub struct Environment {
    tenant: Option<String>,
    client: Option<String>,
    secret: Option<SecretString>,
    certificate: Option<PathBuf>,
    federated_token: Option<PathBuf>,
    app_service: bool,
}

impl Environment {
    pub fn of_process() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            tenant: variable("AZURE_TENANT_ID"),
            client: variable("AZURE_CLIENT_ID"),
            secret: variable("AZURE_CLIENT_SECRET").map(SecretString::from),
            certificate: variable("AZURE_CLIENT_CERTIFICATE_PATH").map(PathBuf::from),
            federated_token: variable("AZURE_FEDERATED_TOKEN_FILE").map(PathBuf::from),
            app_service: variable("IDENTITY_ENDPOINT").is_some(),
        }
    }

    /// The application that the variables name.
    pub fn client(&self) -> Option<String> {
        self.client.clone()
    }

    /// The page's tenant, else that of the variables.
    fn principal(&self, wanted: Option<&str>) -> Option<(String, String)> {
        let tenant = wanted.map(str::to_owned).or_else(|| self.tenant.clone())?;
        Some((tenant, self.client.clone()?))
    }
}

/// Asks one source for a token of `scope`.
pub async fn fetch(
    kind: CredentialKind,
    environment: &Environment,
    cloud: &Cloud,
    tenant: Option<&str>,
    scope: &str,
    claims: Option<&str>,
) -> Attempt {
    let credential = match prepare(kind, environment, cloud, tenant) {
        Ok(Some(credential)) => credential,
        Ok(None) => return Attempt::Absent("not set up".to_owned()),
        Err(error) => return judge(kind, environment, tenant, &error.to_string()),
    };
    if claims.is_some() {
        // None of these sources takes claims; a person has to sign in again with it.
        let reason = format!("{kind:?}: claims challenge");
        return Attempt::Failed(Problem::new(ErrorCode::SignInInteraction).with("reason", reason));
    }
    let limit = match kind {
        CredentialKind::ManagedIdentity if !environment.app_service => MACHINE_TIMEOUT,
        _ => TOOL_TIMEOUT.max(cloud.network.timeout()),
    };
    match tokio::time::timeout(limit, credential.get_token(&[scope], None)).await {
        Ok(Ok(token)) => Attempt::Got(Token::new(token.token.secret().to_owned(), token.expires_on)),
        Ok(Err(error)) => judge(kind, environment, tenant, &error.to_string()),
        Err(_) => Attempt::Absent("no answer in time".to_owned()),
    }
}

/// A refusal of a source that was set up on purpose ends the search; a tool that nobody signed in to does not.
fn judge(kind: CredentialKind, environment: &Environment, tenant: Option<&str>, text: &str) -> Attempt {
    let reason = first_line(text);
    let code = entra_code(text);
    if code.is_some_and(needs_person) {
        return Attempt::Failed(Problem::new(ErrorCode::SignInInteraction).with("reason", reason));
    }
    if matches!(code, Some(90002 | 700016)) && tenant.is_some() {
        let own = environment.tenant.clone().unwrap_or_default();
        let expected = tenant.unwrap_or_default();
        let problem = Problem::new(ErrorCode::WrongTenant).with("tenant", own).with("expected", expected);
        return Attempt::Failed(problem.detail(reason));
    }
    match kind {
        CredentialKind::AzureCli | CredentialKind::AzureDeveloperCli | CredentialKind::ManagedIdentity => {
            Attempt::Absent(reason)
        }
        _ => Attempt::Failed(Problem::new(ErrorCode::SignInFailed).with("reason", reason)),
    }
}

/// The number of an `AADSTS…` error.
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
pub fn entra_code(text: &str) -> Option<u32> {
    let rest = &text[text.find("AADSTS")? + "AADSTS".len()..];
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Consent, multi-factor authentication, conditional access, an expired session: only a person can go on.
pub fn needs_person(code: u32) -> bool {
    matches!(
        code,
        50055 | 50072 | 50074 | 50076 | 50078 | 50079 | 50158 | 50173 | 53000
            ..=53004 | 65001 | 65004 | 70043 | 70044 | 700_082 | 700_084
    )
}

/// Enough to understand, without stack traces and troubleshooting links.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

fn prepare(
    kind: CredentialKind,
    environment: &Environment,
    cloud: &Cloud,
    tenant: Option<&str>,
) -> azure_core::Result<Option<Arc<dyn TokenCredential>>> {
    let principal = environment.principal(tenant);
    let credential: Arc<dyn TokenCredential> = match kind {
        CredentialKind::ClientSecret => {
            let (Some((tenant, client)), Some(secret)) = (principal, &environment.secret) else {
                return Ok(None);
            };
            let secret = Secret::new(secret.expose_secret().to_owned());
            let options = ClientSecretCredentialOptions { client_options: client_options(cloud) };
            ClientSecretCredential::new(&tenant, client, secret, Some(options))?
        }
        CredentialKind::WorkloadIdentity => {
            let (Some((tenant, client)), Some(file)) = (principal, &environment.federated_token) else {
                return Ok(None);
            };
            let credential_options =
                ClientAssertionCredentialOptions { client_options: client_options(cloud) };
            let options = WorkloadIdentityCredentialOptions {
                credential_options,
                client_id: Some(client),
                tenant_id: Some(tenant),
                token_file_path: Some(file.clone()),
            };
            WorkloadIdentityCredential::new(Some(options))?
        }
        CredentialKind::AzureCli => {
            let options = AzureCliCredentialOptions {
                tenant_id: tenant.map(str::to_owned),
                ..AzureCliCredentialOptions::default()
            };
            AzureCliCredential::new(Some(options))?
        }
        CredentialKind::AzureDeveloperCli => {
            let options = AzureDeveloperCliCredentialOptions {
                tenant_id: tenant.map(str::to_owned),
                ..AzureDeveloperCliCredentialOptions::default()
            };
            AzureDeveloperCliCredential::new(Some(options))?
        }
        CredentialKind::ManagedIdentity => {
            // Its endpoint is the machine's own, outside the cloud's trust.
            let options = ManagedIdentityCredentialOptions {
                user_assigned_id: environment.client.clone().map(UserAssignedId::ClientId),
                ..ManagedIdentityCredentialOptions::default()
            };
            ManagedIdentityCredential::new(Some(options))?
        }
        CredentialKind::ClientCertificate => {
            let (Some((tenant, client)), Some(file)) = (principal, &environment.certificate) else {
                return Ok(None);
            };
            let endpoint = cloud.authority_url(&tenant, "oauth2/v2.0/token").map_err(|problem| {
                azure_core::error::Error::with_message(
                    azure_core::error::ErrorKind::Other,
                    problem.to_string(),
                )
            })?;
            let certificate = Certificate::read(file, &client, endpoint.into())?;
            let options = ClientAssertionCredentialOptions { client_options: client_options(cloud) };
            ClientAssertionCredential::new(tenant, client, certificate, Some(options))?
        }
        // The built-in sign-in has no credential of azure_identity.
        CredentialKind::SignIn => return Ok(None),
    };
    Ok(Some(credential))
}

/// This cloud's authority, through this cloud's client.
fn client_options(cloud: &Cloud) -> ClientOptions {
    let mut custom = CustomConfiguration::default();
    custom.authority_host = cloud.authority.as_str().to_owned();
    ClientOptions {
        transport: Some(Transport::new(Arc::new(cloud.http.clone()))),
        cloud: Some(Arc::new(CloudConfiguration::Custom(custom))),
        ..ClientOptions::default()
    }
}
