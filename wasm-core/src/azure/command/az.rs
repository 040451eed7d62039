//! Commands of the az CLI, quoted for a POSIX shell.

use super::Action;
use crate::azure::{
    capture::{CaptureLimits, CaptureRequest, RingBuffer, Scope, Storage, Target},
    resource::{InstanceId, ResourceId},
};

pub(super) fn start(request: &CaptureRequest, watcher: Option<&ResourceId>) -> String {
    match request.settings().limits() {
        CaptureLimits::Session(limits) => {
            let (subscription, group) = scope_of(request.target());
            let mut command = Command::new("az network watcher packet-capture create");
            command.option("--subscription", &subscription);
            command.option("--resource-group", &group);
            command.option("--name", request.name().as_str());
            match request.target() {
                Target::ScaleSet(id) => {
                    command.option("--target", &id.to_string());
                    command.option("--target-type", "AzureVMSS");
                }
                Target::VirtualMachine(id) => command.option("--vm", &id.to_string()),
            }
            let (account, file) = (request.storage().account(), request.storage().file());
            if let Some(account) = account {
                command.option("--storage-account", &account.account().to_string());
                if let Some(path) = account.path() {
                    command.option("--storage-path", path);
                }
            }
            if let Some(file) = file {
                command.option("--file-path", file.as_str());
            }
            match request.scope() {
                Scope::All => {}
                Scope::Include(list) => command.options("--include", list),
                Scope::Exclude(list) => command.options("--exclude", list),
            }
            if !request.filters().is_empty() {
                command.option("--filters", &request.filters().to_string());
            }
            command.option("--capture-size", &request.settings().bytes_per_packet().to_string());
            command.option("--capture-limit", &limits.bytes().to_string());
            command.option("--time-limit", &limits.seconds().to_string());
            command.text
        }
        CaptureLimits::Ring(ring) => continuous(request, ring, watcher),
    }
}

/// Only the newer command group knows continuous captures; it wants the watcher by name.
fn continuous(request: &CaptureRequest, ring: &RingBuffer, watcher: Option<&ResourceId>) -> String {
    let (subscription, _) = scope_of(request.target());
    let mut text = String::new();
    let (name, group) = match watcher {
        Some(watcher) => (quote(watcher.name()), quote(watcher.resource_group())),
        None => {
            text.push_str(&format!(
                "location=$(az resource show --ids {} --query location --output tsv)\n\
                 read -r watcher group <<< \"$(az network watcher list --subscription {} --query \
                 \"[?location=='$location'] | [0].[name, resourceGroup]\" --output tsv)\"\n",
                quote(&request.target().to_string()),
                quote(&subscription),
            ));
            ("\"$watcher\"".to_owned(), "\"$group\"".to_owned())
        }
    };
    let mut command = Command::new("az network network-watcher packet-capture create");
    command.option("--subscription", &subscription);
    command.raw("--resource-group", &group);
    command.raw("--network-watcher-name", &name);
    command.option("--name", request.name().as_str());
    command.option("--target", &request.target().to_string());
    command.option("--target-type", request.target().target_type().as_str());
    command.option("--storage-location", &storage_location(request.storage()));
    match request.scope() {
        Scope::All => {}
        Scope::Include(list) => command.option("--scope", &json_list("include", list)),
        Scope::Exclude(list) => command.option("--scope", &json_list("exclude", list)),
    }
    if !request.filters().is_empty() {
        command.option("--filters", &request.filters().to_string());
    }
    command.option("--bytes-to-capture-per-packet", &request.settings().bytes_per_packet().to_string());
    command.option("--continuous-capture", if ring.continuous() { "true" } else { "false" });
    let settings = serde_json::json!({
        "fileCount": ring.file_count(),
        "fileSizeInBytes": ring.file_bytes(),
        "sessionTimeLimitInSeconds": ring.seconds(),
    });
    command.option("--capture-settings", &settings.to_string());
    text.push_str(&command.text);
    text
}

fn storage_location(storage: &Storage) -> String {
    let mut members = serde_json::Map::new();
    let mut put = |name: &str, value: &str| members.insert(name.to_owned(), value.into());
    if let Some(account) = storage.account() {
        put("storageId", &account.account().to_string());
        if let Some(path) = account.path() {
            put("storagePath", path);
        }
    }
    if let Some(file) = storage.file() {
        put("localPath", file.as_str());
    }
    serde_json::Value::Object(members).to_string()
}

fn json_list(name: &str, list: &[InstanceId]) -> String {
    let names: Vec<&str> = list.iter().map(InstanceId::name).collect();
    serde_json::json!({ name: names }).to_string()
}

fn scope_of(target: &Target) -> (String, String) {
    match target {
        Target::ScaleSet(id) => (id.subscription().to_string(), id.resource_group().to_owned()),
        Target::VirtualMachine(id) => (id.subscription().to_string(), id.resource_group().to_owned()),
    }
}

pub(super) fn existing(action: Action, capture: &ResourceId, location: &str) -> String {
    let verb = match action {
        Action::Show => "show",
        Action::Status => "show-status",
        Action::Stop => "stop",
        Action::Delete => "delete",
    };
    let mut command = Command::new(&format!("az network watcher packet-capture {verb}"));
    command.option("--subscription", &capture.subscription().to_string());
    command.option("--location", location);
    command.option("--name", capture.name());
    command.text
}

/// One option a line.
struct Command {
    text: String,
}

impl Command {
    fn new(start: &str) -> Self {
        Self { text: start.to_owned() }
    }

    fn option(&mut self, name: &str, value: &str) {
        self.raw(name, &quote(value));
    }

    fn options(&mut self, name: &str, values: &[InstanceId]) {
        let values: Vec<String> = values.iter().map(|value| quote(value.name())).collect();
        self.raw(name, &values.join(" "));
    }

    fn raw(&mut self, name: &str, value: &str) {
        self.text.push_str(&format!(" \\\n  {name} {value}"));
    }
}

/// For a POSIX shell: nothing inside single quotes is special; a single quote itself stands outside of them.
fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
