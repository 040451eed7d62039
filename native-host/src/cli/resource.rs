//! `resource`: what a portal URL or resource id names.

use wasm_core::azure::portal::PortalLocation;
use wasm_core::protocol::ErrorCode;

use super::Context;
use super::arguments::Resource;
use super::terminal::{padded, printable};
use crate::problem::{Problem, Result};

/// The scale set that a person names by id or page.
pub fn locate(text: &str) -> Result<PortalLocation> {
    text.parse::<PortalLocation>().map_err(|error| {
        let url: String = text.chars().take(200).collect();
        Problem::new(ErrorCode::NotAScaleSet).with("url", url).detail(error)
    })
}

pub fn run(context: &Context, arguments: &Resource) -> Result<u8> {
    let mut report = locate(&arguments.resource)?.report();
    if let Some(cloud) = &context.common.cloud {
        report.cloud = cloud.clone().into();
    }
    if context.terminal.json {
        context.terminal.object(&report);
        return Ok(0);
    }
    let instance = report.instance.as_deref().unwrap_or("-");
    let tenant = report.tenant.as_deref().unwrap_or("-");
    for (name, value) in [
        ("cli-scale-set", report.scale_set.as_str()),
        ("cli-instance", instance),
        ("cli-resource-group", report.resource_group.as_str()),
        ("cli-subscription", &report.subscription.to_string()),
        ("cli-tenant", tenant),
        ("cli-cloud", report.cloud.as_str()),
    ] {
        let name = padded(&context.terminal.word(name), 18);
        context.terminal.line(&format!("{name} {}", printable(value)));
    }
    Ok(0)
}
