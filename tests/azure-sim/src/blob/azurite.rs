//! Azurite, Microsoft's storage emulator, as a child process that does not outlive us.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::tls::Identity;

const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Azurite {
    child: Child,
    pub port: u16,
}

/// The given program, or `node_modules/.bin/azurite-blob` above this program or the current folder.
pub fn locate(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = given {
        return path.canonicalize().with_context(|| format!("Azurite at {}", path.display()));
    }
    let places = [std::env::current_exe().ok(), std::env::current_dir().ok()];
    places
        .iter()
        .flatten()
        .flat_map(|place| place.ancestors())
        .map(|folder| folder.join("node_modules/.bin/azurite-blob"))
        .find(|program| program.exists())
        .context("no node_modules/.bin/azurite-blob here or above: run `npm ci`, or give --azurite PATH")
}

impl Azurite {
    /// `accounts`: `name:key1:key2;…`. Must be called from the main thread: with `setpriv` the kernel ends
    /// Azurite together with the thread that started it, also when we are killed.
    pub async fn start(program: &Path, folder: &Path, identity: &Identity, accounts: &str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut last = None;
        // Between finding a free port and Azurite's taking it, somebody else may have it.
        for _ in 0..3 {
            let (listener, port) = crate::serve::bind(0).await?;
            drop(listener);
            let mut child = command(program)
                .args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string(), "-l"])
                .arg(folder)
                .args([
                    "--silent",
                    "--disableTelemetry",
                    "--skipApiVersionCheck",
                    "--oauth",
                    "basic",
                    "--cert",
                ])
                .arg(&identity.certificate)
                .arg("--key")
                .arg(&identity.key)
                .env("AZURITE_ACCOUNTS", accounts)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::inherit())
                .kill_on_drop(true)
                .spawn()
                .with_context(|| format!("starting {}", program.display()))?;
            match ready(&mut child, port).await {
                Ok(()) => return Ok(Self { child, port }),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("Azurite did not start")))
    }

    /// Resolves when Azurite ends by itself.
    pub async fn ended(&mut self) {
        let _ = self.child.wait().await;
    }

    /// SIGTERM, so that it writes down what it holds in memory; by force where it does not end.
    pub async fn stop(mut self) {
        let pid = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(pid) = pid {
            let _ = rustix::process::kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(STOP, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

fn command(program: &Path) -> Command {
    let setpriv = Path::new("/usr/bin/setpriv");
    if !setpriv.exists() {
        return Command::new(program);
    }
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

async fn ready(child: &mut Child, port: u16) -> Result<()> {
    let connected = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = connected => Ok(()),
        status = child.wait() => bail!("Azurite ended at once: {}", status?),
        () = tokio::time::sleep(START) => bail!("Azurite did not listen within {} s", START.as_secs()),
    }
}
