//! Names that hosts call each other: DNS, TLS server names, HTTP hosts.

pub mod dns;
pub mod http;
pub mod tls;
