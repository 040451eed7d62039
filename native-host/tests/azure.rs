//! Azure and its troubles, played by the simulator: every operation against every fault, as a table.

mod common;

use common::sim::{Sim, shared as sim};
use common::{Pipe, Profile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Tries twice more, at once; nothing that answers at all is too slow for it, even on a busy machine.
const QUICK: &str = "timeout_seconds = 30\nretries = 2\noperation_seconds = 30\n";
/// For what never answers or never ends.
const IMPATIENT: &str = "timeout_seconds = 3\nretries = 1\noperation_seconds = 2\n";

/// What a command line said: status, the code of its failure, everything it printed.
struct Said {
    status: i32,
    code: String,
    text: String,
    failure: Value,
    answer: Value,
}

fn say(profile: &Profile, arguments: &[&str]) -> Said {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    let output = profile.run(&arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let failure: Value =
        error.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    Said {
        status: output.status.code().expect("no signal"),
        code: failure["code"].as_str().unwrap_or_default().to_owned(),
        answer: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        text: format!("{}{error}", String::from_utf8_lossy(&output.stdout)),
        failure,
    }
}

/// An operation of ours: the command, and the simulator's name of the request that meets the fault.
struct Deed {
    name: &'static str,
    request: &'static str,
    /// Whether it needs a running capture beforehand.
    on_running: bool,
    /// May be sent again when it is not known whether it was carried out.
    repeatable: bool,
}

const DEEDS: &[Deed] = &[
    Deed { name: "list", request: "packetCaptures.list", on_running: false, repeatable: true },
    Deed { name: "show", request: "packetCaptures.queryStatus", on_running: true, repeatable: true },
    Deed { name: "start", request: "packetCaptures.create", on_running: false, repeatable: true },
    Deed { name: "stop", request: "packetCaptures.stop", on_running: true, repeatable: false },
    Deed { name: "delete", request: "packetCaptures.delete", on_running: true, repeatable: true },
    Deed { name: "verify", request: "networkWatchers.ipFlowVerify", on_running: false, repeatable: true },
];

fn run(deed: &Deed, sim: &Sim, profile: &Profile, capture: &str) -> Said {
    let set = sim.scale_set("web-set");
    let set = ["--scale-set", &set];
    let named = ["--name", capture];
    let words: Vec<&str> = match deed.name {
        "list" => vec!["capture", "list"],
        "show" => [&["capture", "show"][..], &named].concat(),
        "start" => {
            [&["capture", "start", "--storage-account", "shopcaptures", "--time-limit", "600"][..], &named]
                .concat()
        }
        "stop" => [&["capture", "stop"][..], &named].concat(),
        "delete" => [&["capture", "delete"][..], &named].concat(),
        _ => vec![
            "flow",
            "verify",
            "--instance",
            "2",
            "--local",
            "10.0.0.6:40000",
            "--remote",
            "10.0.2.7:5432",
        ],
    };
    say(profile, &[&words[..], &set].concat())
}

fn begin(sim: &Sim, profile: &Profile, capture: &str) {
    let start = DEEDS.iter().find(|deed| deed.name == "start").expect("start");
    let said = run(start, sim, profile, capture);
    assert_eq!(said.status, 0, "{}", said.text);
}

/// Captures of this name in the simulated Azure: status by resource.
fn captures(sim: &Sim, name: &str) -> Vec<String> {
    let state = sim.control("GET", "state", None);
    let all = state["captures"].as_array().cloned().unwrap_or_default();
    let own = all.iter().filter(|capture| capture["name"] == name);
    own.map(|capture| capture["packetCaptureStatus"].as_str().unwrap_or_default().to_owned()).collect()
}

fn status(status: u16) -> Value {
    json!({"kind": "status", "status": status})
}

fn throttled(retry_after: Value) -> Value {
    json!({"kind": "status", "status": 429, "retryAfter": retry_after})
}

#[test]
fn faults_that_stay_have_their_code() {
    let sim = sim();
    let (quick, impatient) = (sim.owner(QUICK), sim.owner(IMPATIENT));
    let faults = [
        ("403", status(403), "not-permitted"),
        ("409", status(409), "conflict"),
        ("429 for long", throttled(json!({"seconds": 600})), "throttled"),
        ("429 until a date", throttled(json!({"date": 600})), "throttled"),
        ("500", status(500), "azure-unavailable"),
        ("503", status(503), "azure-unavailable"),
        ("reset", json!({"kind": "reset", "when": "before"}), "network"),
        ("hang", json!({"kind": "hang", "seconds": 30.0}), "timeout"),
    ];
    let name = |deed: &Deed, number: usize| match deed.on_running {
        // As nothing is done, the same capture is there for every fault.
        true => format!("stays-{}", deed.name),
        false => format!("stays-{}-{number}", deed.name),
    };
    for deed in DEEDS.iter().filter(|deed| deed.on_running) {
        begin(&sim, &quick, &name(deed, 0));
    }
    for (number, (what, fault, code)) in faults.iter().enumerate() {
        let profile = if *what == "hang" { &impatient } else { &quick };
        for deed in DEEDS {
            let mut concerns = json!({"operation": deed.request});
            if deed.on_running || deed.name == "start" {
                concerns["path"] = json!(name(deed, number));
            }
            sim.control("POST", "faults", Some(&json!({"match": concerns, "times": null, "fault": fault})));
        }
        // All at once: most of their time is waiting.
        let all_said: Vec<(Said, Duration)> = std::thread::scope(|scope| {
            let one = |deed| {
                let (sim, name) = (&*sim, name(deed, number));
                scope.spawn(move || {
                    let started = Instant::now();
                    (run(deed, sim, profile, &name), started.elapsed())
                })
            };
            let all: Vec<_> = DEEDS.iter().map(one).collect();
            all.into_iter().map(|one| one.join().expect("a command ran")).collect()
        });
        for rule in sim.control("GET", "faults", None)["value"].as_array().expect("rules") {
            assert!(rule["hit"].as_u64() > Some(0), "each was met: {rule}");
        }
        sim.calm();
        for (deed, (said, taken)) in DEEDS.iter().zip(all_said) {
            let place = format!("{} × {what}: {}", deed.name, said.text);
            assert_eq!((said.status, said.code.as_str()), (1, *code), "{place}");
            assert!(taken < Duration::from_secs(60), "{place}: bounded");
            if *what == "hang" {
                assert_eq!(said.failure["params"]["seconds"], "3", "{place}");
            }
            if *what == "403" {
                assert_eq!(said.failure["azure"]["status"], 403, "{place}");
                assert!(said.failure["azure"]["correlationId"].is_string(), "{place}");
            }
            let there = captures(&sim, &name(deed, number));
            let expected: &[&str] = if deed.on_running { &["Running"] } else { &[] };
            assert_eq!(there, expected, "{place}: nothing was done");
        }
    }
}

#[test]
fn faults_that_pass_are_got_over() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let faults = [
        ("429", throttled(json!({"seconds": 1})), true),
        ("429 by date", throttled(json!({"date": 2})), true),
        ("500", status(500), false),
        ("503", status(503), false),
        ("reset before", json!({"kind": "reset", "when": "before"}), false),
        ("reset after", json!({"kind": "reset", "when": "after"}), false),
        ("drop after", json!({"kind": "drop", "when": "after"}), false),
        ("expired token", json!({"kind": "tokenExpired"}), true),
        ("late", json!({"kind": "delay", "seconds": 0.5}), true),
    ];
    for deed in DEEDS {
        for (number, (what, fault, refused_first)) in faults.iter().enumerate() {
            // What may have been carried out is not sent again unless that is harmless; then the state tells.
            let after = what.ends_with("after");
            if !deed.repeatable && !refused_first && !after {
                continue;
            }
            let capture = format!("passes-{}-{number}", deed.name);
            if deed.on_running {
                begin(&sim, &profile, &capture);
            }
            sim.fault(deed.request, json!(1), fault);
            let said = run(deed, &sim, &profile, &capture);
            let place = format!("{} × {what}: {}", deed.name, said.text);
            assert_eq!(said.status, 0, "{place}");
            let there = captures(&sim, &capture);
            match deed.name {
                "start" | "show" => assert_eq!(there, ["Running"], "{place}: once"),
                "stop" => assert_eq!(there, ["Stopped"], "{place}"),
                "delete" => assert!(there.is_empty(), "{place}: {there:?}"),
                _ => assert!(there.is_empty(), "{place}"),
            }
        }
    }
}

#[test]
fn operations_that_fail_or_never_end_are_told_apart() {
    let sim = sim();
    let (quick, impatient) = (sim.owner(QUICK), sim.owner(IMPATIENT));
    for (outcome, code, profile) in [
        ("failed", "operation-failed", &quick),
        ("canceled", "operation-failed", &quick),
        ("never", "operation-unclear", &impatient),
    ] {
        for deed in DEEDS.iter().filter(|deed| ["start", "stop", "delete"].contains(&deed.name)) {
            let capture = format!("ends-{}-{outcome}", deed.name);
            if deed.on_running {
                begin(&sim, &quick, &capture);
            }
            sim.fault(deed.request, json!(1), &json!({"kind": "operation", "outcome": outcome}));
            let said = run(deed, &sim, profile, &capture);
            let place = format!("{} × {outcome}: {}", deed.name, said.text);
            let fine = said.status == 0 && outcome == "never";
            assert!(said.code == code || fine, "{place}");
            assert!(captures(&sim, &capture).len() <= 1, "{place}: no duplicate");
        }
    }
}

#[test]
fn both_forms_of_long_running_answers_are_followed() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    for form in ["recorded", "both", "async", "location"] {
        for long in [false, true] {
            sim.set(&json!({"lro": form, "longPollUrls": long, "statusForm": "accepted"}));
            let capture = format!("form-{form}-{long}");
            begin(&sim, &profile, &capture);
            for (name, there) in [("stop", vec!["Stopped"]), ("delete", vec![])] {
                let deed = DEEDS.iter().find(|deed| deed.name == name).expect(name);
                let said = run(deed, &sim, &profile, &capture);
                assert_eq!(said.status, 0, "{name}, {form}, {long}: {}", said.text);
                assert_eq!(captures(&sim, &capture), there, "{name}, {form}");
            }
        }
    }
}

