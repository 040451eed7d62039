//! The simulator beside the helper: started for a test program, asked and troubled through its control endpoint.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Profile, within};

pub struct Sim {
    child: Child,
    pub ready: Value,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
}

/// The simulator's program: the one that `AZURE_SIM` names, or the one beside the helper's.
fn program() -> PathBuf {
    if let Some(program) = std::env::var_os("AZURE_SIM") {
        return program.into();
    }
    let program = Path::new(super::PROGRAM).with_file_name("azure-sim");
    // `make test` builds it together with the helper.
    if program.is_file() {
        return program;
    }
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "-p", "azure-sim"])
        .args((!cfg!(debug_assertions)).then_some("--release"))
        .status()
        .expect("cargo starts");
    assert!(built.success(), "azure-sim does not build");
    program
}

impl Sim {
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(program())
            .arg("up")
            .args(arguments)
            .current_dir(super::repository(""))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the simulator starts");
        let output = child.stdout.take().expect("stdout");
        let line = within(Duration::from_secs(60), move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).expect("a line");
            line
        });
        let ready: Value = serde_json::from_str(&line).expect("the readiness line");
        let pem = std::fs::read(ready["ca"].as_str().expect("ca")).expect("the CA");
        let ca = reqwest::Certificate::from_pem_bundle(&pem).expect("PEM");
        let http = reqwest::Client::builder().tls_certs_only(ca).no_proxy().build().expect("a client");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        Self { child, ready, runtime, http }
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn text(&self, name: &str) -> String {
        self.ready[name].as_str().expect(name).to_owned()
    }

    pub fn scale_set(&self, name: &str) -> String {
        let first = self.text("scaleSet");
        format!("{}/{name}", first.rsplit_once('/').expect("an id").0)
    }

    /// A profile whose portal belongs to this simulator, signed in as `client`.
    pub fn profile(&self, client: Option<&str>, network: &str) -> Profile {
        let profile = Profile::new(&format!(
            "[portals]\n'portal.azure.com' = 'sim'\n[clouds.sim]\nresource_manager = '{}'\nca_file = '{}'\n\
             [network]\npoll_seconds = 0.1\nretry_delay_seconds = 0.05\n{network}\n",
            self.text("resourceManager"),
            self.text("ca"),
        ));
        match client {
            Some(client) => profile
                .with("AZURE_TENANT_ID", &self.text("tenant"))
                .with("AZURE_CLIENT_ID", client)
                .with("AZURE_CLIENT_SECRET", &self.text("clientSecret")),
            None => profile,
        }
    }

    pub fn owner(&self, network: &str) -> Profile {
        self.profile(Some(&self.text("clientId")), network)
    }

    /// Asks the control endpoint.
    pub fn control(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{}/{path}", self.text("control"));
        let mut request = self.http.request(method.parse().expect("a method"), url);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.runtime.block_on(async {
            let answer = request.send().await.expect("the simulator answers");
            assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
            let bytes = answer.bytes().await.expect("a body");
            serde_json::from_slice(&bytes).unwrap_or(Value::Null)
        })
    }

    /// The next matching request meets the fault; `times` of null for all of them.
    pub fn fault(&self, operation: &str, times: Value, fault: &Value) {
        let rule = json!({"match": {"operation": operation}, "times": times, "fault": fault});
        self.control("POST", "faults", Some(&rule));
    }

    pub fn calm(&self) {
        self.control("DELETE", "faults", None);
    }

    pub fn requests(&self) -> Vec<Value> {
        let log = self.control("GET", "requests", None);
        log["value"].as_array().cloned().unwrap_or_default()
    }

    pub fn forget_requests(&self) {
        self.control("DELETE", "requests", None);
    }

    /// Every token and signature that was handed out.
    pub fn secrets(&self) -> Vec<String> {
        let secrets = self.control("GET", "secrets", None);
        let secrets = secrets["value"].as_array().cloned().unwrap_or_default();
        secrets.iter().filter_map(|secret| secret.as_str().map(str::to_owned)).collect()
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        // It ends Azurite with itself only when it is asked to, not when it is killed.
        let _gone = Command::new("kill").arg(self.child.id().to_string()).status();
        let _status = self.child.wait();
    }
}
