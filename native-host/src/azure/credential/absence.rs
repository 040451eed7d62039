//! Why nobody acts: what each source that was asked had instead of an account.

use wasm_core::protocol::{CredentialKind, ErrorCode};
use wasm_core::words::{InWords, Language, Sentence};

use super::entra::first_line;
use crate::problem::Problem;

/// Why a source has nobody.
#[derive(Debug)]
pub enum Absence {
    NotSetUp,
    /// The built-in sign-in, before somebody used it.
    SignedOut,
    NotInstalled,
    /// No metadata service of Azure answers.
    NoMachine,
    NoAnswer,
    /// The source's own words.
    Said(String),
}

impl Absence {
    /// From what azure_identity tells of a tool or a machine.
    pub fn of(text: &str) -> Self {
        match first_line(text) {
            line if line.ends_with("not found on PATH") => Self::NotInstalled,
            line => Self::Said(line),
        }
    }

    const fn key(&self) -> &'static str {
        match self {
            Self::NotSetUp => "credential-absent-not-set-up",
            Self::SignedOut => "credential-absent-signed-out",
            Self::NotInstalled => "credential-absent-not-installed",
            Self::NoMachine => "credential-absent-no-machine",
            Self::NoAnswer => "credential-absent-no-answer",
            Self::Said(_) => "credential-absent-said",
        }
    }
}

/// No token: nobody is there, or somebody was refused.
#[derive(Debug)]
pub enum Missing {
    Nobody { tenant: String, tried: Vec<(CredentialKind, Absence)> },
    Failed(Problem),
}

/// A source that was asked in vain, in a line for a person.
pub fn told(kind: CredentialKind, absence: &Absence, language: Language) -> String {
    let sentence = Sentence::new(absence.key()).with("credential", Sentence::new(name_key(kind)));
    match absence {
        Absence::Said(words) => sentence.with("reason", words.as_str()),
        _ => sentence,
    }
    .text(language)
}

/// A source's name in the catalogue.
const fn name_key(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::AzureCli => "credential-azureCli",
        CredentialKind::AzureDeveloperCli => "credential-azureDeveloperCli",
        CredentialKind::ManagedIdentity => "credential-managedIdentity",
        CredentialKind::WorkloadIdentity => "credential-workloadIdentity",
        CredentialKind::ClientSecret => "credential-clientSecret",
        CredentialKind::ClientCertificate => "credential-clientCertificate",
        CredentialKind::SignIn => "credential-signIn",
    }
}

impl From<Problem> for Missing {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<Missing> for Problem {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Nobody { tenant, tried } => {
                let tried: Vec<String> =
                    tried.iter().map(|(kind, absence)| format!("{kind:?}: {absence:?}")).collect();
                Self::new(ErrorCode::SignedOut).with("tenant", tenant).detail(tried.join("; "))
            }
            Missing::Failed(problem) => problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::words;

    #[test]
    fn a_source_without_an_account_is_told_in_the_persons_language() {
        let cli = |text: &str, language| told(CredentialKind::AzureCli, &Absence::of(text), language);
        assert_eq!(
            cli("Azure CLI not found on PATH\nTo troubleshoot, visit …", Language::English),
            "the az CLI: not installed, or not on the PATH"
        );
        assert_eq!(
            cli("Azure CLI not found on PATH", Language::Japanese),
            "az CLI: インストールされていないか、PATH にありません"
        );
        let said = "AzureCliCredential authentication failed. Please run 'az login'.";
        for language in Language::ALL {
            let line = cli(said, language);
            assert!(line.ends_with(said) && line.len() > said.len(), "{line}");
        }
    }

    #[test]
    fn every_absence_and_source_has_words() {
        for kind in super::super::chain::ORDER {
            assert!(words::has(name_key(kind)), "{kind:?}");
            // The command line makes the key of the name that it has on the wire.
            let name = serde_json::to_value(kind).expect("JSON");
            assert_eq!(
                Some(name_key(kind)),
                name.as_str().map(|name| format!("credential-{name}")).as_deref()
            );
        }
        for absence in [
            Absence::NotSetUp,
            Absence::SignedOut,
            Absence::NotInstalled,
            Absence::NoMachine,
            Absence::NoAnswer,
            Absence::Said(String::new()),
        ] {
            assert!(words::has(absence.key()), "{absence:?}");
        }
    }
}
