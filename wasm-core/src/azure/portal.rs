//! Which scale set a portal page shows, from its URL alone.
//!
//! Forms (Azure/portaldocs `portalfx-links.md`; links in public repositories):
//! `#@TENANT/resourceID[/menu]`, `#resourceID`, `/TENANT#resourceID`,
//! `#@T/asset/Microsoft_Azure_Compute/VirtualMachineScaleSetID`,
//! `#blade/…/id/ENCODED`, `#view/…/resourceId/ENCODED`. The id may be percent-encoded once or twice, its
//! keywords come in any case, a query may stand before the fragment, and the page of an instance goes on
//! with `/virtualMachines/N`.

use super::{
    cloud::CloudName,
    resource::{InstanceId, ResourceIdError, ScaleSetId},
};
use crate::words::{InWords, Sentence};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, str::FromStr};
use uuid::Uuid;

/// A URL longer than this is no page of the portal (browsers cap what they navigate to far below).
const MAX_LENGTH: usize = 64 * 1024;
/// How often a fragment is decoded at most. The portal encodes at most twice.
const MAX_DECODINGS: usize = 3;

/// A scale set or one of its instances, as a page of the portal or a bare resource id names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalLocation {
    scale_set: ScaleSetId,
    instance: Option<InstanceId>,
    tenant: Option<String>,
    cloud: CloudName,
}

/// Why a text names no scale set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortalError {
    #[error("this is neither a URL of the Azure portal nor a resource id")]
    NotPortal,
    #[error("the page shows no virtual machine scale set")]
    NotScaleSet,
    #[error(transparent)]
    Id(#[from] ResourceIdError),
}

impl PortalError {
    /// The stable code, which is also the end of the catalogue's key (`capture-place-CODE`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotPortal => "not-portal",
            Self::NotScaleSet | Self::Id(_) => "not-scale-set",
        }
    }
}

impl InWords for PortalError {
    fn sentence(&self) -> Sentence {
        Sentence::new(format!("capture-place-{}", self.code()))
    }
}

impl PortalLocation {
    pub fn scale_set(&self) -> &ScaleSetId {
        &self.scale_set
    }

    /// The instance, where the page is an instance's.
    pub fn instance(&self) -> Option<&InstanceId> {
        self.instance.as_ref()
    }

    /// The tenant that the URL names, as a domain or a GUID: the one to sign in to.
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// The cloud of the portal's host; public for a bare id. A portal on this machine (`localhost`: the
    /// simulator's) is the custom cloud `localhost`.
    pub fn cloud(&self) -> &CloudName {
        &self.cloud
    }

    /// What the `resource` command prints.
    pub fn report(&self) -> ResourceReport {
        ResourceReport {
            subscription: self.scale_set.subscription(),
            resource_group: self.scale_set.resource_group().to_owned(),
            scale_set: self.scale_set.name().to_owned(),
            instance: self.instance.as_ref().map(|instance| instance.name().to_owned()),
            tenant: self.tenant.clone(),
            cloud: self.cloud.clone(),
        }
    }
}

/// What a URL names, flat, for JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceReport {
    pub subscription: Uuid,
    pub resource_group: String,
    pub scale_set: String,
    pub instance: Option<String>,
    pub tenant: Option<String>,
    pub cloud: CloudName,
}

impl FromStr for PortalLocation {
    type Err = PortalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return Err(PortalError::NotPortal);
        }
        if text.starts_with('/') {
            let (scale_set, instance) = find(text, true).ok_or(PortalError::NotScaleSet)??;
            return Ok(Self { scale_set, instance, tenant: None, cloud: CloudName::Public });
        }
        let url = PortalUrl::split(text).ok_or(PortalError::NotPortal)?;
        let (scale_set, instance) = decodings(url.fragment)
            .find_map(|decoded| find(&decoded, false))
            .ok_or(PortalError::NotScaleSet)??;
        let tenant = url.tenant();
        Ok(Self { scale_set, instance, tenant, cloud: url.cloud })
    }
}

/// A portal URL cut at its delimiters.
struct PortalUrl<'a> {
    cloud: CloudName,
    path: &'a str,
    fragment: &'a str,
}

