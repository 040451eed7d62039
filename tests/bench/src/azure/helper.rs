//! The helper as a browser starts it, signed in.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::simulator::Simulator;
use crate::measure::resident;

/// The published extension's id.
const ORIGIN: &str = "chrome-extension://hhcoleipjbpoigpdnajniniadcgionnk/";

pub struct Helper {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    target: Value,
    _profile: tempfile::TempDir,
}

pub struct Opened {
    pub took: Duration,
    pub peak_bytes: u64,
}

impl Helper {
    pub fn start(program: &Path, simulator: &Simulator) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", program.display());
        let profile = tempfile::tempdir().map_err(failed)?;
        let configuration = format!(
            "keychain = false\nlogs = 'logs'\nstate = 'state'\n[portals]\n'portal.azure.com' = 'sim'\n\
             [clouds.sim]\nresource_manager = '{}'\nca_file = '{}'\n",
            simulator.text("resourceManager"),
            simulator.text("ca"),
        );
        let file = profile.path().join("config.toml");
        std::fs::write(&file, configuration).map_err(failed)?;
        let mut child = Command::new(program)
            .arg(ORIGIN)
            .env_clear()
            .env("HOME", profile.path())
            .env("VMSS_CAPTURE_CONFIG", &file)
            .env("AZURE_TENANT_ID", simulator.text("tenant"))
            .env("AZURE_CLIENT_ID", simulator.text("clientId"))
            .env("AZURE_CLIENT_SECRET", simulator.text("clientSecret"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (input, output) =
            (child.stdin.take().ok_or("no stdin")?, child.stdout.take().ok_or("no stdout")?);
        let target = json!({"scaleSet": simulator.text("scaleSet"), "cloud": "public", "tenant": simulator.text("tenant")});
        Ok(Self { child, input, output, target, _profile: profile })
    }

    fn send(&mut self, id: u64, request: Value) -> Result<(), String> {
        let message =
            json!({"client": "bench", "message": {"type": "call", "id": id, "request": request}}).to_string();
        let length = u32::try_from(message.len()).map_err(|error| error.to_string())?;
        let frame = [&length.to_ne_bytes()[..], message.as_bytes()].concat();
        self.input.write_all(&frame).and_then(|()| self.input.flush()).map_err(|error| error.to_string())
    }

    /// Reads until the request has its whole reply, in one frame or in parts.
    fn replies(&mut self, mut waiting: Vec<u64>) -> Result<(), String> {
        while !waiting.is_empty() {
            let mut length = [0; 4];
            self.output.read_exact(&mut length).map_err(|error| error.to_string())?;
            let mut frame = vec![0; u32::from_ne_bytes(length) as usize];
            self.output.read_exact(&mut frame).map_err(|error| error.to_string())?;
            let frame: Value = serde_json::from_slice(&frame).map_err(|error| error.to_string())?;
            let message = &frame["message"];
            let last = match message["type"].as_str() {
                Some("reply") if message["outcome"]["err"].is_null() => true,
                Some("reply") => return Err(message["outcome"]["err"]["text"].to_string()),
                Some("part") => message["index"].as_u64().map(|index| index + 1) == message["count"].as_u64(),
                _ => false,
            };
            if last {
                waiting.retain(|id| message["id"] != *id);
            }
        }
        Ok(())
    }

    /// From both requests of an opening panel to both replies. Who is signed in was asked before.
    pub fn open_page(mut self) -> Result<Opened, String> {
        self.send(1, json!({"verb": "hello", "version": env!("CARGO_PKG_VERSION"), "language": "en"}))?;
        let (cloud, tenant) = (self.target["cloud"].clone(), self.target["tenant"].clone());
        self.send(2, json!({"verb": "account", "cloud": cloud, "tenant": tenant}))?;
        self.replies(vec![1, 2])?;
        let started = Instant::now();
        let target = self.target.clone();
        self.send(3, json!({"verb": "context", "target": target}))?;
        self.send(4, json!({"verb": "list", "target": target}))?;
        self.replies(vec![3, 4])?;
        let took = started.elapsed();
        let status = format!("/proc/{}/status", self.child.id());
        Ok(Opened { took, peak_bytes: resident(Path::new(&status)) })
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _status = self.child.wait();
    }
}
