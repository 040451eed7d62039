//! The prerequisites mended, over the command line and over the pipe, on scale sets of every kind.

mod common;

use common::sim::Sim;
use common::{Pipe, Profile};
use serde_json::{Value, json};

const QUICK: &str = "timeout_seconds = 10\nretries = 2\noperation_seconds = 20\n";
/// More than two batches of an update.
const MANY: usize = 120;

/// A world in which nothing is ready.
fn world() -> (tempfile::TempDir, Sim) {
    let set = |name: &str, instances: usize, address: &str, more: Value| {
        let mut set = json!({"name": name, "group": "rg", "location": "westeurope", "os": "Linux",
                             "instances": instances, "firstAddress": address});
        for (name, value) in more.as_object().expect("members") {
            set[name] = value.clone();
        }
        set
    };
    let description = json!({
        "tenant": "11111111-1111-1111-1111-111111111111", "domain": "contoso.onmicrosoft.com",
        "principals": [{"clientId": "00000000-0000-0000-0000-00000000bbbb", "name": "reader", "secret": "sim-secret",
                        "roles": [{"scope": "/", "actions": ["*/read"]}]}],
        "subscriptions": [{
            "id": "22222222-2222-2222-2222-222222222222", "name": "Bare",
            "watchers": [{"name": "NetworkWatcher_northeurope", "group": "NetworkWatcherRG", "location": "northeurope"}],
            "scaleSets": [
                set("manual", MANY, "10.1.0.4", json!({})),
                set("windows", 2, "10.2.0.4", json!({"os": "Windows", "upgrade": "Automatic"})),
                set("rolling", 5, "10.3.0.4", json!({"upgrade": "Rolling"})),
                set("faulty", 5, "10.4.0.4", json!({"upgrade": "Rolling"})),
                set("flexible", 3, "10.5.0.4", json!({"orchestration": "Flexible"})),
                set("aks-pool-vmss", 1, "10.6.0.4", json!({"aks": true})),
            ],
            "storageAccounts": [{"name": "captures", "group": "rg", "location": "westeurope", "sku": "Standard_LRS"}],
        }],
    });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("world.json");
    std::fs::write(&file, description.to_string()).expect("written");
    let sim = Sim::start(&["--config", &file.display().to_string()]);
    (folder, sim)
}

/// Exit status, answer, the failure that was told.
fn say(profile: &Profile, arguments: &[&str]) -> (i32, Value, Value) {
    let (status, answer, error) = profile.json(&[arguments, &["--json"]].concat());
    (
        status,
        answer,
        error.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default(),
    )
}

fn states(context: &Value) -> Vec<(String, String)> {
    let checks = context["checks"].as_array().expect("checks");
    let text = |check: &Value, name: &str| check[name].as_str().unwrap_or_default().to_owned();
    checks.iter().map(|check| (text(check, "kind"), text(check, "state"))).collect()
}

fn all_ok(context: &Value) -> bool {
    states(context).iter().all(|(_, state)| state == "ok")
}

/// What was asked of Resource Manager.
fn asked(sim: &Sim) -> Vec<Value> {
    let requests = sim.requests().into_iter();
    requests.filter(|request| request["service"] == "arm").collect()
}

#[test]
fn everything_that_is_missing_is_mended() {
    let (_folder, sim) = world();
    let profile = sim.owner(QUICK);
    let install = |set: &str, more: &[&str]| {
        let id = sim.scale_set(set);
        say(&profile, &[&["agent", "install", "--scale-set", &id], more].concat())
    };

    // No watcher in the region, and it was not asked to make one.
    let (status, context, _) = install("windows", &[]);
    assert_eq!(status, 0, "{context}");
    let watcher = |context: &Value| states(context).into_iter().find(|(kind, _)| kind == "network-watcher");
    assert_eq!(watcher(&context).expect("a check").1, "blocked");
    let id = sim.scale_set("windows");
    let (status, _, failure) = say(&profile, &["capture", "list", "--scale-set", &id]);
    assert_eq!((status, &failure["code"]), (1, &json!("no-network-watcher")));

    // Automatic: the set brings it to its instances by itself, with the agent of its system.
    let (status, context, _) = install("windows", &["--create-watcher"]);
    assert!(status == 0 && all_ok(&context), "{context}");
    assert!(
        context["instances"].as_array().expect("instances").iter().all(|one| one["agent"] == "installed")
    );
    let capture = ["capture", "list", "--scale-set", &id];
    assert_eq!(say(&profile, &capture).0, 0);

    // Manual: in batches, chosen instances at a time.
    sim.forget_requests();
    let (status, context, _) = install("manual", &[]);
    assert!(status == 0 && all_ok(&context), "{context}");
    assert_eq!(sim.count("virtualMachineScaleSets.manualUpgrade"), MANY.div_ceil(50));
    assert_eq!(sim.count("virtualMachineScaleSetExtensions.create"), 1);
    // Once more: nothing is left to do, so nothing is changed.
    sim.forget_requests();
    assert_eq!(install("manual", &[]).0, 0);
    assert!(asked(&sim).iter().all(|request| request["method"] == "GET"), "{:?}", asked(&sim));

    // Rolling: watched to its end.
    let (status, context, _) = install("rolling", &[]);
    assert!(status == 0 && all_ok(&context), "{context}");

    // Flexible: machine by machine.
    sim.forget_requests();
    let (status, context, _) = install("flexible", &[]);
    assert!(status == 0 && all_ok(&context), "{context}");
    assert_eq!(sim.count("virtualMachineExtensions.create"), 3);

    // What Azure does not support is not tried.
    sim.forget_requests();
    let (status, _, failure) = install("aks-pool-vmss", &[]);
    assert_eq!((status, &failure["code"]), (1, &json!("rejected")), "{failure}");
    assert!(asked(&sim).iter().all(|request| request["method"] == "GET"), "{:?}", asked(&sim));
}