#[test]
fn garbage_is_no_answer() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    for request in ["packetCaptures.list", "virtualMachineScaleSets.get", "networkWatchers.listAll"] {
        sim.fault(request, Value::Null, &json!({"kind": "malformed"}));
        let said = run(&DEEDS[0], &sim, &profile, "none");
        sim.calm();
        assert_eq!((said.status, said.code.as_str()), (1, "unexpected-answer"), "{request}: {}", said.text);
    }
}

#[test]
fn what_is_gone_is_told_by_its_name() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let show = &DEEDS[1];
    assert_eq!(run(show, &sim, &profile, "never-was").code, "capture-gone");
    let gone = sim.scale_set("never-was");
    assert_eq!(say(&profile, &["capture", "list", "--scale-set", &gone]).code, "scale-set-gone");
    begin(&sim, &profile, "twice");
    assert_eq!(run(&DEEDS[2], &sim, &profile, "twice").code, "capture-exists");
    assert_eq!(captures(&sim, "twice"), ["Running"]);
    let listed = run(&DEEDS[0], &sim, &profile, "");
    let names: Vec<_> =
        listed.answer.as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert!(names.contains(&json!("twice")), "{names:?}");
}

#[test]
fn a_flexible_set_has_one_capture_of_many() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let set = sim.scale_set("flex-set");
    let with = |words: &[&str]| say(&profile, &[words, &["--scale-set", &set]].concat());
    let started = with(&["capture", "start", "--name", "flex", "--storage-account", "shopcaptures"]);
    assert_eq!(started.answer["ids"].as_array().map(Vec::len), Some(2), "{}", started.text);
    let listed = with(&["capture", "list"]);
    assert_eq!(listed.answer.as_array().map(Vec::len), Some(1), "{}", listed.text);
    assert_eq!(with(&["capture", "stop", "--name", "flex"]).answer["status"], "Stopped");
    assert_eq!(with(&["capture", "delete", "--name", "flex"]).status, 0);
    assert_eq!(with(&["capture", "show", "--name", "flex"]).code, "capture-gone");
}

