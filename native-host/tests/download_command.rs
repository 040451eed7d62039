//! `capture files` and `download` as a person types them, of captures that the simulator took.

mod common;

use common::sim::Sim;
use common::{LINE_CLEARED, Profile, tree, within};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard};

/// A capture of a minute is over in a second.
static SIM: LazyLock<Mutex<Sim>> = LazyLock::new(|| Sim::for_the_program("60"));

fn sim() -> MutexGuard<'static, Sim> {
    Sim::in_turn(&SIM)
}

/// What a command with `--json` said.
#[derive(Debug)]
struct Said {
    status: i32,
    /// Told on the way.
    events: Vec<Value>,
    answer: Value,
    failure: Value,
    notes: String,
}

fn say(sim: &Sim, profile: &Profile, name: &str, words: &[&str]) -> Said {
    let scale_set = sim.scale_set("web-set");
    let output = profile.run(&[words, &["--scale-set", &scale_set, "--name", name, "--json"]].concat());
    let text = String::from_utf8(output.stdout).expect("text");
    let mut events: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON, line by line")).collect();
    let answer = events.pop_if(|last| last.get("event").is_none()).unwrap_or_default();
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    let failure = notes.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let said = Said { status: output.status.code().expect("no signal"), events, answer, failure, notes };
    common::assert_kept(&sim.secrets(), &format!("{said:?}{}", profile.logs()));
    said
}

/// Code of each file's failure, by instance; empty where it is whole.
fn codes(said: &Said) -> BTreeMap<&str, &str> {
    let files = said.answer["files"].as_array().unwrap_or_else(|| panic!("{said:?}"));
    let told = |file: &Value| file["file"].is_string() || file["failure"]["code"].is_string();
    assert!(files.iter().all(told), "{said:?}");
    files
        .iter()
        .map(|file| {
            let instance = file["instance"].as_str().expect("an instance");
            (instance, file["failure"]["code"].as_str().unwrap_or_default())
        })
        .collect()
}

/// State of each file, by instance and part.
fn states(said: &Said) -> Vec<(&str, Option<u64>, &str)> {
    let files = said.answer["files"].as_array().unwrap_or_else(|| panic!("{said:?}"));
    files
        .iter()
        .map(|file| {
            let instance = file["instance"].as_str().unwrap_or_default();
            (instance, file["part"].as_u64(), file["state"].as_str().unwrap_or_default())
        })
        .collect()
}

#[test]
fn all_files_come_summarised_and_merged_and_are_not_replaced_unasked() {
    let sim = sim();
    let profile = sim.owner("");
    sim.taken(&profile, "all", &[]);
    let to = profile.path().join("here");
    let merged = profile.path().join("merged.pcapng");
    let (to_text, merged_text) = (to.to_str().expect("text"), merged.to_str().expect("text"));
    let words = ["download", "--all", "--summarize", "--to", to_text, "--merge", merged_text];
    let said = say(&sim, &profile, "all", &words);
    assert_eq!(said.status, 0, "{said:?}");
    assert_eq!(codes(&said), ["0", "1", "2"].map(|instance| (instance, "")).into());
    assert!(said.events.iter().all(|event| event["event"] == "transfer"), "{:?}", said.events);
    let last = said.events.last().expect("an event")["transfer"]["files"].as_array().expect("files").clone();
    assert!(last.iter().all(|file| file["done"] == file["size"]), "{last:?}");
    let packets = &said.answer["report"]["total"]["packets"];
    assert!(packets.as_u64() > Some(100), "{packets}");
    assert_eq!(&said.answer["merged"]["packets"], packets);
    let (code, summary, error) = profile.json(&["summarize", merged_text, "--json"]);
    assert_eq!((code, &summary["total"]["packets"]), (0, packets), "{error}");
    let first = tree(&to);
    assert_eq!(first.len(), 3, "{:?}", first.keys());
    assert!(first.keys().all(|name| name.starts_with("web-set/capture-all/web-set_")), "{:?}", first.keys());
    assert_eq!(tree(&profile.path().join("downloads")).len(), 0);
    let here = say(&sim, &profile, "all", &["capture", "files"]);
    assert!(states(&here).iter().all(|(_, _, state)| *state == "inStorage"), "in another folder: {here:?}");

    let changed = to.join(first.keys().next().expect("a file"));
    std::fs::write(&changed, "mine").expect("written");
    let again = say(&sim, &profile, "all", &["download", "--to", to_text]);
    assert_eq!(again.status, 1, "{again:?}");
    assert_eq!(codes(&again), ["0", "1", "2"].map(|instance| (instance, "file-exists")).into());
    assert_eq!(std::fs::read_to_string(&changed).expect("there"), "mine");
    let replaced = say(&sim, &profile, "all", &["download", "--to", to_text, "--overwrite"]);
    assert_eq!(replaced.status, 0, "{replaced:?}");
    assert!(tree(&to) == first, "as at first");
}

