//! The whole story of a capture, and what Resource Manager refuses.

mod support;

use reqwest::{Method, StatusCode};
use serde_json::json;
use support::{CONTRIBUTOR, NETWORK_CONTRIBUTOR, READER, Sim, packets, read};

#[tokio::test]
async fn from_the_scale_set_to_its_files() {
    let sim = Sim::up(&["--time-scale", "20"]).await;
    let set = sim.text("scaleSet");

    let model = sim.get(&set).await;
    assert_eq!(model.body["properties"]["orchestrationMode"], "Uniform");
    let instances = sim.get(&format!("{set}/virtualMachines?$expand=instanceView")).await;
    assert_eq!(instances.body["value"].as_array().unwrap().len(), 3);
    let extension = &instances.body["value"][0]["resources"][0]["properties"];
    assert_eq!(extension["publisher"], "Microsoft.Azure.NetworkWatcher");

    let created = sim
        .arm(Method::PUT, &sim.capture("first"), Some(sim.wish(json!({ "timeLimitInSeconds": 200 }))))
        .await;
    assert_eq!(created.status, StatusCode::CREATED);
    assert_eq!(created.body["properties"]["provisioningState"], "Updating");
    assert_eq!(created.body["properties"]["scope"], json!({ "include": [], "exclude": [] }));
    // As recorded: creation is announced by Azure-AsyncOperation alone, with an address of more than 3 kB.
    assert!(created.header("azure-asyncoperation").len() > 3_000);
    assert_eq!(created.header("location"), "");
    assert_eq!(created.header("retry-after"), "1");
    assert_eq!(sim.finish(&created).await["status"], "Succeeded");

    let running = sim.arm(Method::POST, &format!("{}/queryStatus", sim.capture("first")), None).await;
    assert_eq!(running.status, StatusCode::ACCEPTED);
    let leaked = sim.finish(&running).await;
    assert_eq!(leaked["properties"]["packetCaptureStatus"], "Running");
    let result = sim.until(running.header("location"), |answer| answer.status != StatusCode::ACCEPTED).await;
    assert_eq!(result.body["packetCaptureStatus"], "Running");
    assert!(result.body.get("stopReason").is_none());

    let ended = sim.ended("first").await;
    assert_eq!(ended["packetCaptureStatus"], "Stopped");
    assert_eq!(ended["stopReason"], "TimeExceeded");
    let files = sim.files(&created).await;
    assert_eq!(files.len(), 3);
    for (n, (name, content)) in files.iter().enumerate() {
        assert!(name.ends_with(&format!("/web-set_{n}.cap")), "{name}");
        let packets = packets(content);
        assert!(packets.len() > 100, "{} packets", packets.len());
        let own = [10, 0, 0, 4 + n as u8];
        for (_, frame, _) in packets {
            if frame[12..14] == [8, 0] {
                assert!(frame[26..30] == own || frame[30..34] == own, "a packet of another machine");
            }
        }
    }

    let deleting = sim.arm(Method::DELETE, &sim.capture("first"), None).await;
    assert_eq!(deleting.status, StatusCode::ACCEPTED);
    assert_eq!(sim.finish(&deleting).await["status"], "Succeeded");
    assert_eq!(sim.get(deleting.header("location")).await.status, StatusCode::NO_CONTENT);
    let gone = sim.get(&sim.capture("first")).await;
    assert_eq!((gone.status, gone.code()), (StatusCode::NOT_FOUND, "NotFound"));
    assert_eq!(sim.arm(Method::DELETE, &sim.capture("first"), None).await.status, StatusCode::NO_CONTENT);
    // Deleting a capture leaves its files.
    assert_eq!(sim.files(&created).await.len(), 3);

    let status = sim.terminate().await;
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn what_resource_manager_refuses() {
    let sim = Sim::up(&[]).await;
    let set = sim.text("scaleSet");
    let capture = sim.capture("refused");
    let nobody = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/shop-rg/providers/Microsoft.Compute/virtualMachineScaleSets/nobody";
    let north = set.replace("web-set", "north-set");

    for (path, status, code) in [
        (format!("{set}?api-version=2099-01-01"), 400, "NoRegisteredProviderFound"),
        (format!("{set}?api-version="), 400, "MissingApiVersionParameter"),
        (format!("{capture}?api-version=2016-02-30"), 400, "NoRegisteredProviderFound"),
        ("/subscriptions?api-version=latest".to_owned(), 400, "InvalidApiVersionParameter"),
        (capture.clone(), 404, "NotFound"),
        (nobody.to_owned(), 404, "ResourceNotFound"),
        (set.replace("shop-rg", "no-rg"), 404, "ResourceGroupNotFound"),
        (
            set.replace("22222222-2222-2222-2222-222222222222", "33333333-0000-0000-0000-000000000000"),
            404,
            "SubscriptionNotFound",
        ),
        (format!("{set}/nothing"), 404, "InvalidResourceType"),
    ] {
        let answer = sim.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{path}");
        assert!(!answer.header("x-ms-correlation-request-id").is_empty());
    }

    for (what, wish, code) in [
        ("time", sim.wish(json!({ "timeLimitInSeconds": 18_001 })), "InvalidRequestFormat"),
        ("unknown target", sim.wish(json!({ "target": nobody })), "InvalidResourceReference"),
        ("other region", sim.wish(json!({ "target": north })), "InvalidResourceReference"),
        ("unknown instance", sim.wish(json!({ "scope": { "include": ["9"] } })), "InvalidResourceReference"),
        ("type of VM", sim.wish(json!({ "targetType": "AzureVM" })), "InvalidResourceReference"),
        (
            "no storage",
            sim.wish(json!({ "storageLocation": {} })),
            "PacketCaptureIsMissingStorageIdAndFilePath",
        ),
    ] {
        let answer = sim.arm(Method::PUT, &capture, Some(wish)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_REQUEST, code),
            "{what}: {}",
            answer.body
        );
    }
    assert_eq!(sim.get(&format!("{}/packetCaptures", sim.watcher())).await.body["value"], json!([]));

    let scope = json!({ "include": ["2", "0"] });
    let first = sim.start("same", sim.wish(json!({ "scope": scope, "timeLimitInSeconds": 300 }))).await;
    assert_eq!(first.body["properties"]["scope"]["include"][0], format!("{set}/virtualMachines/2"));
    assert_eq!(first.body["properties"]["provisioningState"], "Succeeded");
    let again = sim.arm(Method::PUT, &sim.capture("SAME"), Some(sim.wish(json!({})))).await;
    assert_eq!((again.status, again.code()), (StatusCode::CONFLICT, "PacketCaptureExistingAlready"));

    // Tokens: none, not ours, for another audience, with a wrong secret.
    let storage = sim.sign_in(&sim.text("clientId"), "sim-secret", "storage").await;
    for (token, code) in
        [("nonsense", "InvalidAuthenticationToken"), (storage.as_str(), "InvalidAuthenticationToken")]
    {
        let answer = read(sim.try_arm(Method::GET, &set, None, token).await.unwrap()).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, code));
        assert!(answer.header("www-authenticate").contains("authorization_uri"));
    }
    let wrong = sim
        .token_endpoint(&[
            ("client_id", &sim.text("clientId")),
            ("client_secret", "wrong"),
            ("grant_type", "client_credentials"),
            ("scope", "https://management.azure.com/.default"),
        ])
        .await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.body["error_codes"], json!([7_000_215]));

    // Permissions by principal.
    for (client, may_read_set, may_capture) in
        [(READER, true, false), (NETWORK_CONTRIBUTOR, false, true), (CONTRIBUTOR, true, true)]
    {
        let token = sim.sign_in(client, "sim-secret", "resourceManager").await;
        let answer = read(sim.try_arm(Method::GET, &set, None, &token).await.unwrap()).await;
        assert_eq!(answer.status.is_success(), may_read_set, "{client}");
        let name = sim.capture(&format!("by-{}", &client[32..]));
        let wish = sim.wish(json!({ "timeLimitInSeconds": 300 }));
        let answer = read(sim.try_arm(Method::PUT, &name, Some(wish), &token).await.unwrap()).await;
        assert_eq!(answer.status.is_success(), may_capture, "{client}: {}", answer.body);
        if !may_capture {
            let message = answer.body["error"]["message"].as_str().unwrap();
            assert!(
                message.contains("'Microsoft.Network/networkWatchers/packetCaptures/write'"),
                "{message}"
            );
        }
        let path = format!("{}/providers/Microsoft.Authorization/permissions", sim.watcher());
        let answer = read(sim.try_arm(Method::GET, &path, None, &token).await.unwrap()).await;
        assert!(!answer.body["value"][0]["actions"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_manual_set_gets_the_agent_only_when_told() {
    let sim = Sim::up(&["--scenario", "agent-missing"]).await;
    let set = sim.text("scaleSet");
    let failing = sim.arm(Method::PUT, &sim.capture("early"), Some(sim.wish(json!({})))).await;
    assert_eq!(failing.status, StatusCode::CREATED);
    let ended = sim.finish(&failing).await;
    assert_eq!(
        (ended["status"].as_str(), ended["error"]["code"].as_str()),
        (Some("Failed"), Some("InternalServerError"))
    );
    assert_eq!(sim.get(&sim.capture("early")).await.body["properties"]["provisioningState"], "Failed");

    let agent = |kind: &str| {
        json!({ "properties": { "publisher": "Microsoft.Azure.NetworkWatcher", "type": kind,
        "typeHandlerVersion": "1.4", "autoUpgradeMinorVersion": true, "enableAutomaticUpgrade": true } })
    };
    let path = format!("{set}/extensions/AzureNetworkWatcherExtension");
    let wrong = sim.arm(Method::PUT, &path, Some(agent("NetworkWatcherAgentWindows"))).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let put = sim.arm(Method::PUT, &path, Some(agent("NetworkWatcherAgentLinux"))).await;
    assert_eq!(put.status, StatusCode::CREATED);
    let done = sim.finish(&put).await;
    assert_eq!(done["status"], "Succeeded");
    assert!(done["startTime"].is_string() && done["endTime"].is_string());

    let outdated = format!("{set}/virtualMachines?$filter=properties/latestModelApplied%20eq%20false");
    assert_eq!(sim.get(&outdated).await.body["value"].as_array().unwrap().len(), 3);
    let manual = format!("{set}/manualupgrade");
    let upgrade = |ids| sim.arm(Method::POST, &manual, Some(json!({ "instanceIds": ids })));
    let upgraded = upgrade(json!(["0"])).await;
    assert_eq!(upgraded.status, StatusCode::ACCEPTED);
    sim.finish(&upgraded).await;
    assert_eq!(sim.get(&outdated).await.body["value"].as_array().unwrap().len(), 2);
    sim.finish(&upgrade(json!(["*"])).await).await;
    assert_eq!(sim.get(&outdated).await.body["value"], json!([]));
    let extensions = sim.get(&format!("{set}/virtualMachines/2/extensions")).await;
    assert_eq!(extensions.body["value"][0]["properties"]["type"], "NetworkWatcherAgentLinux");
    sim.start("late", sim.wish(json!({}))).await;
    sim.stop("late").await;
    assert_eq!(sim.ended("late").await["stopReason"], "Manual");
}