#[test]
fn what_stands_in_the_way_is_named_with_its_role() {
    let sim = sim();
    // The simulator's reader, and its network contributor.
    for (client, scale_set_seen) in
        [("00000000-0000-0000-0000-00000000bbbb", true), ("00000000-0000-0000-0000-00000000cccc", false)]
    {
        let profile = sim.profile(Some(client), QUICK);
        let set = sim.scale_set("web-set");
        let said = say(&profile, &["agent", "status", "--scale-set", &set]);
        assert_eq!(said.status, 1);
        if scale_set_seen {
            let checks = said.answer["checks"].as_array().expect("checks").clone();
            let permissions =
                checks.iter().find(|check| check["kind"] == "permissions").expect("permissions");
            assert_eq!(permissions["state"], "blocked");
            assert_eq!(permissions["params"]["role"], "Network Contributor");
        } else {
            assert_eq!(said.code, "not-permitted", "{}", said.text);
            assert_eq!(said.failure["params"]["role"], "Reader", "{}", said.text);
        }
    }
    let nobody = sim.profile(None, QUICK).with("IDENTITY_ENDPOINT", "").with("AZURE_CLIENT_ID", "");
    let set = sim.scale_set("web-set");
    let said = say(&nobody, &["capture", "list", "--scale-set", &set, "--tenant", &sim.text("tenant")]);
    assert_eq!(said.code, "signed-out", "{}", said.text);
}