#[test]
fn chosen_instances_come_alone_and_a_summary_needs_no_file() {
    let sim = sim();
    let profile = sim.owner("");
    sim.taken(&profile, "chosen", &[]);
    let downloads = profile.path().join("downloads");
    let all = say(&sim, &profile, "chosen", &["download", "--no-keep"]);
    assert_eq!(all.status, 0, "{all:?}");
    assert_eq!(all.answer["report"]["sources"].as_array().map(Vec::len), Some(3), "{all:?}");
    assert_eq!(tree(&downloads).len(), 0, "the disk is not touched");
    assert!(all.answer["files"].as_array().into_iter().flatten().all(|file| file["file"].is_null()));

    let some = say(&sim, &profile, "chosen", &["download", "--summarize", "--instance", "1,2"]);
    assert_eq!((some.status, codes(&some)), (0, [("1", ""), ("2", "")].into()), "{some:?}");
    let of_all: BTreeMap<&str, &Value> = all.answer["report"]["sources"]
        .as_array()
        .expect("sources")
        .iter()
        .map(|source| (source["instance"].as_str().expect("an instance"), &source["summary"]["packets"]))
        .collect();
    for source in some.answer["report"]["sources"].as_array().expect("sources") {
        let instance = source["instance"].as_str().expect("an instance");
        assert_eq!(&source["summary"]["packets"], of_all[instance], "{instance}");
    }
    assert_eq!(tree(&downloads).len(), 2, "{:?}", tree(&downloads).keys());
    let listed = say(&sim, &profile, "chosen", &["capture", "files"]);
    let here: BTreeSet<_> =
        states(&listed).into_iter().map(|(instance, _, state)| (instance, state)).collect();
    assert_eq!(here, [("0", "inStorage"), ("1", "local"), ("2", "local")].into());
    let nobody = say(&sim, &profile, "chosen", &["download", "--instance", "7"]);
    assert_eq!((nobody.status, &nobody.failure["code"]), (1, &json!("blob-missing")), "{nobody:?}");
}

#[test]
fn a_download_shows_a_bar_where_somebody_looks() {
    let sim = sim();
    let profile = sim.owner("");
    sim.taken(&profile, "watched", &[]);
    let scale_set = sim.scale_set("web-set");
    let words = ["download", "--scale-set", &scale_set, "--name", "watched", "--summarize"];
    let (status, shown) = profile.run_in_a_terminal(&words);
    let (bar, table) =
        shown.rsplit_once(LINE_CLEARED).unwrap_or_else(|| panic!("no bar is taken away: {shown:?}"));
    assert_eq!(status, 0, "{shown}");
    assert!(bar.contains(" 0 B/") && bar.contains("  0/3 "), "bytes and files of all: {bar:?}");
    assert_eq!(table.matches(".cap").count(), 3 + 3, "files, and sources of the summary: {table:?}");
    common::assert_kept(&sim.secrets(), &shown);
}

#[test]
fn what_is_not_written_yet_is_no_error_and_what_never_came_is_told() {
    let sim = sim();
    let profile = sim.owner("");
    let scale_set = sim.scale_set("web-set");
    // Five minutes of ours.
    let start = ["capture", "start", "--storage-account", "shopcaptures", "--time-limit", "18000"];
    let started = say(&sim, &profile, "running", &start);
    assert_eq!(started.status, 0, "{started:?}");
    let files = say(&sim, &profile, "running", &["capture", "files"]);
    assert_eq!(states(&files), ["0", "1", "2"].map(|instance| (instance, None, "notWritten")), "{files:?}");
    assert_eq!(files.status, 0);
    let early = say(&sim, &profile, "running", &["download"]);
    assert_eq!((early.status, &early.failure["code"]), (1, &json!("blob-missing")), "{early:?}");

    let fallen = json!({"target": scale_set, "instances": ["1"], "running": false});
    sim.control("POST", "agents", Some(&fallen));
    let stopped = say(&sim, &profile, "running", &["capture", "stop"]);
    assert_eq!(stopped.status, 0, "{stopped:?}");
    let files = say(&sim, &profile, "running", &["capture", "files"]);
    let download = say(&sim, &profile, "running", &["download"]);
    let mended = json!({"target": scale_set, "instances": ["1"], "running": true});
    sim.control("POST", "agents", Some(&mended));
    let found: BTreeSet<_> =
        states(&files).into_iter().map(|(instance, _, state)| (instance, state)).collect();
    assert_eq!(found, [("0", "inStorage"), ("1", "missing"), ("2", "inStorage")].into());
    // The others come all the same, and the exit status tells that one did not.
    assert_eq!(
        (download.status, codes(&download)),
        (1, [("0", ""), ("1", "blob-missing"), ("2", "")].into())
    );
}

