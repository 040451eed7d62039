//! Registration with browsers, in a home folder of its own.

mod common;

use common::{PROGRAM, Profile};
use serde_json::Value;
use std::path::PathBuf;

const PLACES: [(&str, &str); 5] = [
    ("chrome", ".config/google-chrome/NativeMessagingHosts"),
    ("edge", ".config/microsoft-edge/NativeMessagingHosts"),
    ("chromium", ".config/chromium/NativeMessagingHosts"),
    ("brave", ".config/BraveSoftware/Brave-Browser/NativeMessagingHosts"),
    ("firefox", ".mozilla/native-messaging-hosts"),
];

fn manifest(profile: &Profile, browser: &str) -> PathBuf {
    let (_, folder) = PLACES.iter().find(|(name, _)| *name == browser).expect(browser);
    profile.path().join(folder).join("dev.vmss_capture.host.json")
}

fn read(path: &PathBuf) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a manifest")).expect("JSON")
}

#[cfg(target_os = "linux")]
#[test]
fn each_browser_finds_the_helper_and_loses_it_again() {
    let profile = Profile::new("");
    let (code, steps, error) = profile.json(&["install", "--browser", "all", "--in-place", "--json"]);
    assert_eq!((code, steps.as_array().map(Vec::len)), (0, Some(5)), "{error}");
    for (browser, _) in PLACES {
        let manifest = read(&manifest(&profile, browser));
        assert_eq!(manifest["name"], "dev.vmss_capture.host");
        assert_eq!(manifest["path"], PROGRAM);
        assert_eq!(manifest["type"], "stdio");
        let (allowed, other) = match browser {
            "firefox" => ("allowed_extensions", "allowed_origins"),
            _ => ("allowed_origins", "allowed_extensions"),
        };
        assert_eq!(manifest[allowed].as_array().map(Vec::len), Some(1), "{browser}");
        assert!(manifest[other].is_null(), "a browser refuses the other family's key");
    }
    let (code, report, _) = profile.json(&["doctor", "--json"]);
    assert_eq!(code, 0, "{report}");
    let states: Vec<_> =
        report["registrations"].as_array().expect("a list").iter().map(|one| &one["state"]).collect();
    assert_eq!(states, vec!["ok"; 5]);
    assert_eq!(profile.json(&["uninstall", "--json"]).0, 0);
    for (browser, _) in PLACES {
        assert!(!manifest(&profile, browser).exists(), "{browser}");
    }
    assert_eq!(profile.json(&["uninstall", "--json"]).0, 0, "twice is fine");
    assert_eq!(profile.json(&["doctor", "--json"]).0, 1);
}

#[cfg(target_os = "linux")]
#[test]
fn only_the_browsers_of_this_user_are_registered_unless_named() {
    let profile = Profile::new("");
    std::fs::create_dir_all(profile.path().join(".config/chromium")).expect("a profile folder");
    assert_eq!(profile.json(&["install", "--json"]).0, 0);
    assert!(manifest(&profile, "chromium").exists());
    assert!(!manifest(&profile, "chrome").exists());
    let program = read(&manifest(&profile, "chromium"))["path"].as_str().expect("a path").to_owned();
    assert!(program.starts_with(profile.path().to_str().expect("text")), "a copy of its own: {program}");
    assert_eq!(profile.json(&["uninstall", "--json"]).0, 0);
    assert!(!PathBuf::from(program).exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_failure_in_one_browser_does_not_stop_the_others() {
    let profile = Profile::new("");
    // A file stands where the folder should be.
    std::fs::create_dir_all(profile.path().join(".config")).expect("a folder");
    std::fs::write(profile.path().join(".config/microsoft-edge"), "").expect("a file");
    let (code, steps, _) =
        profile.json(&["install", "--browser", "edge,firefox,chrome", "--in-place", "--json"]);
    assert_eq!(code, 1);
    let failed: Vec<_> =
        steps.as_array().expect("a list").iter().filter(|step| step["ok"] == false).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["failure"]["code"], "local-file");
    assert!(manifest(&profile, "firefox").exists() && manifest(&profile, "chrome").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn the_doctor_names_what_is_broken() {
    let profile = Profile::new("");
    profile.json(&["install", "--browser", "chrome", "--in-place", "--json"]);
    let path = manifest(&profile, "chrome");
    let good = read(&path);
    let with = |key: &str, value: Value| {
        let mut manifest = good.clone();
        manifest[key] = value;
        manifest.to_string()
    };
    for (text, detail) in [
        ("no json".to_owned(), "not a host manifest"),
        (with("path", "/nowhere/vmss-capture".into()), "/nowhere/vmss-capture"),
        (with("path", "/bin/true".into()), "it is not vmss-capture"),
        (with("path", "/bin/false".into()), "exit status"),
        (with("name", "other.host".into()), "other.host"),
        (with("allowed_origins", Value::Array(Vec::new())), "does not allow"),
    ] {
        std::fs::write(&path, text).expect("written");
        let (code, report, _) = profile.json(&["doctor", "--browser", "chrome", "--json"]);
        assert_eq!(code, 1);
        let found = &report["registrations"][0];
        assert_eq!(found["state"], "broken", "{found}");
        assert!(found["detail"].as_str().expect("text").contains(detail), "{found} / {detail}");
    }
    // The same in Japanese, in the list and in the text to copy; of the chosen browser alone.
    std::fs::write(&path, with("name", "other.host".into())).expect("written");
    let (_, report, _) = profile.json(&["doctor", "--browser", "chrome", "--json", "--lang", "ja"]);
    assert_eq!(report["registrations"][0]["detail"], "other.host 用です");
    let text = report["text"].as_str().expect("a text");
    assert!(
        text.contains("chrome [異常]") && text.contains("構成ファイル: ") && !text.contains("firefox"),
        "{text}"
    );
}
