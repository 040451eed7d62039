//! The wire models against Azure's own API description: every request is valid by it, member by member, and every
//! answer is read and written again without a loss.

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{fs, path::PathBuf};
use wasm_core::azure::{arm, capture::CaptureRequest};

fn fixture(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/arm").join(name);
    serde_json::from_slice(&fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .unwrap()
}

/// The description, or the one that `PACKET_CAPTURE_API` names.
fn description() -> Value {
    match std::env::var_os("PACKET_CAPTURE_API") {
        Some(path) => serde_json::from_slice(&fs::read(path).unwrap()).unwrap(),
        None => fixture("packetCaptures.2025-05-01.schema.json"),
    }
}

/// A validator of one definition. `closed`: members that the description does not know are refused, so that
/// a misspelt one is found.
fn validator(definition: &str, closed: bool) -> Validator {
    let mut definitions = description()["definitions"].take();
    adapt(&mut definitions);
    if closed {
        for schema in definitions.as_object_mut().unwrap().values_mut() {
            if schema.get("properties").is_some() {
                schema["additionalProperties"] = false.into();
            }
        }
    }
    let schema = json!({ "$ref": format!("#/definitions/{definition}"), "definitions": definitions });
    jsonschema::draft4::new(&schema).unwrap()
}

/// Swagger's references to other files of the same description point into this one; its formats are no JSON
/// schema formats.
fn adapt(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.remove("format");
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                *reference = reference.replace("./network.json#", "#");
            }
            members.values_mut().for_each(adapt);
        }
        Value::Array(items) => items.iter_mut().for_each(adapt),
        _ => {}
    }
}

fn assert_valid(validator: &Validator, value: &Value) {
    let faults: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} in {value:#}");
}

const SET: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Compute/virtualMachineScaleSets/vmss1";
const ACCOUNT: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Storage/storageAccounts/sa1";

fn request() -> impl Strategy<Value = Value> {
    let scope = prop_oneof![
        Just(json!("all")),
        prop::collection::vec(0u8..9, 1..4)
            .prop_map(|list| json!({"include": list.iter().map(u8::to_string).collect::<Vec<_>>()})),
        Just(json!({"exclude": ["3"]})),
    ];
    let limits = prop_oneof![
        (1u64..=4_294_967_295, 1u64..=18_000).prop_map(|(bytes, seconds)| json!({"session": {"bytes": bytes, "seconds": seconds}})),
        (any::<bool>(), 1u64..=10_000, 1u64..=4_294_967_295, 1u64..=604_800).prop_map(|(continuous, count, bytes, seconds)| {
            json!({"ring": {"continuous": continuous, "fileCount": count, "fileBytes": bytes, "seconds": seconds}})
        }),
    ];
    let storage = prop::sample::select(vec![
        json!({"account": ACCOUNT}),
        json!({"account": ACCOUNT, "path": "https://sa1.blob.core.windows.net/caps"}),
        json!({"file": "/var/captures/x.cap"}),
        json!({"account": ACCOUNT, "file": "C:\\captures\\x.cap"}),
    ]);
    let filters = prop::sample::select(vec![
        json!([]),
        json!([{"protocol": "tcp", "localIPAddress": "10.0.0.3", "remotePort": "80;443;"}, {"protocol": "UDP"}]),
        json!([{"remoteIPAddress": "1.1.1.1-1.1.1.9"}]),
    ]);
    (scope, limits, 0u64..=4_294_967_295, storage, filters).prop_map(|(scope, limits, bytes, storage, filters)| {
        let mut settings = limits;
        settings["bytesPerPacket"] = bytes.into();
        json!({"name": "c", "target": SET, "scope": scope, "settings": settings, "storage": storage, "filters": filters})
    })
}

#[test]
fn every_request_is_valid_by_the_description() {
    let validator = validator("PacketCapture", true);
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(wish in request())| {
        let wish: CaptureRequest = serde_json::from_value(wish).unwrap();
        assert_valid(&validator, &serde_json::to_value(wish.to_arm()).unwrap());
    });
}

#[test]
fn the_validator_finds_what_is_wrong() {
    let validator = validator("PacketCapture", true);
    for body in [
        json!({}),
        json!({"properties": {"target": SET}}),
        json!({"properties": {"target": SET, "storageLocation": {}, "timeLimitInSeconds": 18001}}),
        json!({"properties": {"target": SET, "storageLocation": {}, "targetType": "VMSS"}}),
        json!({"properties": {"target": SET, "storageLocation": {"localpath": "x"}}}),
        json!({"properties": {"target": SET, "storageLocation": {}, "filters": [{"localIpAddress": "x"}]}}),
    ] {
        assert!(!validator.is_valid(&body), "{body}");
    }
}

/// Reads every answer of a fixture, writes it again, and compares: nothing that the service said is lost.
fn answers<T: serde::de::DeserializeOwned + serde::Serialize>(definition: &str) {
    let validator = validator(definition, false);
    for (name, answer) in fixture(&format!("{definition}.json")).as_object().unwrap() {
        assert_valid(&validator, answer);
        let model: T =
            serde_json::from_value(answer.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut written = serde_json::to_value(&model).unwrap();
        let mut expected = answer.clone();
        // Empty members of filters are no constraint and are not written; an empty list of details is.
        without_empty(&mut written);
        without_empty(&mut expected);
        assert_eq!(written, expected, "{name}");
        assert_valid(&validator, &written);
    }
}

fn without_empty(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| !(value == "" || value == &json!([]) || value.is_null()));
            members.values_mut().for_each(without_empty);
        }
        Value::Array(items) => items.iter_mut().for_each(without_empty),
        _ => {}
    }
}

#[test]
fn every_answer_is_read_without_loss() {
    answers::<arm::PacketCaptureResult>("PacketCaptureResult");
    answers::<arm::PacketCaptureListResult>("PacketCaptureListResult");
    answers::<arm::PacketCaptureStatusResult>("PacketCaptureQueryStatusResult");
    answers::<arm::ErrorResponse>("ErrorResponse");
}
