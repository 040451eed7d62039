//! The simulator beside the helper: started for a test program, asked and troubled through its control endpoint.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{PATIENCE, Pipe, Profile, within};

pub struct Sim {
    child: Child,
    pub ready: Value,
    /// As it started, but for quick operations.
    settings: Value,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
}

static SHARED: LazyLock<Mutex<Sim>> = LazyLock::new(|| Sim::for_the_program("1"));

/// The program's simulator, in Azure's own time, without the faults and settings of the test before.
pub fn shared() -> MutexGuard<'static, Sim> {
    Sim::in_turn(&SHARED)
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
        let http = reqwest::Client::builder()
            .tls_certs_only(ca)
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .expect("a client");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let mut sim = Self { child, ready, settings: Value::Null, runtime, http };
        sim.settings = sim.control("GET", "settings", None);
        sim.settings["operationSeconds"] = json!(0.05);
        sim.settings["retryAfterSeconds"] = Value::Null;
        sim.set(&json!({}));
        sim
    }

    /// One for a whole test program: nobody drops a static, so it ends when the program has.
    pub fn for_the_program(time_scale: &str) -> Mutex<Self> {
        let sim = Self::start(&["--time-scale", time_scale]);
        let (program, simulator) = (std::process::id(), sim.child.id());
        std::thread::spawn(move || {
            let watch = format!("while kill -0 {program} 2>/dev/null; do sleep 0.2; done; kill {simulator}");
            Command::new("sh").args(["-c", &watch]).status()
        });
        Mutex::new(sim)
    }

    /// Without the faults and settings of the test before. They concern everybody, so tests take turns.
    pub fn in_turn(sim: &'static Mutex<Self>) -> MutexGuard<'static, Self> {
        let sim = sim.lock().unwrap_or_else(PoisonError::into_inner);
        sim.calm();
        sim.set(&json!({}));
        sim
    }

    /// Changes some settings; the others are as at the start.
    pub fn set(&self, some: &Value) {
        let mut settings = self.settings.clone();
        for (name, value) in some.as_object().expect("settings") {
            settings[name] = value.clone();
        }
        self.control("PUT", "settings", Some(&settings));
    }

    /// An access token for Resource Manager, as an application of the outside gets it.
    pub fn token(&self, client: &str) -> String {
        self.token_for(client, &self.text("resourceManager"))
    }

    fn token_for(&self, client: &str, audience: &str) -> String {
        let url = format!("{}/{}/oauth2/v2.0/token", self.text("authority"), self.text("tenant"));
        let scope = format!("{audience}/.default");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_secret", "any"),
            ("scope", &scope),
        ];
        self.runtime.block_on(async {
            let answer = self.http.post(url).form(&form).send().await.expect("an answer");
            let answer: Value = answer.json().await.expect("JSON");
            answer["access_token"].as_str().expect("a token").to_owned()
        })
    }

    /// What somebody else does to a resource meanwhile, until it is done.
    pub fn arm(&self, method: &str, path: &str) {
        let (root, token) =
            (self.text("resourceManager"), self.token("00000000-0000-0000-0000-0000000000ff"));
        self.runtime.block_on(async {
            let request = |method: &str, url: String| {
                self.http.request(method.parse().expect("a method"), url).bearer_auth(&token)
            };
            let answer = request(method, format!("{root}{path}")).send().await.expect("an answer");
            assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
            let Some(operation) = answer.headers().get("azure-asyncoperation") else { return };
            let operation = operation.to_str().expect("a URL").to_owned();
            loop {
                let state: Value = request("GET", operation.clone())
                    .send()
                    .await
                    .expect("a state")
                    .json()
                    .await
                    .expect("JSON");
                match state["status"].as_str() {
                    Some("Succeeded") => return,
                    Some("InProgress") => tokio::time::sleep(Duration::from_millis(20)).await,
                    other => panic!("{method} {path}: {other:?}"),
                }
            }
        });
    }

    /// The names of the blobs at and below a place in a container.
    pub fn blobs(&self, place: &str) -> Vec<String> {
        let rest =
            place.strip_prefix(&format!("{}/", self.text("blob"))).expect("one of this simulator's blobs");
        let mut parts = rest.splitn(3, '/');
        let mut part = || parts.next().expect("account, container, name").to_owned();
        let (account, container, prefix) = (part(), part(), part());
        let url = format!("{}/{account}/{container}", self.text("blob"));
        let token = self.token_for("00000000-0000-0000-0000-0000000000ff", "https://storage.azure.com");
        self.runtime.block_on(async {
            let query = [("restype", "container"), ("comp", "list"), ("prefix", prefix.as_str())];
            let request =
                self.http.get(url).query(&query).bearer_auth(token).header("x-ms-version", "2023-11-03");
            let text = request.send().await.expect("an answer").text().await.expect("a list");
            assert!(text.contains("<EnumerationResults"), "{text}");
            let names = text.split("<Name>").skip(1);
            names.filter_map(|rest| rest.split("</Name>").next().map(str::to_owned)).collect()
        })
    }

    /// Visits a page as a browser does; the last page's text.
    pub fn visit(&self, url: &str) -> String {
        self.runtime.block_on(async {
            self.http.get(url).send().await.expect("a page").text().await.expect("a text")
        })
    }

    /// Sends a text to the control endpoint.
    pub fn tell(&self, path: &str, text: String) {
        let url = format!("{}/{path}", self.text("control"));
        self.runtime.block_on(async {
            let answer = self.http.post(url).body(text).send().await.expect("the simulator answers");
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
        });
    }

    /// How often an operation was asked for.
    pub fn count(&self, operation: &str) -> usize {
        self.requests().iter().filter(|request| request["operation"] == operation).count()
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

    /// A minute of the three instances of `web-set`, in storage; the message's form of the capture. `more`: how it is
    /// started otherwise than usual. For a simulator where a minute is soon over.
    pub fn taken(&self, profile: &Profile, name: &str, more: &[&str]) -> Value {
        let scale_set = self.scale_set("web-set");
        let start = ["capture", "start", "--scale-set", &scale_set, "--storage-account", "shopcaptures"];
        let output = profile.run(&[&start[..], &["--time-limit", "60", "--name", name], more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tenant = self.text("tenant");
        let capture = json!({"scaleSet": scale_set, "cloud": "public", "tenant": tenant, "capture": name});
        let mut pipe = Pipe::open(profile);
        let ended = pipe.ask(1, json!({"verb": "watch", "capture": capture}));
        assert_eq!(ended["ok"]["status"], "Stopped", "{ended}");
        capture
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

    /// Asks the blob service, with a token that may do everything; gives the body.
    pub fn blob(&self, method: &str, url: &str, body: Vec<u8>) -> Vec<u8> {
        let entra = format!("{}/{}/oauth2/v2.0/token", self.text("authority"), self.text("tenant"));
        let (client, secret) = (self.text("clientId"), self.text("clientSecret"));
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &client),
            ("client_secret", &secret),
            ("scope", "https://storage.azure.com/.default"),
        ];
        self.runtime.block_on(async {
            let answer = self.http.post(entra).form(&form).send().await.expect("Entra answers");
            let token: Value = answer.json().await.expect("a token");
            let request = self.http.request(method.parse().expect("a method"), url);
            let request = request.bearer_auth(token["access_token"].as_str().expect("a token"));
            let request = request.header("x-ms-version", "2023-11-03").header("x-ms-blob-type", "BlockBlob");
            let answer = request.body(body).send().await.expect("storage answers");
            assert!(answer.status().is_success(), "{method} {url}: {}", answer.status());
            answer.bytes().await.expect("a body").to_vec()
        })
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