impl<'a> PortalUrl<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (before, fragment) = rest.split_once('#')?;
        let before = before.split('?').next()?;
        let (authority, path) = before.split_once('/').unwrap_or((before, ""));
        // `https://portal.azure.com@evil.example/` is evil.example's.
        if authority.contains(['@', '\\']) {
            return None;
        }
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, ""));
        let https = scheme.eq_ignore_ascii_case("https");
        let cloud = match host.to_ascii_lowercase().as_str() {
            local @ ("localhost" | "127.0.0.1") if https || scheme.eq_ignore_ascii_case("http") => {
                CloudName::Custom(local.to_owned())
            }
            host if https && matches!(port, "" | "443") => CloudName::of_portal_host(host)?,
            _ => return None,
        };
        Some(Self { cloud, path, fragment })
    }

    /// The fragment's `@tenant`, else the path's first segment where it is a domain or a GUID.
    fn tenant(&self) -> Option<String> {
        let named = decodings(self.fragment).find_map(|fragment| {
            let name = fragment.trim_start_matches('/').strip_prefix('@')?.split(['/', '?', '&']).next()?;
            tenant(name)
        });
        named.or_else(|| {
            let first = self.path.split('/').next()?;
            tenant(first).filter(|name| name.contains('.') || Uuid::try_parse(name).is_ok())
        })
    }
}

fn tenant(name: &str) -> Option<String> {
    let name = percent_decode_str(name).decode_utf8().ok()?;
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!name.is_empty() && name.len() <= 253 && name.chars().all(sound)).then(|| name.into_owned())
}

/// The text as it is, then decoded again and again until nothing changes.
fn decodings(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut next = Some(Cow::Borrowed(text));
    std::iter::from_fn(move || {
        let current = next.take()?;
        if current.contains('%') {
            // Bytes that are no UTF-8 end the search: such a page is not the portal's.
            next = percent_decode_str(&current).decode_utf8().ok().map(|text| Cow::Owned(text.into_owned()));
        }
        Some(current)
    })
    .take(MAX_DECODINGS)
}

type Found = Result<(ScaleSetId, Option<InstanceId>), ResourceIdError>;

/// The first scale set in `text`. `anchored`: only at its start (a bare id).
fn find(text: &str, anchored: bool) -> Option<Found> {
    const START: &str = "/subscriptions/";
    // ASCII lower-casing keeps byte positions.
    let lower = text.to_ascii_lowercase();
    let mut starts = lower.match_indices(START).map(|(at, _)| at);
    if anchored {
        return starts.next().filter(|at| *at == 0).and_then(|_| scale_set_at(text));
    }
    starts.find_map(|at| scale_set_at(&text[at..]))
}

/// Reads `/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/virtualMachineScaleSets/NAME` and a
/// following `/virtualMachines/N`. `None` where it is another resource.
fn scale_set_at(text: &str) -> Option<Found> {
    // Lazy: a page that repeats the start of an id costs no more than its length. An id ends where the next
    // part of the URL begins.
    let mut ended = false;
    let parts: Vec<&str> = text
        .split('/')
        .take(12)
        .map_while(|part| {
            let end = part.find(['?', '#', '&']);
            let before = if ended { None } else { part.get(..end.unwrap_or(part.len())) };
            ended = end.is_some();
            before
        })
        .collect();
    let [_, _, subscription, groups, group, providers, provider, kind, name, rest @ ..] = parts.as_slice()
    else {
        return None;
    };
    let same = |part: &str, word: &str| part.eq_ignore_ascii_case(word);
    if !(same(groups, "resourceGroups")
        && same(providers, "providers")
        && same(provider, "Microsoft.Compute")
        && same(kind, "virtualMachineScaleSets"))
    {
        return None;
    }
    let Ok(subscription) = Uuid::try_parse(subscription) else {
        return Some(Err(ResourceIdError::Subscription(subscription.chars().take(60).collect())));
    };
    let scale_set = match ScaleSetId::new(subscription, &decoded(group), &decoded(name)) {
        Ok(scale_set) => scale_set,
        Err(error) => return Some(Err(error)),
    };
    let instance = match rest {
        [machines, instance, ..] if same(machines, "virtualMachines") => decoded(instance).parse().ok(),
        _ => None,
    };
    Some(Ok((scale_set, instance)))
}

/// A name whose parentheses and the like are still encoded after the id as a whole was decoded.
fn decoded(name: &str) -> String {
    decodings(name).last().unwrap_or_default().into_owned()
}

#[cfg(test)]
mod tests;
