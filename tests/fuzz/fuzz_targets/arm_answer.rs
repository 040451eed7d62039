#![no_main]
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};
use wasm_core::azure::{
    arm,
    blob_path::ExpectedLocation,
    capture::{CaptureRequest, Scope},
};

fn round_trip<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(bytes: &[u8]) -> Option<T> {
    let model: T = serde_json::from_slice(bytes).ok()?;
    let written = serde_json::to_vec(&model).expect("plain data has a JSON form");
    assert_eq!(serde_json::from_slice::<T>(&written).expect("what is written can be read"), model);
    Some(model)
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(result) = round_trip::<arm::PacketCaptureResult>(bytes) {
        let _ = Scope::from_arm(result.properties.scope.as_ref());
        if let Ok(Some(expected)) = ExpectedLocation::of_answer(&result.properties, None) {
            let _ = expected.place();
            let _ = expected.covers(&result.name);
        }
    }
    round_trip::<arm::PacketCaptureListResult>(bytes);
    round_trip::<arm::PacketCaptureStatusResult>(bytes);
    round_trip::<arm::ErrorResponse>(bytes);
    round_trip::<arm::AsyncOperation>(bytes);
    if let Some(request) = round_trip::<CaptureRequest>(bytes) {
        let _ = request.to_arm();
    }
});
