//! Every message survives the wire: one JSON fixture for each variant, read and written again without a difference;
//! and PROTOCOL.md names them all.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_core::protocol::{
    Answer, ErrorCode, Event, FromHelper, FromHelperFrame, FromPage, Listing, PageToRelay, RelayToPage,
    Request, ToHelper,
};

fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/protocol").join(kind)
}

/// Reads every fixture of a kind as `T` and holds what is written again against it.
fn fixtures<T: Serialize + DeserializeOwned>(kind: &str) -> Vec<(String, T)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder(kind)).expect(kind) {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&path).expect("text");
        let fixture: Value = serde_json::from_str(&text).expect("JSON");
        let message: T =
            serde_json::from_value(fixture.clone()).unwrap_or_else(|error| panic!("{kind}/{name}: {error}"));
        let written = serde_json::to_value(&message).expect("JSON");
        assert_eq!(written, fixture, "{kind}/{name} changes on its way");
        found.push((name, message));
    }
    assert!(!found.is_empty(), "{kind} has fixtures");
    found
}

fn fixture(name: &str) -> Value {
    let text = fs::read_to_string(folder(name).with_extension("json")).expect(name);
    serde_json::from_str(&text).expect("JSON")
}

fn names<T>(fixtures: &[(String, T)]) -> BTreeSet<&str> {
    fixtures.iter().map(|(name, _)| name.as_str()).collect()
}

/// The compiler asks for a new variant here, the test then for its fixture.
fn answer_name(answer: &Answer) -> &'static str {
    match answer {
        Answer::Hello(_) => "hello",
        Answer::Account(_) => "account",
        Answer::Context(_) => "context",
        Answer::Capture(_) => "capture",
        Answer::Captures { .. } => "captures",
        Answer::Deleted { .. } => "deleted",
        Answer::Files { .. } => "files",
        Answer::Downloaded { .. } => "downloaded",
        Answer::Transfers { .. } => "transfers",
        Answer::Report(_) => "report",
        Answer::Looked { .. } => "looked",
        Answer::DryRun(_) => "dryRun",
        Answer::FlowVerdict(_) => "flowVerdict",
        Answer::Exported { .. } => "exported",
        Answer::Done {} => "done",
        Answer::Doctor(_) => "doctor",
        Answer::Settings(_) => "settings",
    }
}

const ANSWERS: &[&str] = &[
    "hello",
    "account",
    "context",
    "capture",
    "captures",
    "deleted",
    "files",
    "downloaded",
    "transfers",
    "report",
    "looked",
    "dryRun",
    "flowVerdict",
    "exported",
    "done",
    "doctor",
    "settings",
];

fn event_name(event: &Event) -> &'static str {
    match event {
        Event::Progress { .. } => "progress",
        Event::SignInPrompt { .. } => "signInPrompt",
        Event::Capture { .. } => "capture",
        Event::Transfer { .. } => "transfer",
        Event::Bytes { .. } => "bytes",
    }
}

const EVENTS: &[&str] = &["progress", "signInPrompt", "capture", "transfer", "bytes"];

#[test]
fn every_request_has_a_fixture() {
    let fixtures = fixtures::<Request>("request");
    assert_eq!(names(&fixtures), Request::VERBS.iter().copied().collect());
    for (name, request) in &fixtures {
        assert_eq!(serde_json::to_value(request).expect("JSON")["verb"], name.as_str());
    }
}

