use super::*;
use crate::filter::{CaptureFilters, FilterInput};
use crate::words::InWords;
use serde_json::json;

const SET: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Compute/virtualMachineScaleSets/vmss1";
const ACCOUNT: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg1/providers/Microsoft.Storage/storageAccounts/sa1";

fn session() -> CaptureRequest {
    serde_json::from_value(json!({
        "name": "c1", "target": SET, "scope": {"include": ["0", "2"]},
        "filters": [
            {"protocol": "TCP", "localIPAddress": "10.0.0.3", "localPort": "1-65535",
             "remoteIPAddress": "1.1.1.1-255.255.255.255", "remotePort": "20;80;443"},
            {"protocol": "UDP"}],
        "storage": {"account": ACCOUNT, "path": "https://sa1.blob.core.windows.net/caps"}}))
    .unwrap()
}

fn ring() -> CaptureRequest {
    serde_json::from_value(json!({
        "name": "ring", "target": SET, "scope": {"exclude": ["1"]},
        "settings": {"bytesPerPacket": 34, "ring": {"continuous": false, "fileCount": 2, "fileBytes": 102400, "seconds": 60}},
        "storage": {"account": ACCOUNT, "file": "C:\\captures\\it.cap"}}))
    .unwrap()
}

#[test]
fn a_session_as_az_command() {
    let expected = format!(
        r#"az network watcher packet-capture create \
  --subscription 22222222-2222-2222-2222-222222222222 \
  --resource-group rg1 \
  --name c1 \
  --target {SET} \
  --target-type AzureVMSS \
  --storage-account {ACCOUNT} \
  --storage-path https://sa1.blob.core.windows.net/caps \
  --include 0 2 \
  --filters '[{{"protocol":"TCP","localIPAddress":"10.0.0.3","localPort":"1-65535","remoteIPAddress":"1.1.1.1-255.255.255.255","remotePort":"20;80;443"}},{{"protocol":"UDP"}}]' \
  --capture-size 0 \
  --capture-limit 1073741824 \
  --time-limit 18000"#
    );
    assert_eq!(start(&session(), None, Dialect::Az), expected);
}

#[test]
fn a_session_as_powershell() {
    let expected = format!(
        "$watcher = Get-AzNetworkWatcher -Location (Get-AzVmss -ResourceGroupName 'rg1' -VMScaleSetName 'vmss1').Location
$filter1 = New-AzPacketCaptureFilterConfig -Protocol TCP -LocalIPAddress '10.0.0.3' -LocalPort '1-65535' -RemoteIPAddress '1.1.1.1-255.255.255.255' -RemotePort '20;80;443'
$filter2 = New-AzPacketCaptureFilterConfig -Protocol UDP
$scope = New-AzPacketCaptureScopeConfig -Include '0', '2' -Exclude @()
New-AzNetworkWatcherPacketCaptureV2 `
  -NetworkWatcher $watcher `
  -Name 'c1' `
  -TargetId '{SET}' `
  -TargetType AzureVMSS `
  -StorageAccountId '{ACCOUNT}' `
  -StoragePath 'https://sa1.blob.core.windows.net/caps' `
  -TotalBytesPerSession 1073741824 `
  -TimeLimitInSecond 18000 `
  -Scope $scope `
  -Filter $filter1, $filter2"
    );
    assert_eq!(start(&session(), None, Dialect::PowerShell), expected);
}

#[test]
fn a_continuous_capture_in_both() {
    let watcher: ResourceId = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope".parse().unwrap();
    let az = start(&ring(), Some(&watcher), Dialect::Az);
    for part in [
        "az network network-watcher packet-capture create",
        "--network-watcher-name NetworkWatcher_westeurope",
        "--resource-group NetworkWatcherRG",
        "--scope '{\"exclude\":[\"1\"]}'",
        "--continuous-capture false",
        r#"--capture-settings '{"fileCount":2,"fileSizeInBytes":102400,"sessionTimeLimitInSeconds":60}'"#,
        r#""localPath":"C:\\captures\\it.cap""#,
    ] {
        assert!(az.contains(part), "{part} in\n{az}");
    }
    assert!(!az.contains("time-limit-in"), "{az}");
    assert!(start(&ring(), None, Dialect::Az).starts_with("location=$(az resource show --ids"));
    let powershell = start(&ring(), Some(&watcher), Dialect::PowerShell);
    for part in [
        "$settings = New-AzPacketCaptureSettingsConfig -FileCount 2 -FileSizeInBytes 102400 -SessionTimeLimitInSeconds 60",
        "-LocalPath 'C:\\captures\\it.cap'",
        "-ContinuousCapture $false",
        "-CaptureSetting $settings",
        "-BytesToCapturePerPacket 34",
        "-Include @() -Exclude '1'",
    ] {
        assert!(powershell.contains(part), "{part} in\n{powershell}");
    }
    assert!(!powershell.contains("TimeLimitInSecond "), "{powershell}");
}

