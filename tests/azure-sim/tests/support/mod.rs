//! A running simulator and a client of it. Each test starts its own, so that none sees another's faults.

#![allow(dead_code, reason = "each test file is a crate of its own and uses a part of this")]

use std::process::Stdio;
use std::time::Duration;

use reqwest::{Certificate, Client, Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

pub const STORAGE: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/shop-rg/providers/Microsoft.Storage/storageAccounts/shopcaptures";
pub const NETWORK: &str = "2024-05-01";
pub const READER: &str = "00000000-0000-0000-0000-00000000bbbb";
pub const NETWORK_CONTRIBUTOR: &str = "00000000-0000-0000-0000-00000000cccc";
pub const CONTRIBUTOR: &str = "00000000-0000-0000-0000-00000000dddd";

pub struct Sim {
    child: Child,
    /// What a simulator that is killed leaves goes with it; after `child`, so that it is ended first.
    _folder: tempfile::TempDir,
    pub line: Value,
    pub client: Client,
    pub token: String,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// ARM's error code.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}

impl Sim {
    pub async fn up(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_azure-sim"))
            .arg("up")
            .env("TMPDIR", folder.path())
            .args(options)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(Duration::from_secs(120), lines.next_line()).await.unwrap().unwrap();
        let line: Value = serde_json::from_str(&line.expect("the simulator ended before its line")).unwrap();
        let ca = Certificate::from_pem(&std::fs::read(line["ca"].as_str().unwrap()).unwrap()).unwrap();
        let client = Client::builder()
            .tls_certs_only([ca])
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let mut sim = Self { child, _folder: folder, line, client, token: String::new() };
        sim.token = sim.sign_in(&sim.text("clientId"), &sim.text("clientSecret"), "resourceManager").await;
        sim
    }

    pub fn text(&self, member: &str) -> String {
        self.line[member].as_str().unwrap().to_owned()
    }

    /// A service principal's token for `resourceManager` or `storage`.
    pub async fn sign_in(&self, client: &str, secret: &str, audience: &str) -> String {
        let scope = match audience {
            "storage" => "https://storage.azure.com/.default".to_owned(),
            _ => format!("{}/.default", self.text(audience)),
        };
        let answer = self
            .token_endpoint(&[
                ("client_id", client),
                ("client_secret", secret),
                ("grant_type", "client_credentials"),
                ("scope", &scope),
            ])
            .await;
        answer.body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {}", answer.body)).to_owned()
    }

    pub async fn token_endpoint(&self, form: &[(&str, &str)]) -> Answer {
        let url = format!("{}/{}/oauth2/v2.0/token", self.text("authority"), self.text("tenant"));
        read(self.client.post(url).form(form).send().await.unwrap()).await
    }

    /// A request to Resource Manager; `path` gets the api-version where it has none.
    pub async fn arm(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        read(self.try_arm(method, path, body, &self.token).await.unwrap()).await
    }

    pub async fn try_arm(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        token: &str,
    ) -> reqwest::Result<reqwest::Response> {
        let mut url = match path.starts_with("https://") {
            true => path.to_owned(),
            false => format!("{}{path}", self.text("resourceManager")),
        };
        if !url.contains("api-version=") {
            let sign = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{sign}api-version={NETWORK}");
        }
        let mut request = self.client.request(method, url).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.arm(Method::GET, path, None).await
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> Answer {
        let url = format!("{}{path}", self.text("control"));
        read(self.client.request(method, url).json(&body).send().await.unwrap()).await
    }

    /// Changes some of the settings.
    pub async fn set(&self, change: Value) {
        let mut settings = self.control(Method::GET, "/settings", json!(null)).await.body;
        for (name, value) in change.as_object().unwrap() {
            settings[name] = value.clone();
        }
        assert_eq!(self.control(Method::PUT, "/settings", settings).await.status, StatusCode::OK);
    }

    pub async fn fault(&self, rule: Value) {
        assert_eq!(self.control(Method::POST, "/faults", rule).await.status, StatusCode::CREATED);
    }

    pub fn watcher(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope",
            self.text("subscription")
        )
    }

    pub fn capture(&self, name: &str) -> String {
        format!("{}/packetCaptures/{name}", self.watcher())
    }

    /// The body of a capture of the whole scale set into the usual account, with further properties.
    pub fn wish(&self, more: Value) -> Value {
        let mut properties = json!({
            "target": self.text("scaleSet"), "targetType": "AzureVMSS", "storageLocation": { "storageId": STORAGE },
        });
        for (name, value) in more.as_object().unwrap() {
            properties[name] = value.clone();
        }
        json!({ "properties": properties })
    }

    /// Follows `Azure-AsyncOperation` until the operation has ended.
    pub async fn finish(&self, started: &Answer) -> Value {
        let url = started.header("azure-asyncoperation").to_owned();
        assert!(!url.is_empty(), "no operation in {started:?}");
        self.until(&url, |answer| answer.body["status"] != "InProgress").await.body
    }

    /// Asks again until `done`, for a minute at most.
    pub async fn until(&self, url: &str, done: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..600 {
            let answer = self.get(url).await;
            if done(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("gave up on {url}");
    }

    /// Creates a capture and waits until its session runs.
    pub async fn start(&self, name: &str, wish: Value) -> Answer {
        let created = self.arm(Method::PUT, &self.capture(name), Some(wish)).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
        assert_eq!(self.finish(&created).await["status"], "Succeeded");
        self.get(&self.capture(name)).await
    }

    pub async fn stop(&self, name: &str) {
        let stopping = self.arm(Method::POST, &format!("{}/stop", self.capture(name)), None).await;
        assert_eq!(stopping.status, StatusCode::ACCEPTED);
        assert_eq!(self.finish(&stopping).await["status"], "Succeeded");
    }

    /// The status once the session has ended.
    pub async fn ended(&self, name: &str) -> Value {
        self.set(json!({ "statusForm": "direct" })).await;
        let url = format!("{}/queryStatus", self.capture(name));
        for _ in 0..600 {
            let status = self.arm(Method::POST, &url, None).await.body;
            if status["packetCaptureStatus"] != "Running" && status["packetCaptureStatus"] != "NotStarted" {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{name} does not end");
    }

    /// Names and contents of the blobs below a capture's storage path.
    pub async fn files(&self, created: &Answer) -> Vec<(String, Vec<u8>)> {
        let path = created.body["properties"]["storageLocation"]["storagePath"].as_str().unwrap();
        let base = format!("{}/shopcaptures/", self.text("blob"));
        let (container, prefix) = path.strip_prefix(&base).unwrap().split_once('/').unwrap();
        let owner = self.text("clientId");
        let token = self.sign_in(&owner, "sim-secret", "storage").await;
        let ask = |url: String| {
            self.client.get(url).bearer_auth(&token).header("x-ms-version", "2023-11-03").send()
        };
        let listed =
            ask(format!("{base}{container}?restype=container&comp=list&prefix={prefix}")).await.unwrap();
        assert_eq!(listed.status(), StatusCode::OK);
        let listed = listed.text().await.unwrap();
        let names: Vec<&str> =
            listed.split("<Name>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
        let mut files = Vec::new();
        for name in names {
            let blob = ask(format!("{base}{container}/{name}")).await.unwrap();
            assert_eq!(blob.status(), StatusCode::OK);
            files.push((name.to_owned(), blob.bytes().await.unwrap().to_vec()));
        }
        files
    }

    pub fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// SIGTERM, and the exit that must follow.
    pub async fn terminate(mut self) -> std::process::ExitStatus {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
        tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await.unwrap().unwrap()
    }
}

pub async fn read(response: reqwest::Response) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
}

/// The packets of a little-endian pcap file: time in microseconds, frame, original length.
pub fn packets(file: &[u8]) -> Vec<(u64, Vec<u8>, u32)> {
    assert_eq!(&file[..4], &[0xd4, 0xc3, 0xb2, 0xa1]);
    let mut rest = &file[24..];
    let mut packets = Vec::new();
    while !rest.is_empty() {
        let word = |n: usize| u32::from_le_bytes(rest[n * 4..n * 4 + 4].try_into().unwrap());
        let (seconds, micros, length, original) = (word(0), word(1), word(2) as usize, word(3));
        packets.push((
            u64::from(seconds) * 1_000_000 + u64::from(micros),
            rest[16..16 + length].to_vec(),
            original,
        ));
        rest = &rest[16 + length..];
    }
    packets
}
