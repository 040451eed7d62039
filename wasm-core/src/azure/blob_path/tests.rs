use super::*;
use crate::azure::capture::{Scope, Target};
use crate::words::InWords;

const SUB: &str = "22222222-2222-2222-2222-222222222222";

fn base(kind: &str) -> String {
    format!("subscriptions/{SUB}/resourcegroups/rg1/providers/microsoft.compute/{kind}")
}

fn report(url: &str) -> BlobReport {
    BlobReport::from(&url.parse::<BlobUrl>().unwrap_or_else(|error| panic!("{url}: {error}")))
}

#[test]
fn paths_of_the_service_tell_instance_time_and_part() {
    let set = base("virtualmachinescalesets/web");
    let time = "2025/01/31/packetcapture_16_39_41_077";
    let epoch = Some("1738341581.077");
    // name, scale set, instance, created, part, local name ("*": carries a mark of the blob)
    for (name, scale_set, instance, created, part, local) in [
        (
            format!("{set}/virtualMachines/3/{time}.cap"),
            Some("web"),
            Some("3"),
            epoch,
            None,
            "web_3_20250131T163941.077Z.cap",
        ),
        (
            format!("{set}/virtualmachines/3/{}_2.CAP", time.replace("packetc", "packetC")),
            Some("web"),
            Some("3"),
            epoch,
            Some(2),
            "web_3_20250131T163941.077Z_2.cap",
        ),
        (format!("{set}/{time}"), Some("web"), None, epoch, None, "*"),
        (
            format!("{set}/{time}/5.cap"),
            Some("web"),
            Some("5"),
            epoch,
            None,
            "web_5_20250131T163941.077Z.cap",
        ),
        (
            format!("{set}/{time}/WEB_12.cap"),
            Some("web"),
            Some("12"),
            epoch,
            None,
            "web_12_20250131T163941.077Z.cap",
        ),
        (
            format!("{set}/{time}/web_0_7.cap"),
            Some("web"),
            Some("0"),
            epoch,
            Some(7),
            "web_0_20250131T163941.077Z_7.cap",
        ),
        (
            format!("{set}/{time}/3/part_4.cap"),
            Some("web"),
            Some("3"),
            epoch,
            Some(4),
            "web_3_20250131T163941.077Z_4.cap",
        ),
        (format!("{set}/{time}/weird.cap"), Some("web"), None, epoch, None, "*"),
        (
            format!("{}/{time}.cap", base("virtualmachines/myvm")),
            None,
            Some("myvm"),
            epoch,
            None,
            "myvm_20250131T163941.077Z.cap",
        ),
        (set.clone(), Some("web"), None, None, None, "*"),
    ] {
        for url in [
            format!("https://sa1.blob.core.windows.net/network-watcher-logs/{name}"),
            format!(
                "https://SA1.blob.core.windows.net/network-watcher-logs/{}?sv=x&sig=SECRET",
                name.to_uppercase()
            ),
        ] {
            let report = report(&url);
            assert_eq!(report.account, "sa1", "{url}");
            assert_eq!(report.container, "network-watcher-logs");
            assert_eq!(report.subscription.as_deref(), Some(SUB));
            assert!(report.resource_group.as_deref().unwrap().eq_ignore_ascii_case("rg1"));
            let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
            assert_eq!(lower(&report.scale_set).as_deref(), scale_set, "{url}");
            assert_eq!(lower(&report.instance).as_deref(), instance, "{url}");
            assert_eq!(report.created_epoch.as_deref(), created, "{url}");
            assert_eq!(report.part, part, "{url}");
            assert!(!report.local_name.contains("SECRET") && !report.name.contains("sig"));
            if local != "*" {
                assert_eq!(report.local_name.to_lowercase(), local.to_lowercase(), "{url}");
            }
        }
    }
}

#[test]
fn every_cloud_and_azurite() {
    for (url, account, cloud, endpoint) in [
        (
            "https://a1.blob.core.windows.net/caps/x.cap",
            "a1",
            Some("public"),
            "https://a1.blob.core.windows.net",
        ),
        (
            "https://a1.blob.core.usgovcloudapi.net/caps/x.cap",
            "a1",
            Some("usgov"),
            "https://a1.blob.core.usgovcloudapi.net",
        ),
        (
            "https://a1.blob.core.chinacloudapi.cn/caps/x.cap",
            "a1",
            Some("china"),
            "https://a1.blob.core.chinacloudapi.cn",
        ),
        (
            "https://a1.blob.core.cloudapi.de/caps/x.cap",
            "a1",
            Some("germany"),
            "https://a1.blob.core.cloudapi.de",
        ),
        (
            "https://a1.blob.core.sovcloud-api.fr/caps/x.cap",
            "a1",
            Some("bleu"),
            "https://a1.blob.core.sovcloud-api.fr",
        ),
        (
            "https://a1.z12.blob.storage.azure.net/caps/x.cap",
            "a1",
            Some("public"),
            "https://a1.z12.blob.storage.azure.net",
        ),
        (
            "http://127.0.0.1:10000/devstoreaccount1/caps/x.cap",
            "devstoreaccount1",
            None,
            "http://127.0.0.1:10000/devstoreaccount1",
        ),
        ("https://localhost:8443/sa1/caps/a%20b/x.cap", "sa1", None, "https://localhost:8443/sa1"),
        ("https://a1.blob.example.test:8443/caps/x.cap", "a1", None, "https://a1.blob.example.test:8443"),
    ] {
        let blob: BlobUrl = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!((blob.account(), blob.endpoint()), (account, endpoint), "{url}");
        assert_eq!(blob.cloud().map(CloudName::as_str), cloud, "{url}");
        assert_eq!(blob.container(), "caps");
        assert_eq!(blob.to_string().parse::<BlobUrl>().unwrap(), blob, "printing and parsing are inverse");
        assert_eq!(BlobUrl::new(blob.endpoint(), blob.container(), blob.name()).unwrap(), blob);
        assert_eq!(blob.to_string(), url);
    }
}

