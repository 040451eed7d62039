//! What holds for every id, URL, path, time and answer: printing and parsing are inverse, and no text or JSON
//! does harm.

use proptest::prelude::*;
use uuid::Uuid;
use wasm_core::{
    azure::{
        arm,
        blob_path::{BlobReport, BlobUrl, LocalNames, local_name},
        capture::CaptureRequest,
        command::{self, Dialect},
        portal::PortalLocation,
        resource::{InstanceId, ResourceId, ScaleSetId},
    },
    filter::FilterInput,
};

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9][A-Za-z0-9_.()-]{0,20}[A-Za-z0-9_]"
}

fn scale_set() -> impl Strategy<Value = ScaleSetId> {
    (any::<u128>(), name(), name()).prop_map(|(subscription, group, name)| {
        ScaleSetId::new(Uuid::from_u128(subscription), &group, &name).unwrap()
    })
}

/// Percent-encodes everything but letters and digits, some times over.
fn encoded(text: &str, times: usize) -> String {
    (0..times).fold(text.to_owned(), |text, _| {
        percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string()
    })
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let names = prop::sample::select(vec![
        "name",
        "id",
        "properties",
        "value",
        "target",
        "targetType",
        "scope",
        "include",
        "exclude",
        "filters",
        "protocol",
        "localPort",
        "storageLocation",
        "storagePath",
        "captureSettings",
        "fileCount",
        "error",
        "code",
        "details",
        "packetCaptureStatus",
        "stopReason",
        "packetCaptureError",
        "provisioningState",
        "status",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,12}".prop_map(Into::into),
        prop::sample::select(vec!["Running", "TCP", "AzureVMSS", "Succeeded"]).prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| {
                serde_json::Value::Object(
                    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                )
            }),
        ]
    })
}

/// What reads, prints and reads the same again.
fn round_trip<T: serde::de::DeserializeOwned + serde::Serialize + PartialEq + std::fmt::Debug>(
    json: &serde_json::Value,
) {
    if let Ok(model) = serde_json::from_value::<T>(json.clone()) {
        let printed = serde_json::to_value(&model).unwrap();
        assert_eq!(serde_json::from_value::<T>(printed).unwrap(), model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ids_print_and_parse(id in scale_set(), instance in "[0-9]{1,6}|[a-z]{1,9}_[a-z0-9]{1,8}") {
        prop_assert_eq!(id.to_string().parse::<ScaleSetId>().unwrap(), id.clone());
        prop_assert_eq!(id.to_string().to_uppercase().parse::<ScaleSetId>().unwrap(), id.clone());
        let resource: ResourceId = id.to_string().parse().unwrap();
        prop_assert_eq!(resource.to_string(), id.to_string());
        let short: InstanceId = instance.parse().unwrap();
        let full: InstanceId = id.instance(&short).parse().unwrap();
        prop_assert_eq!(&full, &short);
        prop_assert_eq!(full.name(), instance);
    }

    #[test]
    fn every_page_of_a_scale_set_names_it(
        id in scale_set(),
        instance in prop::option::of("[0-9]{1,4}"),
        form in 0usize..5,
        times in 0usize..3,
        menu in prop::sample::select(vec!["", "/overview", "/instances"]),
    ) {
        let machine = instance.as_ref().map(|n| format!("/virtualMachines/{n}")).unwrap_or_default();
        let text = encoded(&format!("{id}{machine}"), times);
        let url = match form {
            0 => format!("https://portal.azure.com/#@contoso.com/resource{text}{menu}"),
            1 => format!("https://portal.azure.us/?l=en#resource{text}{menu}"),
            2 => format!("https://portal.azure.com/#view/HubsExtension/ResourceMenuBlade/~/overview/resourceId/{text}{menu}"),
            3 => format!("https://ms.portal.azure.com/#blade/HubsExtension/ResourceMenuBlade/id/{text}{menu}"),
            _ => format!("https://portal.azure.cn/#@t/asset/Microsoft_Azure_Compute/VirtualMachineScaleSet{text}{menu}"),
        };
        let location: PortalLocation = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
        prop_assert_eq!(location.scale_set(), &id);
        prop_assert_eq!(location.instance().map(InstanceId::name), instance.as_deref());
    }

    #[test]
    fn no_text_does_harm(text in "\\PC{0,80}|[/a-zA-Z0-9%#@:.?&=-]{0,120}") {
        let _ = text.parse::<PortalLocation>();
        let _ = format!("https://portal.azure.com/#{text}").parse::<PortalLocation>();
        let _ = text.parse::<ResourceId>();
        let _ = command::filters_of(&text);
        let _ = command::filters_of(&format!("New-AzPacketCaptureFilterConfig {text}"));
        let _ = command::filters_of(&format!("az x --filters {text}"));
        if let Ok(blob) = text.parse::<BlobUrl>() {
            let _ = BlobReport::from(&blob);
        }
    }

    #[test]
    fn blobs_print_and_parse_and_have_safe_names(
        container in "[a-z0-9]{3}[a-z0-9-]{0,10}",
        name in "\\PC{1,60}|subscriptions/[0-9a-f-]{36}/[a-z/_0-9.]{0,60}",
    ) {
        let Ok(blob) = BlobUrl::new("https://acct.blob.core.windows.net", &container, &name) else { return Ok(()) };
        prop_assert_eq!(blob.name(), &name);
        prop_assert_eq!(&blob.to_string().parse::<BlobUrl>().unwrap(), &blob);
        let local = local_name(&blob);
        prop_assert!(local.len() <= 140 && !local.starts_with('.'), "{local}");
        let safe = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        prop_assert!(local.chars().all(safe), "{local}");
        let mut names = LocalNames::default();
        let (first, second) = (names.name(&blob), names.name(&blob));
        prop_assert_ne!(first.to_lowercase(), second.to_lowercase());
    }

    #[test]
    fn answers_are_read_or_refused(json in any_json()) {
        round_trip::<arm::PacketCaptureResult>(&json);
        round_trip::<arm::PacketCaptureListResult>(&json);
        round_trip::<arm::PacketCaptureStatusResult>(&json);
        round_trip::<arm::ErrorResponse>(&json);
        round_trip::<arm::AsyncOperation>(&json);
        round_trip::<CaptureRequest>(&json);
    }

    #[test]
    fn filters_come_back_out_of_commands(
        id in scale_set(),
        ports in prop::collection::vec(1u16.., 1..4),
        host in any::<u32>(),
    ) {
        let filters: Vec<FilterInput> = ports.iter().map(|port| FilterInput {
            protocol: "TCP".to_owned(),
            local_ip_address: std::net::Ipv4Addr::from(host).to_string(),
            remote_port: format!("{port}"),
            ..FilterInput::default()
        }).collect();
        let request: CaptureRequest = serde_json::from_value(serde_json::json!({
            "name": "c", "target": id, "filters": filters, "storage": {"file": "/var/captures/c.cap"},
        })).unwrap();
        for dialect in [Dialect::Az, Dialect::PowerShell] {
            prop_assert_eq!(&command::filters_of(&command::start(&request, None, dialect)).unwrap(), &filters);
        }
    }
}
