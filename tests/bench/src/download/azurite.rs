//! Microsoft's storage emulator over TLS, and what its clients need to reach it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::client::{self, Looked};
use super::cost::Run;

const ACCOUNT: &str = "devstoreaccount1";
pub const CONTAINER: &str = "captures";
const BLOCK: usize = 16 << 20;
/// Without room from the start, V8 collects the whole heap after each 20 MiB served in some runs and never in others: the
/// same download takes curl 1.4 s or 2.5 s.
const HEAP: &str = "--initial-old-space-size=1024";
const VERSION: &str = "2023-11-03";

#[derive(Debug)]
pub struct Azurite {
    child: Child,
    pub port: u16,
    ca: PathBuf,
    token: String,
    http: reqwest::Client,
    /// For what azcopy writes beside the files.
    work: PathBuf,
}

impl Drop for Azurite {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Azurite {
    /// Runs it under `root`, where `npm ci` put it; it keeps everything in `work`.
    pub async fn start(root: &Path, work: &Path) -> Result<Self, String> {
        let program = root.join("node_modules/.bin/azurite-blob");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let pair = rcgen::generate_simple_self_signed(names).map_err(|error| error.to_string())?;
        let (ca, key) = (work.join("ca.pem"), work.join("key.pem"));
        let text = |error: std::io::Error| error.to_string();
        std::fs::write(&ca, pair.cert.pem()).map_err(text)?;
        std::fs::write(&key, pair.signing_key.serialize_pem()).map_err(text)?;
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(text)?.port();
        let child = Command::new("node")
            .arg(HEAP)
            .arg(&program)
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
            reqwest::Certificate::from_pem(pair.cert.pem().as_bytes()).map_err(|error| error.to_string())?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([certificate])
            .build()
            .map_err(|error| error.to_string())?;
        let azurite = Self { child, port, ca, token: token(), http, work: work.to_owned() };
        for _ in 0..300 {
            if azurite.send("?restype=container", Vec::new(), &[]).await.is_ok() {
                return Ok(azurite);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("Azurite does not answer".to_owned())
    }

    async fn send(&self, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Result<(), String> {
        let mut request = self.http.put(format!("{}{path}", url(self.port, "")));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("x-ms-version", VERSION).bearer_auth(&self.token).body(body);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        if answer.status().is_success() { Ok(()) } else { Err(answer.text().await.unwrap_or_default()) }
    }

    /// A blob as one upload: storage then keeps its MD5.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), String> {
        self.send(&format!("/{name}"), bytes, &[("x-ms-blob-type", "BlockBlob")]).await
    }

    /// A long blob of blocks, without an MD5.
    pub async fn put_blocks(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let mut list = String::from("<BlockList>");
        for (number, block) in bytes.chunks(BLOCK).enumerate() {
            let id = STANDARD.encode(format!("{number:016}"));
            self.send(&format!("/{name}?comp=block&blockid={}", percent(&id)), block.to_vec(), &[]).await?;
            list += &format!("<Latest>{id}</Latest>");
        }
        list += "</BlockList>";
        self.send(&format!("/{name}?comp=blocklist"), list.into_bytes(), &[]).await
    }

    /// This program's own client, on a port that may be a proxy's.
    pub fn ours(
        &self,
        name: &'static str,
        port: u16,
        prefix: &'static str,
        flags: &[&str],
    ) -> Result<Run, String> {
        let ca = self.ca.display().to_string();
        let endpoint = format!("https://localhost:{port}/{ACCOUNT}");
        let words = ["fetch", &endpoint, CONTAINER, prefix, &ca, &self.token];
        Ok(Run {
            name,
            program: std::env::current_exe().map_err(|error| error.to_string())?,
            arguments: words.iter().chain(flags).map(|&word| word.to_owned()).collect(),
            environment: Vec::new(),
            leaves: (!flags.contains(&"--no-keep")).then_some(prefix),
        })
    }

    /// The first packets of a blob, by this program's own client.
    pub async fn look(&self, container: &str, blob: &str, packets: u32) -> Result<Looked, String> {
        let endpoint = format!("https://localhost:{}/{ACCOUNT}", self.port);
        client::look(&endpoint, container, blob, &self.ca, &self.token, packets).await
    }

    pub fn curl(&self, port: u16, prefix: &'static str, names: &[String], at_once: usize) -> Run {
        let mut words = vec!["--silent".to_owned(), "--fail".to_owned(), "--cacert".to_owned()];
        words.push(self.ca.display().to_string());
        words.extend(["-H".to_owned(), format!("Authorization: Bearer {}", self.token)]);
        words.extend(["-H".to_owned(), format!("x-ms-version: {VERSION}")]);
        if at_once > 1 {
            words.extend(["--parallel", "--parallel-max"].map(str::to_owned));
            words.push(at_once.to_string());
        }
        for name in names {
            words.extend(["-O".to_owned(), format!("{}/{name}", url(port, ""))]);
        }
        Run {
            name: "curl",
            program: "curl".into(),
            arguments: words,
            environment: Vec::new(),
            leaves: Some(prefix),
        }
    }

    /// azcopy takes a SAS where no one can sign in; Azurite's well-known key signs it.
    pub fn azcopy(&self, program: &Path, prefix: &'static str, name: &str) -> Run {
        // Only by an address does it see that the account stands in the path.
        let source = format!("https://127.0.0.1:{}/{ACCOUNT}/{CONTAINER}/{name}?{}", self.port, sas());
        let beside = |name: &str| self.work.join(name).display().to_string();
        Run {
            name: "azcopy",
            program: program.to_owned(),
            arguments: ["copy", &source, ".", "--from-to", "BlobLocal", "--output-level", "essential"]
                .map(str::to_owned)
                .to_vec(),
            environment: vec![
                ("SSL_CERT_FILE", self.ca.display().to_string()),
                ("AZCOPY_LOG_LOCATION", beside("azcopy-log")),
                ("AZCOPY_JOB_PLAN_LOCATION", beside("azcopy-plan")),
                ("AZCOPY_DISABLE_SYSLOG", "true".to_owned()),
            ],
            leaves: Some(prefix),
        }
    }
}

fn url(port: u16, blob: &str) -> String {
    format!("https://localhost:{port}/{ACCOUNT}/{CONTAINER}{blob}")
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

fn sas() -> String {
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
