//! Files over the real pipe, of captures that the simulator took: bringing them down through every early death,
//! finding them in any spelling, and what is done with them here.

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::sim::Sim;
use common::{PATIENCE, Pipe, Profile, tree};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard};
use std::time::Instant;

/// A capture of a minute is over in a second.
static SIM: LazyLock<Mutex<Sim>> = LazyLock::new(|| Sim::for_the_program("60"));

fn sim() -> MutexGuard<'static, Sim> {
    Sim::in_turn(&SIM)
}

fn download(capture: &Value) -> Value {
    json!({"verb": "download", "capture": capture, "instances": "all",
        "options": {"keep": true, "summarise": true, "overwrite": false}})
}

fn files(pipe: &mut Pipe, id: u64, capture: &Value) -> Vec<Value> {
    let answer = pipe.ask(id, json!({"verb": "files", "capture": capture}));
    answer["ok"]["files"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

/// State by instance.
fn states(files: &[Value]) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    files.iter().map(|file| (text(&file["instance"]), text(&file["state"]))).collect()
}

fn all(state: &str) -> BTreeMap<String, String> {
    ["0", "1", "2"].map(|instance| (instance.to_owned(), state.to_owned())).into()
}

/// Waits for an event of request `id` that looks so.
fn event(pipe: &mut Pipe, id: u64, so: impl Fn(&Value) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let frame = pipe.next().expect("the pipe stays open");
        assert!(Instant::now() < deadline, "it does not come to that: {frame}");
        let message = &frame["message"];
        assert!(message["type"] != "reply" || message["id"] != id, "over before it looked so: {frame}");
        if message["type"] == "event" && message["id"] == id && so(&message["event"]) {
            return;
        }
    }
}

fn here(event: &Value) -> u64 {
    let files = event["transfer"]["files"].as_array();
    files.into_iter().flatten().filter_map(|file| file["done"].as_u64()).sum()
}

/// When the helper is killed under a download of three files.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// The request is on its way; nothing may have been read of it.
    Asked,
    /// The journal's name is in the folder.
    Journal,
    FirstEvent,
    FirstBytes,
    /// One file is whole and the others are not.
    FirstFile,
}

fn wait_for(moment: Moment, pipe: &mut Pipe, folder: &Path) {
    match moment {
        Moment::Asked => {}
        Moment::Journal => {
            let deadline = Instant::now() + PATIENCE;
            while !tree(folder).keys().any(|name| name.ends_with(".transfer")) {
                assert!(Instant::now() < deadline, "no journal");
            }
        }
        Moment::FirstEvent => event(pipe, 1, |event| event["event"] == "transfer"),
        Moment::FirstBytes => event(pipe, 1, |event| here(event) > 0),
        Moment::FirstFile => event(pipe, 1, |event| {
            let files = event["transfer"]["files"].as_array();
            files.into_iter().flatten().any(|file| file["done"] == file["size"])
        }),
    }
}