#[test]
fn the_start_is_what_microsofts_clients_send() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let set = sim.scale_set("web-set");
    let filters = r#"[{"protocol":"TCP","localIPAddress":"10.0.0.3","localPort":"1-65535","remoteIPAddress":"1.1.1.1-1.1.1.255","remotePort":"443"},{"protocol":"UDP"}]"#;
    let said = say(
        &profile,
        &[
            "capture",
            "start",
            "--scale-set",
            &set,
            "--name",
            "pc-both",
            "--storage-account",
            "shopcaptures",
            "--include",
            "0,2",
            "--time-limit",
            "120",
            "--capture-limit",
            "1048576",
            "--capture-size",
            "96",
            "--filters",
            filters,
            "--dry-run",
        ],
    );
    let request = &said.answer[0];
    assert_eq!(request["method"], "PUT");
    // As recorded from the az CLI for the same wish.
    let group = set.split("/providers/").next().expect("a group");
    assert_eq!(
        request["body"],
        json!({"properties": {
            "bytesToCapturePerPacket": 96,
            "filters": [
                {"localIPAddress": "10.0.0.3", "localPort": "1-65535", "protocol": "TCP",
                 "remoteIPAddress": "1.1.1.1-1.1.1.255", "remotePort": "443"},
                {"protocol": "UDP"},
            ],
            "scope": {"include": ["0", "2"]},
            "storageLocation": {"storageId": format!("{group}/providers/Microsoft.Storage/storageAccounts/shopcaptures")},
            "target": set,
            "targetType": "AzureVMSS",
            "timeLimitInSeconds": 120,
            "totalBytesPerSession": 1_048_576,
        }})
    );
    assert!(captures(&sim, "pc-both").is_empty(), "a dry run starts nothing");
}

#[test]
fn an_account_that_cannot_take_captures_is_refused_before_azure_is_asked_to_start() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let set = sim.scale_set("web-set");
    for (account, rule, english, japanese) in [
        ("shoppremium", "capture-account-premium", "Premium_LRS", "Premium_LRS"),
        ("shopnorth", "capture-account-other-region", "In northeurope", "northeurope"),
        ("shopnokeys", "capture-account-shared-key-off", "Shared key access", "共有キー"),
        ("shopprivate", "capture-account-no-public-access", "Public network access", "パブリック"),
    ] {
        let name = format!("into-{account}");
        let wish = [
            "capture",
            "start",
            "--scale-set",
            &set,
            "--name",
            &name,
            "--storage-account",
            account,
            "--lang",
        ];
        for (language, word, dry) in [("en", english, false), ("ja", japanese, false), ("en", english, true)]
        {
            let more = if dry { vec![language, "--dry-run"] } else { vec![language] };
            let said = say(&profile, &[&wish[..], &more].concat());
            assert_eq!((said.status, said.code.as_str()), (1, "storage-not-eligible"), "{}", said.text);
            assert_eq!(said.failure["params"]["account"], account, "{}", said.text);
            assert_eq!(said.failure["params"]["rule"], rule, "{}", said.text);
            let text = said.failure["text"].as_str().expect("a sentence");
            assert!(text.contains(account) && text.contains(word), "{text}");
        }
        assert_eq!(captures(&sim, &name), Vec::<String>::new(), "Azure was not asked");
    }
    // What cannot be told is left to Azure, whose own answer is heard.
    let wish =
        ["capture", "start", "--scale-set", &set, "--name", "into-nothing", "--storage-account", "nosuch"];
    let said = say(&profile, &wish);
    assert!(said.status == 1 && said.failure["azure"].is_object(), "{}", said.text);
}