#[test]
fn files_of_a_ring_are_told_by_instance_and_part_newest_first() {
    let sim = sim();
    let profile = sim.owner("");
    sim.taken(&profile, "ring", &["--ring-files", "3", "--ring-file-size", "102400"]);
    let listed = say(&sim, &profile, "ring", &["capture", "files"]);
    let found = states(&listed);
    let parts: BTreeSet<_> = found.iter().map(|(instance, part, _)| (*instance, *part)).collect();
    assert_eq!(parts.len(), found.len(), "each once: {found:?}");
    assert!(found.iter().all(|(_, part, _)| part.is_some()), "{found:?}");
    assert!(found.iter().any(|(_, part, _)| *part > Some(1)), "more than one of an instance: {found:?}");
    let times: Vec<&str> = listed.answer["files"]
        .as_array()
        .expect("files")
        .iter()
        .filter_map(|file| file["modified"].as_str())
        .collect();
    assert!(times.len() == found.len() && times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let downloaded = say(&sim, &profile, "ring", &["download", "--summarize"]);
    assert_eq!(downloaded.status, 0, "{downloaded:?}");
    let here = tree(&profile.path().join("downloads"));
    assert_eq!(here.len(), found.len(), "{:?}", here.keys());
    assert!(here.keys().any(|name| name.ends_with("_2.cap")), "{:?}", here.keys());
}

#[test]
fn who_may_not_read_data_reads_by_a_signature_or_is_told_what_is_lacking() {
    let sim = sim();
    let owner = sim.owner("");
    sim.taken(&owner, "rights", &[]);
    let expected = {
        assert_eq!(say(&sim, &owner, "rights", &["download"]).status, 0);
        tree(&owner.path().join("downloads"))
    };
    // May manage everything and has no right to data.
    let manager = sim.profile(Some("00000000-0000-0000-0000-00000000dddd"), "");
    let said = say(&sim, &manager, "rights", &["download"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(tree(&manager.path().join("downloads")) == expected);
    // May manage captures, and has no right at all on storage.
    let networker = "00000000-0000-0000-0000-0000000000f2";
    let roles = json!([{"scope": "/", "actions": ["*/read", "Microsoft.Network/*"]}]);
    sim.control("POST", &format!("principals/{networker}"), Some(&roles));
    let networker = sim.profile(Some(networker), "");
    let said = say(&sim, &networker, "rights", &["download"]);
    assert_eq!((said.status, &said.failure["code"]), (1, &json!("blob-not-permitted")), "{said:?}");
    assert_eq!(said.failure["params"]["role"], "Storage Blob Data Reader", "{said:?}");
    assert_eq!(said.failure["params"]["account"], "shopcaptures", "{said:?}");
    assert_eq!(tree(&networker.path().join("downloads")).len(), 0);
}

#[test]
fn a_troubled_line_costs_time_alone() {
    let sim = sim();
    let untroubled = sim.owner("");
    sim.taken(&untroubled, "troubled", &[]);
    assert_eq!(say(&sim, &untroubled, "troubled", &["download"]).status, 0);
    let expected = tree(&untroubled.path().join("downloads"));
    for fault in [
        json!({"kind": "tokenExpired"}),
        json!({"kind": "reset", "when": "before"}),
        json!({"kind": "drop", "when": "before"}),
        json!({"kind": "cut", "afterBytes": 1000}),
        json!({"kind": "malformed"}),
        json!({"kind": "status", "status": 500}),
        json!({"kind": "status", "status": 503, "retryAfter": {"seconds": 1}}),
    ] {
        let profile = sim.owner("");
        sim.fault("blob.get", json!(2), &fault);
        sim.fault("blob.list", json!(1), &fault);
        let said = say(&sim, &profile, "troubled", &["download", "--summarize"]);
        sim.calm();
        assert_eq!(said.status, 0, "{fault}: {said:?}");
        assert!(tree(&profile.path().join("downloads")) == expected, "{fault}");
    }
}

/// Begins a download on a slow line, and interrupts it as Ctrl+C does when something has come.
fn interrupt(sim: &Sim, profile: &Profile, name: &str, more: &[&str]) {
    sim.fault("blob.get", Value::Null, &json!({"kind": "slow", "bytesPerSecond": 4_000}));
    let scale_set = sim.scale_set("web-set");
    let mut child = profile
        .command()
        .args(["download", "--scale-set", &scale_set, "--name", name, "--json"])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    let begun = |line: String| {
        let event: Value = serde_json::from_str(&line).expect("JSON");
        let files = event["transfer"]["files"].as_array().into_iter().flatten();
        files.filter_map(|file| file["done"].as_u64()).sum::<u64>() > 0
    };
    let lines = within(common::PATIENCE, move || {
        let mut lines = lines.map_while(Result::ok);
        assert!(lines.any(begun), "it ended before anything came");
        lines
    });
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    within(common::PATIENCE, move || {
        lines.for_each(drop);
        assert_eq!(child.wait().expect("it ends").code(), Some(1));
    });
    sim.calm();
    let downloads = tree(&profile.path().join("downloads"));
    assert!(downloads.keys().any(|name| name.ends_with(".transfer")), "{:?}", downloads.keys());
}

#[test]
fn interrupted_it_goes_on_with_the_same_command() {
    let sim = sim();
    let profile = sim.owner("");
    sim.taken(&profile, "interrupted", &[]);
    interrupt(&sim, &profile, "interrupted", &[]);
    let said = say(&sim, &profile, "interrupted", &["download"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(said.notes.contains("An interrupted download goes on"), "{said:?}");
    let here = tree(&profile.path().join("downloads"));
    assert_eq!(here.len(), 3, "{:?}", here.keys());
    let fresh = sim.owner("");
    assert_eq!(say(&sim, &fresh, "interrupted", &["download"]).status, 0);
    assert!(here == tree(&fresh.path().join("downloads")));
}

#[test]
fn what_an_interrupted_download_was_not_about_comes_after_it() {
    let sim = sim();
    let profile = sim.owner("");
    sim.taken(&profile, "wider", &[]);
    interrupt(&sim, &profile, "wider", &["--instance", "0"]);
    let other = say(&sim, &profile, "wider", &["download", "--instance", "2"]);
    assert_eq!((other.status, codes(&other)), (0, [("2", "")].into()), "{other:?}");
    assert!(!other.notes.contains("An interrupted download goes on"), "it is about another: {other:?}");
    let said = say(&sim, &profile, "wider", &["download", "--summarize"]);
    assert_eq!((said.status, codes(&said)), (0, [("0", ""), ("1", "")].into()), "{said:?}");
    assert!(said.notes.contains("An interrupted download goes on"), "{said:?}");
    let sources = said.answer["report"]["sources"].as_array().expect("sources");
    let of: Vec<_> = sources.iter().map(|source| source["instance"].as_str().expect("an instance")).collect();
    assert_eq!(of, ["0", "1"]);
    let here = tree(&profile.path().join("downloads"));
    assert_eq!(here.len(), 3, "{:?}", here.keys());
    let fresh = sim.owner("");
    assert_eq!(say(&sim, &fresh, "wider", &["download"]).status, 0);
    assert!(here == tree(&fresh.path().join("downloads")));
}

#[test]
fn waiting_for_a_capture_that_fails_is_a_failure_that_names_the_cause() {
    let sim = sim();
    let profile = sim.owner("");
    let scale_set = sim.scale_set("web-set");
    let agents = |running: bool| {
        let agents = json!({"target": scale_set, "running": running});
        sim.control("POST", "agents", Some(&agents));
    };
    // An hour, so that the agents stop before it.
    let start = ["capture", "start", "--storage-account", "shopcaptures", "--time-limit", "3600"];
    let started = say(&sim, &profile, "failing", &start);
    agents(false);
    let stopped = say(&sim, &profile, "failing", &["capture", "stop"]);
    agents(true);
    assert_eq!((started.status, stopped.status), (0, 0), "{started:?} {stopped:?}");

    let waited = say(&sim, &profile, "failing", &["capture", "wait"]);
    assert_eq!((waited.status, &waited.answer["status"]), (1, &json!("Error")), "{waited:?}");
    assert_eq!(waited.failure["code"], "capture-failed", "{waited:?}");
    for (language, words) in [
        (
            "en",
            [
                "error[capture-failed]: ",
                "Agent stopped",
                "→ To see what is missing: vmss-capture agent status",
            ],
        ),
        ("ja", ["error[capture-failed]: ", "エージェント", "→ 足りないものを確認するには"]),
    ] {
        let output = profile.run(&[
            "capture",
            "wait",
            "--scale-set",
            &scale_set,
            "--name",
            "failing",
            "--lang",
            language,
        ]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("failing  "));
    }
    // Looking is no failure, and neither is waiting for one that ended well.
    assert_eq!(say(&sim, &profile, "failing", &["capture", "show"]).status, 0);
    sim.taken(&profile, "well", &[]);
    let waited = say(&sim, &profile, "well", &["capture", "wait"]);
    assert_eq!((waited.status, &waited.answer["status"]), (0, &json!("Stopped")), "{waited:?}");
}
