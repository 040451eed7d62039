//! One manifest source, a manifest for each browser.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::{fs, path::Path};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    Chromium,
    Firefox,
}

impl Browser {
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// Of its folder in `dist`, and of its part in the source.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// Writes `dist/manifest.json`.
pub fn write(root: &Path, browser: Browser, dist: &Path) -> Result<()> {
    let source = root.join("manifest/manifest.json");
    let text = fs::read_to_string(&source).with_context(|| source.display().to_string())?;
    let manifest = merged(serde_json::from_str(&text)?, browser)?;
    fs::write(dist.join("manifest.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
    Ok(())
}

/// The common part and the browser's own. In the source each permission has its reason as value, and nothing
/// says on which pages the extension works but `host_permissions`.
fn merged(mut source: Value, browser: Browser) -> Result<Value> {
    let mut manifest = part(&mut source, "common")?;
    for (key, value) in part(&mut source, browser.name())? {
        match (manifest.get_mut(&key), value) {
            (Some(Value::Object(common)), Value::Object(own)) => common.extend(own),
            (Some(_), _) => bail!("{key} stands in the common part and in {}", browser.name()),
            (None, value) => {
                manifest.insert(key, value);
            }
        }
    }
    let hosts = names(&manifest, "host_permissions")?;
    manifest.insert("permissions".to_owned(), names(&manifest, "permissions")?);
    for key in ["content_scripts", "web_accessible_resources"] {
        let entries =
            manifest.get_mut(key).and_then(Value::as_array_mut).with_context(|| format!("no {key}"))?;
        for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
            entry.insert("matches".to_owned(), hosts.clone());
        }
    }
    manifest.insert("host_permissions".to_owned(), hosts);
    manifest.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
    Ok(Value::Object(manifest))
}

fn part(source: &mut Value, name: &str) -> Result<Map<String, Value>> {
    match source.get_mut(name).map(Value::take) {
        Some(Value::Object(part)) => Ok(part),
        _ => bail!("no part {name}"),
    }
}

/// The keys of `{permission: reason}`.
fn names(manifest: &Map<String, Value>, key: &str) -> Result<Value> {
    let reasons = manifest.get(key).and_then(Value::as_object).with_context(|| format!("no {key}"))?;
    for (name, reason) in reasons {
        if reason.as_str().is_none_or(|reason| reason.trim().is_empty()) {
            bail!("{name} has no reason");
        }
    }
    Ok(reasons.keys().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Value {
        serde_json::from_str(include_str!("../../../manifest/manifest.json")).expect("valid JSON")
    }

    #[test]
    fn each_browser_gets_what_it_understands() {
        let chromium = merged(source(), Browser::Chromium).expect("merges");
        let firefox = merged(source(), Browser::Firefox).expect("merges");
        assert_eq!(chromium["background"], json!({"service_worker": "relay.js"}));
        assert_eq!(firefox["background"], json!({"scripts": ["relay.js"]}));
        let permissions = |manifest: &Value| manifest["permissions"].as_array().expect("a list").clone();
        assert!(permissions(&chromium).contains(&json!("sidePanel")));
        assert!(
            !permissions(&firefox).contains(&json!("sidePanel")),
            "Firefox warns of what it does not know"
        );
        assert!(permissions(&firefox).contains(&json!("nativeMessaging")));
    }

    #[test]
    fn scripts_and_resources_reach_the_portals_and_nothing_else() {
        for browser in Browser::ALL {
            let manifest = merged(source(), browser).expect("merges");
            let hosts = &manifest["host_permissions"];
            assert!(
                hosts.as_array().is_some_and(|hosts| hosts.contains(&json!("https://portal.azure.com/*")))
            );
            assert_eq!(&manifest["content_scripts"][0]["matches"], hosts);
            assert_eq!(&manifest["web_accessible_resources"][0]["matches"], hosts);
        }
    }

    #[test]
    fn a_permission_needs_a_reason() {
        let mut source = source();
        source["common"]["permissions"]["tabs"] = json!(" ");
        assert!(merged(source, Browser::Chromium).is_err_and(|error| error.to_string().contains("tabs")));
    }
}
