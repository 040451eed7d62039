//! The built helper, driven over real pipes in a profile of its own.
#![allow(dead_code, reason = "each test program uses its own part")]

pub mod sim;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_vmss-capture");
pub const ORIGIN: &str = "chrome-extension://hhcoleipjbpoigpdnajniniadcgionnk/";
/// Nothing that is tested takes longer, even on a busy machine; what does, hangs.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// What a terminal is sent to take back what stands in its line.
pub const LINE_CLEARED: &str = "\r\u{1b}[2K";

/// A home folder, a configuration and logs that nobody else uses.
pub struct Profile {
    pub folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl Profile {
    pub fn new(extra: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config =
            format!("downloads = 'downloads'\nlogs = 'logs'\nstate = 'state'\nkeychain = false\n{extra}");
        std::fs::write(folder.path().join("config.toml"), config).expect("written");
        Self { folder, environment: Vec::new() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", "/nonexistent")
            .env("VMSS_CAPTURE_CONFIG", self.path().join("config.toml"))
            .env("VMSS_CAPTURE_LOG", "trace")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command line to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let child = self
            .command()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the helper starts");
        within(PATIENCE, move || child.wait_with_output().expect("it ends"))
    }

    /// Runs a command line in a terminal of 100 columns: exit status, and what the terminal was sent.
    pub fn run_in_a_terminal(&self, arguments: &[&str]) -> (i32, String) {
        let words = arguments.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let line = format!("/usr/bin/stty columns 100 rows 30; exec '{PROGRAM}' {words}");
        let mut command = Command::new("/usr/bin/script");
        command
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env_clear()
            .envs(self.command().get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("TERM", "xterm")
            .stdin(Stdio::null());
        let output = within(PATIENCE, move || command.output().expect("a terminal"));
        (output.status.code().expect("no signal"), String::from_utf8(output.stdout).expect("text"))
    }

    /// Exit status, stdout as JSON, stderr.
    pub fn json(&self, arguments: &[&str]) -> (i32, Value, String) {
        let output = self.run(arguments);
        let code = output.status.code().expect("no signal");
        let value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (code, value, String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Everything that was logged.
    pub fn logs(&self) -> String {
        let Ok(entries) = std::fs::read_dir(self.path().join("logs")) else { return String::new() };
        entries.map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("text")).collect()
    }
}

/// A failed test tells what the helper did last.
impl Drop for Profile {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let logs = self.logs();
            let lines: Vec<&str> = logs.lines().collect();
            #[expect(clippy::print_stderr, reason = "cargo shows it with the failed test")]
            for line in &lines[lines.len().saturating_sub(60)..] {
                eprintln!("{}", line.chars().take(400).collect::<String>());
            }
        }
    }
}

/// The result of `work`, or a failed test where it takes too long.
pub fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(limit).expect("in time")
}

/// What a frame is to somebody who waits.
enum Pick {
    Found(Value),
    /// A part of what is waited for.
    Taken,
    Other,
}

/// The helper as a browser starts it.
pub struct Pipe {
    child: Child,
    input: Option<ChildStdin>,
    frames: Receiver<Value>,
    /// Frames that a test has passed over while waiting for another.
    pub passed: Vec<Value>,
}

impl Pipe {
    pub fn open(profile: &Profile) -> Self {
        Self::open_as(profile, &[ORIGIN])
    }

    pub fn open_as(profile: &Profile, arguments: &[&str]) -> Self {
        let mut child = profile
            .command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the helper starts");
        let mut output = child.stdout.take().expect("stdout");
        let (sender, frames) = channel();
        std::thread::spawn(move || {
            let mut length = [0; 4];
            while output.read_exact(&mut length).is_ok() {
                let length = u32::from_ne_bytes(length) as usize;
                assert!(length <= 1_048_576, "a browser closes the pipe at {length} bytes");
                let mut frame = vec![0; length];
                output.read_exact(&mut frame).expect("a whole frame");
                let frame = serde_json::from_slice(&frame).expect("JSON");
                if sender.send(frame).is_err() {
                    return;
                }
            }
        });
        Self { input: child.stdin.take(), child, frames, passed: Vec::new() }
    }

    pub fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("written");
    }

