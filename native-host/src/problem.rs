//! A failed piece of work: what the person is told, and what only the log is told.

use std::path::Path;
use std::{fmt, io};
use wasm_core::protocol::{AzureError, ErrorCode, Failure, Notice, Params};
use wasm_core::words::{self, Args, InWords, Language, Sentence, Value};

pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// An error code with its parameters, Azure's own words, and a detail that never leaves this process
/// except into the log.
#[derive(Clone, Debug)]
pub struct Problem {
    pub code: ErrorCode,
    pub params: Params,
    pub azure: Option<Box<AzureError>>,
    /// The parameter `reason`, once the language is known.
    reason: Option<Sentence>,
    detail: String,
}

impl Problem {
    pub fn new(code: ErrorCode) -> Self {
        Self { code, params: Params::new(), azure: None, reason: None, detail: String::new() }
    }

    /// A named parameter of the sentence.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// A sentence of the catalogue as the parameter `reason`.
    #[must_use]
    pub fn because(mut self, reason: impl Into<Sentence>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// For the log alone. It must hold no token, key or signature.
    #[must_use]
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = detail.to_string();
        self
    }

    #[must_use]
    pub fn azure(mut self, azure: AzureError) -> Self {
        self.azure = Some(Box::new(azure));
        self
    }

    /// The same failure under a code that says more.
    #[must_use]
    pub fn renamed(mut self, code: ErrorCode) -> Self {
        self.code = code;
        self
    }

    /// What only the log is told.
    pub fn log_detail(&self) -> &str {
        &self.detail
    }

    /// A fault of this program.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(ErrorCode::Internal).detail(detail)
    }

    /// Input that breaks a rule of the core, or one of the `error-input-…` sentences.
    pub fn invalid(field: &str, reason: impl InWords) -> Self {
        let problem = Self::new(ErrorCode::InvalidInput).with("field", field).with("rule", reason.rule());
        Self { reason: Some(reason.sentence()), ..problem }
    }

    /// A file operation that failed. The system's own words are shown where we have none with a next step.
    pub fn file(path: &Path, error: &io::Error) -> Self {
        let problem = Self::new(ErrorCode::LocalFile).with("path", path.display());
        let said = match error.kind() {
            io::ErrorKind::NotFound => "error-file-not-found",
            io::ErrorKind::PermissionDenied => "error-file-forbidden",
            io::ErrorKind::IsADirectory => "error-file-folder",
            io::ErrorKind::NotADirectory => "error-file-no-folder",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "error-file-full",
            io::ErrorKind::ReadOnlyFilesystem => "error-file-read-only",
            _ => return problem.with("reason", error),
        };
        problem.because(said).detail(error)
    }

    /// The sentence. It tells a resource by its type and name, as people know it; the parameters hold the ID.
    pub fn text(&self, language: Language) -> String {
        let mut params = self.params_in(language);
        params.values_mut().for_each(|value| *value = in_short(value).to_owned());
        sentence(language, &format!("error-{}", self.code.as_str()), &params)
    }

    fn params_in(&self, language: Language) -> Params {
        let mut params = self.params.clone();
        params.extend(self.reason.iter().map(|reason| ("reason".to_owned(), reason.text(language))));
        params
    }

    pub fn failure(&self, language: Language) -> Failure {
        Failure {
            code: self.code,
            params: self.params_in(language),
            text: self.text(language),
            azure: self.azure.as_deref().cloned(),
        }
    }

    /// The same as a warning beside a good answer.
    pub fn notice(&self, language: Language) -> Notice {
        Notice { code: self.code, params: self.params_in(language), text: self.text(language) }
    }
}

/// The catalogue's sentence with parameters of the protocol's form.
pub fn sentence(language: Language, key: &str, params: &Params) -> String {
    let mut args = Args::new();
    for (name, value) in params {
        args.set(name.as_str(), fluent_value(value));
    }
    words::text(language, key, &args)
}

/// The end of a resource ID.
fn in_short(value: &str) -> &str {
    if !value.starts_with("/subscriptions/") {
        return value;
    }
    let name = value.rmatch_indices('/').nth(1).map_or(0, |(slash, _)| slash + 1);
    &value[name..]
}

/// Plain decimal numbers choose the plural form; everything else is text.
fn fluent_value(text: &str) -> Value<'_> {
    let number = text.len() < 16 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with("00");
    match text.parse::<u64>() {
        Ok(value) if number => Value::from(value),
        _ => Value::from(text),
    }
}

impl fmt::Display for Problem {
    /// For the log: code, parameters, Azure's code, detail.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.as_str())?;
        for (name, value) in &self.params {
            write!(f, " {name}={value:?}")?;
        }
        if let Some(azure) = &self.azure {
            write!(f, " azure={} {:?}", azure.status, azure.code)?;
            if let Some(id) = &azure.correlation_id {
                write!(f, " correlation={id}")?;
            }
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::filter::CaptureFilters;

    #[test]
    fn what_the_disk_refuses_is_told_with_a_next_step_and_the_rest_in_the_systems_words() {
        let failed = |error: io::Error, language| Problem::file(Path::new("/x/y"), &error).text(language);
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(
            failed(missing(), Language::English),
            "/x/y: There is no such file or folder. Check the path."
        );
        assert!(failed(missing(), Language::Japanese).contains("パスを確認"));
        assert_eq!(
            failed(io::Error::other("the moon is full"), Language::Japanese),
            "/x/y: the moon is full"
        );
    }

    #[test]
    fn a_resource_is_told_by_type_and_name_and_its_id_goes_with_it() {
        const ID: &str =
            "/subscriptions/2/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/web";
        for (scope, told) in [
            (ID, "virtualMachineScaleSets/web"),
            ("/subscriptions/2/resourceGroups/g", "resourceGroups/g"),
            ("/subscriptions/2", "subscriptions/2"),
            ("NetworkWatcher_westeurope", "NetworkWatcher_westeurope"),
        ] {
            let problem = Problem::new(ErrorCode::NotPermitted)
                .with("action", "a/read")
                .with("scope", scope)
                .with("role", "Reader");
            let failure = problem.failure(Language::English);
            assert_eq!(failure.text, format!("You lack a/read on {told}. Ask for the role Reader there."));
            assert_eq!(failure.params["scope"], scope);
        }
    }

    #[test]
    fn refused_input_is_explained_in_either_language_and_logged_without_words() {
        let refused = r#"[{},{"remotePort":"70000"}]"#.parse::<CaptureFilters>().expect_err("no such port");
        let problem = Problem::invalid("filters", refused);
        let english = problem.failure(Language::English);
        assert_eq!(english.text, "Filter 2, remote port: “70000” is above 65535, the highest port.");
        assert_eq!(english.params["reason"], english.text);
        assert_eq!(english.params["rule"], "filter-port-range");
        let japanese = problem.notice(Language::Japanese);
        assert!(japanese.text.starts_with("フィルター 2 のリモート ポート: 「70000」"), "{}", japanese.text);
        assert_eq!(problem.to_string(), r#"invalid-input field="filters" rule="filter-port-range""#);
    }
}