/// The bound that `checks` states: eight requests, one more for each further page of a list.
#[test]
fn a_context_takes_a_bounded_number_of_requests() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    sim.forget_requests();
    let set = sim.scale_set("web-set");
    assert_eq!(say(&profile, &["agent", "status", "--scale-set", &set]).status, 0);
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for request in sim.requests().iter().filter(|request| request["service"] == "arm") {
        *asked.entry(request["operation"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    asked.remove("metadata.endpoints");
    assert_eq!(asked.values().sum::<usize>(), 8, "{asked:?}");
}

/// What a page asks for when it opens: the context as above, and the captures: the scale set and the watchers once more,
/// the region's list, and the status of each of the set's own captures, up to a hundred.
#[test]
fn a_big_region_opens_with_a_stated_number_of_requests_in_bounded_memory() {
    let sim = Sim::start(&["--scenario", "big"]);
    let profile = sim.owner("");
    let mut pipe = Pipe::open(&profile);
    let target =
        json!({"scaleSet": sim.scale_set("web-set"), "cloud": "public", "tenant": sim.text("tenant")});
    pipe.call(1, json!({"verb": "context", "target": target}));
    pipe.call(2, json!({"verb": "list", "target": target}));
    let (opened, list) = (pipe.outcome(1), pipe.outcome(2));
    assert_eq!(opened["ok"]["instances"].as_array().map(Vec::len), Some(1000));
    let captures = list["ok"]["captures"].as_array().expect("captures");
    assert_eq!(captures.len(), 40, "of 10,000 in the region");
    assert!(captures.iter().all(|capture| capture["status"] == "Stopped"), "{captures:?}");
    let count = |operation: &str| sim.count(operation);
    // A page holds a hundred.
    assert_eq!(count("virtualMachineScaleSetVMs.list"), 10);
    assert_eq!(count("networkInterfaces.listByScaleSet"), 10);
    let (pages, checks, captures) = (2 * 10, 8 - 2, 2 + 1 + 40);
    let sent = sim.requests().iter().filter(|request| request["service"] == "arm").count();
    assert_eq!(sent - count("metadata.endpoints"), pages + checks + captures);
    // Looked at again, nothing is asked of what has ended.
    sim.forget_requests();
    let again = pipe.ask(3, json!({"verb": "list", "target": target}));
    assert_eq!(again["ok"], list["ok"]);
    let asked: Vec<Value> = sim.requests().iter().map(|request| request["operation"].clone()).collect();
    assert_eq!(asked, [json!("packetCaptures.list")]);
    let peak = pipe.peak_memory();
    assert!(peak < 128 << 20, "{} MiB", peak >> 20);
}

#[test]
fn a_watch_over_the_pipe_ends_with_the_capture_and_says_so() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    begin(&sim, &profile, "watched");
    let mut pipe = Pipe::open(&profile);
    let target =
        json!({"scaleSet": sim.scale_set("web-set"), "cloud": "public", "tenant": sim.text("tenant")});
    let mut capture = target.clone();
    capture["capture"] = json!("watched");
    pipe.call(1, json!({"verb": "watch", "capture": capture}));
    let stopped = pipe.ask(2, json!({"verb": "stop", "capture": capture}));
    assert_eq!(stopped["ok"]["status"], "Stopped", "{stopped}");
    let ended = pipe.outcome(1);
    assert_eq!(ended["ok"]["stopReason"], "Manual", "{ended}");
    pipe.order(|order| order["busy"] == true);
    pipe.order(|order| order["notify"]["title"] == "watched");
    pipe.order(|order| order["busy"] == false);
}

#[test]
fn nothing_secret_reaches_a_log_or_a_message() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let mut said = String::new();
    for deed in DEEDS {
        if deed.name == "show" {
            continue;
        }
        said.push_str(&run(deed, &sim, &profile, "secretive").text);
    }
    let everything = format!("{said}{}", profile.logs());
    assert!(everything.contains("packetCaptures"), "there is a log");
    let secrets: Vec<String> = sim.secrets().into_iter().chain([sim.text("clientSecret")]).collect();
    assert!(secrets.len() > 3, "the simulator knows what it gave out");
    common::assert_kept(&secrets, &everything);
}

