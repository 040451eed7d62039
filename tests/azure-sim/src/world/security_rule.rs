//! Rules of network security groups.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

/// A rule of the network security group on the instances' subnet, beside Azure's default rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityRule {
    pub name: String,
    pub priority: u16,
    /// `Inbound` or `Outbound`.
    pub direction: Direction,
    pub access: Access,
    /// `TCP`, `UDP` or `*`.
    #[serde(default = "any")]
    pub protocol: String,
    #[serde(default)]
    pub local_port: Option<u16>,
    #[serde(default)]
    pub remote_port: Option<u16>,
    #[serde(default)]
    pub remote_address: Option<Ipv4Addr>,
}

fn any() -> String {
    "*".to_owned()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    Inbound,
    Outbound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    Allow,
    Deny,
}
