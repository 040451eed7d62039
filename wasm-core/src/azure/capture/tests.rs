use super::*;
use crate::words::InWords;
use serde_json::json;

const SET: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Compute/virtualMachineScaleSets/vmss1";
const ACCOUNT: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Storage/storageAccounts/sa1";

fn request(value: serde_json::Value) -> CaptureRequest {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_request_is_what_the_az_cli_sends() {
    let wish = request(json!({
        "name": "pc-async", "target": SET, "scope": {"include": ["2", "0"]},
        "filters": [
            {"protocol": "tcp", "localIPAddress": "10.0.0.3", "localPort": "1-65535",
             "remoteIPAddress": "1.1.1.1-1.1.1.255", "remotePort": "443"},
            {"protocol": "UDP"}],
        "settings": {"bytesPerPacket": 96, "session": {"bytes": 1048576, "seconds": 120}},
        "storage": {"account": ACCOUNT},
    }));
    let expected = json!({"properties": {
        "bytesToCapturePerPacket": 96,
        "filters": [
            {"localIPAddress": "10.0.0.3", "localPort": "1-65535", "protocol": "TCP",
             "remoteIPAddress": "1.1.1.1-1.1.1.255", "remotePort": "443"},
            {"protocol": "UDP"}],
        "scope": {"include": ["0", "2"]},
        "storageLocation": {"storageId": ACCOUNT},
        "target": SET, "targetType": "AzureVMSS",
        "timeLimitInSeconds": 120, "totalBytesPerSession": 1048576}});
    assert_eq!(serde_json::to_value(wish.to_arm()).unwrap(), expected);
}

#[test]
fn defaults_are_azures_and_absent_members_stay_absent() {
    let wish = request(json!({"name": "pc-file", "target": SET, "storage": {"file": "/var/captures/x.cap"}}));
    let expected = json!({"properties": {
        "bytesToCapturePerPacket": 0, "storageLocation": {"filePath": "/var/captures/x.cap"},
        "target": SET, "targetType": "AzureVMSS",
        "timeLimitInSeconds": 18000, "totalBytesPerSession": 1_073_741_824u64}});
    assert_eq!(serde_json::to_value(wish.to_arm()).unwrap(), expected);
}

#[test]
fn a_ring_buffer_excludes_the_session_limits_and_the_file_path() {
    let wish = request(json!({"name": "ring", "target": SET,
        "settings": {"ring": {"continuous": false, "fileCount": 2, "fileBytes": 102400, "seconds": 60}},
        "storage": {"account": ACCOUNT, "file": "C:\\captures\\Capture.cap"}}));
    let expected = json!({"properties": {
        "bytesToCapturePerPacket": 0, "target": SET, "targetType": "AzureVMSS",
        "storageLocation": {"storageId": ACCOUNT, "localPath": "C:\\captures\\Capture.cap"},
        "continuousCapture": false,
        "captureSettings": {"fileCount": 2, "fileSizeInBytes": 102400, "sessionTimeLimitInSeconds": 60}}});
    assert_eq!(serde_json::to_value(wish.to_arm()).unwrap(), expected);
}

#[test]
fn a_request_prints_and_parses_back() {
    for value in [
        json!({"name": "a", "target": SET, "storage": {"account": ACCOUNT}}),
        json!({"name": "a.b-c_", "target": SET, "scope": {"exclude": ["1"]},
               "storage": {"account": ACCOUNT, "path": "https://sa1.blob.core.windows.net/caps/x.cap"}}),
        json!({"name": "a", "target": SET.replace("virtualMachineScaleSets", "virtualMachines"),
               "settings": {"ring": {}}, "storage": {"account": ACCOUNT, "file": "/var/captures/a/b.CAP"}}),
    ] {
        let wish = request(value);
        assert_eq!(request(serde_json::to_value(&wish).unwrap()), wish);
    }
}

#[test]
fn wrong_settings_are_refused_with_words() {
    let base = json!({"name": "c", "target": SET, "storage": {"account": ACCOUNT}});
    for (member, value) in [
        ("name", json!("a/b")),
        ("name", json!("-a")),
        ("target", json!("/subscriptions/x")),
        ("scope", json!({"include": []})),
        ("scope", json!({"include": ["0"], "exclude": ["1"]})),
        ("filters", json!([{"remoteIPAddress": "1.1.1.1-255.255.255"}])),
        ("settings", json!({"bytesPerPacket": 4_294_967_296u64})),
        ("settings", json!({"session": {"bytes": 0}})),
        ("settings", json!({"session": {"seconds": 18001}})),
        ("settings", json!({"ring": {"fileCount": 10001}})),
        ("settings", json!({"ring": {}, "session": {}})),
        ("settings", json!({"sessoin": {}})),
        ("storage", json!({})),
        ("storage", json!({"path": "https://a.blob.core.windows.net/c"})),
        ("storage", json!({"account": SET})),
        ("storage", json!({"account": ACCOUNT, "path": "https://a.blob.core.windows.net/c?sig=x"})),
        ("storage", json!({"account": ACCOUNT, "path": "ftp://a/c"})),
    ] {
        let mut wish = base.clone();
        wish[member] = value.clone();
        assert!(serde_json::from_value::<CaptureRequest>(wish).is_err(), "{member}: {value}");
    }
}

#[test]
fn names_and_their_faults() {
    for good in ["a", "1", "capture-0412", "A.b_c-9_", &"x".repeat(80)] {
        assert_eq!(good.parse::<CaptureName>().unwrap().as_str(), good);
    }
    for (bad, code) in [
        ("", "name-empty"),
        (&*"x".repeat(81), "name-length"),
        ("a b", "name-character"),
        ("キャプチャ", "name-character"),
        ("_a", "name-start"),
        ("a.", "name-end"),
    ] {
        assert_eq!(bad.parse::<CaptureName>().unwrap_err().code(), code, "{bad:?}");
    }
    assert!(CaptureName::existing("-odd (1)").is_err(), "spaces are not in names of Azure resources");
    assert!(CaptureName::existing("-odd(1)").is_ok());
    assert!(CaptureName::existing("a/b").is_err());
}

#[test]
fn every_wrong_setting_has_words() {
    let text = || "x".to_owned();
    for error in [
        SettingError::NameEmpty,
        SettingError::NameLength { length: 81, max: 80 },
        SettingError::NameCharacter { character: '/' },
        SettingError::NameStart { character: '-' },
        SettingError::NameEnd { character: '-' },
        SettingError::ScopeEmpty,
        SettingError::ScopeBoth,
        SettingError::ScopeInstance(text()),
        SettingError::OutOfRange { field: "sessionSeconds", value: 18_001, min: 1, max: 18_000 },
        SettingError::LimitsBoth,
        SettingError::StorageMissing,
        SettingError::StorageAccount(text()),
        SettingError::StoragePathAlone,
        SettingError::StoragePath(text()),
        SettingError::LocalFileExtension,
        SettingError::LocalFileLinux,
        SettingError::LocalFileForm(text()),
        SettingError::Target(text()),
        SettingError::ScopeOfMachine,
    ] {
        for language in crate::words::Language::ALL {
            let said = error.text(language);
            assert!(!said.starts_with("capture-") && !said.contains("{$"), "{said}");
        }
    }
    let range = SettingError::OutOfRange { field: "sessionSeconds", value: 18_001, min: 1, max: 18_000 };
    let said = range.text(crate::words::Language::English);
    assert_eq!(said, "Time limit in seconds: 18001 is outside 1 to 18000.");
}

#[test]
fn local_files_and_their_faults() {
    for (good, system) in [
        ("/var/captures/x.cap", LocalSystem::Linux),
        ("/var/captures/a/b c.CAP", LocalSystem::Linux),
        ("C:\\captures\\x.cap", LocalSystem::Windows),
        ("d:\\x.cap", LocalSystem::Windows),
    ] {
        assert_eq!(good.parse::<LocalFile>().unwrap().system(), system, "{good}");
    }
    for (bad, code) in [
        ("/tmp/x.cap", "local-file-linux"),
        ("/var/captures", "local-file-linux"),
        ("/var/captures/x.pcap2", "local-file-extension"),
        ("/var/captures/.cap", "local-file-extension"),
        ("/var/captures/../../etc/x.cap", "local-file-form"),
        ("capture\\capture.cap", "local-file-form"),
        ("x.cap", "local-file-form"),
        ("C:/captures/x.cap", "local-file-form"),
        ("C:\\a?.cap", "local-file-form"),
        ("/var/captures/ü", "local-file-extension"),
        ("", "local-file-form"),
    ] {
        assert_eq!(bad.parse::<LocalFile>().unwrap_err().code(), code, "{bad:?}");
    }
}

#[test]
fn a_scope_covers_its_instances_in_either_form() {
    let scope: Scope = serde_json::from_value(json!({"include": ["1", "0", "1"]})).unwrap();
    let full = vec![format!("{SET}/virtualMachines/0"), format!("{SET}/virtualMachines/1")];
    let answered = crate::azure::arm::MachineScope { include: Some(full.clone()), exclude: Some(vec![]) };
    let read = Scope::from_arm(Some(&answered)).unwrap();
    assert_eq!(read, scope, "the service expands ids");
    assert!(scope.covers(&full[0].to_uppercase().parse().unwrap_or_else(|_| "0".parse().unwrap())));
    assert!(!scope.covers(&"2".parse().unwrap()));
    assert_eq!(Scope::from_arm(None).unwrap(), Scope::All);
    assert_eq!(serde_json::to_value(Scope::All).unwrap(), json!("all"));
}

#[test]
fn estimates_multiply_by_instances_and_files() {
    let session = CaptureSettings::default().estimate(3);
    assert_eq!((session.files, session.bytes, session.seconds), (3, 3 << 30, 18_000));
    let ring = CaptureSettings::new(34, CaptureLimits::Ring(RingBuffer::default())).unwrap().estimate(2);
    assert_eq!((ring.files, ring.bytes_per_file, ring.seconds), (20, 104_857_600, 86_400));
    let huge = CaptureSettings::default().estimate(u64::MAX);
    assert_eq!(huge.bytes, u64::MAX);
}
