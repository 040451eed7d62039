//! Azure's clouds and their endpoints. Source: azure-cli-core `cloud.py`; Azure portal safelist.

use serde::{Deserialize, Serialize};
use std::{convert::Infallible, fmt, str::FromStr};

/// A cloud by name: one of Azure's, or one of the user's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum CloudName {
    #[default]
    Public,
    UsGov,
    China,
    /// Closed by Microsoft in 2021; its URLs still stand in old notes.
    Germany,
    /// Bleu, the French sovereign cloud.
    Bleu,
    Custom(String),
}

/// Where a cloud answers. Hosts without scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloudEndpoints {
    /// Azure Resource Manager.
    pub resource_manager: &'static str,
    /// Microsoft Entra ID.
    pub authority: &'static str,
    /// What follows `ACCOUNT.` in a blob URL.
    pub blob_suffix: &'static str,
    pub portal: &'static str,
}

const TABLE: [(CloudName, &str, &str, CloudEndpoints); 5] = [
    (
        CloudName::Public,
        "public",
        "AzureCloud",
        CloudEndpoints {
            resource_manager: "management.azure.com",
            authority: "login.microsoftonline.com",
            blob_suffix: "blob.core.windows.net",
            portal: "portal.azure.com",
        },
    ),
    (
        CloudName::UsGov,
        "usgov",
        "AzureUSGovernment",
        CloudEndpoints {
            resource_manager: "management.usgovcloudapi.net",
            authority: "login.microsoftonline.us",
            blob_suffix: "blob.core.usgovcloudapi.net",
            portal: "portal.azure.us",
        },
    ),
    (
        CloudName::China,
        "china",
        "AzureChinaCloud",
        CloudEndpoints {
            resource_manager: "management.chinacloudapi.cn",
            authority: "login.chinacloudapi.cn",
            blob_suffix: "blob.core.chinacloudapi.cn",
            portal: "portal.azure.cn",
        },
    ),
    (
        CloudName::Germany,
        "germany",
        "AzureGermanCloud",
        CloudEndpoints {
            resource_manager: "management.microsoftazure.de",
            authority: "login.microsoftonline.de",
            blob_suffix: "blob.core.cloudapi.de",
            portal: "portal.microsoftazure.de",
        },
    ),
    (
        CloudName::Bleu,
        "bleu",
        "AzureBleuCloud",
        CloudEndpoints {
            resource_manager: "management.sovcloud-api.fr",
            authority: "login.sovcloud-identity.fr",
            blob_suffix: "blob.core.sovcloud-api.fr",
            portal: "portal.sovcloud-azure.fr",
        },
    ),
];

impl CloudName {
    /// The clouds whose endpoints are known here.
    pub fn known() -> impl Iterator<Item = &'static CloudName> {
        TABLE.iter().map(|(cloud, ..)| cloud)
    }

    /// `public`, `usgov`, … or the custom cloud's own name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Custom(name) => name,
            known => TABLE.iter().find(|(cloud, ..)| cloud == known).map_or("", |(_, name, ..)| name),
        }
    }

    /// The endpoints; those of a custom cloud are discovered from its resource manager instead.
    pub fn endpoints(&self) -> Option<&'static CloudEndpoints> {
        TABLE.iter().find(|(cloud, ..)| cloud == self).map(|(_, _, _, endpoints)| endpoints)
    }

    /// The cloud whose portal is served at `host`: the portal's own host or one of its ring prefixes
    /// (`ms.`, `rc.`, `preview.`, …: the safelist has `*.portal.azure.com`). The portal's sandbox hosts are
    /// no pages of a user: `reactblade.portal.azure.net`, `hosting.portal.azure.net`.
    pub fn of_portal_host(host: &str) -> Option<CloudName> {
        let host = host.to_ascii_lowercase();
        TABLE.iter().find_map(|(cloud, _, _, endpoints)| {
            let ring = host.strip_suffix(endpoints.portal)?;
            let one_label = ring.strip_suffix('.').is_some_and(|label| {
                !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
            (ring.is_empty() || one_label).then(|| cloud.clone())
        })
    }

    /// The cloud and the account of a blob host such as `account.blob.core.windows.net`.
    pub fn of_blob_host(host: &str) -> Option<(CloudName, String)> {
        let host = host.to_ascii_lowercase();
        TABLE.iter().find_map(|(cloud, _, _, endpoints)| {
            let account = host.strip_suffix(endpoints.blob_suffix)?.strip_suffix('.')?;
            (!account.is_empty()).then(|| (cloud.clone(), account.to_owned()))
        })
    }
}

/// `public`, `AzureCloud` and the like in any case; every other name is a custom cloud.
impl FromStr for CloudName {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let name = name.trim();
        let known = TABLE
            .iter()
            .find(|(_, short, long, _)| name.eq_ignore_ascii_case(short) || name.eq_ignore_ascii_case(long));
        Ok(known.map_or_else(|| Self::Custom(name.to_owned()), |(cloud, ..)| cloud.clone()))
    }
}

impl fmt::Display for CloudName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<String> for CloudName {
    fn from(name: String) -> Self {
        match name.parse() {
            Ok(cloud) => cloud,
        }
    }
}

impl From<CloudName> for String {
    fn from(cloud: CloudName) -> Self {
        cloud.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_form_name_their_cloud_and_print_back() {
        for cloud in CloudName::known() {
            assert_eq!(&CloudName::from(cloud.to_string()), cloud);
            let endpoints = cloud.endpoints().expect("a known cloud has endpoints");
            assert_eq!(CloudName::of_portal_host(endpoints.portal).as_ref(), Some(cloud));
            let blob = CloudName::of_blob_host(&format!("ACCT.{}", endpoints.blob_suffix));
            assert_eq!(blob, Some((cloud.clone(), "acct".to_owned())));
        }
        assert_eq!("azurecloud".parse(), Ok(CloudName::Public));
        assert_eq!("Sim".parse(), Ok(CloudName::Custom("Sim".to_owned())));
        assert_eq!(CloudName::Custom("Sim".to_owned()).endpoints(), None);
    }

    #[test]
    fn only_portal_hosts_are_portals() {
        for (host, is_portal) in [
            ("portal.azure.com", true),
            ("MS.Portal.Azure.com", true),
            ("rc.portal.azure.com", true),
            ("preview.portal.azure.com", true),
            ("evilportal.azure.com", false),
            ("a.b.portal.azure.com", false),
            (".portal.azure.com", false),
            ("portal.azure.com.evil.example", false),
            ("sandbox-1.reactblade.portal.azure.net", false),
        ] {
            assert_eq!(CloudName::of_portal_host(host).is_some(), is_portal, "{host}");
        }
    }
}
