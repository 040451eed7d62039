//! The bound: a client that sends the requests of an opening page and looks at nothing but the links in the answers.

use std::time::{Duration, Instant};

use futures::future::{join_all, try_join_all};
use reqwest::Method;
use serde::Deserialize;

use super::simulator::Simulator;

/// A request that was sent.
pub type Link = (Method, String);

pub struct Bare {
    http: reqwest::Client,
    token: String,
    base: String,
    subscription: String,
    scale_set: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    next_link: Option<String>,
}

impl Bare {
    /// With a token and a connection, as the helper has them from asking who is signed in.
    pub async fn connect(simulator: &Simulator) -> Result<Self, String> {
        let bare = Self {
            http: simulator.client()?,
            token: simulator.token().await?,
            base: simulator.text("resourceManager"),
            subscription: format!("/subscriptions/{}", simulator.text("subscription")),
            scale_set: simulator.text("scaleSet"),
        };
        let metadata = format!("{}/metadata/endpoints?api-version=2022-09-01", bare.base);
        bare.ask(&(Method::GET, metadata)).await?;
        Ok(bare)
    }

    async fn ask(&self, (method, url): &Link) -> Result<Vec<u8>, String> {
        let request =
            self.http.request(method.clone(), url).bearer_auth(&self.token).header("content-length", 0);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        let bytes = answer.map_err(|error| error.to_string())?.bytes().await;
        bytes.map(|bytes| bytes.to_vec()).map_err(|error| error.to_string())
    }

    fn get(&self, path: &str, query: &str) -> Link {
        (Method::GET, format!("{}{path}?{query}", self.base))
    }

    async fn pages(&self, first: Link) -> Result<Vec<Link>, String> {
        let mut links = vec![first];
        loop {
            let last = &links[links.len() - 1];
            let page: Page =
                serde_json::from_slice(&self.ask(last).await?).map_err(|error| error.to_string())?;
            match page.next_link {
                Some(link) => links.push((Method::GET, link)),
                None => return Ok(links),
            }
        }
    }

    async fn all(&self, links: &[Link]) -> Result<(), String> {
        try_join_all(links.iter().map(|link| self.ask(link))).await.map(drop)
    }

    /// What depends on nothing at once, what depends on an answer as soon as that is there.
    pub async fn in_order(&self) -> Result<(Vec<Link>, Duration), String> {
        const COMPUTE: &str = "api-version=2024-11-01";
        const NETWORK: &str = "api-version=2024-07-01";
        const PERMISSIONS: &str = "providers/Microsoft.Authorization/permissions";
        let (subscription, set) = (&self.subscription, &self.scale_set);
        let watcher = format!(
            "{subscription}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
        );
        let permissions = |scope: &str| self.get(&format!("{scope}/{PERMISSIONS}"), "api-version=2022-04-01");
        let account = format!(
            "{subscription}/resourceGroups/shop-rg/providers/Microsoft.Storage/storageAccounts/shopcaptures"
        );
        let watchers = format!("{subscription}/providers/Microsoft.Network/networkWatchers");
        let accounts = format!("{subscription}/providers/Microsoft.Storage/storageAccounts");
        let around = [self.get(set, COMPUTE), self.get(&watchers, NETWORK)];
        let own_rights = [permissions(set)];
        let storage = [self.get(&accounts, "api-version=2023-05-01")];
        let rights = [permissions(&watcher), permissions(&account)];
        let captures = [self.get(&format!("{watcher}/packetCaptures"), NETWORK)];
        let statuses: Vec<Link> = (0..40)
            .map(|n| {
                let capture =
                    format!("{watcher}/packetCaptures/earlier-{:05}/queryStatus?{NETWORK}", n * 250 + 249);
                (Method::POST, format!("{}{capture}", self.base))
            })
            .collect();
        let started = Instant::now();
        let context = async {
            tokio::try_join!(self.all(&around), self.all(&storage))?;
            self.all(&rights).await
        };
        let list = async {
            self.all(&around).await?;
            self.all(&captures).await?;
            self.all(&statuses).await
        };
        let (instances, interfaces, (), (), ()) = tokio::try_join!(
            self.pages(
                self.get(&format!("{set}/virtualMachines"), &format!("{COMPUTE}&$expand=instanceView"))
            ),
            self.pages(self.get(&format!("{set}/networkInterfaces"), "api-version=2018-10-01")),
            self.all(&own_rights),
            context,
            list
        )?;
        let took = started.elapsed();
        let links = [
            &instances[..],
            &interfaces,
            &own_rights,
            &around,
            &storage,
            &rights,
            &around,
            &captures,
            &statuses,
        ];
        Ok((links.concat(), took))
    }

    /// Not even waiting for links: nobody who does not know them beforehand can be faster.
    pub async fn all_at_once(&self, links: &[Link]) -> Result<Duration, String> {
        let started = Instant::now();
        let answers = join_all(links.iter().map(|link| self.ask(link))).await;
        let took = started.elapsed();
        answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(took)
    }
}
