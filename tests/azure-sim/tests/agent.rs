//! What the agents keep: filters, scope, limits, and where they put it.

mod support;

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{STORAGE, Sim, packets};

/// What a filter looks at, of an IPv4 frame.
struct Flow {
    protocol: u8,
    source: [u8; 4],
    destination: [u8; 4],
    from: u16,
    to: u16,
}

fn flow(frame: &[u8]) -> Option<Flow> {
    if frame.get(12..14)? != [8, 0] {
        return None;
    }
    let header = 14 + usize::from(frame[14] & 15) * 4;
    let port = |at: usize| frame.get(at..at + 2).map_or(0, |word| u16::from_be_bytes([word[0], word[1]]));
    Some(Flow {
        protocol: frame[23],
        source: frame[26..30].try_into().ok()?,
        destination: frame[30..34].try_into().ok()?,
        from: port(header),
        to: port(header + 2),
    })
}

#[tokio::test]
async fn filters_scope_and_lengths_are_held() {
    let sim = Sim::up(&["--time-scale", "60"]).await;
    let limit = |more: Value| {
        let mut properties = more;
        properties["timeLimitInSeconds"] = json!(60);
        sim.wish(properties)
    };

    let web = sim
        .start("web", limit(json!({ "filters": [{ "protocol": "TCP", "localPort": "80" }], "scope": { "exclude": ["1"] } })))
        .await;
    assert_eq!(sim.ended("web").await["stopReason"], "TimeExceeded");
    let files = sim.files(&web).await;
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, BTreeSet::from(["web-set_0.cap", "web-set_2.cap"]));
    let mut connections = BTreeSet::new();
    for (name, content) in &files {
        let own = if name.ends_with("_0.cap") { [10, 0, 0, 4] } else { [10, 0, 0, 6] };
        let packets = packets(content);
        assert!(packets.len() > 20, "{name}: {}", packets.len());
        for (_, frame, _) in packets {
            let Flow { protocol, source, destination, from, to } = flow(&frame).unwrap();
            assert_eq!(protocol, 6);
            assert!(
                (source == own && from == 80) || (destination == own && to == 80),
                "{source:?}:{from} {destination:?}:{to}"
            );
            connections.insert((source.max(destination), from.max(to)));
        }
    }
    // The recording lasts some 12 s and was played several times, each time with connections of its own.
    assert!(connections.len() > 30, "{} connections", connections.len());

    // Snap length: bytes are cut, original lengths stay.
    let short = sim
        .start("short", limit(json!({ "bytesToCapturePerPacket": 34, "scope": { "include": ["0"] } })))
        .await;
    sim.ended("short").await;
    let files = sim.files(&short).await;
    let [(name, content)] = files.as_slice() else { panic!("one instance, one file") };
    assert!(name.contains("/web-set/virtualMachines/0/") && name.ends_with(".cap"), "{name}");
    let packets = packets(content);
    assert!(packets.iter().all(|(_, frame, _)| frame.len() <= 34));
    assert!(packets.iter().any(|(_, _, original)| *original > 1_000));

    // A filter that matches nothing, and one that Azure takes and nobody understands: empty captures.
    for (name, filter) in [
        ("nobody", json!([{ "protocol": "UDP", "remoteIPAddress": "203.0.113.9" }])),
        ("broken", json!([{ "protocol": "TCP", "remoteIPAddress": "1.1.1.1-255.255.255" }])),
    ] {
        let created = sim.start(name, limit(json!({ "filters": filter }))).await;
        sim.ended(name).await;
        for (_, content) in sim.files(&created).await {
            assert_eq!(content.len(), 24, "{name}");
        }
    }
}

