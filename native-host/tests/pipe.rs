//! The helper over a real pipe: frames good and bad, requests side by side, and every way to end.

mod common;

use common::{ORIGIN, Pipe, Profile};
use serde_json::{Value, json};
use std::net::TcpListener;

fn profile() -> Profile {
    Profile::new("")
}

#[test]
fn hello_tells_who_answers() {
    let profile = profile();
    let mut pipe = Pipe::open(&profile);
    let hello = &pipe.hello(1)["ok"];
    assert_eq!(hello["answer"], "hello");
    assert_eq!(hello["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(hello["downloads"], profile.path().join("downloads").display().to_string());
    assert!(hello["log"].as_str().expect("a path").starts_with(profile.path().to_str().expect("text")));
    assert!(hello["verbs"].as_array().expect("verbs").contains(&json!("start")));
    let (status, rest) = pipe.close();
    assert!(status.success() && rest.is_empty());
}

#[test]
fn firefox_starts_it_with_manifest_and_id() {
    let manifest = "/home/me/.mozilla/native-messaging-hosts/dev.vmss_capture.host.json";
    let mut pipe = Pipe::open_as(&profile(), &[manifest, "vmss-capture@vmss-capture.dev"]);
    assert_eq!(pipe.hello(1)["ok"]["answer"], "hello");
}

#[test]
fn strangers_are_refused_before_anything_is_read() {
    for arguments in [
        vec!["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"],
        vec!["moz-extension://5b0f7a/"],
        vec!["/x/host.json", "somebody@else.example"],
    ] {
        let profile = profile();
        let mut pipe = Pipe::open_as(&profile, &arguments);
        assert_eq!(pipe.next(), None, "{arguments:?}");
        assert_eq!(pipe.ended().code(), Some(1), "{arguments:?}");
    }
    let output = profile().run(&["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[unknown-origin]"));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_known_extension_can_be_added_in_the_configuration() {
    let profile = Profile::new("[extensions]\nchromium = ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']\n");
    let mut pipe = Pipe::open_as(&profile, &["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"]);
    assert_eq!(pipe.hello(1)["ok"]["answer"], "hello");
}

/// What the stream holds; what is replied (id, code).
#[test]
fn bad_messages_are_answered_and_the_session_goes_on() {
    let call = |request: Value| {
        json!({"client": "c1", "message": {"type": "call", "id": 7, "request": request}})
            .to_string()
            .into_bytes()
    };
    let start = |name: &str, filters: Value| {
        let target = json!({"scaleSet": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/v"});
        call(json!({"verb": "start", "target": target, "request": {"name": name, "filters": filters}}))
    };
    let mut deep = b"{\"client\":".to_vec();
    deep.extend(std::iter::repeat_n(b'[', 100_000));
    let cases: Vec<(Vec<u8>, u64, &str)> = vec![
        (b"no json".to_vec(), 0, "bad-message"),
        (b"null".to_vec(), 0, "bad-message"),
        (b"\xff\xfe{}".to_vec(), 0, "bad-message"),
        (b"{\"client\":\"c1\"}".to_vec(), 0, "bad-message"),
        (deep, 0, "bad-message"),
        (call(json!({"verb": "reboot"})), 7, "unknown-verb"),
        (call(json!({"verb": 3})), 7, "bad-message"),
        (call(json!({})), 7, "bad-message"),
        (call(json!({"verb": "list"})), 7, "bad-message"),
        (call(json!({"verb": "list", "target": {"scaleSet": "/x", "cloud": "public"}})), 7, "bad-message"),
        (call(json!({"verb": "hello", "version": "1", "language": "en"})), 7, "bad-message"),
        (call(json!({"verb": "hello", "version": "0.1.0", "language": "fr"})), 7, "bad-message"),
        (start("c1", json!([])), 7, "bad-message"),
        (start("no name", json!([])), 7, "invalid-input"),
        (start("c1", json!([{"remoteIPAddress": "1.1.1.1-255.255.255"}])), 7, "invalid-input"),
    ];
    let mut pipe = Pipe::open(&profile());
    for (bytes, id, code) in cases {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        pipe.frame(&bytes);
        let failure = pipe.outcome(id);
        assert_eq!(failure["err"]["code"], code, "{shown}: {failure}");
        let text = failure["err"]["text"].as_str().expect("a sentence");
        assert!(!text.is_empty() && !text.starts_with("error-"), "{text}");
    }
    assert_eq!(pipe.hello(99)["ok"]["answer"], "hello");
    assert!(pipe.close().0.success());
}

#[test]
fn a_stream_that_lost_its_frame_is_given_up() {
    let too_long = 1_048_577_u32.to_ne_bytes().to_vec();
    for bytes in [vec![0, 0, 0, 0], too_long, vec![0xff; 4], [&u32::MAX.to_ne_bytes()[..], b"{}"].concat()] {
        let mut pipe = Pipe::open(&profile());
        pipe.write(&bytes);
        assert_eq!(pipe.next(), None, "{bytes:?}");
        assert_eq!(pipe.ended().code(), Some(0), "{bytes:?}");
    }
}

#[test]
fn the_longest_message_is_taken() {
    let mut pipe = Pipe::open(&profile());
    let mut message = json!({"client": "c1", "message": {"type": "call", "id": 5,
        "request": {"verb": "hello", "version": "0.1.0", "language": "en"}}})
    .to_string();
    message.extend(std::iter::repeat_n(' ', 1_048_576 - message.len()));
    pipe.frame(message.as_bytes());
    assert_eq!(pipe.outcome(5)["ok"]["answer"], "hello");
}

#[test]
fn the_end_of_input_is_a_normal_end() {
    for left in [&b""[..], b"\x10", b"\x10\x00\x00\x00{\"cli"] {
        let mut pipe = Pipe::open(&profile());
        pipe.write(left);
        let (status, rest) = pipe.close();
        assert_eq!((status.code(), rest.len()), (Some(0), 0), "{left:?}");
    }
}

#[test]
fn replies_of_the_last_moment_are_not_lost() {
    let mut pipe = Pipe::open(&profile());
    for id in 0..200 {
        pipe.call(id, json!({"verb": "settings"}));
    }
    let (status, frames) = pipe.close();
    assert!(status.success());
    let mut ids: Vec<u64> = frames.iter().filter_map(|frame| frame["message"]["id"].as_u64()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..200).collect::<Vec<_>>(), "exactly one reply for each call");
}

/// A cloud that takes connections and says nothing.
fn silent_cloud() -> (TcpListener, Profile) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let profile = Profile::new(&format!("[clouds.silent]\nresource_manager = 'https://127.0.0.1:{port}'\n"));
    (listener, profile)
}

#[test]
fn a_cancel_does_not_wait_and_nothing_waits_for_the_cancelled() {
    let (_listener, profile) = silent_cloud();
    let mut pipe = Pipe::open(&profile);
    let account = json!({"verb": "account", "cloud": "silent", "tenant": null});
    pipe.call(1, account.clone());
    assert_eq!(pipe.hello(2)["ok"]["answer"], "hello", "requests run side by side");
    pipe.call(1, account);
    assert_eq!(pipe.outcome(1)["err"]["code"], "bad-message", "an id that is running");
    pipe.cancel(99);
    pipe.cancel(1);
    assert_eq!(pipe.outcome(1)["err"]["code"], "cancelled");
    pipe.cancel(1);
    assert_eq!(pipe.hello(3)["ok"]["answer"], "hello");
    assert!(pipe.close().0.success());
}

#[test]
fn a_change_under_way_keeps_the_helper_without_a_page() {
    let (_listener, profile) = silent_cloud();
    let mut pipe = Pipe::open(&profile);
    let scale_set = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg\
                     /providers/Microsoft.Compute/virtualMachineScaleSets/web-set";
    let capture = json!({"scaleSet": scale_set, "cloud": "silent", "tenant": null, "capture": "c1"});
    pipe.call(1, json!({"verb": "stop", "capture": capture}));
    pipe.order(|order| order["busy"] == true);
    pipe.cancel(1);
    assert_eq!(pipe.outcome(1)["err"]["code"], "cancelled");
    pipe.order(|order| order["busy"] == false);
    assert!(pipe.close().0.success());
}

#[test]
fn a_running_request_does_not_keep_the_helper_from_ending() {
    let (_listener, profile) = silent_cloud();
    let mut pipe = Pipe::open(&profile);
    pipe.call(1, json!({"verb": "account", "cloud": "silent", "tenant": null}));
    pipe.hello(2);
    let (status, rest) = pipe.close();
    assert!(status.success());
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0]["message"]["outcome"]["err"]["code"], "cancelled");
}

#[test]
fn sentences_come_in_the_language_of_hello() {
    let mut pipe = Pipe::open(&profile());
    let english = pipe.ask(1, json!({"verb": "account", "cloud": "nowhere", "tenant": null}));
    pipe.ask(2, json!({"verb": "hello", "version": "0.1.0", "language": "ja"}));
    let japanese = pipe.ask(3, json!({"verb": "account", "cloud": "nowhere", "tenant": null}));
    assert_eq!(english["err"]["code"], "unknown-cloud");
    assert_eq!(japanese["err"]["code"], "unknown-cloud");
    assert_ne!(english["err"]["text"], japanese["err"]["text"]);
    assert!(japanese["err"]["text"].as_str().expect("text").contains("クラウド"));
}

#[test]
fn settings_are_kept_and_bad_ones_refused() {
    let profile = profile();
    let mut pipe = Pipe::open(&profile);
    let folder = profile.path().join("elsewhere").display().to_string();
    let settings = json!({"downloads": folder, "bandwidth": 1_000_000, "language": "ja"});
    assert_eq!(pipe.ask(1, json!({"verb": "configure", "settings": settings}))["ok"]["downloads"], folder);
    let relative = json!({"verb": "configure", "settings": {"downloads": "../x"}});
    let refused = pipe.ask(2, relative);
    assert_eq!(refused["err"]["code"], "invalid-input");
    let params = &refused["err"]["params"];
    assert_eq!((&params["field"], &params["rule"]), (&json!("downloads"), &json!("error-input-downloads")));
    assert_eq!(params["reason"], refused["err"]["text"]);
    assert!(pipe.close().0.success());
    let mut again = Pipe::open(&profile);
    assert_eq!(again.ask(1, json!({"verb": "settings"}))["ok"]["bandwidth"], 1_000_000);
}

#[test]
fn a_configuration_that_cannot_be_used_is_told_to_every_request() {
    let profile = Profile::new("misspelt = 1\n");
    let mut pipe = Pipe::open(&profile);
    let failure = pipe.hello(1);
    assert_eq!(failure["err"]["code"], "config", "{failure}");
    assert!(failure["err"]["params"]["path"].as_str().expect("a path").ends_with("config.toml"));
    assert!(pipe.close().0.success());
}

#[test]
fn the_log_names_the_caller_and_stdout_holds_frames_alone() {
    let profile = profile();
    let mut pipe = Pipe::open(&profile);
    pipe.hello(1);
    pipe.close();
    assert!(profile.logs().contains(ORIGIN));
}

/// A program of that name in the profile's `bin`, which tells what it was started with through a named pipe.
#[cfg(target_os = "linux")]
fn stand_in(profile: &Profile, name: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let (program, heard) = (profile.path().join("bin").join(name), profile.path().join(name));
    std::fs::create_dir_all(profile.path().join("bin")).expect("a folder");
    assert!(std::process::Command::new("mkfifo").arg(&heard).status().expect("mkfifo").success());
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > '{}'\n", heard.display());
    std::fs::write(&program, script).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("executable");
    heard
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_is_handed_to_wireshark_and_to_the_file_manager() {
    let profile = profile();
    let bin = profile.path().join("bin").display().to_string();
    // Without a desktop's bus the folder itself is opened.
    let no_bus = format!("unix:path={}", profile.path().join("no-bus").display());
    let profile = profile.with("PATH", &bin).with("DBUS_SESSION_BUS_ADDRESS", &no_bus);
    let (wireshark, manager) = (stand_in(&profile, "wireshark"), stand_in(&profile, "xdg-open"));
    let folder = profile.path().join("downloads/web set");
    std::fs::create_dir_all(&folder).expect("a folder");
    let folder = folder.canonicalize().expect("there");
    let capture = folder.join("web_3.cap");
    std::fs::write(&capture, b"bytes").expect("written");
    let open = |file: &str, with: Value| json!({"verb": "open", "file": file, "with": with});
    let heard = |pipe: std::path::PathBuf| {
        let text = common::within(common::PATIENCE, move || std::fs::read_to_string(pipe));
        text.expect("text").lines().map(str::to_owned).collect::<Vec<_>>()
    };

    let mut pipe = Pipe::open(&profile);
    let filter = "ip.addr == 10.0.0.4 && tcp.port == 443; $(reboot)";
    let with = json!({"wireshark": {"displayFilter": filter}});
    assert_eq!(pipe.ask(1, open("web set/web_3.cap", with))["ok"]["answer"], "done");
    assert_eq!(heard(wireshark.clone()), ["-Y", filter, "-r", capture.to_str().expect("text")]);
    assert_eq!(pipe.ask(2, open("web set/web_3.cap", json!({"wireshark": {}})))["ok"]["answer"], "done");
    assert_eq!(heard(wireshark), ["-r", capture.to_str().expect("text")]);
    assert_eq!(pipe.ask(3, open("web set/web_3.cap", json!("folder")))["ok"]["answer"], "done");
    assert_eq!(heard(manager), [folder.to_str().expect("text")]);

    // What is not in the download folder is nobody's to open.
    std::fs::write(profile.path().join("secret"), b"x").expect("written");
    for (id, file) in [(4, "../secret"), (5, "/etc/passwd"), (6, "web set")] {
        let failure = pipe.ask(id, open(file, json!("folder")));
        assert_eq!(failure["err"]["code"], "path-refused", "{file}: {failure}");
    }
    assert!(pipe.close().0.success());
}