#[test]
fn a_download_killed_early_offers_every_file_and_finishes() {
    let sim = sim();
    let untroubled = sim.owner("");
    let capture = sim.taken(&untroubled, "killed", &[]);
    let mut pipe = Pipe::open(&untroubled);
    let outcome = pipe.ask(1, download(&capture));
    assert_eq!(outcome["ok"]["files"].as_array().map(Vec::len), Some(3), "{outcome}");
    let expected = tree(&untroubled.path().join("downloads"));
    assert_eq!(expected.len(), 3, "{:?}", expected.keys());
    drop(pipe);

    let moments = [Moment::Asked, Moment::Journal, Moment::FirstEvent, Moment::FirstBytes, Moment::FirstFile];
    // The person resumes what is offered, or asks for the download again.
    for (moment, again) in moments.iter().flat_map(|moment| [(*moment, false), (*moment, true)]) {
        let case = format!("{moment:?}, asked again: {again}");
        let profile = sim.owner("");
        let folder = profile.path().join("downloads");
        let slow: &[&str] = match moment {
            Moment::FirstFile => &["web-set_1", "web-set_2"],
            _ => &["web-set"],
        };
        for path in slow {
            let slow = json!({"match": {"operation": "blob.get", "path": path}, "times": null,
                "fault": {"kind": "slow", "bytesPerSecond": 4_000}});
            sim.control("POST", "faults", Some(&slow));
        }
        let mut pipe = Pipe::open(&profile);
        pipe.call(1, download(&capture));
        wait_for(moment, &mut pipe, &folder);
        // SIGKILL.
        drop(pipe);
        sim.calm();

        let mut pipe = Pipe::open(&profile);
        let found = pipe.ask(1, json!({"verb": "transfers"}));
        let found = found["ok"]["transfers"].as_array().expect("transfers").clone();
        let begun = match moment {
            Moment::Asked | Moment::Journal => found.len() == 1,
            _ => {
                assert_eq!(found.len(), 1, "{case}: {found:?}");
                true
            }
        };
        if begun {
            assert_eq!(found[0]["state"]["kind"], "interrupted", "{case}");
            assert_eq!(found[0]["files"].as_array().map(Vec::len), Some(3), "{case}: {found:?}");
        }
        let outcome = if begun && !again {
            let id = found[0]["id"].clone();
            let resumed = pipe.ask(2, json!({"verb": "resume", "transfer": id}));
            assert_eq!(resumed["ok"]["answer"], "transfers", "{case}: {resumed}");
            pipe.ask(3, json!({"verb": "follow", "transfer": id}))
        } else {
            pipe.ask(2, download(&capture))
        };
        let files_here = outcome["ok"]["files"].as_array().unwrap_or_else(|| panic!("{case}: {outcome}"));
        assert_eq!(files_here.len(), 3, "{case}");
        for file in files_here {
            assert_eq!(file["failure"], Value::Null, "{case}");
        }
        assert_eq!(outcome["ok"]["report"]["sources"].as_array().map(Vec::len), Some(3), "{case}");
        assert_eq!(states(&files(&mut pipe, 4, &capture)), all("local"), "{case}");
        let left = pipe.ask(5, json!({"verb": "transfers"}));
        let left = left["ok"]["transfers"].as_array().expect("transfers");
        assert!(left.iter().all(|transfer| transfer["state"]["kind"] == "done"), "{case}: {left:?}");
        let mut here = tree(&folder);
        // A journal without a first line is of a transfer that never began; a minute later it is removed.
        here.retain(|name, bytes| !name.ends_with(".transfer") || bytes.contains(&b'\n'));
        assert!(here == expected, "{case}: {:?}", here.keys());
    }
}

/// Every answer of storage to a read comes slowly, whole in half a minute or so.
fn slow(sim: &Sim) {
    sim.fault("blob.get", Value::Null, &json!({"kind": "slow", "bytesPerSecond": 4_000}));
}

/// States of the transfers.
fn transfers(answer: &Value) -> Vec<&str> {
    let transfers = answer["ok"]["transfers"].as_array().unwrap_or_else(|| panic!("{answer}"));
    transfers.iter().filter_map(|transfer| transfer["state"]["kind"].as_str()).collect()
}

#[test]
fn a_download_is_paused_resumed_and_given_up_by_the_page() {
    let sim = sim();
    let profile = sim.owner("");
    let capture = sim.taken(&profile, "paused", &[]);
    let folder = profile.path().join("downloads");
    let mut pipe = Pipe::open(&profile);
    for (id, given_up) in [(10, true), (20, false)] {
        slow(&sim);
        pipe.call(id, download(&capture));
        while here(&pipe.event(id)) == 0 {}
        pipe.order(|order| order["busy"] == true);
        let found = pipe.ask(id + 1, json!({"verb": "transfers"}));
        assert_eq!(transfers(&found), ["running"]);
        let transfer = found["ok"]["transfers"][0]["id"].clone();
        let paused = pipe.ask(id + 2, json!({"verb": "pause", "transfer": transfer}));
        assert_eq!(transfers(&paused), ["paused"]);
        sim.calm();
        if given_up {
            let left = pipe.ask(id + 3, json!({"verb": "discard", "transfer": transfer}));
            assert_eq!(transfers(&left), [""; 0]);
            assert_eq!(pipe.outcome(id)["err"]["code"], "cancelled");
            assert_eq!(tree(&folder).len(), 0, "{:?}", tree(&folder).keys());
        } else {
            let resumed = pipe.ask(id + 3, json!({"verb": "resume", "transfer": transfer}));
            assert_ne!(transfers(&resumed), ["paused"]);
            let outcome = pipe.outcome(id);
            assert_eq!(outcome["ok"]["files"].as_array().map(Vec::len), Some(3), "{outcome}");
            assert_eq!(tree(&folder).len(), 3, "{:?}", tree(&folder).keys());
            pipe.order(|order| order["notify"]["body"] == "3/3");
        }
        pipe.order(|order| order["busy"] == false);
    }
}