#[test]
fn commands_for_a_capture_that_exists() {
    let capture: ResourceId = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NW/packetCaptures/c1".parse().unwrap();
    assert_eq!(
        existing(Action::Status, &capture, "westeurope", Dialect::Az),
        "az network watcher packet-capture show-status \\\n  --subscription 22222222-2222-2222-2222-222222222222 \\\n  --location westeurope \\\n  --name c1"
    );
    assert_eq!(
        existing(Action::Stop, &capture, "westeurope", Dialect::PowerShell),
        "Stop-AzNetworkWatcherPacketCapture `\n  -Location 'westeurope' `\n  -PacketCaptureName 'c1'"
    );
}

#[test]
fn filters_come_back_out_of_our_own_commands() {
    let expected = session().filters().to_inputs();
    for dialect in [Dialect::Az, Dialect::PowerShell] {
        assert_eq!(filters_of(&start(&session(), None, dialect)), Ok(expected.clone()), "{dialect:?}");
    }
}

#[test]
fn filters_of_commands_as_people_write_them() {
    let tcp = |remote: &str, port: &str| FilterInput {
        protocol: "TCP".into(),
        remote_ip_address: remote.into(),
        remote_port: port.into(),
        ..FilterInput::default()
    };
    let faulty = tcp("1.1.1.1-255.255.255", "20");
    for text in [
        // Microsoft's own help: the backslashes stay within the quotes.
        "az network watcher packet-capture create -g G -n N --vm V --storage-account S --filters '[ \\\n  { \\\n \"protocol\":\"TCP\", \\\n \"remoteIPAddress\":\"1.1.1.1-255.255.255\", \\\n \"remotePort\":\"20\" \\\n }]' --no-wait",
        r#"az x --filters="[{\"protocol\":\"TCP\",\"remoteIPAddress\":\"1.1.1.1-255.255.255\",\"remotePort\":\"20\"}]""#,
        r#"az x --filters '[{\"protocol\":\"TCP\",\"remoteIPAddress\":\"1.1.1.1-255.255.255\",\"remotePort\":\"20\"}]'"#,
        r#"  [{"Protocol":"TCP","RemoteIPAddress":"1.1.1.1-255.255.255","remote_port":20}]"#,
        r#"$f = New-AzPacketCaptureFilterConfig -Protocol TCP -RemoteIPAddress "1.1.1.1-255.255.255" -RemotePort "20""#,
        "New-AzPacketCaptureFilterConfig -prot tcp`\n -RemoteI:1.1.1.1-255.255.255 -RemoteP 20; Get-Date",
        "$a = @(New-AzureRmPacketCaptureFilterConfig -Protocol ‘TCP’ -RemoteIPAddress “1.1.1.1-255.255.255” -RemotePort '20')",
    ] {
        let mut found = filters_of(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        found.iter_mut().for_each(|filter| filter.protocol.make_ascii_uppercase());
        assert_eq!(found, std::slice::from_ref(&faulty), "{text}");
    }
    let two = "$f1 = New-AzPacketCaptureFilterConfig -Protocol TCP -RemotePort '80'\n$f2 = New-AzPacketCaptureFilterConfig -Protocol UDP\n";
    assert_eq!(filters_of(two).unwrap().len(), 2);
    for (text, code) in [
        ("", "no-filters"),
        ("az network watcher packet-capture list", "no-filters"),
        ("az x --filters @filters.json", "in-file"),
        ("az x --filters $F", "variable"),
        ("az x --filters 'nonsense'", "text"),
        ("az x --filters", "no-filters"),
        ("[{\"remotPort\":\"80\"}]", "text"),
        ("New-AzPacketCaptureFilterConfig -Protocol $p", "variable"),
        ("New-AzPacketCaptureFilterConfig -Remote 1", "parameter"),
        ("New-AzPacketCaptureFilterConfig -Protocol", "parameter"),
        ("New-AzPacketCaptureFilterConfig stray", "parameter"),
    ] {
        let error = filters_of(text).expect_err(text);
        assert_eq!(error.code(), code, "{text}");
        for language in crate::words::Language::ALL {
            assert!(!error.text(language).starts_with("filter-"), "{text}");
        }
    }
}

#[test]
fn quoting_holds_in_a_real_shell() {
    // What the shell hands on must be what was meant, quotes and all.
    let mut filters = session().filters().to_inputs();
    filters.truncate(1);
    let request = session().with_filters(CaptureFilters::try_from(filters).unwrap());
    let script = start(&request, None, Dialect::Az).replacen("az ", "printf '%s\\n' ", 1);
    let output = std::process::Command::new("bash").args(["-c", &script]).output().expect("bash runs");
    let words = String::from_utf8(output.stdout).unwrap();
    let json = words.lines().find(|line| line.starts_with('[')).expect("the filters are one word");
    assert_eq!(json.parse::<CaptureFilters>().unwrap(), *request.filters());
}
