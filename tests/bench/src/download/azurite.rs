//! Microsoft's storage emulator over TLS, and what its clients need to reach it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub const ACCOUNT: &str = "devstoreaccount1";
const CONTAINER: &str = "captures";
const BLOCK: u64 = 16 * 1024 * 1024;
const VERSION: &str = "2023-11-03";

#[derive(Debug)]
pub struct Azurite {
    child: Child,
    port: u16,
    endpoint: String,
    ca: PathBuf,
    token: String,
    http: reqwest::Client,
}

impl Drop for Azurite {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Azurite {
    pub async fn start(program: &Path, work: &Path) -> Result<Self, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let pair =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(|error| text(&error))?;
        let (ca, key) = (work.join("ca.pem"), work.join("key.pem"));
        std::fs::write(&ca, pair.cert.pem()).map_err(|error| text(&error))?;
        std::fs::write(&key, pair.signing_key.serialize_pem()).map_err(|error| text(&error))?;
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| text(&error))?
            .port();
        let child = Command::new(program)
            .args([
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                &port.to_string(),
                "--silent",
                "--disableTelemetry",
            ])
            .args(["--skipApiVersionCheck", "--oauth", "basic", "-l"])
            .arg(work.join("blobs"))
            .arg("--cert")
            .arg(&ca)
            .arg("--key")
            .arg(&key)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let certificate =
            reqwest::Certificate::from_pem(pair.cert.pem().as_bytes()).map_err(|error| text(&error))?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([certificate])
            .build()
            .map_err(|error| text(&error))?;
        let endpoint = format!("https://localhost:{port}/{ACCOUNT}");
        let azurite = Self { child, port, endpoint, ca, token: token(), http };
        for _ in 0..100 {
            if azurite.send("?restype=container", Vec::new(), &[]).await.is_ok() {
                return Ok(azurite);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("Azurite does not answer".to_owned())
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    async fn send(&self, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Result<(), String> {
        let mut request = self.http.put(format!("{}/{CONTAINER}{path}", self.endpoint));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("x-ms-version", VERSION).bearer_auth(&self.token).body(body);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        if answer.status().is_success() { Ok(()) } else { Err(answer.text().await.unwrap_or_default()) }
    }

    /// A blob as one upload: Azure then keeps its MD5.
    pub async fn put(&self, name: &str, size: u64, seed: u64) -> Result<(), String> {
        self.send(&format!("/{name}"), capture(size, seed, true), &[("x-ms-blob-type", "BlockBlob")]).await
    }

    /// A long blob of blocks, without an MD5.
    pub async fn put_blocks(&self, name: &str, size: u64) -> Result<(), String> {
        let mut list = String::from("<BlockList>");
        let mut at = 0;
        while at < size {
            let length = BLOCK.min(size - at);
            let id = STANDARD.encode(format!("{at:016}"));
            let query = percent(&id);
            self.send(&format!("/{name}?comp=block&blockid={query}"), capture(length, at, at == 0), &[])
                .await?;
            list += &format!("<Latest>{id}</Latest>");
            at += length;
        }
        list += "</BlockList>";
        self.send(&format!("/{name}?comp=blocklist"), list.into_bytes(), &[]).await
    }

    pub fn client_arguments(&self, endpoint: &str, prefix: &str) -> Vec<String> {
        let ca = self.ca.display().to_string();
        ["fetch", endpoint, CONTAINER, prefix, &ca, &self.token].map(str::to_owned).to_vec()
    }

    pub fn curl(&self, endpoint: &str, names: &[&str], at_once: usize) -> Vec<String> {
        let mut words = vec!["--silent".to_owned(), "--fail".to_owned(), "--cacert".to_owned()];
        words.push(self.ca.display().to_string());
        words.extend(["-H".to_owned(), format!("Authorization: Bearer {}", self.token)]);
        words.extend(["-H".to_owned(), format!("x-ms-version: {VERSION}")]);
        if at_once > 1 {
            words.extend(["--parallel".to_owned(), "--parallel-max".to_owned(), at_once.to_string()]);
        }
        for name in names {
            words.extend(["-O".to_owned(), format!("{endpoint}/{CONTAINER}/{name}")]);
        }
        words
    }
}

fn percent(text: &str) -> String {
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

/// Azurite reads the claims and checks no signature.
fn token() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let part = |json: String| URL_SAFE_NO_PAD.encode(json);
    let claims = format!(
        r#"{{"aud":"https://storage.azure.com","iss":"https://sts.windows.net/11111111-2222-3333-4444-555555555555/","iat":{},"nbf":{},"exp":{}}}"#,
        now - 60,
        now - 60,
        now + 24 * 3600,
    );
    format!(
        "{}.{}.{}",
        part(r#"{"alg":"RS256","typ":"JWT"}"#.to_owned()),
        part(claims),
        part("unsigned".to_owned())
    )
}

/// `size` bytes of UDP packets between many hosts, with the file header where `first`.
fn capture(size: u64, seed: u64, first: bool) -> Vec<u8> {
    let mut file = Vec::with_capacity(size as usize + 2048);
    if first {
        file.extend([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]);
        file.extend([0; 8]);
        file.extend(65535u32.to_le_bytes());
        file.extend(101u32.to_le_bytes());
    }
    let mut random = seed;
    while (file.len() as u64) < size {
        random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let word = random >> 20;
        let rest = size - file.len() as u64;
        // The last packet fills the block, so that packets never straddle two.
        let mut length = 60 + (word % 900) as u32;
        if rest < 2 * 1000 + 32 {
            length = (rest.saturating_sub(16) as u32).clamp(28, 2100);
        }
        file.extend((1_700_000_000 + (word % 3600) as u32).to_le_bytes());
        file.extend((word as u32 % 1_000_000).to_le_bytes());
        file.extend(length.to_le_bytes());
        file.extend(length.to_le_bytes());
        let start = file.len();
        file.extend([0x45, 0]);
        file.extend((length as u16).to_be_bytes());
        file.extend([0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 4, 10, 1]);
        file.extend(((word >> 10) as u16 % 2000).to_be_bytes());
        file.extend([0x13, 0x88]);
        file.extend((1024 + (word >> 24) as u16 % 8).to_be_bytes());
        file.extend((length as u16 - 20).to_be_bytes());
        file.extend([0, 0]);
        file.resize(start + length as usize, word as u8);
    }
    file.truncate(size as usize);
    file
}

impl Azurite {
    /// azcopy takes a SAS alone where no one can sign in; Azurite's well-known key signs it.
    pub fn azcopy(&self, name: &str) -> Vec<String> {
        let words = ["copy", &format!("{}/{CONTAINER}/{name}?{}", self.endpoint, self.sas()), "."];
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn sas(&self) -> String {
        use hmac::{Hmac, Mac};
        /// Microsoft's published key of the emulator; no secret.
        const KEY: &str =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        let (permissions, end) = ("rl", "2099-01-01T00:00:00Z");
        let signed = format!("{ACCOUNT}\n{permissions}\nb\nsco\n\n{end}\n\n\n2020-12-06\n\n");
        let key = STANDARD.decode(KEY).unwrap_or_default();
        let signature = Hmac::<sha2::Sha256>::new_from_slice(&key).map(|mut mac| {
            mac.update(signed.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        });
        format!(
            "sv=2020-12-06&ss=b&srt=sco&sp={permissions}&se={}&sig={}",
            end.replace(':', "%3A"),
            percent(&signature.unwrap_or_default())
        )
    }
}
