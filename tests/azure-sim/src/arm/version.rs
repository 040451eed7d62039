//! Which api-versions each resource provider knows.

use super::error::ArmError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    Resources,
    Authorization,
    Network,
    Compute,
    Storage,
}

impl Provider {
    /// First and last known version. Between them any month is taken, because the providers publish
    /// versions at irregular months and clients of all of them must work.
    const fn range(self) -> (&'static str, &'static str) {
        match self {
            Self::Resources => ("2014-01-01", "2026-12-31"),
            Self::Authorization => ("2015-07-01", "2026-12-31"),
            // packetCaptures are first documented in 2018-06-01.
            Self::Network => ("2018-06-01", "2026-12-31"),
            Self::Compute => ("2018-06-01", "2026-12-31"),
            Self::Storage => ("2018-02-01", "2026-12-31"),
        }
    }

    const fn namespace(self) -> &'static str {
        match self {
            Self::Resources => "Microsoft.Resources",
            Self::Authorization => "Microsoft.Authorization",
            Self::Network => "Microsoft.Network",
            Self::Compute => "Microsoft.Compute",
            Self::Storage => "Microsoft.Storage",
        }
    }
}

/// Checks the `api-version` of a request's query.
pub fn check(provider: Provider, kind: &str, version: Option<&str>) -> Result<(), ArmError> {
    let Some(version) = version.filter(|text| !text.is_empty()) else {
        return Err(ArmError::bad_request(
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        ));
    };
    let (first, last) = provider.range();
    let date = version.strip_suffix("-preview").unwrap_or(version);
    if is_date(date) && (first..=last).contains(&date) {
        return Ok(());
    }
    if matches!(provider, Provider::Resources | Provider::Authorization) {
        return Err(ArmError::bad_request(
            "InvalidApiVersionParameter",
            format!("The api-version '{version}' is invalid. The supported versions are '{last},…,{first}'."),
        ));
    }
    Err(ArmError::bad_request(
        "NoRegisteredProviderFound",
        format!(
            "No registered resource provider found for location 'westeurope' and API version '{version}' for type \
             '{kind}' of '{}'. The supported api-versions are '{first},…,{last}'.",
            provider.namespace()
        ),
    ))
}

fn is_date(text: &str) -> bool {
    const FORM: &[time::format_description::BorrowedFormatItem<'_>] =
        time::macros::format_description!("[year]-[month]-[day]");
    text.len() == 10 && time::Date::parse(text, FORM).is_ok()
}