#[tokio::test]
async fn sessions_end_for_their_reasons() {
    let sim = Sim::up(&["--time-scale", "10"]).await;

    // Full files end a session before its time.
    let small = sim.start("small", sim.wish(json!({ "totalBytesPerSession": 20_000 }))).await;
    assert_eq!(sim.ended("small").await["stopReason"], "SizeExceeded");
    for (_, content) in sim.files(&small).await {
        assert!(content.len() <= 20_000 && content.len() > 18_000, "{}", content.len());
    }

    // A ring keeps its last files.
    let ring = json!({ "continuousCapture": true, "captureSettings": { "fileCount": 3, "fileSizeInBytes": 40_000,
        "sessionTimeLimitInSeconds": 60 } });
    let ring = sim.start("ring", sim.wish(ring)).await;
    assert!(ring.body["properties"].get("totalBytesPerSession").is_none());
    assert_eq!(sim.ended("ring").await["stopReason"], "TimeExceeded");
    let files = sim.files(&ring).await;
    assert_eq!(files.len(), 9);
    assert!(files.iter().all(|(_, content)| content.len() <= 40_000));
    assert!(files[0].0.ends_with("/web-set_0_1.cap"), "{}", files[0].0);

    // By hand; the packets end where the session ended.
    let manual = sim.start("manual", sim.wish(json!({ "timeLimitInSeconds": 18_000 }))).await;
    sim.stop("manual").await;
    let status = sim.ended("manual").await;
    assert_eq!(
        (status["packetCaptureStatus"].as_str(), status["stopReason"].as_str()),
        (Some("Stopped"), Some("Manual"))
    );
    assert_eq!(sim.files(&manual).await.len(), 3);
    sim.stop("manual").await;
    assert_eq!(sim.ended("manual").await["stopReason"], "Manual");

    // Accounts that Azure does not take.
    for account in ["shoppremium", "shopnorth", "shopnokeys", "shopprivate"] {
        let storage = json!({ "storageId": STORAGE.replace("shopcaptures", account) });
        sim.start(account, sim.wish(json!({ "storageLocation": storage, "timeLimitInSeconds": 5 }))).await;
        let status = sim.ended(account).await;
        assert_eq!(status["packetCaptureStatus"], "Error", "{account}");
        assert_eq!(status["packetCaptureError"], json!(["StorageFailed"]), "{account}");
    }

    // Agents that stop while they capture: one of three, then all.
    for (instances, expected, files) in [(json!(["1"]), "Stopped", 2), (json!(["0", "1", "2"]), "Error", 0)] {
        let name = format!("stopped-{files}");
        let started = sim.start(&name, sim.wish(json!({ "timeLimitInSeconds": 1_000 }))).await;
        let agents =
            |running| json!({ "target": sim.text("scaleSet"), "instances": instances, "running": running });
        let told = sim.control(Method::POST, "/agents", agents(false)).await;
        assert_eq!(told.status, StatusCode::NO_CONTENT);
        let url = format!("{}/queryStatus", sim.capture(&name));
        let running = sim.arm(Method::POST, &url, None).await.body;
        assert_eq!(running["packetCaptureStatus"], "Running");
        assert_eq!(running["packetCaptureError"], json!(["AgentStopped"]));
        sim.stop(&name).await;
        let status = sim.ended(&name).await;
        assert_eq!(status["packetCaptureStatus"], expected);
        assert_eq!(status["packetCaptureError"], json!(["AgentStopped"]));
        assert_eq!(sim.files(&started).await.len(), files);
        sim.control(Method::POST, "/agents", agents(true)).await;
    }

    // A single machine of a Flexible set.
    let machines = sim.get("/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/shop-rg/providers/Microsoft.Compute/virtualMachines").await;
    let machine = machines.body["value"][0]["id"].as_str().unwrap().to_owned();
    let flexible = sim.wish(json!({ "target": machine, "targetType": "AzureVM", "timeLimitInSeconds": 20 }));
    let flexible = sim.start("flexible", flexible).await;
    sim.ended("flexible").await;
    let files = sim.files(&flexible).await;
    assert_eq!(files.len(), 1);
    assert!(files[0].0.contains("/virtualmachines/flex-set_"), "{}", files[0].0);
}

#[tokio::test]
async fn what_instances_of_a_thousand_see_and_how_it_pages() {
    let sim = Sim::up(&["--scenario", "big", "--time-scale", "100"]).await;
    let set = sim.text("scaleSet");
    let mut ids = BTreeSet::new();
    let mut next = format!("{set}/virtualMachines?$expand=instanceView&api-version=2024-11-01");
    let mut pages = 0;
    while !next.is_empty() {
        let page = sim.get(&next).await;
        assert_eq!(page.status, StatusCode::OK);
        ids.extend(page.body["value"].as_array().unwrap().iter().map(|vm| vm["instanceId"].to_string()));
        next = page.body["nextLink"].as_str().unwrap_or_default().to_owned();
        pages += 1;
    }
    assert_eq!((ids.len(), pages), (1_000, 10));
    let captures = sim.get(&format!("{}/packetCaptures", sim.watcher())).await;
    assert_eq!(captures.body["value"].as_array().unwrap().len(), 10_000);
    assert!(captures.body.get("nextLink").is_none());

    let scope = json!({ "include": ["0", "999"] });
    let pair = sim.start("pair", sim.wish(json!({ "scope": scope, "timeLimitInSeconds": 60 }))).await;
    sim.ended("pair").await;
    let files = sim.files(&pair).await;
    assert_eq!(files.len(), 2);
    for (name, content) in files {
        let own = if name.ends_with("_0.cap") { [10, 16, 0, 4] } else { [10, 16, 3, 235] };
        for (_, frame, _) in packets(&content) {
            if let Some(Flow { source, destination, .. }) = flow(&frame) {
                assert!(source == own || destination == own, "{name}: {source:?} {destination:?}");
            }
        }
    }
}
