//! The automatic sources, each asked through azure_identity with this cloud's own client and authority.

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::{ClientOptions, Transport};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientAssertion, ClientAssertionCredential,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use wasm_core::protocol::{CredentialKind, ErrorCode};

use super::super::cloud::Cloud;
use super::absence::Absence;
use super::application::{self, Proof};
use super::certificate::{Certificate, CertificateFile};
use super::entra::{Demand, demanded, entra_code, first_line, sign_in_failed};
use super::machine::Machine;
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
/// The metadata service is near, but makes tokens only when it is asked.
const MACHINE_TIMEOUT: Duration = Duration::from_secs(15);

/// What asking one source brought.
pub enum Attempt {
    Got(Token),
    /// Nobody is set up there; the next source is asked.
    Absent(Absence),
    /// Somebody is set up there and was refused: asking others would hide that.
    Failed(Problem),
}

/// The standard variables of Azure's SDKs, read once.
#[derive(Debug, Default)]
pub struct Environment {
    tenant: Option<String>,
    client: Option<String>,
    secret: Option<SecretString>,
    certificate: Option<CertificateFile>,
    federated_token: Option<PathBuf>,
    app_service: bool,
    /// Another place for the machine's metadata service.
    metadata: Option<Url>,
}

impl Environment {
    pub fn of_process() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            tenant: variable("AZURE_TENANT_ID"),
            client: variable("AZURE_CLIENT_ID"),
            secret: variable("AZURE_CLIENT_SECRET").map(SecretString::from),
            certificate: variable("AZURE_CLIENT_CERTIFICATE_PATH").map(|path| CertificateFile {
                path: PathBuf::from(path),
                password: variable("AZURE_CLIENT_CERTIFICATE_PASSWORD").map(SecretString::from),
                send_chain: variable("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")
                    .is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true")),
            }),
            federated_token: variable("AZURE_FEDERATED_TOKEN_FILE").map(PathBuf::from),
            app_service: variable("IDENTITY_ENDPOINT").is_some(),
            metadata: variable("AZURE_POD_IDENTITY_AUTHORITY_HOST").and_then(|text| text.parse().ok()),
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
    if let Some(claims) = claims {
        return with_claims(kind, environment, cloud, tenant, scope, claims).await;
    }
    if kind == CredentialKind::ManagedIdentity && !environment.app_service {
        match Machine::new(cloud, environment.metadata.clone()) {
            Ok(machine) if machine.is_there().await => {}
            Ok(_) => return Attempt::Absent(Absence::NoMachine),
            Err(problem) => return Attempt::Failed(problem),
        }
    }
    let credential = match prepare(kind, environment, cloud, tenant) {
        Ok(Some(credential)) => credential,
        Ok(None) => return Attempt::Absent(Absence::NotSetUp),
        Err(error) => return judge(kind, environment, tenant, &error.to_string()),
    };
    let limit = match kind {
        CredentialKind::ManagedIdentity => MACHINE_TIMEOUT,
        _ => TOOL_TIMEOUT.max(cloud.network.timeout()),
    };
    match tokio::time::timeout(limit, credential.get_token(&[scope], None)).await {
        Ok(Ok(token)) => Attempt::Got(Token::new(token.token.secret().to_owned(), token.expires_on)),
        Ok(Err(error)) => judge(kind, environment, tenant, &error.to_string()),
        Err(_) => Attempt::Absent(Absence::NoAnswer),
    }
}

/// A service principal asks again with the claims; for people and machines somebody has to sign in.
async fn with_claims(
    kind: CredentialKind,
    environment: &Environment,
    cloud: &Cloud,
    tenant: Option<&str>,
    scope: &str,
    claims: &str,
) -> Attempt {
    let proof = match proof(kind, environment, cloud, tenant).await {
        Ok(proof) => proof,
        Err(error) => return judge(kind, environment, tenant, &error.to_string()),
    };
    let (Some(proof), Some((tenant, client))) = (proof, environment.principal(tenant)) else {
        return Attempt::Failed(Demand::Other.problem(""));
    };
    match application::token(cloud, &tenant, &client, &proof, scope, claims).await {
        Ok(token) => Attempt::Got(token),
        Err(problem) => Attempt::Failed(problem),
    }
}

/// How the service principal of the variables shows who it is.
async fn proof(
    kind: CredentialKind,
    environment: &Environment,
    cloud: &Cloud,
    tenant: Option<&str>,
) -> azure_core::Result<Option<Proof>> {
    let Some((tenant, client)) = environment.principal(tenant) else { return Ok(None) };
    Ok(match (kind, &environment.secret, &environment.certificate, &environment.federated_token) {
        (CredentialKind::ClientSecret, Some(secret), ..) => Some(Proof::Secret(secret.clone())),
        (CredentialKind::ClientCertificate, _, Some(file), _) => {
            let certificate = Certificate::read(file, &client, token_endpoint(cloud, &tenant)?)?;
            Some(Proof::Assertion(certificate.secret(None).await?.into()))
        }
        (CredentialKind::WorkloadIdentity, _, _, Some(file)) => {
            let assertion = std::fs::read_to_string(file)
                .map_err(|error| credential_error(format!("{}: {error}", file.display())))?;
            Some(Proof::Assertion(assertion.trim().to_owned().into()))
        }
        _ => None,
    })
}

fn credential_error(reason: String) -> azure_core::Error {
    azure_core::Error::with_message(azure_core::error::ErrorKind::Credential, reason)
}

fn token_endpoint(cloud: &Cloud, tenant: &str) -> azure_core::Result<String> {
    let endpoint = cloud.authority_url(tenant, "oauth2/v2.0/token");
    endpoint.map(String::from).map_err(|problem| credential_error(problem.to_string()))
}

/// A refusal of a source that was set up on purpose ends the search; a tool that nobody signed in to does not.
fn judge(kind: CredentialKind, environment: &Environment, tenant: Option<&str>, text: &str) -> Attempt {
    if let Some(demand) = demanded(text) {
        return Attempt::Failed(demand.problem(&first_line(text)));
    }
    if matches!(entra_code(text), Some(90002 | 700016)) && tenant.is_some() {
        let own = environment.tenant.clone().unwrap_or_default();
        let expected = tenant.unwrap_or_default();
        let problem = Problem::new(ErrorCode::WrongTenant).with("tenant", own).with("expected", expected);
        return Attempt::Failed(problem.detail(first_line(text)));
    }
    match kind {
        CredentialKind::AzureCli | CredentialKind::AzureDeveloperCli | CredentialKind::ManagedIdentity => {
            Attempt::Absent(Absence::of(text))
        }
        _ => Attempt::Failed(sign_in_failed(text)),
    }
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
            let machine = Machine::new(cloud, environment.metadata.clone())
                .map_err(|problem| credential_error(problem.to_string()))?;
            let options = ManagedIdentityCredentialOptions {
                user_assigned_id: environment.client.clone().map(UserAssignedId::ClientId),
                client_options: machine.client_options(),
            };
            ManagedIdentityCredential::new(Some(options))?
        }
        CredentialKind::ClientCertificate => {
            let (Some((tenant, client)), Some(file)) = (principal, &environment.certificate) else {
                return Ok(None);
            };
            let certificate = Certificate::read(file, &client, token_endpoint(cloud, &tenant)?)?;
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
