//! `azure-sim up`: everything is started, told in one line, served, and taken down again.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use axum::Router;
use tokio::signal::unix::{SignalKind, signal};
use uuid::Uuid;

use crate::agent::recordings::{self, Recordings};
use crate::blob::azurite::{self, Azurite};
use crate::blob::store::Store;
use crate::clock::Pace;
use crate::lock::Lock;
use crate::options::Up;
use crate::sim::{App, Endpoints, Settings, Sim};
use crate::tls::Identity;
use crate::world::World;
use crate::world::contoso;
use crate::world::description::Description;
use crate::{arm, blob, control, entra, portal, serve};

pub async fn run(options: Up) -> Result<()> {
    // Signals count from the first moment, so that nothing is left running by an early one.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;

    let temporary = match &options.state {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("azure-sim-").tempdir()?),
    };
    let folder: PathBuf = match (&options.state, &temporary) {
        (Some(state), _) => state.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => bail!("no folder for the simulator's state"),
    };
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let folder = folder.canonicalize()?;

    let description = match &options.config {
        None => contoso::describe(options.scenario),
        Some(file) => {
            let text = std::fs::read(file).with_context(|| file.display().to_string())?;
            serde_json::from_slice::<Description>(&text).with_context(|| file.display().to_string())?
        }
    };
    let world = description.build();
    let recordings = Recordings::read(&recordings::locate(options.captures.as_deref())?)?;
    let identity = Identity::in_folder(&folder)?;
    let tls = identity.server_config()?;
    let program = azurite::locate(options.azurite.as_deref())?;
    let (blobs, accounts) = (folder.join("azurite"), accounts(&world));
    let starting = Azurite::start(&program, &blobs, &identity, &accounts);
    let mut azurite = tokio::select! {
        started = starting => started?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };

    let (arm_listener, arm_port) = serve::bind(options.resource_manager_port).await?;
    let (authority_listener, authority_port) = serve::bind(options.authority_port).await?;
    let (blob_listener, blob_port) = serve::bind(options.blob_port).await?;
    let (portal_listener, portal_port) =
        serve::bind(options.portal_port).await.with_context(|| format!("port {}", options.portal_port))?;
    let first = world.subscriptions.first().context("the world has no subscription")?;
    let authority = format!("https://localhost:{authority_port}");
    let endpoints = Endpoints {
        resource_manager: format!("https://localhost:{arm_port}"),
        blob: format!("https://127.0.0.1:{blob_port}"),
        portal: format!("https://localhost:{portal_port}"),
        ca: identity.ca.clone(),
        tenant: world.tenant.clone(),
        subscription: first.id.clone(),
        scale_set: first.scale_sets.first().map(|set| set.id(first)).unwrap_or_default(),
        portal_spki: identity.spki.clone(),
        control: format!("https://localhost:{arm_port}/__sim"),
        client_id: contoso::OWNER.to_owned(),
        client_secret: contoso::SECRET.to_owned(),
        identity_endpoint: format!("{authority}/msi/token"),
        identity_header: Uuid::new_v4().to_string(),
        authority,
    };
    let line = serde_json::to_string(&endpoints)?;
    let app: App = Arc::new(Sim {
        pace: Pace::new(options.time_scale),
        world: Lock::new(world),
        settings: Lock::new(Settings { lro: options.lro, ..Settings::default() }),
        endpoints: Box::new(endpoints),
        faults: Default::default(),
        log: Default::default(),
        tokens: Default::default(),
        sign_ins: Default::default(),
        certificates: Default::default(),
        operations: Default::default(),
        store: Store::new(azurite.port, &identity.ca)?,
        recordings,
    });
    for (listener, router) in [
        (arm_listener, arm::router()),
        (authority_listener, entra::router()),
        (blob_listener, blob::front::router()),
        (portal_listener, portal::router()),
    ] {
        let router: Router = control::router().merge(router).with_state(app.clone());
        tokio::spawn(serve::serve(listener, tls.clone(), router));
    }
    writeln!(std::io::stdout(), "{line}")?;

    let ended = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        () = azurite.ended() => Err(anyhow::anyhow!("Azurite ended by itself")),
    };
    azurite.stop().await;
    ended
}

/// `AZURITE_ACCOUNTS`: `name:key1:key2;…`
fn accounts(world: &World) -> String {
    let accounts = world.subscriptions.iter().flat_map(|subscription| &subscription.storage);
    let written: Vec<String> = accounts
        .map(|account| {
            let [first, second] = account.keys();
            format!("{}:{first}:{second}", account.name)
        })
        .collect();
    written.join(";")
}