/// Columns stand below each other; what keeps every status back is told once, in words.
#[test]
fn captures_are_listed_for_people() {
    let sim = sim();
    let set = sim.scale_set("web-set");
    let profile = sim.profile(Some("00000000-0000-0000-0000-00000000aaaa"), QUICK);
    let names = ["listed", "listed-with-a-long-name"];
    for name in names {
        let start =
            ["capture", "start", "--scale-set", &set, "--name", name, "--storage-account", "shopcaptures"];
        assert_eq!(say(&profile, &start).status, 0, "{name}");
    }
    let list = |profile: &Profile, language: &str| {
        let output = profile.run(&["capture", "list", "--scale-set", &set, "--lang", language]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (text(output.stdout), text(output.stderr))
    };
    let refusals =
        |noted: &str| noted.lines().filter(|line| line.starts_with("warning[not-permitted]: ")).count();
    let (shown, noted) = list(&profile, "en");
    let columns: Vec<_> = shown
        .lines()
        .filter(|line| names.iter().any(|name| line.split(' ').next() == Some(name)))
        .map(|line| line.find("Running").expect("the state"))
        .collect();
    assert_eq!(columns, [columns[0]; 2], "{shown}");
    assert_eq!(refusals(&noted), 0, "{noted}");

    let reader = sim.profile(Some("00000000-0000-0000-0000-00000000bbbb"), QUICK);
    let (_, noted) = list(&reader, "ja");
    assert_eq!(refusals(&noted), 1, "{noted}");
    assert!(noted.contains("queryStatus"), "{noted}");
    for name in names {
        let delete = ["capture", "delete", "--scale-set", &set, "--name", name];
        let output = profile.run(&[&delete[..], &["--lang", "ja"]].concat());
        assert!(
            String::from_utf8_lossy(&output.stdout).starts_with(&format!("{name} を削除しました")),
            "{output:?}"
        );
    }
}

/// What stopped leaves files; a deletion takes them only where that is wished, and by whatever right there is.
#[test]
fn files_are_deleted_only_on_request() {
    let sim = sim();
    let owner = sim.owner(QUICK);
    // May manage everything and has no right to data: the files go by a signature.
    let manager = sim.profile(Some("00000000-0000-0000-0000-00000000dddd"), QUICK);
    // May manage captures, and has no right at all on storage.
    let networker = "00000000-0000-0000-0000-0000000000f1";
    let roles = json!([{"scope": "/", "actions": ["*/read", "Microsoft.Network/*"]}]);
    sim.control("POST", &format!("principals/{networker}"), Some(&roles));
    let networker = sim.profile(Some(networker), QUICK);
    let set = sim.scale_set("web-set");
    let deed = |words: &[&str], profile: &Profile, name: &str| {
        say(profile, &[words, &["--scale-set", &set, "--name", name]].concat())
    };
    for (name, profile, files) in
        [("kept", &owner, false), ("taken", &owner, true), ("taken-by-signature", &manager, true)]
    {
        begin(&sim, &owner, name);
        assert_eq!(deed(&["capture", "stop"], &owner, name).status, 0);
        let shown = deed(&["capture", "show"], &owner, name);
        let place = shown.answer["storagePath"].as_str().expect("a place").to_owned();
        let (before, listed) = (sim.blobs(&place), deed(&["capture", "files"], profile, name));
        assert_eq!(listed.answer["files"].as_array().map(Vec::len), Some(3), "{name}: {}", listed.text);
        assert_eq!(before.len(), 3, "{name}: {before:?}");

        let refused = deed(&["capture", "delete", "--files"], &networker, name);
        assert_eq!((refused.status, refused.code.as_str()), (1, "blob-not-permitted"), "{}", refused.text);
        assert_eq!((sim.blobs(&place).len(), captures(&sim, name).len()), (3, 1), "{name}: nothing was done");

        let words: &[&str] = if files { &["capture", "delete", "--files"] } else { &["capture", "delete"] };
        let deleted = deed(words, profile, name);
        let count = if files { 3 } else { 0 };
        assert_eq!((deleted.status, &deleted.answer["filesDeleted"]), (0, &json!(count)), "{}", deleted.text);
        assert_eq!(sim.blobs(&place).len(), 3 - count, "{name}");
        assert!(captures(&sim, name).is_empty(), "{name}");
        assert_eq!(deed(&["capture", "delete", "--files"], profile, name).code, "capture-gone");
        common::assert_kept(&sim.secrets(), &format!("{}{}", deleted.text, profile.logs()));
    }
}

/// One helper at work while others delete what it works on.
#[test]
fn what_others_delete_meanwhile_is_told_apart() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let mut pipe = Pipe::open(&profile);
    let tenant = sim.text("tenant");
    let id = sim.scale_set("north-set");
    let target = json!({"scaleSet": id, "cloud": "public", "tenant": tenant});
    let capture = |name: &str| {
        let mut capture = target.clone();
        capture["capture"] = json!(name);
        capture
    };
    let group = id.split("/providers/").next().expect("a group").to_owned();
    let wish = |name: &str| {
        json!({"verb": "start", "target": target, "request": {"name": name, "target": id, "storage":
               {"account": format!("{group}/providers/Microsoft.Storage/storageAccounts/shopnorth")}}})
    };
    let start = |name: &str| {
        let set =
            ["--scale-set", &id, "--storage-account", "shopnorth", "--time-limit", "600", "--name", name];
        say(&profile, &[&["capture", "start"][..], &set].concat())
    };
    for name in ["one", "two", "three"] {
        let said = start(name);
        assert_eq!(said.status, 0, "{}", said.text);
    }
    // This helper knows the place by now.
    assert_eq!(pipe.ask(1, json!({"verb": "status", "capture": capture("one")}))["ok"]["status"], "Running");
    pipe.call(2, json!({"verb": "watch", "capture": capture("one")}));
    pipe.event(2);
    let watcher =
        "/resourceGroups/net-ops/providers/Microsoft.Network/networkWatchers/watch-north/packetCaptures";
    let subscription = format!("/subscriptions/{}", sim.text("subscription"));
    for name in ["one", "two"] {
        sim.arm("DELETE", &format!("{subscription}{watcher}/{name}?api-version=2024-07-01"));
    }
    assert_eq!(pipe.outcome(2)["err"]["code"], "capture-gone");
    for verb in ["status", "stop", "files"] {
        let gone = pipe.ask(3, json!({"verb": verb, "capture": capture("two")}));
        assert_eq!(gone["err"]["code"], "capture-gone", "{verb}: {gone}");
        assert_eq!(gone["err"]["params"]["capture"], "two");
    }
    let gone = pipe.ask(4, json!({"verb": "delete", "capture": capture("two"), "files": false}));
    assert_eq!(gone["err"]["code"], "capture-gone", "{gone}");

    // The scale set goes; its capture is still listed, as Azure keeps it.
    sim.arm("DELETE", &format!("{id}?api-version=2024-11-01"));
    let gone = pipe.ask(5, json!({"verb": "status", "capture": capture("one")}));
    assert_eq!(
        (&gone["err"]["code"], &gone["err"]["params"]["scaleSet"]),
        (&json!("scale-set-gone"), &json!("north-set"))
    );
    let gone = pipe.ask(6, json!({"verb": "context", "target": target}));
    assert_eq!(gone["err"]["code"], "scale-set-gone", "{gone}");
    let gone = pipe.ask(7, wish("four"));
    assert_eq!(gone["err"]["code"], "scale-set-gone", "{gone}");
}

