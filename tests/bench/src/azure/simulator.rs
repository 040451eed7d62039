//! `azure-sim up --scenario big`, and its control endpoint.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::pcap::root;

pub struct Simulator {
    child: Child,
    line: Value,
    certificate: reqwest::Certificate,
    http: reqwest::Client,
}

impl Simulator {
    pub fn start(program: &Path) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", program.display());
        let mut child = Command::new(program)
            .args(["up", "--scenario", "big"])
            .current_dir(root())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&error))?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("no stdout")?;
        BufReader::new(output).read_line(&mut line).map_err(|error| failed(&error))?;
        let line: Value = serde_json::from_str(&line).map_err(|error| failed(&error))?;
        let pem = std::fs::read(line["ca"].as_str().unwrap_or_default()).map_err(|error| failed(&error))?;
        let certificate = reqwest::Certificate::from_pem(&pem).map_err(|error| failed(&error))?;
        let http = client(&certificate)?;
        Ok(Self { child, line, certificate, http })
    }

    pub fn text(&self, name: &str) -> String {
        self.line[name].as_str().unwrap_or_default().to_owned()
    }

    /// A client with no connection yet.
    pub fn client(&self) -> Result<reqwest::Client, String> {
        client(&self.certificate)
    }

    pub async fn token(&self) -> Result<String, String> {
        let url = format!("{}/{}/oauth2/v2.0/token", self.text("authority"), self.text("tenant"));
        let scope = format!("{}/.default", self.text("resourceManager"));
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.text("clientId")),
            ("client_secret", &self.text("clientSecret")),
            ("scope", &scope),
        ];
        let answer = self.http.post(url).form(&form).send().await.map_err(|error| error.to_string())?;
        let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
        answer["access_token"].as_str().map(str::to_owned).ok_or_else(|| "no token".to_owned())
    }

    async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, String> {
        let method = method.parse().map_err(|error| format!("{error}"))?;
        let mut request = self.http.request(method, format!("{}/{path}", self.text("control")));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        let bytes =
            answer.map_err(|error| error.to_string())?.bytes().await.map_err(|error| error.to_string())?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// From now on every answer of Resource Manager takes this much longer.
    pub async fn slow_down(&self, seconds: f64) -> Result<(), String> {
        self.control("DELETE", "faults", None).await?;
        if seconds > 0.0 {
            let rule = json!({"match": {"service": "arm"}, "times": null, "fault": {"kind": "delay", "seconds": seconds}});
            self.control("POST", "faults", Some(rule)).await?;
        }
        Ok(())
    }

    pub async fn forget_requests(&self) -> Result<(), String> {
        self.control("DELETE", "requests", None).await.map(drop)
    }

    /// Requests to Resource Manager, but for the discovery of the cloud, which is asked once a process.
    pub async fn requests_of_opening(&self) -> Result<usize, String> {
        let log = self.control("GET", "requests", None).await?;
        let requests = log["value"].as_array().map(Vec::as_slice).unwrap_or_default();
        let counts =
            |request: &&Value| request["service"] == "arm" && request["operation"] != "metadata.endpoints";
        Ok(requests.iter().filter(counts).count())
    }
}

fn client(certificate: &reqwest::Certificate) -> Result<reqwest::Client, String> {
    reqwest::Client::builder()
        .tls_certs_only([certificate.clone()])
        .no_proxy()
        .build()
        .map_err(|error| error.to_string())
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It takes Azurite down with itself when it is asked to end.
        let _gone = Command::new("kill").arg(self.child.id().to_string()).status();
        let _status = self.child.wait();
    }
}
