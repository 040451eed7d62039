use super::*;

const ID: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-1/providers/Microsoft.Compute/virtualMachineScaleSets/web";

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn report(text: &str) -> ResourceReport {
    text.parse::<PortalLocation>().unwrap_or_else(|error| panic!("{text}: {error}")).report()
}

#[test]
fn every_form_of_the_portal_names_the_scale_set() {
    let once = encode(ID);
    let twice = encode(&once);
    let tenant = "11111111-1111-1111-1111-111111111111";
    let contoso = "contoso.onmicrosoft.com";
    for (url, expected_tenant) in [
        (format!("https://portal.azure.com/#@{contoso}/resource{ID}"), Some(contoso)),
        (format!("https://portal.azure.com/#@{contoso}/resource{ID}/overview"), Some(contoso)),
        (format!("https://portal.azure.com/#@{tenant}/resource{ID}/instances"), Some(tenant)),
        (format!("https://portal.azure.com/#resource{ID}"), None),
        (format!("https://portal.azure.com/#/resource{ID}"), None),
        (format!("https://portal.azure.com/?feature.x=true&l=ja.ja-jp#resource{ID}/scaling"), None),
        (format!("https://portal.azure.com/{contoso}#resource{ID}"), Some(contoso)),
        (format!("https://portal.azure.com/{tenant}#resource{ID}"), Some(tenant)),
        (format!("https://portal.azure.com/{tenant}/?x=y#resource{ID}"), Some(tenant)),
        (
            format!(
                "https://portal.azure.com/#@{contoso}/asset/Microsoft_Azure_Compute/VirtualMachineScaleSet{ID}"
            ),
            Some(contoso),
        ),
        (format!("https://portal.azure.com/#asset/Microsoft_Azure_Compute/VirtualMachineScaleSet{ID}"), None),
        (format!("https://portal.azure.com/#@/resource{ID}"), None),
        (format!("https://portal.azure.com/#blade/HubsExtension/ResourceMenuBlade/id/{once}"), None),
        (format!("https://portal.azure.com/#blade/HubsExtension/ResourceMenuBlade/id/{once}/menuid/x"), None),
        (
            format!(
                "https://portal.azure.com/#view/HubsExtension/ResourceMenuBlade/~/overview/resourceId/{once}"
            ),
            None,
        ),
        (
            format!("https://portal.azure.com/#view/HubsExtension/ResourceMenuBlade/~/overview/id/{twice}"),
            None,
        ),
        (
            format!("https://portal.azure.com/#@{contoso}/blade/HubsExtension/ResourceMenuBlade/id/{twice}"),
            Some(contoso),
        ),
        (format!("https://portal.azure.com/#%40{contoso}%2Fresource{once}"), Some(contoso)),
        (format!("https://portal.azure.com:443/#resource{}", ID.to_lowercase()), None),
        (format!("HTTPS://PORTAL.AZURE.COM/#RESOURCE{}", ID.to_uppercase()), None),
        (format!("  https://portal.azure.com/#resource{ID}?x=1  "), None),
        (ID.to_owned(), None),
        (format!("{ID}/"), None),
        (format!("{ID}/overview"), None),
    ] {
        let report = report(&url);
        assert!(report.scale_set.eq_ignore_ascii_case("web"), "{url}: {report:?}");
        assert!(report.resource_group.eq_ignore_ascii_case("rg-1"), "{url}: {report:?}");
        assert_eq!(report.tenant.as_deref(), expected_tenant, "{url}");
        assert_eq!(report.instance, None, "{url}");
        assert_eq!(report.cloud, CloudName::Public, "{url}");
    }
}

#[test]
fn every_cloud_by_its_portal() {
    for (host, cloud) in [
        ("portal.azure.com", "public"),
        ("ms.portal.azure.com", "public"),
        ("rc.portal.azure.com", "public"),
        ("preview.portal.azure.com", "public"),
        ("portal.azure.us", "usgov"),
        ("portal.azure.cn", "china"),
        ("portal.microsoftazure.de", "germany"),
        ("portal.sovcloud-azure.fr", "bleu"),
        ("localhost:8443", "localhost"),
    ] {
        assert_eq!(report(&format!("https://{host}/#resource{ID}")).cloud.as_str(), cloud);
    }
}

#[test]
fn the_page_of_an_instance_names_it() {
    for url in [
        format!("https://portal.azure.com/#@t/resource{ID}/virtualMachines/3"),
        format!("https://portal.azure.com/#@t/resource{ID}/VIRTUALMACHINES/3/overview"),
        format!("https://portal.azure.com/#view/X/Y/id/{}", encode(&format!("{ID}/virtualMachines/3"))),
        format!("{ID}/virtualMachines/3"),
    ] {
        assert_eq!(report(&url).instance.as_deref(), Some("3"), "{url}");
    }
}

#[test]
fn names_with_encoded_characters_are_decoded() {
    let id = ID.replace("rg-1", "rg%28a%29_b.c");
    assert_eq!(report(&format!("https://portal.azure.com/#resource{id}")).resource_group, "rg(a)_b.c");
    let double = encode(&ID.replace("rg-1", "rg%28a%29"));
    assert_eq!(report(&format!("https://portal.azure.com/#x/id/{double}")).resource_group, "rg(a)");
}

#[test]
fn anything_else_is_not_a_scale_set() {
    let vm = ID.replace("virtualMachineScaleSets", "virtualMachines");
    for text in [
        String::new(),
        "hello".to_owned(),
        "https://portal.azure.com/".to_owned(),
        "https://portal.azure.com/#home".to_owned(),
        "https://portal.azure.com/#view/Microsoft_Azure_Network/NetworkWatcherMenuBlade/~/packetCapture"
            .to_owned(),
        format!("https://portal.azure.com/#resource{vm}"),
        format!("https://portal.azure.com/?x={ID}#home"),
        format!("https://portal.azure.com{ID}"),
        format!("https://evil.example/#resource{ID}"),
        format!("https://portal.azure.com.evil.example/#resource{ID}"),
        format!("https://portal.azure.com@evil.example/#resource{ID}"),
        format!("https://portal.azure.com:8443/#resource{ID}"),
        format!("http://portal.azure.com/#resource{ID}"),
        format!("javascript://portal.azure.com/#resource{ID}"),
        format!("https://portal.azure.com/#resource{}", ID.replace("22222222-", "zz-")),
        format!("https://portal.azure.com/#resource{}", ID.replace("web", "a%20b%0d")),
        format!("x{ID}"),
        "https://portal.azure.com/#%ff%fe%2Fsubscriptions%2F".to_owned(),
        "%".repeat(100_000),
        format!("https://portal.azure.com/#{}", "/subscriptions/".repeat(4000)),
    ] {
        let error = text.parse::<PortalLocation>().expect_err(&text[..text.len().min(200)]);
        for language in crate::words::Language::ALL {
            assert!(!error.text(language).starts_with("capture-"), "{error}");
        }
    }
}