#[test]
fn a_flow_is_told_with_the_rule_that_decides_and_where_it_goes() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let mut pipe = Pipe::open(&profile);
    let ask = |pipe: &mut Pipe, set: &str, instance: &str, local: &str, remote: (&str, u16), way: &str| {
        let target = json!({"scaleSet": sim.scale_set(set), "cloud": "public", "tenant": sim.text("tenant")});
        let flow = json!({"protocol": "TCP", "direction": way, "localAddress": local, "localPort": 40_000,
                          "remoteAddress": remote.0, "remotePort": remote.1});
        pipe.ask(1, json!({"verb": "verifyFlow", "target": target, "instance": instance, "flow": flow}))
    };
    for (set, instance, local, remote, way, access, rule, hop) in [
        (
            "web-set",
            "2",
            "10.0.0.6",
            ("10.0.2.7", 6432),
            "Outbound",
            "Deny",
            "DenyOldDatabasePool",
            "VnetLocal",
        ),
        (
            "web-set",
            "2",
            "10.0.0.6",
            ("10.0.2.7", 5432),
            "Outbound",
            "Allow",
            "AllowVnetOutBound",
            "VnetLocal",
        ),
        (
            "web-set",
            "0",
            "10.0.0.4",
            ("203.0.113.9", 443),
            "Outbound",
            "Allow",
            "AllowInternetOutBound",
            "Internet",
        ),
        ("web-set", "0", "10.0.0.4", ("203.0.113.9", 443), "Inbound", "Deny", "DenyAllInBound", "Internet"),
    ] {
        let verdict = ask(&mut pipe, set, instance, local, remote, way);
        let told = &verdict["ok"];
        assert_eq!((&told["access"], &told["direction"]), (&json!(access), &json!(way)), "{verdict}");
        assert!(told["rule"].as_str().is_some_and(|name| name.ends_with(rule)), "{verdict}");
        assert_eq!(told["nextHop"]["kind"], hop, "{verdict}");
    }
    // A machine of a Flexible set, by its name.
    let context = json!({"verb": "context", "target": {"scaleSet": sim.scale_set("flex-set"), "cloud": "public",
                         "tenant": sim.text("tenant")}});
    let context = pipe.ask(2, context);
    let machine = &context["ok"]["instances"][0];
    let (name, address) =
        (machine["id"].as_str().expect("an id"), machine["addresses"][0].as_str().unwrap_or("10.0.6.4"));
    let verdict = ask(&mut pipe, "flex-set", name, address, ("10.0.2.7", 5432), "Outbound");
    assert_eq!(verdict["ok"]["access"], "Allow", "{verdict}");
    // The verdict is worth telling where the route is not known.
    sim.fault("networkWatchers.nextHop", Value::Null, &status(403));
    let verdict = ask(&mut pipe, "web-set", "2", "10.0.0.6", ("10.0.2.7", 6432), "Outbound");
    assert_eq!(
        (&verdict["ok"]["access"], &verdict["ok"]["nextHop"]),
        (&json!("Deny"), &Value::Null),
        "{verdict}"
    );
    // What is not there.
    assert_eq!(
        ask(&mut pipe, "flex-set", "nobody", "10.0.6.4", ("10.0.2.7", 1), "Outbound")["err"]["code"],
        "not-found"
    );
    let refused = ask(&mut pipe, "web-set", "0", "10.9.9.9", ("10.0.2.7", 1), "Outbound");
    assert_eq!(refused["err"]["azure"]["code"], "InvalidLocalIPAddress", "{refused}");
}