#[test]
fn wireshark_gets_the_file_and_the_filter() {
    use std::os::unix::fs::PermissionsExt;
    // Nobody else forks while the program is open for writing: it could not be started then.
    let _alone = sim();
    let programs = tempfile::tempdir().expect("a folder");
    let program = programs.path().join("wireshark");
    // What it was started with, and a last line that tells that this is all.
    fs::write(&program, "#!/bin/sh\nprintf '%s\\n' \"$@\" end >\"$0.told\"\n").expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    let profile = Profile::new("").with("PATH", programs.path().to_str().expect("text"));
    let downloads = profile.path().join("downloads");
    fs::create_dir(&downloads).expect("a folder");
    fs::write(downloads.join("-k a.cap"), "").expect("written");
    let request = |file: &str, filter: &str| json!({"verb": "open", "file": file, "with": {"wireshark": {"displayFilter": filter}}});
    let mut pipe = Pipe::open(&profile);
    let filter = "tcp.port == 443 && frame contains \"; rm\"";
    let opened = pipe.ask(1, request("-k a.cap", filter));
    assert_eq!(opened["ok"]["answer"], "done", "{opened}");
    let deadline = Instant::now() + PATIENCE;
    let told = loop {
        let told = fs::read_to_string(program.with_extension("told")).unwrap_or_default();
        if told.ends_with("end\n") {
            break told;
        }
        assert!(Instant::now() < deadline, "it was not started: {told}");
    };
    let path = downloads.canonicalize().expect("there").join("-k a.cap");
    assert_eq!(told.lines().collect::<Vec<_>>(), ["-Y", filter, "-r", path.to_str().expect("text"), "end"]);
    let refused = pipe.ask(2, request("../config.toml", ""));
    assert_eq!(refused["err"]["code"], "path-refused", "{refused}");
    fs::remove_file(&program).expect("removed");
    let missing = pipe.ask(3, request("-k a.cap", ""));
    assert_eq!(missing["err"]["code"], "program-missing", "{missing}");
    assert_eq!(missing["err"]["params"]["program"], "Wireshark", "{missing}");
}

/// The upper-case path of what a service wrote in lower case.
fn in_capitals(url: &str) -> String {
    let (before, path) = url.split_once("/network-watcher-logs/").expect("Network Watcher's container");
    let (path, date_and_name) = path.split_once("/web-set/").expect("the scale set's folder");
    format!("{before}/network-watcher-logs/{}/Web-Set/{date_and_name}", path.to_uppercase())
}

#[test]
fn blobs_are_found_in_any_spelling_of_their_path() {
    let sim = sim();
    let profile = sim.owner("");
    let capture = sim.taken(&profile, "spelt", &[]);
    let mut pipe = Pipe::open(&profile);
    let before = files(&mut pipe, 1, &capture);
    assert_eq!(states(&before), all("inStorage"));
    let mut contents = Vec::new();
    for file in &before {
        let url = file["blob"]["url"].as_str().expect("a URL");
        let bytes = sim.blob("GET", url, Vec::new());
        sim.blob("PUT", &in_capitals(url), bytes.clone());
        sim.blob("DELETE", url, Vec::new());
        contents.push(bytes);
    }
    let after = files(&mut pipe, 2, &capture);
    assert_eq!(states(&after), all("inStorage"));
    let urls = |files: &[Value]| -> Vec<String> {
        let mut urls: Vec<String> =
            files.iter().map(|file| file["blob"]["url"].as_str().unwrap_or_default().to_owned()).collect();
        urls.sort();
        urls
    };
    let mut expected: Vec<String> = urls(&before).iter().map(|url| in_capitals(url)).collect();
    expected.sort();
    assert_eq!(urls(&after), expected);
    let outcome = pipe.ask(3, download(&capture));
    assert_eq!(outcome["ok"]["files"].as_array().map(Vec::len), Some(3), "{outcome}");
    let mut found: Vec<Vec<u8>> = tree(&profile.path().join("downloads")).into_values().collect();
    found.sort();
    contents.sort();
    assert!(found == contents);
}

