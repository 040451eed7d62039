//! A packet capture: what was asked for, and how its session goes.

use std::sync::Arc;

use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::sync::Notify;

use super::Etag;
use crate::clock::arm_time;

#[derive(Debug)]
pub struct Capture {
    pub name: String,
    pub etag: Etag,
    pub provisioning: Provisioning,
    pub wish: Wish,
    /// As the answer shows it: given, chosen by the service, or empty for a local file alone.
    pub storage_path: String,
    pub session: Session,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provisioning {
    Updating,
    Succeeded,
    Failed,
    Canceled,
    Deleting,
}

/// The accepted body of a creation.
#[derive(Debug, Clone)]
pub struct Wish {
    pub target: String,
    pub target_type: TargetType,
    /// Full ids of instances.
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    /// 0 = whole packets.
    pub bytes_per_packet: u64,
    pub limits: Limits,
    pub storage_id: Option<String>,
    pub storage_path: Option<String>,
    pub file_path: Option<String>,
    pub local_path: Option<String>,
    pub filters: Vec<Filter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetType {
    AzureVm,
    AzureVmss,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limits {
    Classic { total_bytes: u64, seconds: u64 },
    Ring { continuous: Option<bool>, files: u64, file_bytes: u64, seconds: u64 },
}

/// A filter as the service gives it back: absent fields are empty.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub protocol: String,
    pub local_address: String,
    pub remote_address: String,
    pub local_port: String,
    pub remote_port: String,
}

#[derive(Debug, Clone)]
pub enum Session {
    NotStarted,
    Running {
        since: OffsetDateTime,
        stop: Arc<Stop>,
    },
    Ended {
        since: OffsetDateTime,
        status: &'static str,
        reason: Option<&'static str>,
        errors: Vec<&'static str>,
    },
}

/// How a running session hears that it is to stop, and others hear that it has.
#[derive(Debug, Default)]
pub struct Stop {
    pub wanted: Notify,
    pub ended: Notify,
}

impl Provisioning {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Updating => "Updating",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
            Self::Deleting => "Deleting",
        }
    }
}

impl Filter {
    fn arm(&self) -> Value {
        json!({
            "protocol": self.protocol, "localIPAddress": self.local_address, "remoteIPAddress": self.remote_address,
            "localPort": self.local_port, "remotePort": self.remote_port,
        })
    }

    /// As the az CLI writes it, absent fields left out: the form that the filter engine reads.
    pub fn written(&self) -> Value {
        let mut filter = self.arm();
        if let Some(fields) = filter.as_object_mut() {
            fields.retain(|_, value| value.as_str() != Some(""));
        }
        filter
    }
}

impl Capture {
    /// The resource; `watcher` is the ARM id of its Network Watcher.
    pub fn arm(&self, watcher: &str) -> Value {
        let wish = &self.wish;
        let mut properties = json!({
            "provisioningState": self.provisioning.as_str(),
            "target": wish.target,
            "scope": { "include": wish.include, "exclude": wish.exclude },
            "targetType": match wish.target_type { TargetType::AzureVm => "AzureVM", TargetType::AzureVmss => "AzureVMSS" },
            "bytesToCapturePerPacket": wish.bytes_per_packet,
            "filters": wish.filters.iter().map(Filter::arm).collect::<Vec<_>>(),
        });
        match &wish.limits {
            Limits::Classic { total_bytes, seconds } => {
                properties["totalBytesPerSession"] = json!(total_bytes);
                properties["timeLimitInSeconds"] = json!(seconds);
            }
            // Recorded: with capture settings, the classic limits are absent from the answer.
            Limits::Ring { continuous, files, file_bytes, seconds } => {
                if let Some(continuous) = continuous {
                    properties["continuousCapture"] = json!(continuous);
                }
                properties["captureSettings"] = json!({
                    "fileCount": files, "fileSizeInBytes": file_bytes, "sessionTimeLimitInSeconds": seconds
                });
            }
        }
        let mut location = json!({ "storagePath": self.storage_path });
        for (key, value) in
            [("storageId", &wish.storage_id), ("filePath", &wish.file_path), ("localPath", &wish.local_path)]
        {
            if let Some(value) = value {
                location[key] = json!(value);
            }
        }
        properties["storageLocation"] = location;
        json!({
            "name": self.name, "id": self.id(watcher), "etag": self.etag.as_str(),
            "type": "Microsoft.Network/networkWatchers/packetCaptures", "properties": properties,
        })
    }

    pub fn id(&self, watcher: &str) -> String {
        format!("{watcher}/packetCaptures/{}", self.name)
    }

    /// The one aggregate status of all instances; `errors` are those of a running session.
    pub fn status(&self, watcher: &str, errors: &[&str]) -> Value {
        let mut status = json!({ "name": self.name, "id": self.id(watcher) });
        match &self.session {
            Session::NotStarted => {
                status["packetCaptureStatus"] = json!("NotStarted");
                status["packetCaptureError"] = json!([]);
            }
            Session::Running { since, .. } => {
                status["captureStartTime"] = json!(arm_time(*since));
                status["packetCaptureStatus"] = json!("Running");
                status["packetCaptureError"] = json!(errors);
            }
            Session::Ended { since, status: ended, reason, errors } => {
                status["captureStartTime"] = json!(arm_time(*since));
                status["packetCaptureStatus"] = json!(ended);
                if let Some(reason) = reason {
                    status["stopReason"] = json!(reason);
                }
                status["packetCaptureError"] = json!(errors);
            }
        }
        status
    }

    /// A finished capture to fill a region's list: of some machine, or one in 250 of `scale_set`.
    pub fn earlier(subscription: &str, n: usize, scale_set: Option<&str>) -> Self {
        let since = time::macros::datetime!(2026-01-01 00:00 UTC)
            + time::Duration::minutes(i64::try_from(n).unwrap_or(0));
        let (day, moment) = crate::clock::path_times(since);
        let machine = format!("vm-{:04}", n % 977);
        let of_set = scale_set.filter(|_| n % 250 == 249);
        Self {
            name: format!("earlier-{n:05}"),
            etag: Etag::fresh(),
            provisioning: Provisioning::Succeeded,
            wish: Wish {
                target: of_set.map_or_else(
                    || {
                        format!(
                            "/subscriptions/{subscription}/resourceGroups/old-rg/providers/Microsoft.Compute/virtualMachines/{machine}"
                        )
                    },
                    str::to_owned,
                ),
                target_type: if of_set.is_some() { TargetType::AzureVmss } else { TargetType::AzureVm },
                include: Vec::new(),
                exclude: Vec::new(),
                bytes_per_packet: 0,
                limits: Limits::Classic { total_bytes: 1 << 30, seconds: 18_000 },
                storage_id: Some(format!(
                    "/subscriptions/{subscription}/resourceGroups/old-rg/providers/Microsoft.Storage/storageAccounts/oldcaptures"
                )),
                storage_path: None,
                file_path: None,
                local_path: None,
                filters: Vec::new(),
            },
            storage_path: format!(
                "https://oldcaptures.blob.core.windows.net/network-watcher-logs/subscriptions/{subscription}/resourcegroups/old-rg/providers/microsoft.compute/virtualmachines/{machine}/{day}/packetcapture_{moment}.cap"
            ),
            session: Session::Ended {
                since,
                status: "Stopped",
                reason: Some("TimeExceeded"),
                errors: Vec::new(),
            },
        }
    }
}