#[test]
fn what_is_no_blob_url_is_refused() {
    for url in [
        "",
        "hello",
        "ftp://a.blob.core.windows.net/c/x",
        "https://",
        "https://a.blob.core.windows.net",
        "https://a.blob.core.windows.net/",
        "https://a.blob.core.windows.net/ab/x.cap",
        "https://a.blob.core.windows.net/caps",
        "https://a.blob.core.windows.net/caps/",
        "https://a.blob.core.windows.net/ca..ps/x",
        "https://a.blob.core.windows.net/caps/%ff%fe",
        "https://a.blob.core.windows.net/caps/a%0db",
        "https://user@a.blob.core.windows.net/caps/x",
        "https://127.0.0.1/acct",
        "https://a b.blob.core.windows.net/caps/x",
        &format!("https://a.blob.core.windows.net/caps/{}", "x".repeat(1025)),
    ] {
        let error = url.parse::<BlobUrl>().expect_err(url);
        for language in crate::words::Language::ALL {
            assert!(!error.text(language).starts_with("capture-"), "{error}");
        }
    }
}

#[test]
fn local_names_are_safe_on_every_system() {
    let blob = |name: &str| BlobUrl::new("https://a1.blob.core.windows.net", "caps", name).unwrap();
    for (name, starts, ends) in [
        ("x.cap", "x_", ".cap"),
        ("a/b/c.pcapng", "b_c_", ".pcapng"),
        ("noextension", "noextension_", ".cap"),
        ("../../etc/passwd", "etc_passwd_", ".cap"),
        ("CON", "CON_", ".cap"),
        ("a<b>:\"|?*.cap", "a-b------_", ".cap"),
        ("\u{202e}gpj.cap", "gpj_", ".cap"),
        ("日本語.cap", "日本語_", ".cap"),
        ("...", "_", ".cap"),
    ] {
        let local = local_name(&blob(name));
        assert!(local.starts_with(starts) && local.ends_with(ends), "{name} → {local}");
        assert!(!local.contains(['/', '\\', ':', '\u{202e}', ' ']), "{local}");
    }
    assert!(local_name(&blob(&"長".repeat(1000))).len() <= 130);
    let set = base("virtualmachinescalesets/con");
    let reserved = local_name(&blob(&format!("{set}/2025/01/31/packetcapture_16_39_41_077/con.cap")));
    assert!(reserved.starts_with("con_2025"), "{reserved}: only the part before the first dot is reserved");
    assert_eq!(local_name(&blob("a/x.cap")), local_name(&blob("a/x.cap")), "the same blob, the same name");
    assert_ne!(local_name(&blob("a/x.cap")), local_name(&blob("A/x.cap")), "blob names are case-sensitive");
}

#[test]
fn names_for_many_blobs_never_collide() {
    let mut names = LocalNames::default();
    let mut seen = std::collections::BTreeSet::new();
    let set = base("virtualmachinescalesets/web");
    for name in ["virtualMachines/3", "virtualmachines/3", "VIRTUALMACHINES/3"] {
        let blob = BlobUrl::new(
            "https://a1.blob.core.windows.net",
            "caps",
            &format!("{set}/{name}/2025/01/31/packetcapture_16_39_41_077.cap"),
        );
        assert!(seen.insert(names.name(&blob.unwrap()).to_lowercase()));
    }
    assert!(seen.contains("web_3_20250131t163941.077z-2.cap"), "{seen:?}");
}

fn set_target() -> Target {
    format!("/subscriptions/{SUB}/resourceGroups/RG1/providers/Microsoft.Compute/virtualMachineScaleSets/Web")
        .parse()
        .unwrap()
}

