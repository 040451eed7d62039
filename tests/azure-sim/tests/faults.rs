//! Every fault, seen from a client; operations in all their forms; blobs; the portal's page.

mod support;

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use support::{Sim, read};

const GET: &str = "virtualMachineScaleSets.get";

#[tokio::test]
async fn requests_meet_what_was_ordered() {
    let sim = Sim::up(&[]).await;
    let set = sim.text("scaleSet");
    let order = |fault: Value| json!({ "match": { "operation": GET }, "fault": fault });

    // Throttling with both forms of Retry-After.
    sim.fault(order(json!({ "kind": "status", "status": 429, "retryAfter": { "seconds": 7 } }))).await;
    let throttled = sim.get(&set).await;
    assert_eq!(
        (throttled.status.as_u16(), throttled.code(), throttled.header("retry-after")),
        (429, "TooManyRequests", "7")
    );
    sim.fault(order(json!({ "kind": "status", "status": 503, "retryAfter": { "date": 30 } }))).await;
    let busy = sim.get(&set).await;
    assert!(busy.status == StatusCode::SERVICE_UNAVAILABLE && busy.header("retry-after").ends_with(" GMT"));
    assert_eq!(sim.get(&set).await.status, StatusCode::OK, "one time is one time");

    // Which request: skip and times.
    let mut third = order(json!({ "kind": "status", "status": 500 }));
    third["skip"] = json!(2);
    sim.fault(third).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(sim.get(&set).await.status.as_u16());
    }
    assert_eq!(seen, [200, 200, 500, 200]);

    // Connections that break; the connection after it is well.
    for fault in [
        json!({ "kind": "reset", "when": "before" }),
        json!({ "kind": "reset", "when": "after" }),
        json!({ "kind": "drop", "when": "before" }),
        json!({ "kind": "cut", "afterBytes": 20 }),
    ] {
        sim.fault(order(fault.clone())).await;
        let broken = match sim.try_arm(Method::GET, &set, None, &sim.token).await {
            Ok(response) => response.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(broken, "{fault}");
        assert_eq!(sim.get(&set).await.status, StatusCode::OK);
    }

    // A reset after the answer has acted, a reset before has not.
    for (when, acted) in [("before", false), ("after", true)] {
        sim.fault(json!({ "match": { "operation": "packetCaptures.create" }, "fault": { "kind": "reset", "when": when } })).await;
        let wish = Some(sim.wish(json!({})));
        assert!(sim.try_arm(Method::PUT, &sim.capture(when), wish, &sim.token).await.is_err());
        assert_eq!(sim.get(&sim.capture(when)).await.status.is_success(), acted, "{when}");
    }

    sim.fault(order(json!({ "kind": "malformed" }))).await;
    assert!(sim.get(&set).await.body.is_string(), "half of a JSON text is none");
    sim.fault(order(json!({ "kind": "delay", "seconds": 0.4 }))).await;
    let started = Instant::now();
    assert_eq!(sim.get(&set).await.status, StatusCode::OK);
    assert!(started.elapsed() >= Duration::from_millis(400));
    sim.fault(order(json!({ "kind": "hang", "seconds": 1 }))).await;
    assert!(sim.try_arm(Method::GET, &set, None, &sim.token).await.is_err());

    let refused = sim.control(Method::POST, "/faults", order(json!({ "kind": "nonsense" }))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let rules = sim.control(Method::GET, "/faults", json!(null)).await.body;
    assert!(rules["value"].as_array().unwrap().iter().all(|rule| rule["hit"] == 1), "{rules}");

    // The quota headers: Azure's, or as ordered.
    let counted: u64 =
        sim.get(&set).await.header("x-ms-ratelimit-remaining-subscription-reads").parse().unwrap();
    assert!((11_000..12_000).contains(&counted), "{counted}");
    sim.set(json!({ "remainingRequests": 3 })).await;
    let scarce = sim.get(&set).await;
    assert_eq!(scarce.header("x-ms-ratelimit-remaining-subscription-reads"), "3");
    assert_eq!(
        scarce.header("x-ms-ratelimit-remaining-resource"),
        "Microsoft.Compute/GetOperationResource;3"
    );

    // What was asked is told, with the caller's own request id and without a query.
    sim.control(Method::DELETE, "/requests", json!(null)).await;
    let url = format!("{}{set}?api-version=2024-11-01", sim.text("resourceManager"));
    let request = sim.client.get(url).bearer_auth(&sim.token).header("x-ms-client-request-id", "mine");
    assert_eq!(read(request.send().await.unwrap()).await.header("x-ms-client-request-id"), "mine");
    let log = sim.control(Method::GET, "/requests", json!(null)).await.body;
    assert_eq!(log["count"], 1);
    assert_eq!(
        log["value"][0],
        json!({ "service": "arm", "operation": GET, "method": "GET", "path": set, "status": 200,
        "fault": null, "clientRequestId": "mine" })
    );
}

#[tokio::test]
async fn operations_in_all_forms() {
    let sim = Sim::up(&[]).await;
    let headers = |lro: &'static str, name: String| {
        let sim = &sim;
        async move {
            sim.set(json!({ "lro": lro })).await;
            let created = sim.arm(Method::PUT, &sim.capture(&name), Some(sim.wish(json!({})))).await;
            (
                !created.header("azure-asyncoperation").is_empty(),
                !created.header("location").is_empty(),
                created,
            )
        }
    };
    for (lro, by_async, by_location) in
        [("recorded", true, false), ("both", true, true), ("async", true, false), ("location", false, true)]
    {
        let (asynchronous, location, created) = headers(lro, format!("form-{lro}")).await;
        assert_eq!((asynchronous, location), (by_async, by_location), "{lro}");
        if by_location {
            let early = sim.get(created.header("location")).await;
            assert_eq!(early.status, StatusCode::ACCEPTED);
            let done =
                sim.until(created.header("location"), |answer| answer.status != StatusCode::ACCEPTED).await;
            assert_eq!(done.body["properties"]["provisioningState"], "Succeeded");
        }
    }
    sim.set(json!({ "lro": "recorded" })).await;

    // Stop ends with the four bytes `null`.
    let stopping = sim.arm(Method::POST, &format!("{}/stop", sim.capture("form-both")), None).await;
    assert_eq!(sim.finish(&stopping).await, json!({ "status": "Succeeded", "properties": {} }));
    let result = sim.try_arm(Method::GET, stopping.header("location"), None, &sim.token).await.unwrap();
    assert_eq!(
        (result.status(), result.bytes().await.unwrap().as_ref()),
        (StatusCode::OK, b"null".as_slice())
    );

    // Poll addresses hold only as they were given.
    for change in ["&h=", "&t=", "api-version=2024-05-01"] {
        let url = stopping.header("location").replace(change, &format!("{change}x"));
        assert_eq!(sim.get(&url).await.status, StatusCode::BAD_REQUEST, "{change}");
    }
    // Without Retry-After, as before 2025.
    sim.set(json!({ "retryAfterSeconds": null, "longPollUrls": false })).await;
    let plain = sim.arm(Method::POST, &format!("{}/stop", sim.capture("form-both")), None).await;
    assert!(plain.header("retry-after").is_empty() && plain.header("location").len() < 300);

    // Operations that fail, are cancelled, or never end.
    for (outcome, status, state) in [("failed", "Failed", "Failed"), ("canceled", "Canceled", "Canceled")] {
        let fault = json!({ "kind": "operation", "outcome": outcome });
        sim.fault(json!({ "match": { "operation": "packetCaptures.create" }, "fault": fault })).await;
        let created = sim.arm(Method::PUT, &sim.capture(outcome), Some(sim.wish(json!({})))).await;
        let ended = sim.finish(&created).await;
        assert_eq!(ended["status"], status);
        assert!(ended["error"]["code"].is_string());
        assert_eq!(sim.get(&sim.capture(outcome)).await.body["properties"]["provisioningState"], state);
    }
    sim.set(json!({ "operationSeconds": 0.05 })).await;
    sim.fault(json!({ "match": { "operation": "packetCaptures.*", "method": "DELETE" },
        "fault": { "kind": "operation", "outcome": "never" } }))
        .await;
    let never = sim.arm(Method::DELETE, &sim.capture("form-async"), None).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(sim.get(never.header("azure-asyncoperation")).await.body["status"], "InProgress");
    assert_eq!(sim.get(&sim.capture("form-async")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn blobs_by_sas_and_token_slow_cut_and_refused() {
    let sim = Sim::up(&["--time-scale", "60"]).await;
    let created =
        sim.start("one", sim.wish(json!({ "timeLimitInSeconds": 30, "scope": { "include": ["0"] } }))).await;
    sim.ended("one").await;
    let url = created.body["properties"]["storageLocation"]["storagePath"].as_str().unwrap().to_owned();

    let account = support::STORAGE;
    let until = "2030-01-01T00:00:00Z";
    let asked = json!({ "signedServices": "b", "signedResourceTypes": "sco", "signedPermission": "rl", "signedExpiry": until });
    let sas = sim.arm(Method::POST, &format!("{account}/listAccountSas"), Some(asked)).await.body;
    let resource = json!({ "canonicalizedResource": "/blob/shopcaptures/network-watcher-logs", "signedResource": "c",
        "signedPermission": "r", "signedExpiry": until });
    let service = sim.arm(Method::POST, &format!("{account}/listServiceSas"), Some(resource)).await.body;
    let sas = sas["accountSasToken"].as_str().unwrap();
    for query in [sas, service["serviceSasToken"].as_str().unwrap()] {
        let part =
            sim.client.get(format!("{url}?{query}")).header(header::RANGE, "bytes=0-3").send().await.unwrap();
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(part.bytes().await.unwrap().as_ref(), [0xd4, 0xc3, 0xb2, 0xa1]);
    }
    let forged = sas.replace("sp=rl", "sp=rw");
    assert_eq!(
        sim.client.get(format!("{url}?{forged}")).send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(sim.client.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let nokeys = url.replace("shopcaptures", "shopnokeys");
    let refused = sim.client.get(format!("{nokeys}?{sas}")).send().await.unwrap();
    assert_eq!(refused.headers()["x-ms-error-code"], "KeyBasedAuthenticationNotPermitted");
    // All rights of management, none of data.
    let token = sim.sign_in(support::CONTRIBUTOR, "sim-secret", "storage").await;
    let request = sim.client.get(&url).bearer_auth(token).header("x-ms-version", "2023-11-03");
    let refused = request.send().await.unwrap();
    assert_eq!(refused.headers()["x-ms-error-code"], "AuthorizationPermissionMismatch");

    let whole = sim.client.get(format!("{url}?{sas}")).send().await.unwrap().bytes().await.unwrap();
    assert!(whole.len() > 30_000);
    let order = |fault: Value| json!({ "match": { "operation": "blob.get" }, "fault": fault });
    sim.fault(order(json!({ "kind": "cut", "afterBytes": 5_000 }))).await;
    let mut cut = sim.client.get(format!("{url}?{sas}")).send().await.unwrap();
    let mut read = 0;
    while let Ok(Some(chunk)) = cut.chunk().await {
        read += chunk.len();
    }
    assert!(read <= 5_000, "{read}");
    sim.fault(order(json!({ "kind": "slow", "bytesPerSecond": whole.len() }))).await;
    let started = Instant::now();
    assert_eq!(sim.client.get(format!("{url}?{sas}")).send().await.unwrap().bytes().await.unwrap(), whole);
    assert!(started.elapsed() > Duration::from_millis(700), "{:?}", started.elapsed());
    sim.fault(order(json!({ "kind": "status", "status": 503, "code": "ServerBusy" }))).await;
    let busy = sim.client.get(format!("{url}?{sas}")).send().await.unwrap();
    assert_eq!(busy.headers()["x-ms-error-code"], "ServerBusy");
    assert!(busy.text().await.unwrap().contains("<Code>ServerBusy</Code>"));
}

#[tokio::test]
async fn rules_routes_and_the_page() {
    let sim = Sim::up(&[]).await;
    let set = sim.text("scaleSet");
    for (port, remote, access, rule) in [
        ("6432", "10.0.2.7", "Deny", "securityRules/DenyOldDatabasePool"),
        ("5432", "10.0.2.7", "Allow", "defaultSecurityRules/AllowVnetOutBound"),
        ("443", "203.0.113.1", "Allow", "defaultSecurityRules/AllowInternetOutBound"),
    ] {
        let body = json!({ "targetResourceId": format!("{set}/virtualMachines/2"), "direction": "Outbound",
            "protocol": "TCP", "localPort": "50000", "remotePort": port, "localIPAddress": "10.0.0.6",
            "remoteIPAddress": remote });
        let answer = sim.arm(Method::POST, &format!("{}/ipFlowVerify", sim.watcher()), Some(body)).await;
        assert_eq!(answer.body, json!({ "access": access, "ruleName": rule }));
    }
    let body = json!({ "targetResourceId": format!("{set}/virtualMachines/2"), "sourceIPAddress": "10.0.0.6",
        "destinationIPAddress": "10.0.2.7" });
    let hop = sim.arm(Method::POST, &format!("{}/nextHop", sim.watcher()), Some(body)).await;
    assert_eq!(hop.body["nextHopType"], "VnetLocal");

    // A watcher for a region that has none; a second one in the same region is refused.
    let path = |name: &str| sim.watcher().replace("NetworkWatcher_westeurope", name);
    let body = || Some(json!({ "location": "francecentral" }));
    let created = sim.arm(Method::PUT, &path("NetworkWatcher_francecentral"), body()).await;
    assert_eq!(created.status, StatusCode::CREATED);
    let second = sim.arm(Method::PUT, &path("another"), body()).await;
    assert_eq!((second.status, second.code()), (StatusCode::BAD_REQUEST, "NetworkWatcherCountLimitReached"));

    let page = sim.client.get(format!("{}/?l=ja.ja-jp&theme=dark", sim.text("portal"))).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    for part in ["frame-src 'none'", "require-trusted-types-for 'script'", "script-src 'nonce-"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.headers()["cross-origin-embedder-policy"], "require-corp");
    let text = page.text().await.unwrap();
    assert!(text.contains("<html lang=\"ja\" class=\"fxs-mode-dark"));
    assert!(!text.contains("{{"), "a place of the template was left empty");
    let report =
        sim.client.post(format!("{}/__sim/csp-report", sim.text("portal"))).body("{\"csp-report\":{}}");
    report.send().await.unwrap();
    assert_eq!(sim.control(Method::GET, "/violations", json!(null)).await.body["count"], 1);
}

#[tokio::test]
async fn a_rolling_upgrade_goes_in_batches() {
    let sim = Sim::up(&["--scenario", "agent-missing"]).await;
    sim.set(json!({ "operationSeconds": 0.6 })).await;
    let set = sim.text("scaleSet").replace("web-set", "rolling-set");
    let latest = format!("{set}/rollingUpgrades/latest");
    assert_eq!(sim.get(&latest).await.status, StatusCode::NOT_FOUND);
    let agent = json!({ "properties": { "publisher": "Microsoft.Azure.NetworkWatcher",
        "type": "NetworkWatcherAgentLinux", "typeHandlerVersion": "1.4" } });
    let put = sim.arm(Method::PUT, &format!("{set}/extensions/agent"), Some(agent)).await;
    sim.finish(&put).await;
    let seen = std::sync::Mutex::new(std::collections::BTreeSet::new());
    let done = sim
        .until(&latest, |answer| {
            let upgrade = &answer.body["properties"];
            seen.lock().unwrap().insert(upgrade["progress"]["successfulInstanceCount"].as_u64().unwrap());
            upgrade["runningStatus"]["code"] == "Completed"
        })
        .await;
    assert!(seen.into_inner().unwrap().len() > 2, "more than none and all were seen");
    assert_eq!(done.body["properties"]["progress"]["successfulInstanceCount"], 5);
}

/// A folder that is kept keeps the CA, so that clients need not be told again, and the blobs.
#[tokio::test]
async fn a_kept_folder_is_taken_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    let sim = Sim::up(&["--state", state, "--time-scale", "60"]).await;
    let (ca, spki) = (std::fs::read(sim.text("ca")).unwrap(), sim.text("portalSpki"));
    let created = sim.start("kept", sim.wish(json!({ "timeLimitInSeconds": 15 }))).await;
    sim.ended("kept").await;
    let path = created.body["properties"]["storageLocation"]["storagePath"].as_str().unwrap().to_owned();
    let old = sim.text("blob");
    assert!(sim.terminate().await.success());

    let sim = Sim::up(&["--state", state]).await;
    assert_eq!((std::fs::read(sim.text("ca")).unwrap(), sim.text("portalSpki")), (ca, spki));
    let path = path.replace(&old, &sim.text("blob"));
    let again = support::Answer {
        status: StatusCode::OK,
        headers: Default::default(),
        body: json!({ "properties": { "storageLocation": { "storagePath": path } } }),
    };
    assert_eq!(sim.files(&again).await.len(), 3);
}

#[tokio::test]
async fn nothing_is_left_running() {
    for signal in ["-TERM", "-KILL"] {
        let sim = Sim::up(&[]).await;
        let (pid, folder) = (sim.pid().to_string(), std::path::PathBuf::from(sim.text("ca")));
        let children = tokio::process::Command::new("pgrep").args(["-P", &pid]).output().await.unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let azurite: Vec<&str> = children.split_whitespace().collect();
        assert_eq!(azurite.len(), 1, "Azurite is its one child");
        if signal == "-TERM" {
            assert!(sim.terminate().await.success());
            assert!(!folder.exists(), "the temporary folder is removed");
        } else {
            tokio::process::Command::new("kill").args([signal, &pid]).status().await.unwrap();
        }
        let gone = || !std::path::Path::new(&format!("/proc/{}", azurite[0])).exists();
        for _ in 0..100 {
            if gone() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(gone(), "Azurite outlived a simulator ended by {signal}");
    }
}