/// The bytes that request `id` sends, in order, and its answer.
fn bytes_of(pipe: &mut Pipe, id: u64, request: Value) -> (Vec<u8>, Value) {
    pipe.passed.clear();
    let answer = pipe.ask(id, request);
    let mut bytes = Vec::new();
    for frame in &pipe.passed {
        let event = &frame["message"]["event"];
        if frame["message"]["id"] == id && event["event"] == "bytes" {
            assert_eq!(event["offset"].as_u64(), Some(bytes.len() as u64), "in order");
            bytes.extend(STANDARD.decode(event["base64"].as_str().expect("base64")).expect("base64"));
        }
    }
    (bytes, answer)
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("it runs");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn files_are_looked_at_read_tried_merged_and_exported() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let sim = sim();
    let profile = sim.owner("");
    let capture = sim.taken(&profile, "used", &[]);
    let mut pipe = Pipe::open(&profile);
    let in_storage = files(&mut pipe, 1, &capture);
    let looks: Vec<(Vec<u8>, Value)> = in_storage
        .iter()
        .map(|file| bytes_of(&mut pipe, 2, json!({"verb": "look", "blob": file["blob"], "packets": 100})))
        .collect();
    // Only what a capture wrote is looked at, and only where Azure keeps blobs.
    let url = in_storage[0]["blob"]["url"].as_str().expect("a URL");
    let service = sim.text("blob");
    for (from, to, code) in [
        ("/network-watcher-logs/", "/other/", "path-refused"),
        (service.as_str(), "https://evil.example", "unexpected-answer"),
    ] {
        let blob = json!({"cloud": "public", "url": url.replace(from, to)});
        let refused = pipe.ask(3, json!({"verb": "look", "blob": blob, "packets": 100}));
        assert_eq!(refused["err"]["code"], code, "{refused}");
    }

    let downloaded = pipe.ask(4, download(&capture));
    let whole = downloaded["ok"]["report"]["total"]["packets"].as_u64().expect("packets");
    assert!(whole > 100, "{whole} packets");
    let here = files(&mut pipe, 5, &capture);
    assert_eq!(states(&here), all("local"));
    let root = profile.path().join("downloads");
    let names: Vec<Value> = here.iter().map(|file| file["file"].clone()).collect();
    for (file, (looked, answer)) in here.iter().zip(&looks) {
        let name = file["file"].as_str().expect("a name");
        let bytes = fs::read(root.join(name)).expect("there");
        assert!(!looked.is_empty() && bytes.starts_with(looked), "a look shows what is there");
        assert_eq!(answer["ok"], json!({"answer": "looked", "bytes": looked.len(), "size": bytes.len()}));
        let (read, answer) = bytes_of(
            &mut pipe,
            6,
            json!({"verb": "read", "file": name, "offset": 0, "length": bytes.len() + 10}),
        );
        assert!(read == bytes, "{answer}");
    }
    for outside in ["../config.toml", "/etc/passwd", "web-set/../../config.toml"] {
        let refused = pipe.ask(7, json!({"verb": "read", "file": outside, "offset": 0, "length": 10}));
        assert_eq!(refused["err"]["code"], "path-refused", "{outside}: {refused}");
    }

    // As the filters kept nothing away, a filter for TCP keeps what the summary counted of TCP.
    let tried = pipe.ask(8, json!({"verb": "dryRun", "files": names, "filters": [{"protocol": "TCP"}]}));
    assert_eq!(tried["ok"]["packets"], whole, "{tried}");
    assert_eq!(
        tried["ok"]["kept"], downloaded["ok"]["report"]["total"]["layers"]["tcp"]["packets"],
        "{tried}"
    );
    let local: Vec<&str> =
        tried["ok"]["local"].as_array().expect("addresses").iter().filter_map(Value::as_str).collect();
    assert_eq!(local.len(), 3, "{local:?}");

    let merged = pipe.ask(9, json!({"verb": "merge", "files": names, "name": "all"}));
    let merged = merged["ok"]["files"][0].as_str().unwrap_or_else(|| panic!("{merged}")).to_owned();
    assert!(merged.ends_with("/all.pcapng"), "{merged}");
    let again = pipe.ask(10, json!({"verb": "merge", "files": names, "name": "all"}));
    assert_eq!(again["err"]["code"], "file-exists", "{again}");
    for name in ["../all", "a/../../all", "con"] {
        let refused = pipe.ask(11, json!({"verb": "merge", "files": names, "name": name}));
        assert_eq!(refused["err"]["code"], "path-refused", "{name}: {refused}");
    }
    let merged = root.join(&merged);
    let merged = merged.to_str().expect("text");
    let described = output("capinfos", &["-M", "-c", "-I", "-o", merged]);
    for expected in [format!("Number of packets:   {whole}"), "Strict time order:   True".to_owned()] {
        assert!(described.contains(&expected), "{expected}: {described}");
    }
    for instance in 0..3 {
        assert!(described.contains(&format!("Name = instance {instance}")), "{described}");
    }
    // Wireshark shows for each packet the instance that it came from.
    let shown = output("tshark", &["-r", merged, "-T", "fields", "-e", "frame.interface_name"]);
    for (file, instance) in here.iter().zip(0..) {
        let instance = file["instance"].as_str().map_or(instance.to_string(), str::to_owned);
        let own = downloaded["ok"]["report"]["sources"].as_array().expect("sources");
        let own = own.iter().find(|source| source["path"] == file["file"]).expect("a source");
        let lines = shown.lines().filter(|line| **line == format!("instance {instance}")).count();
        assert_eq!(own["summary"]["packets"], lines, "instance {instance}");
    }

    // A name that a spreadsheet would take for a formula.
    let first = root.join(names[0].as_str().expect("a name"));
    fs::copy(&first, root.join("=1+1.cap")).expect("copied");
    fs::copy(&first, root.join("@x_y.cap")).expect("copied");
    let sources = json!(["=1+1.cap", "@x_y.cap"]);
    let mut export = |id: u64, format: &str| -> Vec<std::path::PathBuf> {
        let answer = pipe.ask(id, json!({"verb": "export", "files": sources, "format": format}));
        let files = answer["ok"]["files"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        files.iter().map(|file| root.join(file.as_str().expect("a name"))).collect()
    };
    let csv: Vec<String> =
        export(20, "csv").iter().map(|file| fs::read_to_string(file).expect("text")).collect();
    assert_eq!(csv.len(), 2);
    for text in &csv {
        for cell in text.lines().flat_map(|line| line.split(',')).map(|cell| cell.trim_matches('"')) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
        assert!(text.contains("'=1+1.cap") && text.contains("'@x_y.cap"), "{text}");
    }
    let json: Value =
        serde_json::from_slice(&fs::read(&export(21, "json")[0]).expect("there")).expect("JSON");
    assert_eq!(json["sources"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["sources"][0]["path"], "=1+1.cap");
    let markdown = fs::read_to_string(&export(22, "markdown")[0]).expect("text");
    assert!(markdown.contains("## conversations") && markdown.contains("@x\\_y.cap"), "{markdown}");
    let tables = export(23, "parquet");
    let rows: Vec<i64> = tables
        .iter()
        .map(|file| {
            let reader = SerializedFileReader::new(fs::File::open(file).expect("there")).expect("Parquet");
            reader.metadata().file_metadata().num_rows()
        })
        .collect();
    assert_eq!(
        rows,
        [2, csv[1].lines().count() as i64 - 1],
        "a row a source; a row a conversation, as in CSV"
    );
    assert!(pipe.close().0.success());
}
