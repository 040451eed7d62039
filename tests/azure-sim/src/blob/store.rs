//! How the agents put their files into Azurite: with a SAS (never in an error), past the front and its faults.

use std::path::Path;

use anyhow::{Context, Result, bail};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Certificate, Client, StatusCode};
use time::{Duration, OffsetDateTime};

use super::sas::AccountSas;
use crate::clock::sas_time;
use crate::world::storage::StorageAccount;

/// What stays as it is in a blob's name within a URL.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

#[derive(Debug)]
pub struct Store {
    pub client: Client,
    /// `https://127.0.0.1:port` of Azurite itself.
    pub base: String,
}

impl Store {
    pub fn new(port: u16, ca: &Path) -> Result<Self> {
        let ca = Certificate::from_pem(&std::fs::read(ca)?)?;
        let client =
            Client::builder().tls_certs_only([ca]).no_proxy().build().context("the client to Azurite")?;
        Ok(Self { client, base: format!("https://127.0.0.1:{port}") })
    }

    /// Creates the container where it is missing, and writes one blob.
    pub async fn put(
        &self,
        account: &StorageAccount,
        container: &str,
        name: &str,
        content: Vec<u8>,
    ) -> Result<()> {
        let expiry = sas_time(OffsetDateTime::now_utc() + Duration::hours(1));
        let [key, _] = account.keys();
        let sas = AccountSas {
            services: "b",
            resource_types: "sco",
            permissions: "rwlc",
            start: "",
            expiry: &expiry,
            protocol: "https",
        }
        .sign(&account.name, &key);
        let container = format!("{}/{}/{container}", self.base, account.name);
        let created = self
            .client
            .put(format!("{container}?restype=container&{sas}"))
            .send()
            .await
            .map_err(reqwest::Error::without_url)?;
        if !created.status().is_success() && created.status() != StatusCode::CONFLICT {
            bail!("creating the container: {}", created.status());
        }
        let url = format!("{container}/{}?{sas}", utf8_percent_encode(name, NAME));
        let written = self
            .client
            .put(url)
            .header("x-ms-blob-type", "BlockBlob")
            .header("content-type", "application/octet-stream")
            .body(content)
            .send()
            .await
            .map_err(reqwest::Error::without_url)?;
        if !written.status().is_success() {
            bail!("writing the blob: {}", written.status());
        }
        Ok(())
    }
}