#[test]
fn a_refused_wish_is_explained_in_the_readers_language() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let set = sim.scale_set("web-set");
    let usual = ["capture", "start", "--scale-set", &set, "--dry-run"];
    for (more, field, rule, word) in [
        (
            vec!["--storage-account", "shopcaptures", "--time-limit", "18001"],
            "limits",
            "capture-setting-out-of-range",
            "18000",
        ),
        (vec![], "storage-account", "capture-setting-storage-missing", "ストレージ"),
        (
            vec!["--storage-path", "https://x/y"],
            "storage-path",
            "capture-setting-storage-path-alone",
            "ストレージ",
        ),
        (vec!["--file-path", "/tmp/x.cap"], "file-path", "capture-setting-local-file-linux", "/var/captures"),
        (
            vec!["--storage-account", "shopcaptures", "--filters", r#"[{"remotePort":"70000"}]"#],
            "filters",
            "filter-port-range",
            "リモート ポート",
        ),
    ] {
        let said = say(&profile, &[&usual, &more[..], &["--lang", "ja"]].concat());
        assert_eq!((said.status, said.code.as_str()), (1, "invalid-input"), "{more:?}: {}", said.text);
        let params = &said.failure["params"];
        assert_eq!((&params["field"], &params["rule"]), (&json!(field), &json!(rule)), "{}", said.text);
        let text = said.failure["text"].as_str().expect("a sentence");
        assert!(text.contains(word) && text.chars().any(|c| ('ぁ'..='ん').contains(&c)), "{more:?}: {text}");
    }
}
