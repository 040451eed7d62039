use super::*;

/// As recorded in Azure's own client repositories (api-version 2022-01-01 and 2024-07-01), ids shortened.
const CREATED: &str = r#"{"name":"c1","id":"/subscriptions/00000000-0000-0000-0000-000000000000/x","etag":"W/\"1\"",
 "properties":{"provisioningState":"Updating","target":"/t","scope":{"include":["/s/virtualMachines/0"],"exclude":[]},
 "targetType":"AzureVMSS","bytesToCapturePerPacket":0,"totalBytesPerSession":1073741824,"timeLimitInSeconds":18000,
 "storageLocation":{"storagePath":"","filePath":"capture\\capture.cap"},"filters":[]},
 "type":"Microsoft.Network/networkWatchers/packetCaptures"}"#;

#[test]
fn a_recorded_answer_is_read() {
    let answer: PacketCaptureResult = serde_json::from_str(CREATED).unwrap();
    assert_eq!(answer.properties.provisioning_state, Some(ProvisioningState::Updating));
    assert_eq!(answer.properties.target_type, Some(TargetType::AzureVMSS));
    assert_eq!(answer.properties.storage_location.unwrap().storage_path.as_deref(), Some(""));
    assert_eq!(answer.properties.filters.unwrap(), []);
}

#[test]
fn absent_null_and_unknown_members_are_taken() {
    for json in [
        "{}",
        r#"{"name":null,"id":null,"properties":null}"#,
        r#"{"name":"c","properties":{"filters":null,"scope":null,"captureSettings":null,"newMember":{"a":1}}}"#,
        r#"{"properties":{"targetType":"AzureArcMachine","provisioningState":"Moving"}}"#,
    ] {
        let answer: PacketCaptureResult =
            serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}"));
        let again: PacketCaptureResult =
            serde_json::from_str(&serde_json::to_string(&answer).unwrap()).unwrap();
        assert_eq!(again, answer, "{json}");
    }
    let list: PacketCaptureListResult = serde_json::from_str(r#"{"value":null}"#).unwrap();
    assert_eq!(list.value, []);
}

#[test]
fn status_answers_with_and_without_a_reason() {
    let stopped: PacketCaptureStatusResult = serde_json::from_str(
        r#"{"name":"c","id":"/c","captureStartTime":"2023-09-26T08:12:14.5212847Z","packetCaptureStatus":"Stopped",
            "stopReason":"Manual","packetCaptureError":[],"additionalProperties":{"status":"Succeeded"}}"#,
    )
    .unwrap();
    assert_eq!(stopped.stop_reason, Some(StopReason::Manual));
    assert_eq!(stopped.packet_capture_status, Some(CaptureStatus::Stopped));
    let running: PacketCaptureStatusResult = serde_json::from_str(
        r#"{"packetCaptureStatus":"Running","stopReason":"","packetCaptureError":["StorageFailed","Novel"]}"#,
    )
    .unwrap();
    assert_eq!(running.stop_reason, None);
    assert_eq!(
        running.packet_capture_error,
        [CaptureError::StorageFailed, CaptureError::Other("Novel".to_owned())]
    );
}

#[test]
fn failures_are_read_with_code_and_message() {
    let answer: ErrorResponse = serde_json::from_str(
        r#"{"error":{"code":"NotFound","message":"Resource /x not found.","details":[]}}"#,
    )
    .unwrap();
    assert_eq!((answer.error.code.as_str(), answer.error.target), ("NotFound", None));
    let operation: AsyncOperation =
        serde_json::from_str(r#"{"status":"Failed","error":{"code":"X","message":null}}"#).unwrap();
    assert_eq!(operation.status, Some(OperationStatus::Failed));
    assert!(serde_json::from_str::<PacketCaptureResult>("7").is_err());
    assert!(serde_json::from_str::<PacketCaptureResult>(r#"{"properties":{"filters":7}}"#).is_err());
}

/// Found by fuzzing: a number beyond 64 bits there is not the same after it was written and read again.
#[test]
fn the_result_beside_an_operations_state_is_passed_over() {
    let operation: AsyncOperation = serde_json::from_str(
        r#"{"status":"Succeeded","properties":{"x":1045555555555555555555555555558576}}"#,
    )
    .unwrap();
    assert_eq!(serde_json::to_string(&operation).unwrap(), r#"{"status":"Succeeded"}"#);
}