    pub fn frame(&mut self, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).expect("short");
        let mut frame = length.to_ne_bytes().to_vec();
        frame.extend_from_slice(bytes);
        self.write(&frame);
    }

    pub fn send(&mut self, message: &Value) {
        self.frame(message.to_string().as_bytes());
    }

    pub fn call(&mut self, id: u64, request: Value) {
        self.send(&json!({"client": "c1", "message": {"type": "call", "id": id, "request": request}}));
    }

    pub fn cancel(&mut self, id: u64) {
        self.send(&json!({"client": "c1", "message": {"type": "cancel", "id": id}}));
    }

    /// The next frame, or none where the helper has closed the pipe.
    pub fn next(&mut self) -> Option<Value> {
        match self.frames.recv_timeout(PATIENCE) {
            Ok(frame) => Some(frame),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no frame in time; passed: {:?}", self.passed),
        }
    }

    /// The first result that `pick` finds in a frame, among those kept in `passed` and those to come; others are kept.
    fn find(&mut self, mut pick: impl FnMut(&Value) -> Pick) -> Value {
        let mut known = std::mem::take(&mut self.passed).into_iter();
        loop {
            let frame = known.next().or_else(|| self.next()).expect("the pipe stays open");
            match pick(&frame) {
                Pick::Found(value) => {
                    self.passed.extend(known);
                    return value;
                }
                Pick::Taken => {}
                Pick::Other => self.passed.push(frame),
            }
        }
    }

    /// The outcome of the reply to `id`, whole or in parts.
    pub fn outcome(&mut self, id: u64) -> Value {
        let mut parts = String::new();
        self.find(|frame| match (&frame["message"], frame["message"]["type"].as_str()) {
            (message, _) if message["id"] != id => Pick::Other,
            (message, Some("reply")) => Pick::Found(message["outcome"].clone()),
            (message, Some("part")) => {
                parts.push_str(message["text"].as_str().expect("a text"));
                if message["index"].as_u64().map(|index| index + 1) != message["count"].as_u64() {
                    return Pick::Taken;
                }
                let whole: Value = serde_json::from_str(&parts).expect("the parts are one reply");
                Pick::Found(whole["outcome"].clone())
            }
            _ => Pick::Other,
        })
    }

    /// The next event of a request.
    pub fn event(&mut self, id: u64) -> Value {
        self.find(|frame| match &frame["message"] {
            message if message["type"] == "event" && message["id"] == id => {
                Pick::Found(message["event"].clone())
            }
            _ => Pick::Other,
        })
    }

    /// The next order to the relay that `wanted` is true of.
    pub fn order(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.find(|frame| match &frame["relay"] {
            order if wanted(order) => Pick::Found(order.clone()),
            _ => Pick::Other,
        })
    }

    /// Calls and waits for the outcome.
    pub fn ask(&mut self, id: u64, request: Value) -> Value {
        self.call(id, request);
        self.outcome(id)
    }

    pub fn hello(&mut self, id: u64) -> Value {
        self.ask(id, json!({"verb": "hello", "version": "0.1.0", "language": "en"}))
    }

    /// Closes the pipe as a browser does and waits for the end.
    pub fn close(mut self) -> (ExitStatus, Vec<Value>) {
        drop(self.input.take());
        let mut rest = Vec::new();
        while let Some(frame) = self.next() {
            rest.push(frame);
        }
        (self.ended(), rest)
    }

    /// The same, with every frame that a test has passed over.
    pub fn close_with_passed(mut self) -> (ExitStatus, Vec<Value>) {
        let passed = std::mem::take(&mut self.passed);
        let (status, rest) = self.close();
        (status, passed.into_iter().chain(rest).collect())
    }

    /// The greatest resident memory of the helper so far, in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
    }

    pub fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("known") {
                return status;
            }
            assert!(Instant::now() < deadline, "the helper does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _status = self.child.wait();
    }
}

/// None of the secrets stands in the text.
pub fn assert_kept(secrets: &[String], text: &str) {
    for secret in secrets.iter().filter(|secret| secret.len() >= 8) {
        let start: String = secret.chars().take(6).collect();
        assert!(!text.contains(secret.as_str()), "a secret of {} characters is told: {start}…", secret.len());
    }
}

/// Every file below `folder` with its bytes, by its path there.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                let name = path.strip_prefix(root).expect("below").to_str().expect("text").to_owned();
                found.insert(name, std::fs::read(&path).unwrap_or_default());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
