//! The commands that need no Azure: filters, portal pages, blob paths, and captures as commands of other tools.

mod common;

use common::{LINE_CLEARED, Pipe, Profile};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

const SET: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Compute/virtualMachineScaleSets/web";

fn profile() -> Profile {
    Profile::new("")
}

fn members(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn filters_are_judged_before_azure_sees_them() {
    let profile = profile();
    for (filters, status, codes) in [
        ("[]", 0, vec!["everything"]),
        (
            r#"[{"protocol":"TCP","localIPAddress":"10.0.0.3","localPort":"1-65535","remoteIPAddress":"1.1.1.1-255.255.255.255","remotePort":"20;80;443"}]"#,
            0,
            vec![],
        ),
        (r#"[{"protocol":"TCP","remoteIPAddress":"1.1.1.1-255.255.255"}]"#, 1, vec!["octet-count"]),
        (
            r#"[{"protocol":"TCP","remoteIPAddress":"10.0.0.0/24","remotePort":"80,443"}]"#,
            1,
            vec!["cidr", "separator"],
        ),
        (r#"[{"protocol":"TCP","remoteIPAddress":"2001:db8::1"}]"#, 0, vec!["ipv6"]),
    ] {
        let (code, check, error) = profile.json(&["filter", "check", filters, "--json"]);
        assert_eq!(code, status, "{filters}: {error}");
        assert_eq!(members(&check), ["bpf", "displayFilter", "filters", "ok", "problems", "reading"]);
        assert_eq!(check["ok"], status == 0);
        let problems = check["problems"].as_array().expect("problems");
        let found: Vec<_> =
            problems.iter().map(|problem| problem["code"].as_str().expect("a code")).collect();
        assert_eq!(found, codes, "{filters}");
    }
}

#[test]
fn a_fix_is_the_whole_set_and_a_file_is_as_good_as_an_argument() {
    let profile = profile();
    let file = profile.path().join("filters.json");
    std::fs::write(&file, r#"[{"protocol":"UDP"},{"protocol":"TCP","remotePort":"80,443"}]"#)
        .expect("written");
    let argument = format!("@{}", file.display());
    let (code, check, _) = profile.json(&["--lang", "ja", "filter", "check", &argument, "--json"]);
    assert_eq!(code, 1);
    let problem = &check["problems"][0];
    assert_eq!((&problem["filter"], &problem["field"]), (&json!(1), &json!("remotePort")));
    assert_eq!((&problem["start"], &problem["end"]), (&json!(2), &json!(3)));
    assert!(problem["text"].as_str().expect("text").contains("区切"), "{problem}");
    let fixed = problem["fixes"][0]["filters"].to_string();
    assert_eq!(problem["fixes"][0]["filters"][1]["remotePort"], "80;443");
    assert_eq!(profile.json(&["filter", "check", &fixed]).0, 0);
}

#[test]
fn filters_are_tried_on_a_capture() {
    let profile = profile();
    let capture = common::repository("tests/captures/http.pcap");
    let capture = capture.to_str().expect("a path");
    let tried = |filters: &str| {
        let (code, kept, error) = profile.json(&["filter", "check", filters, "--match", capture, "--json"]);
        assert_eq!(code, 0, "{error}");
        assert_eq!(members(&kept), ["bytes", "kept", "keptBytes", "packets"]);
        kept
    };
    let everything = tried("[]");
    assert_eq!(
        (&everything["kept"], &everything["keptBytes"]),
        (&everything["packets"], &everything["bytes"])
    );
    let nothing = tried(r#"[{"protocol":"TCP","remoteIPAddress":"203.0.113.77"}]"#);
    assert_eq!((&nothing["kept"], &nothing["packets"]), (&json!(0), &everything["packets"]));
}

#[test]
fn progress_is_a_bar_where_somebody_looks_and_nothing_in_a_file() {
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/captures/web-set/0.pcap");
    let arguments = ["summarize", "--progress", capture];
    let profile = profile();
    let (status, shown) = profile.run_in_a_terminal(&arguments);
    let (bar, table) =
        shown.rsplit_once(LINE_CLEARED).unwrap_or_else(|| panic!("no bar is taken away: {shown:?}"));
    assert_eq!(status, 0, "{shown}");
    assert!(bar.contains("█ 67.85 KiB/67.85 KiB"), "the bar comes to its end: {bar:?}");
    assert!(table.contains("281 packets") && !bar.contains("packets"), "the table follows: {shown:?}");

    let unseen = profile.run(&arguments);
    assert_eq!(String::from_utf8_lossy(&unseen.stderr), "");
    let text = String::from_utf8(unseen.stdout).expect("text");
    assert!(text.contains("281 packets") && !text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn output_that_is_lost_is_a_failure_and_a_reader_that_went_away_is_none() {
    let profile = profile();
    let capture = common::repository("tests/captures/http.pcap");
    let capture = capture.to_str().expect("a path");
    for arguments in [vec!["summarize", capture], vec!["summarize", capture, "--json"], vec!["resource", SET]]
    {
        let run = |stdout: Stdio| {
            let mut command = profile.command();
            command.args(&arguments).stdout(stdout).stderr(Stdio::piped());
            common::within(common::PATIENCE, move || command.output().expect("it runs"))
        };
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
        let lost = run(full.into());
        let error = String::from_utf8_lossy(&lost.stderr);
        assert_eq!(lost.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(error.contains("local-file") && error.contains("stdout"), "{arguments:?}: {error}");

        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let unread = run(writer.into());
        assert_eq!((unread.status.code(), unread.stderr.len()), (Some(0), 0), "{arguments:?}");
    }
}

#[test]
fn a_file_that_is_no_capture_is_refused_at_once_in_the_persons_language() {
    let profile = profile();
    let empty = profile.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    let (empty, manifest) = (empty.to_str().expect("a path"), env!("CARGO_MANIFEST_DIR"));
    let text = format!("{manifest}/Cargo.toml");
    for (path, code, english, japanese) in [
        // This one has no end.
        ("/dev/zero", "not-a-capture", "nothing but zeros", "すべて 0"),
        ("/dev/null", "not-a-capture", "it is empty", "空のファイル"),
        (&text, "not-a-capture", "it looks like text", "テキスト"),
        ("/nonexistent", "local-file", "Check the path", "パスを確認"),
        (empty, "invalid-input", "no capture file in", "キャプチャ ファイルがありません"),
    ] {
        for (language, words) in [("en", english), ("ja", japanese)] {
            let output = profile.run(&["summarize", path, "--lang", language]);
            let error = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{path}: {error}");
            assert!(
                error.starts_with(&format!("error[{code}]: ")) && error.contains(words),
                "{path}: {error}"
            );
        }
    }
}

/// On Linux the name of a file is bytes.
#[test]
fn a_capture_of_any_name_is_read() {
    use std::os::unix::ffi::OsStrExt;
    let profile = profile();
    let capture = common::repository("tests/captures/http.pcap");
    for name in [&b"not \xff UTF-8.pcap"[..], b"\x1b[31m\n.cap", "日本 語.pcap".as_bytes()] {
        let path = profile.path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::copy(&capture, &path).expect("copied");
        let mut command = profile.command();
        command.arg("summarize").arg(&path);
        let output = common::within(common::PATIENCE, move || command.output().expect("it runs"));
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let shown = String::from_utf8(output.stdout).expect("text");
        assert!(shown.lines().nth(1).is_some_and(|line| line.contains("packets")), "{shown:?}");
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
    }
}

#[test]
fn summaries_are_labelled_in_the_persons_language() {
    let profile = profile();
    let capture = common::repository("tests/captures/lossy.pcap");
    let capture = capture.to_str().expect("a path");
    for (language, words) in [
        ("en", ["118 packets", " per column", "layers: ", "9 retransmissions", "… and 1 more"]),
        ("ja", ["118 パケット", "1 列 ", "プロトコル: ", "再送 9", "…ほか 1 件"]),
    ] {
        let output = profile.run(&["summarize", capture, "--conversations", "1", "--lang", language]);
        let shown = String::from_utf8(output.stdout).expect("text");
        assert!(words.iter().all(|word| shown.contains(word)), "{language}: {shown}");
        // 161 ms in 1 ms buckets: three of them stand in each of at most 60 columns.
        assert!(shown.contains("3 ms"), "{shown}");
    }
}

#[test]
fn packets_that_are_only_counted_leave_no_empty_row() {
    let profile = profile();
    let path = profile.path().join("arcnet.pcap");
    // A file of link type 129, which is not taken apart, with one packet of four bytes.
    let words: [u32; 11] = [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 129, 1_700_000_000, 0, 4, 4, 0];
    std::fs::write(&path, words.map(u32::to_le_bytes).concat()).expect("written");
    let output = profile.run(&["summarize", path.to_str().expect("a path")]);
    let shown = String::from_utf8(output.stdout).expect("text");
    assert!(shown.contains("1 packet, 4 B") && shown.contains("undecoded-link-type"), "{shown}");
    assert!(!shown.contains("layers:") && shown.contains("conversations:"), "{shown}");
}

/// Every key that the command line names has a sentence, and every sentence is said.
#[test]
fn command_line_and_catalogue_name_the_same_sentences() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("src/cli");
    let sources: String = std::fs::read_dir(folder)
        .expect("the sources")
        .map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text"))
        .collect();
    let named: Vec<&str> = sources.split('"').filter(|part| part.starts_with("cli-")).collect();
    let catalogue =
        std::fs::read_to_string(root.join("../wasm-core/src/words/en/cli.ftl")).expect("the catalogue");
    let keys: Vec<&str> =
        catalogue.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect();
    let missing: Vec<_> = named.iter().filter(|key| !key.contains('{') && !keys.contains(key)).collect();
    assert!(missing.is_empty(), "not in the catalogue: {missing:?}");
    let unused: Vec<_> = keys.iter().filter(|key| !named.contains(key)).collect();
    assert!(unused.is_empty(), "in the catalogue and never said: {unused:?}");
}

#[test]
fn a_page_of_the_portal_names_its_scale_set() {
    let profile = profile();
    let page = format!("https://portal.azure.us/#@contoso.com/resource{SET}/virtualMachines/3/overview");
    let (code, found, _) = profile.json(&["resource", &page, "--json"]);
    assert_eq!(code, 0);
    let expected = json!({
        "subscription": "22222222-2222-2222-2222-222222222222", "resourceGroup": "rg1", "scaleSet": "web",
        "instance": "3", "tenant": "contoso.com", "cloud": "usgov",
    });
    assert_eq!(found, expected);
    let (code, _, error) = profile.json(&["resource", "https://portal.azure.com/#home", "--json"]);
    assert_eq!(code, 1);
    let failure: Value = serde_json::from_str(&error).expect("the failure as JSON");
    assert_eq!(failure["code"], "not-a-scale-set");
}

#[test]
fn blob_paths_are_foretold_read_and_named() {
    let profile = profile();
    let (code, place, _) = profile.json(&[
        "blob-path",
        "expect",
        "--scale-set",
        SET,
        "--instance",
        "3",
        "--started",
        "2025-01-31T16:39:41.077Z",
        "--json",
    ]);
    assert_eq!((code, &place["container"]), (0, &json!("network-watcher-logs")));
    let base = SET.trim_start_matches('/').to_lowercase();
    assert_eq!(place["name"], format!("{base}/virtualmachines/3/2025/01/31/packetcapture_HH_mm_ss_fff.cap"));

    let url = |instance: &str| {
        format!(
            "https://sa1.blob.core.windows.net/network-watcher-logs/{base}/virtualMachines/{instance}/2025/01/31/packetcapture_16_39_41_077.cap"
        )
    };
    let (code, blob, _) =
        profile.json(&["blob-path", "parse", &format!("{}?sig=SECRET", url("3")), "--json"]);
    assert_eq!(code, 0);
    for (member, value) in [
        ("account", json!("sa1")),
        ("container", json!("network-watcher-logs")),
        ("subscription", json!("22222222-2222-2222-2222-222222222222")),
        ("scaleSet", json!("web")),
        ("instance", json!("3")),
        ("createdEpoch", json!("1738341581.077")),
        ("part", Value::Null),
        ("localName", json!("web_3_20250131T163941.077Z.cap")),
    ] {
        assert_eq!(blob[member], value, "{member}");
    }
    assert!(!blob.to_string().contains("SECRET"));

    // From standard input; names that would meet on a disk are kept apart, and a line that is none is told by its number.
    let lines = format!("{}\n\n{}\n", url("3"), url("3").replace("virtualMachines", "virtualmachines"));
    let names = ["web_3_20250131T163941.077Z.cap", "web_3_20250131T163941.077Z-2.cap"];
    let (status, blobs, error) = list(&profile, "en", lines.as_bytes());
    assert_eq!((status, &local_names(&blobs)[..], error.as_str()), (0, &names[..], ""));
    let spoilt = [&b"hello\n\xff\xfe\r\n"[..], lines.as_bytes(), b"https://example.com/"].concat();
    let mut rules = Vec::new();
    for (language, first, last) in [("en", "Line 1: ", "Line 6: "), ("ja", "1 行目: ", "6 行目: ")] {
        let (status, blobs, error) = list(&profile, language, &spoilt);
        assert_eq!((status, &local_names(&blobs)[..]), (1, &names[..]), "{error}");
        let told: Vec<Value> =
            error.lines().map(|line| serde_json::from_str(line).expect("a failure")).collect();
        let numbers: Vec<_> = told.iter().map(|failure| &failure["params"]["number"]).collect();
        assert_eq!(numbers, ["1", "2", "6"], "{error}");
        let text = |failure: &Value| failure["text"].as_str().expect("text").to_owned();
        assert!(text(&told[0]).starts_with(first) && text(&told[2]).starts_with(last), "{error}");
        rules.push(told[0]["params"]["rule"].clone());
    }
    // The rule is that of the URL itself.
    let (_, _, alone) = profile.json(&["blob-path", "parse", "hello", "--json"]);
    let alone: Value = serde_json::from_str(&alone).expect("a failure");
    assert_eq!(rules, [alone["params"]["rule"].clone(), alone["params"]["rule"].clone()]);
    let arguments = profile.run(&["blob-path", "list", &url("3"), "hello", "--lang", "en"]);
    let error = String::from_utf8_lossy(&arguments.stderr);
    assert_eq!(arguments.status.code(), Some(1), "{error}");
    assert!(error.starts_with("error[invalid-input]: URL 2: "), "{error}");
    assert!(String::from_utf8_lossy(&arguments.stdout).contains(names[0]));
}

/// `blob-path list -` of these lines: exit status, the blobs, stderr.
fn list(profile: &Profile, language: &str, lines: &[u8]) -> (i32, Value, String) {
    let mut list = profile
        .command()
        .args(["blob-path", "list", "-", "--json", "--lang", language])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the helper starts");
    list.stdin.take().expect("stdin").write_all(lines).expect("read");
    let output = common::within(common::PATIENCE, move || list.wait_with_output().expect("it ends"));
    let blobs = serde_json::from_slice(&output.stdout).expect("JSON");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().expect("no signal"), blobs, error)
}

fn local_names(blobs: &Value) -> Vec<&str> {
    let blobs = blobs.as_array().expect("a list").iter();
    blobs.map(|blob| blob["localName"].as_str().expect("a name")).collect()
}

#[test]
fn a_configuration_that_is_named_has_to_be_there_until_the_panel_makes_it() {
    let folder = profile();
    let file = folder.path().join("new/config.toml");
    let named = Profile::new("").with("VMSS_CAPTURE_CONFIG", file.to_str().expect("a path"));
    for (language, words) in [("en", "Create it"), ("ja", "ファイルを作成")] {
        let output = named.run(&["resource", SET, "--lang", language]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{error}");
        let told = error.contains(file.to_str().expect("a path")) && error.contains(words);
        assert!(error.starts_with("error[local-file]: ") && told, "{error}");
    }
    // The default place may be empty.
    assert_eq!(profile().with("VMSS_CAPTURE_CONFIG", "").run(&["resource", SET]).status.code(), Some(0));

    let mut pipe = Pipe::open(&named);
    let saved = pipe.ask(1, json!({"verb": "configure", "settings": {"language": "ja"}}));
    assert!(saved["ok"].is_object(), "{saved}");
    drop(pipe);
    let output = named.run(&["resource", SET]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("スケール セット"));
}

#[test]
fn a_capture_is_told_as_a_command_of_another_tool() {
    let profile = profile();
    let filters = r#"[{"protocol":"TCP","remotePort":"443"}]"#;
    for (tool, parts) in [
        (
            "az",
            [
                "az network watcher packet-capture create",
                "--include 0 2",
                r#"--filters '[{"protocol":"TCP","remotePort":"443"}]'"#,
            ],
        ),
        ("powershell", ["New-AzNetworkWatcherPacketCaptureV2", "-Include '0', '2'", "-RemotePort '443'"]),
    ] {
        let (code, told, error) = profile.json(&[
            "capture",
            "start",
            "--scale-set",
            SET,
            "--name",
            "c1",
            "--storage-account",
            "sa1",
            "--include",
            "0,2",
            "--filters",
            filters,
            "--dry-run",
            "--as",
            tool,
            "--json",
        ]);
        assert_eq!(code, 0, "{error}");
        let command = told["command"].as_str().expect("a command");
        assert!(parts.iter().all(|part| command.contains(part)), "{command}");
    }
}

#[test]
fn refused_input_is_explained_in_the_persons_language() {
    let profile = profile();
    let start = ["capture", "start", "--scale-set", SET, "--dry-run", "--as", "az"];
    for (arguments, english, japanese) in [
        (["filter", "check", "7"].to_vec(), "Filters are a JSON array", "フィルター"),
        (["blob-path", "parse", "hello"].to_vec(), "This is not the URL of a blob", "BLOB の URL"),
        ([&start[..], &["--name", "c1"]].concat(), "Choose a storage account", "ストレージ アカウント"),
        (
            [&start[..], &["--file-path", "/tmp/x.cap"]].concat(),
            "On Linux the local file must be below /var/captures",
            "/var/captures",
        ),
        (
            [&start[..], &["--file-path", "/var/captures/x.cap", "--time-limit", "18001"]].concat(),
            "Time limit in seconds: 18001 is outside 1 to 18000",
            "制限時間",
        ),
        (
            [&start[..], &["--file-path", "/var/captures/x.cap", "--filters", r#"[{"remotePort":"70000"}]"#]]
                .concat(),
            "Filter 1, remote port: “70000” is above 65535",
            "フィルター 1 のリモート ポート",
        ),
    ] {
        for (language, words) in [("en", english), ("ja", japanese)] {
            let arguments: Vec<&str> = arguments.iter().copied().chain(["--lang", language]).collect();
            let output = profile.run(&arguments);
            let error = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
            assert!(
                error.starts_with("error[invalid-input]: ") && error.contains(words),
                "{arguments:?}: {error}"
            );
        }
    }
}

#[test]
fn help_and_usage_errors_are_in_the_persons_language() {
    let environment = profile().with("LANG", "ja_JP.UTF-8");
    let settings = Profile::new("language = 'ja'\n");
    let english = profile();
    // By the system, by the settings, by the command line; the last one counts.
    for (profile, arguments, japanese) in [
        (&environment, &["--help"][..], true),
        (&settings, &["capture", "start", "-h"], true),
        (&english, &["capture", "start", "--help", "--lang", "ja"], true),
        (&english, &["--lang=ja", "help", "capture", "start"], true),
        (&environment, &["--lang", "en", "--help"], false),
        (&english, &["--help"], false),
    ] {
        let output = profile.run(arguments);
        let shown = String::from_utf8(output.stdout).expect("text");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}");
        assert_eq!(shown.contains("使い方: vmss-capture"), japanese, "{arguments:?}: {shown}");
        assert_eq!(shown.contains("Usage: vmss-capture"), !japanese, "{arguments:?}: {shown}");
        assert!(!shown.contains('\u{1b}') && shown.ends_with('\n'), "{shown:?}");
        if arguments.contains(&"start") {
            assert!(
                shown.contains("--storage-account") && shown.contains("ストレージ アカウント"),
                "{shown}"
            );
        }
    }
    let nothing = environment.run(&[]);
    assert_eq!((nothing.status.code(), nothing.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("使い方: vmss-capture"));
    let version = environment.run(&["--version"]);
    assert_eq!(version.stdout, english.run(&["--version"]).stdout);

    for (arguments, words) in [
        (&["capture", "begin"][..], &["begin というコマンドはありません。"][..]),
        (&["capture", "strat"], &["strat というコマンドはありません。", "もしかして: start"]),
        (&["doctor", "--jsno"], &["--jsno というオプション", "もしかして: --json"]),
        (&["resource"], &["次の指定が必要です: <URL_OR_ID>", "使い方: vmss-capture resource"]),
        (&["doctor", "--browser", "lynx"], &["lynx は指定できません", "指定できる値: chrome, edge"]),
        (&["doctor", "--browser"], &["値が必要です"]),
        (
            &["summarize", "x", "--conversations", "some"],
            &["some は指定できません", "理由: 数、または all を指定してください。"],
        ),
        (&["summarize", "x", "--conversation", "here"], &["理由: 両端を指定してください。"]),
        (&["summarize", "x", "--local", "me"], &["理由: IP アドレスを指定してください。"]),
        (&["filter", "check", "[]", "--subnet", "10.0.0.0/99"], &["理由: 「10.0.0.0/99」は"]),
        (&["doctor", "--lang", "fr"], &["fr は指定できません", "理由: "]),
        (&["capture", "show", "--scale-set", SET, "--name", "a/b"], &["a/b は指定できません", "名前"]),
        (
            &["capture", "start", "--scale-set", SET, "--time-limit", "soon"],
            &["理由: 数を整数で指定してください。"],
        ),
        (
            &["blob-path", "expect", "--scale-set", SET, "--started", "noon"],
            &["理由: UTC の時刻を指定してください。"],
        ),
        (
            &[
                "flow",
                "verify",
                "--scale-set",
                SET,
                "--instance",
                "0",
                "--local",
                "here",
                "--remote",
                "there",
            ],
            &["理由: アドレスとポートを指定してください。"],
        ),
        (&["doctor", "--json", "--json"], &["1 回だけ"]),
        (
            &["download", "--scale-set", SET, "--name", "c", "--all", "--instance", "1"],
            &["同時に指定できません"],
        ),
    ] {
        let output = environment.run(arguments);
        let error = String::from_utf8(output.stderr).expect("text");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}: {error}");
        assert!(words.iter().all(|word| error.contains(word)), "{arguments:?}: {error}");
        assert!(
            error.starts_with("エラー: ") && error.ends_with("“--help” を付けて実行してください。\n"),
            "{error}"
        );
        assert!(english.run(arguments).stderr.starts_with(b"error: "), "{arguments:?}");
    }
}

#[test]
fn completions_are_described_in_the_persons_language() {
    let profile = Profile::new("");
    for shell in ["zsh", "fish", "elvish", "bash", "powershell"] {
        let script = |language: &str| {
            let output = profile.run(&["completions", shell, "--lang", language]);
            assert!(output.status.success(), "{shell}");
            String::from_utf8(output.stdout).expect("text")
        };
        let (english, japanese) = (script("en"), script("ja"));
        assert!(english.is_ascii() && english.contains("storage-account"), "{shell}");
        // bash shows no descriptions; PowerShell may read another encoding.
        let described = !["bash", "powershell"].contains(&shell);
        assert_eq!(japanese.contains("ストレージ アカウントのリソース ID"), described, "{shell}: {japanese}");
        assert_eq!(japanese.is_ascii(), !described, "{shell}");
        // The same commands and options, line by line.
        assert_eq!(japanese.lines().count(), english.lines().count(), "{shell}");
    }
}