/// `done`/`total` of the progress events of a request, by step, in their order.
fn progress(frames: &[Value], id: u64, step: &str) -> Vec<(u64, u64)> {
    let events =
        frames.iter().filter(|frame| frame["message"]["id"] == id).map(|frame| &frame["message"]["event"]);
    let own = events.filter(|event| event["event"] == "progress" && event["step"] == step);
    own.map(|event| (event["done"].as_u64().expect("done"), event["total"].as_u64().expect("total")))
        .collect()
}

#[test]
fn each_fix_over_the_pipe_tells_its_progress() {
    let (_folder, sim) = world();
    let profile = sim.owner(QUICK);
    let mut pipe = Pipe::open(&profile);
    let target =
        |set: &str| json!({"scaleSet": sim.scale_set(set), "cloud": "public", "tenant": sim.text("tenant")});
    let fix = |set: &str, fix: &Value| json!({"verb": "fix", "target": target(set), "fix": fix});
    let offered = |context: &Value, kind: &str| {
        let checks = context["ok"]["checks"].as_array().expect("checks").clone();
        checks.into_iter().find(|check| check["kind"] == kind).expect(kind)["fix"].clone()
    };

    let context = pipe.ask(1, json!({"verb": "context", "target": target("manual")}));
    assert_eq!(offered(&context, "agent-on-model"), json!({"kind": "installAgent"}));
    assert!(offered(&context, "agent-on-instances").is_null(), "one agent, one button: {context}");
    let made = pipe.ask(2, fix("manual", &offered(&context, "network-watcher")));
    assert_eq!(progress(&pipe.passed, 2, "create-watcher"), [(0, 1), (1, 1)]);
    let installed = pipe.ask(3, fix("manual", &offered(&made, "agent-on-model")));
    assert_eq!(progress(&pipe.passed, 3, "install-agent"), [(0, 1), (1, 1)]);
    let behind = installed["ok"]["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .find(|one| one["kind"] == "latest-model");
    assert_eq!(behind.expect("a check")["params"]["count"], MANY.to_string());
    assert!(offered(&installed, "latest-model").is_null(), "the same as the instances' fix: {installed}");
    let updated = pipe.ask(4, fix("manual", &offered(&installed, "agent-on-instances")));
    let many = MANY as u64;
    assert_eq!(
        progress(&pipe.passed, 4, "update-instances"),
        [(0, many), (50, many), (100, many), (many, many)]
    );
    assert!(all_ok(&updated["ok"]), "{:?}", states(&updated["ok"]));

    let rolled = pipe.ask(5, fix("rolling", &json!({"kind": "installAgent"})));
    let steps = progress(&pipe.passed, 5, "update-instances");
    assert!(steps.is_sorted() && steps.last() == Some(&(5, 5)), "{steps:?}");
    assert!(all_ok(&rolled["ok"]), "{:?}", states(&rolled["ok"]));

    let machines = pipe.ask(6, fix("flexible", &json!({"kind": "installAgent"})));
    let steps = progress(&pipe.passed, 6, "install-agent");
    assert_eq!((steps.first(), steps.last(), steps.len()), (Some(&(0, 3)), Some(&(3, 3)), 4));
    assert!(all_ok(&machines["ok"]), "{:?}", states(&machines["ok"]));

    // A roll-out that Azure gives up is told with Azure's words; what was updated stays.
    sim.set(&json!({"rollingUpgrades": "fault"}));
    let faulted = pipe.ask(7, fix("faulty", &json!({"kind": "installAgent"})));
    assert_eq!(faulted["err"]["code"], "operation-failed", "{faulted}");
    assert_eq!(faulted["err"]["params"]["status"], "Faulted", "{faulted}");
    let code = faulted["err"]["azure"]["code"].as_str().expect("Azure's code");
    assert!(code.contains("RollingUpgrade"), "{faulted}");
    // Tried again, it is another roll-out.
    sim.set(&json!({}));
    let context = pipe.ask(8, json!({"verb": "context", "target": target("faulty")}));
    let mended = pipe.ask(9, fix("faulty", &offered(&context, "agent-on-instances")));
    assert!(all_ok(&mended["ok"]), "{mended}");

    // Who may not is told what is lacking.
    let reader = sim.profile(Some("00000000-0000-0000-0000-00000000bbbb"), QUICK);
    let (status, _, failure) = say(&reader, &["agent", "install", "--scale-set", &sim.scale_set("windows")]);
    assert_eq!((status, &failure["code"]), (1, &json!("not-permitted")), "{failure}");
    assert_eq!(failure["params"]["action"], "Microsoft.Compute/virtualMachineScaleSets/extensions/write");
    assert_eq!(failure["params"]["role"], "Virtual Machine Contributor");
}
