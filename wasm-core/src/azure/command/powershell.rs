//! Commands of Az PowerShell.

use super::Action;
use crate::{
    azure::{
        capture::{CaptureLimits, CaptureRequest, Scope, Target},
        resource::{InstanceId, ResourceId},
    },
    filter::{CaptureFilter, FilterInput},
};

pub(super) fn start(request: &CaptureRequest, watcher: Option<&ResourceId>) -> String {
    let mut script = String::new();
    script.push_str(&format!("$watcher = {}\n", watcher_lookup(request.target(), watcher)));
    let filters = request.filters().filters();
    for (index, filter) in filters.iter().enumerate() {
        script.push_str(&format!("$filter{} = {}\n", index.saturating_add(1), filter_config(filter)));
    }
    // In Az.Network an absent list of the other kind fails with a null reference: an empty one does not.
    let scope = match request.scope() {
        Scope::All => None,
        Scope::Include(list) => Some(format!("-Include {} -Exclude @()", names(list))),
        Scope::Exclude(list) => Some(format!("-Include @() -Exclude {}", names(list))),
    };
    if let Some(scope) = &scope {
        script.push_str(&format!("$scope = New-AzPacketCaptureScopeConfig {scope}\n"));
    }
    let mut command = Command::new("New-AzNetworkWatcherPacketCaptureV2");
    command.raw("NetworkWatcher", "$watcher");
    command.text("Name", request.name().as_str());
    command.text("TargetId", &request.target().to_string());
    command.raw("TargetType", request.target().target_type().as_str());
    if let Some(account) = request.storage().account() {
        command.text("StorageAccountId", &account.account().to_string());
        if let Some(path) = account.path() {
            command.text("StoragePath", path);
        }
    }
    let file = request.storage().file().map(|file| file.as_str());
    let bytes = request.settings().bytes_per_packet();
    // 0, the whole packet, is below what the cmdlet takes and is its default.
    if bytes > 0 {
        command.raw("BytesToCapturePerPacket", &bytes.to_string());
    }
    match request.settings().limits() {
        CaptureLimits::Session(limits) => {
            if let Some(file) = file {
                command.text("LocalFilePath", file);
            }
            command.raw("TotalBytesPerSession", &limits.bytes().to_string());
            command.raw("TimeLimitInSecond", &limits.seconds().to_string());
        }
        CaptureLimits::Ring(ring) => {
            script.push_str(&format!(
                "$settings = New-AzPacketCaptureSettingsConfig -FileCount {} -FileSizeInBytes {} \
                 -SessionTimeLimitInSeconds {}\n",
                ring.file_count(),
                ring.file_bytes(),
                ring.seconds(),
            ));
            if let Some(file) = file {
                command.text("LocalPath", file);
            }
            command.raw("ContinuousCapture", if ring.continuous() { "$true" } else { "$false" });
            command.raw("CaptureSetting", "$settings");
        }
    }
    if scope.is_some() {
        command.raw("Scope", "$scope");
    }
    if !filters.is_empty() {
        let names: Vec<String> = (1..=filters.len()).map(|number| format!("$filter{number}")).collect();
        command.raw("Filter", &names.join(", "));
    }
    script.push_str(&command.text);
    script
}

fn watcher_lookup(target: &Target, watcher: Option<&ResourceId>) -> String {
    match (watcher, target) {
        (Some(watcher), _) => format!(
            "Get-AzNetworkWatcher -Name {} -ResourceGroupName {}",
            quote(watcher.name()),
            quote(watcher.resource_group())
        ),
        (None, Target::ScaleSet(id)) => format!(
            "Get-AzNetworkWatcher -Location (Get-AzVmss -ResourceGroupName {} -VMScaleSetName {}).Location",
            quote(id.resource_group()),
            quote(id.name())
        ),
        (None, Target::VirtualMachine(id)) => format!(
            "Get-AzNetworkWatcher -Location (Get-AzVM -ResourceGroupName {} -Name {}).Location",
            quote(id.resource_group()),
            quote(id.name())
        ),
    }
}

fn filter_config(filter: &CaptureFilter) -> String {
    let input = FilterInput::from(filter);
    let mut text = format!("New-AzPacketCaptureFilterConfig -Protocol {}", input.protocol);
    for (name, value) in [
        ("LocalIPAddress", &input.local_ip_address),
        ("LocalPort", &input.local_port),
        ("RemoteIPAddress", &input.remote_ip_address),
        ("RemotePort", &input.remote_port),
    ] {
        if !value.is_empty() {
            text.push_str(&format!(" -{name} {}", quote(value)));
        }
    }
    text
}

fn names(list: &[InstanceId]) -> String {
    list.iter().map(|instance| quote(instance.name())).collect::<Vec<_>>().join(", ")
}

pub(super) fn existing(action: Action, capture: &ResourceId, location: &str) -> String {
    let cmdlet = match action {
        // One cmdlet tells the resource and its state.
        Action::Show | Action::Status => "Get-AzNetworkWatcherPacketCapture",
        Action::Stop => "Stop-AzNetworkWatcherPacketCapture",
        Action::Delete => "Remove-AzNetworkWatcherPacketCapture",
    };
    let mut command = Command::new(cmdlet);
    command.text("Location", location);
    command.text("PacketCaptureName", capture.name());
    command.text
}

/// One parameter a line.
struct Command {
    text: String,
}

impl Command {
    fn new(cmdlet: &str) -> Self {
        Self { text: cmdlet.to_owned() }
    }

    fn text(&mut self, name: &str, value: &str) {
        self.raw(name, &quote(value));
    }

    fn raw(&mut self, name: &str, value: &str) {
        self.text.push_str(&format!(" `\n  -{name} {value}"));
    }
}

/// Single-quoted: nothing inside is expanded. PowerShell takes typographic quotes for quotes too.
fn quote(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push('\'');
    quoted
}