#[test]
fn expected_places_for_all_several_and_one() {
    let started = "2025-01-31T23:58:00Z".parse().ok();
    let set = base("virtualmachinescalesets/web");
    let one: Scope = serde_json::from_str(r#"{"include":["3"]}"#).unwrap();
    let place = ExpectedLocation::template(&set_target(), &Scope::All, None, started).place();
    assert_eq!(place.container, "network-watcher-logs");
    assert_eq!(place.name, format!("{set}/2025/01/31/packetcapture_HH_mm_ss_fff"));
    assert!(!place.file && !place.told);
    assert_eq!(place.prefixes, [format!("{set}/2025/01/31/packet"), format!("{set}/2025/02/01/packet")]);
    let place = ExpectedLocation::template(&set_target(), &one, Some("caps".to_owned()), None).place();
    assert_eq!(place.name, format!("{set}/virtualmachines/3/yyyy/MM/dd/packetcapture_HH_mm_ss_fff.cap"));
    assert!(place.file);
    assert_eq!(place.prefixes, [format!("{set}/virtualmachines/3/"), format!("{set}/virtualMachines/3/")]);
    // Several instances have a folder, whichever way they are chosen.
    for scope in [r#"{"include":["3","4"]}"#, r#"{"exclude":["3"]}"#] {
        let several: Scope = serde_json::from_str(scope).unwrap();
        let place = ExpectedLocation::template(&set_target(), &several, None, None).place();
        assert_eq!(place.name, format!("{set}/yyyy/MM/dd/packetcapture_HH_mm_ss_fff"), "{scope}");
        assert!(!place.file, "{scope}");
    }
    let machine: Target =
        format!("/subscriptions/{SUB}/resourceGroups/RG1/providers/Microsoft.Compute/virtualMachines/MyVm")
            .parse()
            .unwrap();
    let place = ExpectedLocation::template(&machine, &Scope::All, None, started).place();
    let name = format!("{}/2025/01/31/packetcapture_HH_mm_ss_fff.cap", base("virtualmachines/myvm"));
    assert_eq!((place.name, place.file), (name, true));
}

#[test]
fn a_listed_blob_belongs_or_not() {
    let started = "2025-01-31T16:39:38Z".parse().ok();
    let set = base("virtualmachinescalesets/web");
    let all = ExpectedLocation::template(&set_target(), &Scope::All, None, started);
    for (name, belongs) in [
        (format!("{set}/2025/01/31/packetcapture_16_39_41_077/0.cap"), true),
        (format!("{set}/2025/01/31/packetCapture_16_39_41_077.cap").to_uppercase(), true),
        (format!("{set}/virtualMachines/1/2025/01/31/packetcapture_16_39_41_077.cap"), true),
        (format!("{set}/2025/01/31/packetcapture_17_39_41_077/0.cap"), false),
        (format!("{set}2/2025/01/31/packetcapture_16_39_41_077/0.cap"), false),
        ("other.cap".to_owned(), false),
    ] {
        assert_eq!(all.covers(&name), belongs, "{name}");
    }
    let told = ExpectedLocation::Told(
        format!("https://a1.blob.core.windows.net/network-watcher-logs/{set}/2025/01/31/packetcapture_16_39_41_077")
            .parse()
            .unwrap(),
    );
    for (name, belongs) in [
        (format!("{set}/2025/01/31/packetcapture_16_39_41_077/0.cap"), true),
        (format!("{set}/2025/01/31/packetCapture_16_39_41_077_1.cap"), true),
        (format!("{set}/2025/01/31/packetcapture_16_39_41_077.cap"), true),
        (format!("{set}/2025/01/31/packetcapture_16_39_41_0771"), false),
        (format!("{set}/2025/01/31/packetcapture_16_39_41_078"), false),
    ] {
        assert_eq!(told.covers(&name), belongs, "{name}");
    }
}

#[test]
fn the_services_answer_wins() {
    let answer = |json: serde_json::Value| {
        let properties: crate::azure::arm::PacketCaptureProperties = serde_json::from_value(json).unwrap();
        ExpectedLocation::of_answer(&properties, None).map(|place| place.map(|place| place.place()))
    };
    let target = set_target().to_string();
    let id = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/sa1";
    let told = answer(serde_json::json!({"target": target, "storageLocation": {"storageId": id,
        "storagePath": "https://sa1.blob.core.windows.net/caps/x/y.cap"}}));
    let told = told.unwrap().unwrap();
    assert!(told.told && told.file);
    assert_eq!((told.container.as_str(), told.prefixes.as_slice()), ("caps", ["x/y".to_owned()].as_slice()));
    let container = answer(serde_json::json!({"target": target, "storageLocation": {"storageId": id,
        "storagePath": "https://sa1.blob.core.windows.net/caps/"}}));
    let container = container.unwrap().unwrap();
    assert!(!container.told && container.container == "caps");
    let local = answer(serde_json::json!({"target": target,
        "storageLocation": {"storagePath": "", "filePath": "/var/captures/x.cap"}}));
    assert_eq!(local, Ok(None));
    let silent = answer(serde_json::json!({"target": target, "storageLocation": {"storageId": id}}));
    assert_eq!(silent.unwrap().unwrap().container, "network-watcher-logs");
    assert!(answer(serde_json::json!({"storageLocation": {"storagePath": "nonsense"}})).is_err());
}
