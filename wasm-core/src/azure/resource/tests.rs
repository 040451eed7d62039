use super::*;
use crate::words::Language;

const SUBSCRIPTION: &str = "22222222-2222-2222-2222-222222222222";

fn set(text: &str) -> Result<ScaleSetId, ResourceIdError> {
    text.parse()
}

#[test]
fn an_id_of_any_case_parses_prints_and_equals() {
    let id = format!(
        "/SUBSCRIPTIONS/{SUBSCRIPTION}/resourcegroups/RG-1/providers/microsoft.compute/virtualmachinescalesets/Web"
    );
    let parsed = set(&id).unwrap();
    assert_eq!(
        parsed.to_string(),
        format!(
            "/subscriptions/{SUBSCRIPTION}/resourceGroups/RG-1/providers/Microsoft.Compute/virtualMachineScaleSets/Web"
        )
    );
    assert_eq!(set(&parsed.to_string()).unwrap(), parsed);
    assert_eq!(set(&id.to_lowercase()).unwrap(), parsed, "equality ignores case");
    assert_eq!(serde_json::to_string(&parsed).unwrap(), format!("\"{parsed}\""));
}

#[test]
fn children_and_parents() {
    let watcher: ResourceId = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NW"
    )
    .parse()
    .unwrap();
    let capture = watcher.child("packetCaptures", "c1").unwrap();
    assert_eq!(capture.resource_type(), "Microsoft.Network/networkWatchers/packetCaptures");
    assert_eq!(capture.name(), "c1");
    assert_eq!(capture.parent(), Some(watcher.clone()));
    assert_eq!(watcher.parent(), None);
    assert!(watcher.child("packetCaptures", "a/../b").is_err());
    assert!(capture.is_type("microsoft.network/NETWORKWATCHERS/packetcaptures"));
}

#[test]
fn what_is_no_id_is_refused() {
    let good = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute");
    for (text, kind) in [
        (String::new(), "form"),
        ("/subscriptions".to_owned(), "form"),
        (format!("{good}/virtualMachineScaleSets"), "form"),
        (good.clone(), "form"),
        (good.replace("22222222-", "nope-") + "/virtualMachineScaleSets/w", "subscription"),
        (format!("{good}/virtualMachineScaleSets/a b"), "name"),
        (format!("{good}/virtualMachineScaleSets/.."), "name"),
        (format!("{good}/virtualMachineScaleSets/a?b"), "name"),
        (format!("{good}/virtualMachines/w"), "type"),
        (format!("{good}/virtualMachineScaleSets/w/virtualMachines/1"), "type"),
        ("/".repeat(10_000), "form"),
    ] {
        let found = match set(&text) {
            Err(ResourceIdError::Form) => "form",
            Err(ResourceIdError::Subscription(_)) => "subscription",
            Err(ResourceIdError::Name(_)) => "name",
            Err(ResourceIdError::Type { .. }) => "type",
            Ok(_) => "ok",
        };
        assert_eq!(found, kind, "{text}");
        if let Err(error) = set(&text) {
            assert!(
                Language::ALL.into_iter().all(|language| error.text(language) != error.rule()),
                "{error:?}"
            );
        }
    }
}

#[test]
fn instances_compare_by_their_last_segment() {
    let full = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/w/virtualMachines/3"
    );
    let instance: InstanceId = full.parse().unwrap();
    assert_eq!(instance, "3".parse().unwrap());
    assert_ne!(instance, "33".parse().unwrap());
    assert_eq!(instance.name(), "3");
    let flexible: InstanceId = "Web_ab12".parse().unwrap();
    assert_eq!(flexible, "web_AB12".parse().unwrap());
    let mut order: Vec<InstanceId> = ["10", "b", "9", "a"].iter().map(|id| id.parse().unwrap()).collect();
    order.sort();
    assert_eq!(order.iter().map(InstanceId::name).collect::<Vec<_>>(), ["9", "10", "a", "b"]);
    for bad in ["", " ", "a/b", "/subscriptions/x", "1;2", "?"] {
        assert!(bad.parse::<InstanceId>().is_err(), "{bad:?}");
    }
}