#[test]
fn conversations_are_listed_all_the_greatest_or_one() {
    for listing in [json!("all"), json!({"top": 500}), json!({"only": "tcp/10.0.0.4:40000,10.0.2.7:443"})] {
        let read: Listing = serde_json::from_value(listing.clone()).expect("a listing");
        assert_eq!(serde_json::to_value(read).expect("JSON"), listing);
    }
    for wrong in [json!({"only": "10.0.0.4,10.0.2.7"}), json!({"top": -1}), json!("none")] {
        assert!(serde_json::from_value::<Listing>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn every_answer_has_a_fixture() {
    let fixtures = fixtures::<Answer>("answer");
    assert_eq!(names(&fixtures), ANSWERS.iter().copied().collect());
    for (name, answer) in &fixtures {
        assert_eq!(answer_name(answer), name);
    }
}

#[test]
fn every_event_has_a_fixture() {
    let fixtures = fixtures::<Event>("event");
    assert_eq!(names(&fixtures), EVENTS.iter().copied().collect());
    for (name, event) in &fixtures {
        assert_eq!(event_name(event), name);
    }
}

#[test]
fn what_a_helper_should_not_say_is_refused() {
    let reply = |outcome: Value| json!({"type": "reply", "id": 1, "version": "1.0.0", "outcome": outcome});
    let answer = |answer: Value| reply(json!({ "ok": answer }));
    let context: Value = fixture("answer/context");
    let changed = |member: &str, value: Value| {
        let mut context = context.clone();
        context[member] = value;
        answer(context)
    };
    assert!(serde_json::from_value::<FromHelper>(answer(context.clone())).is_ok());
    for wrong in [
        json!(null),
        json!([]),
        json!("reply"),
        json!({"type": "reply"}),
        json!({"type": "tell", "id": 1}),
        json!({"type": 1, "id": 1}),
        reply(json!(7)),
        reply(json!({})),
        reply(json!({"err": null})),
        answer(json!("hello")),
        answer(json!({"answer": "hello"})),
        answer(json!({"answer": "no such answer"})),
        changed("answer", json!(["context"])),
        changed("location", json!(5)),
        changed("instances", json!({})),
        changed("aksOwned", json!("true")),
        changed("checks", json!([{ "kind": "storage" }])),
        changed("orchestration", json!({"Uniform": 1, "Flexible": 2})),
        changed("scaleSet", json!("no id")),
    ] {
        assert!(serde_json::from_value::<FromHelper>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn every_envelope_survives() {
    let from_page = fixtures::<FromPage>("from_page");
    assert!(from_page.iter().any(|(_, message)| matches!(message, FromPage::Call { .. })));
    assert!(from_page.iter().any(|(_, message)| matches!(message, FromPage::Cancel { .. })));
    fixtures::<ToHelper>("to_helper");
    let from_helper = fixtures::<FromHelper>("from_helper");
    assert!(from_helper.iter().any(|(_, message)| matches!(message, FromHelper::Reply { .. })));
    assert!(from_helper.iter().any(|(_, message)| matches!(message, FromHelper::Event { .. })));
    assert!(from_helper.iter().any(|(_, message)| matches!(message, FromHelper::Part { .. })));
    let frames = fixtures::<FromHelperFrame>("frame");
    assert!(frames.iter().any(|(_, frame)| matches!(frame, FromHelperFrame::ToPage { .. })));
    assert!(frames.iter().any(|(_, frame)| matches!(frame, FromHelperFrame::ToRelay { .. })));
    let page_to_relay = fixtures::<PageToRelay>("page_to_relay");
    assert!(page_to_relay.iter().any(|(_, message)| matches!(message, PageToRelay::Message(_))));
    assert!(page_to_relay.iter().any(|(_, message)| matches!(message, PageToRelay::Layout(_))));
    let relay_to_page = fixtures::<RelayToPage>("relay_to_page");
    assert!(relay_to_page.iter().any(|(_, message)| matches!(message, RelayToPage::Message(_))));
    assert!(relay_to_page.iter().any(|(_, message)| matches!(message, RelayToPage::Page(_))));
    assert!(relay_to_page.iter().any(|(_, message)| matches!(message, RelayToPage::Host(_))));
}

#[test]
fn the_page_about_the_protocol_names_everything() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../PROTOCOL.md");
    let page = fs::read_to_string(path).expect("PROTOCOL.md");
    let codes = ErrorCode::ALL.iter().map(|code| code.as_str());
    for name in Request::VERBS.iter().chain(ANSWERS).chain(EVENTS).copied().chain(codes) {
        assert!(page.contains(&format!("`{name}`")), "PROTOCOL.md lacks {name}");
    }
}

#[test]
fn every_error_code_has_a_sentence() {
    for code in ErrorCode::ALL {
        let key = format!("error-{}", code.as_str());
        assert!(wasm_core::words::has(&key), "{key}");
    }
}
