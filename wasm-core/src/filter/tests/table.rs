use crate::filter::*;
use crate::words::{InWords, Language};

pub(super) fn judged(inputs: &[FilterInput]) -> FilterCheck {
    check(inputs, &CheckContext::default())
}

fn remote(address: &str) -> FilterInput {
    FilterInput { protocol: "TCP".into(), remote_ip_address: address.into(), ..FilterInput::default() }
}

fn port(port: &str) -> FilterInput {
    FilterInput { protocol: "TCP".into(), remote_port: port.into(), ..FilterInput::default() }
}

/// The codes of a check, worst first in no order of their own.
fn codes(check: &FilterCheck) -> Vec<&str> {
    check.problems.iter().map(|problem| problem.code.as_str()).collect()
}

#[test]
fn the_swallowed_octet_of_microsofts_own_example() {
    let inputs = parse_inputs(
        r#"[{"protocol":"TCP","localIPAddress":"10.0.0.3","localPort":"1-65535",
             "remoteIPAddress":"1.1.1.1-255.255.255","remotePort":"20;80;443"}]"#,
    )
    .unwrap();
    let check = judged(&inputs);
    assert!(!check.ok);
    let problem = &check.problems[0];
    assert_eq!(
        (problem.filter, problem.field, problem.start, problem.end, problem.code.as_str()),
        (Some(0), Some(Field::RemoteIpAddress), 8, 19, "octet-count")
    );
    assert!(problem.text.contains("255.255.255"), "{}", problem.text);
    assert_eq!((&check.bpf, &check.display_filter), (&None, &None));
    let fix = &problem.fixes[0];
    assert_eq!(fix.text, "Use 255.255.255.255");
    assert_eq!(fix.filters[0].remote_ip_address, "1.1.1.1-255.255.255.255");
    let fixed = judged(&fix.filters);
    assert!(fixed.ok && fixed.problems.is_empty(), "{fixed:?}");
    assert_eq!(
        fixed.reading.en,
        "Keeps TCP between 10.0.0.3 (any port) on the instance and 1.1.1.1–255.255.255.255 (ports 20, 80 or 443)."
    );
    assert_eq!(
        fixed.reading.ja,
        "インスタンスの 10.0.0.3 (すべてのポート) と 1.1.1.1～255.255.255.255 (ポート 20、80、443) との TCP 通信を残します。"
    );
    assert_eq!(
        fixed.bpf.as_deref(),
        Some(
            "tcp and ((src host 10.0.0.3 and src portrange 1-65535 and (ip[16:4] >= 0x01010101 and ip[16:4] <= \
             0xffffffff) and (dst port 20 or dst port 80 or dst port 443)) or (dst host 10.0.0.3 and dst portrange \
             1-65535 and (ip[12:4] >= 0x01010101 and ip[12:4] <= 0xffffffff) and (src port 20 or src port 80 or src \
             port 443)))"
        )
    );
    assert_eq!(
        fixed.display_filter.as_deref(),
        Some(
            "tcp && ((ip.src == 10.0.0.3 && tcp.srcport in {1..65535} && ip.dst in {1.1.1.1..255.255.255.255} && \
             tcp.dstport in {20, 80, 443}) || (ip.dst == 10.0.0.3 && tcp.dstport in {1..65535} && ip.src in \
             {1.1.1.1..255.255.255.255} && tcp.srcport in {20, 80, 443}))"
        )
    );
}

#[test]
fn a_refused_set_names_the_filter_the_field_and_the_rule() {
    for (json, rule, english, japanese) in [
        (
            r#"[{},{"remotePort":"70000"}]"#,
            "filter-port-range",
            "Filter 2, remote port: “70000” is above 65535, the highest port.",
            "フィルター 2 のリモート ポート: ",
        ),
        (
            r#"[{"localIPAddress":"10.0.0.3","remoteIPAddress":"2001:db8::1"}]"#,
            "filter-families-differ",
            "Filter 1: The local and the remote address are of different families (IPv4 and IPv6). No packet has \
             both: the capture would stay empty.",
            "フィルター 1: ",
        ),
        ("7", "filter-text-shape", "Filters are a JSON array of objects", "フィルターは"),
    ] {
        let error = json.parse::<CaptureFilters>().expect_err(json);
        assert_eq!(error.rule(), rule, "{json}");
        assert!(error.text(Language::English).starts_with(english), "{}", error.text(Language::English));
        assert!(error.text(Language::Japanese).starts_with(japanese), "{}", error.text(Language::Japanese));
    }
    let subnet = "10.0.0.0".parse::<Subnet>().expect_err("no prefix");
    assert_eq!(subnet.text(Language::English), "“10.0.0.0” is not a subnet such as 10.0.0.0/24.");
}

/// What a field's text gives: its codes, whether it is refused, and the field after the first fix (several
/// filters are joined by ` + `; `""` is a fix that empties the field; `None` no fix).
type Row = (&'static str, &'static [&'static str], bool, Option<&'static str>);

fn table(rows: &[Row], field: Field, input: impl Fn(&str) -> FilterInput) {
    for (text, expected, refused, fix) in rows {
        let inputs = [input(text)];
        let check = judged(&inputs);
        assert_eq!(codes(&check), *expected, "{text:?}");
        assert_eq!(!check.ok, *refused, "{text:?}: {check:?}");
        let fixed = check.problems.iter().find_map(|problem| problem.fixes.first());
        let shown = fixed.map(|fix| {
            fix.filters.iter().map(|filter| field.of(filter).to_owned()).collect::<Vec<_>>().join(" + ")
        });
        assert_eq!(shown.as_deref(), *fix, "{text:?}");
        for problem in &check.problems {
            let length = text.chars().count();
            assert!(problem.start <= problem.end && problem.end <= length.max(problem.end), "{text:?}");
            assert!(problem.field.is_none() || problem.end <= length, "{text:?}: {problem:?}");
            for language in Language::ALL {
                let context = CheckContext { language, ..CheckContext::default() };
                let told = crate::filter::check(&inputs, &context);
                assert!(told.problems.iter().all(|problem| !problem.text.starts_with("filter-")), "{text:?}");
            }
        }
        // What is applied and judged again has that fault no more.
        if let (Some(fix), Some(problem)) =
            (fixed, check.problems.iter().find(|problem| !problem.fixes.is_empty()))
        {
            let again = judged(&fix.filters);
            assert!(!codes(&again).contains(&problem.code.as_str()), "{text:?} still {:?}", codes(&again));
        }
        let json = serde_json::to_string(&check).unwrap();
        assert_eq!(serde_json::from_str::<FilterCheck>(&json).unwrap(), check);
    }
}

#[test]
fn addresses() {
    table(
        &[
            ("", &[], false, None),
            ("   ", &[], false, None),
            ("10.0.0.3", &[], false, None),
            ("10.0.0.3-10.0.0.9", &[], false, None),
            ("10.0.0.3;10.0.0.9", &[], false, None),
            ("10.0.0.3;10.0.0.9;", &[], false, None),
            ("10.0.0.3;", &[], false, None),
            ("0.0.0.0-255.255.255.255", &[], false, None),
            ("127.0.0.1-127.0.0.255", &["loopback"], false, None),
            // Several ranges and mixes
            (
                "10.0.0.1-10.0.0.2;10.0.0.8-10.0.0.9",
                &["several-ranges"],
                true,
                Some("10.0.0.1-10.0.0.2 + 10.0.0.8-10.0.0.9"),
            ),
            (
                "10.0.0.1;10.0.0.8-10.0.0.9;10.0.0.3",
                &["range-and-list"],
                true,
                Some("10.0.0.1;10.0.0.3 + 10.0.0.8-10.0.0.9"),
            ),
            ("10.0.0.1-10.0.0.5;10.0.0.6-10.0.0.9", &["several-ranges"], true, Some("10.0.0.1-10.0.0.9")),
            ("10.0.0.1-10.0.0.5;10.0.0.3", &["range-and-list"], true, Some("10.0.0.1-10.0.0.5")),
            // Separators
            ("10.0.0.3,10.0.0.9", &["separator"], true, Some("10.0.0.3;10.0.0.9")),
            ("10.0.0.3, 10.0.0.9", &["separator"], true, Some("10.0.0.3;10.0.0.9")),
            ("10.0.0.3 10.0.0.9", &["separator"], true, Some("10.0.0.3;10.0.0.9")),
            ("10.0.0.3|10.0.0.9,", &["separator", "separator"], true, Some("10.0.0.3;10.0.0.9")),
            ("10.0.0.3\n10.0.0.9", &["separator"], true, Some("10.0.0.3;10.0.0.9")),
            ("10.0.0.3; 10.0.0.9", &["spaces"], false, Some("10.0.0.3;10.0.0.9")),
            (" 10.0.0.3 ", &["spaces", "spaces"], false, Some("10.0.0.3")),
            ("10.0.0.3 - 10.0.0.9", &["spaces", "spaces"], false, Some("10.0.0.3-10.0.0.9")),
            ("10.0.0.3;;10.0.0.9", &["empty-entry"], false, Some("10.0.0.3;10.0.0.9")),
            (";10.0.0.3", &["empty-entry"], false, Some("10.0.0.3")),
            (";", &["empty-entry", "empty-list"], true, Some("")),
            ("10.0.0.3;10.0.0.3", &["duplicate-entry"], false, Some("10.0.0.3")),
            // Notations that Azure does not know
            ("10.0.0.0/24", &["cidr"], true, Some("10.0.0.0-10.0.0.255")),
            ("10.0.0.77/24", &["cidr"], true, Some("10.0.0.0-10.0.0.255")),
            ("10.0.0.0/255.255.254.0", &["cidr"], true, Some("10.0.0.0-10.0.1.255")),
            ("10.0.0.3/32", &["cidr"], true, Some("10.0.0.3")),
            ("0.0.0.0/0", &["cidr"], true, Some("0.0.0.0-255.255.255.255")),
            ("10.0.0.0/33", &["not-address"], true, None),
            ("10.0.0.0/255.0.255.0", &["not-address"], true, None),
            (
                "10.0.0.0/24,10.2.0.0/16",
                &["separator", "cidr", "cidr", "several-ranges"],
                true,
                Some("10.0.0.0-10.0.0.255 + 10.2.0.0-10.2.255.255"),
            ),
            ("10.0.0.*", &["address-wildcard"], true, Some("10.0.0.0-10.0.0.255")),
            ("10.*.*.*", &["address-wildcard"], true, Some("10.0.0.0-10.255.255.255")),
            ("10.*.0.1", &["not-address"], true, None),
            ("*", &["wildcard"], true, Some("")),
            ("Any", &["wildcard"], true, Some("")),
            // Octets
            ("1.1.1.1-255.255.255", &["octet-count"], true, Some("1.1.1.1-255.255.255.255")),
            ("10.0.0.1-50", &["octet-count"], true, Some("10.0.0.1-10.0.0.50")),
            ("10.0.0.1-1.50", &["octet-count"], true, Some("10.0.0.1-10.0.1.50")),
            ("10.0.0.1-0.0.50", &["octet-count"], true, Some("10.0.0.1-10.0.0.50")),
            ("10.0.1-10.0.1.9", &["octet-count"], true, Some("10.0.1.0-10.0.1.9")),
            ("10.0.0", &["octet-count"], true, Some("10.0.0.0-10.0.0.255")),
            ("10.0.0.1.2", &["octet-count"], true, None),
            ("10", &["octet-count"], true, None),
            ("10.0..3", &["octet-missing"], true, None),
            ("10.0.0.", &["octet-missing"], true, None),
            ("10.0.0.256", &["octet-range"], true, None),
            ("10.0.0.1-10.0.0.256", &["octet-range"], true, Some("10.0.0.1-10.0.0.255")),
            ("999999999999.0.0.1", &["octet-range"], true, None),
            ("010.0.0.3", &["leading-zero"], true, Some("10.0.0.3")),
            ("10.00.0.3", &["leading-zero"], true, Some("10.0.0.3")),
            // Ranges
            ("10.0.0.9-10.0.0.3", &["reversed"], true, Some("10.0.0.3-10.0.0.9")),
            ("10.0.0.3-10.0.0.3", &[], false, None),
            ("10.0.0.3-", &["range-form"], true, None),
            ("-10.0.0.3", &["range-form"], true, None),
            ("10.0.0.1-10.0.0.2-10.0.0.3", &["range-form"], true, None),
            ("10.0.0.1-fe80::1", &["ipv6", "families-mixed"], true, None),
            // IPv6
            ("2001:db8::1", &["ipv6"], false, None),
            ("2001:db8::1-2001:db8::ff", &["ipv6"], false, None),
            ("2001:db8::1;2001:db8::2", &["ipv6"], false, None),
            ("2001:db8::/126", &["cidr", "ipv6"], true, Some("2001:db8::-2001:db8::3")),
            ("fe80::1%eth0", &["ipv6-form", "ipv6"], true, Some("fe80::1")),
            ("[2001:db8::1]", &["ipv6-form", "ipv6"], true, Some("2001:db8::1")),
            ("::ffff:10.0.0.3", &["ipv4-mapped"], true, Some("10.0.0.3")),
            ("2001:db8:::1", &["not-address"], true, None),
            // Other things
            ("web-1.example.com", &["not-address"], true, None),
            ("hello", &["not-address"], true, None),
            ("10.0.0.3/tcp", &["not-address"], true, None),
            ("0.0.0.0", &["unspecified-address"], false, Some("")),
            ("１０．０．０．３", &["look-alike"], true, Some("10.0.0.3")),
            ("10.0.0.3–10.0.0.9", &["look-alike"], true, Some("10.0.0.3-10.0.0.9")),
            ("10.0.0.3、10.0.0.9", &["look-alike"], true, Some("10.0.0.3;10.0.0.9")),
            ("10.0.0.3～10.0.0.9", &["look-alike"], true, Some("10.0.0.3-10.0.0.9")),
        ],
        Field::RemoteIpAddress,
        remote,
    );
}

#[test]
fn ports() {
    table(
        &[
            ("", &[], false, None),
            ("80", &[], false, None),
            ("80-85", &[], false, None),
            ("80;443;", &[], false, None),
            ("1-65535", &[], false, None),
            ("20, 80, 443", &["separator", "separator"], true, Some("20;80;443")),
            ("80 443", &["separator"], true, Some("80;443")),
            ("80-85;90-95", &["several-ranges"], true, Some("80-85 + 90-95")),
            (
                "80,443,8000-8100",
                &["separator", "separator", "range-and-list"],
                true,
                Some("80;443 + 8000-8100"),
            ),
            ("80-85;86-90", &["several-ranges"], true, Some("80-90")),
            ("85-80", &["reversed"], true, Some("80-85")),
            ("65536", &["port-range"], true, None),
            ("1000-70000", &["port-range"], true, Some("1000-65535")),
            ("99999999999999999999", &["port-range"], true, None),
            ("0", &["port-zero"], false, None),
            ("0-65535", &["port-zero"], false, Some("1-65535")),
            ("080", &["leading-zero"], false, Some("80")),
            ("-80", &["range-open"], true, Some("1-80")),
            ("8000-", &["range-open"], true, Some("8000-65535")),
            ("-", &["range-form"], true, None),
            ("80-90-100", &["range-form"], true, None),
            ("80:85", &["range-sign"], true, Some("80-85")),
            ("https", &["not-port"], true, Some("443")),
            ("http;https", &["not-port", "not-port"], true, Some("80;443")),
            ("80/tcp", &["not-port"], true, Some("80")),
            ("abc", &["not-port"], true, None),
            ("80;abc", &["not-port"], true, None),
            ("80,abc", &["separator", "not-port"], true, Some("80;abc")),
            ("10.0.0.3", &["not-port"], true, None),
            ("*", &["wildcard"], true, Some("")),
            ("all", &["wildcard"], true, Some("")),
            ("８０", &["look-alike"], true, Some("80")),
            ("80;80", &["duplicate-entry"], false, Some("80")),
            ("1e3", &["not-port"], true, None),
            ("+80", &["not-port"], true, None),
        ],
        Field::RemotePort,
        port,
    );
}

#[test]
fn protocols() {
    table(
        &[
            ("TCP", &[], false, None),
            ("tcp", &[], false, None),
            ("Udp", &[], false, None),
            ("any", &[], false, None),
            ("ICMP", &["protocol-icmp"], true, Some("Any")),
            ("All", &["protocol-form"], true, Some("Any")),
            ("*", &["protocol-form"], true, Some("Any")),
            ("6", &["protocol-form"], true, Some("TCP")),
            ("TCP;UDP", &["protocol-several"], true, Some("TCP + UDP")),
            ("tcp/udp", &["protocol-several"], true, Some("TCP + UDP")),
            ("SCTP", &["protocol-unknown"], true, None),
            ("!", &["protocol-unknown"], true, None),
            ("ＴＣＰ", &["look-alike", "protocol-form"], true, Some("TCP")),
        ],
        Field::Protocol,
        |protocol| FilterInput {
            protocol: protocol.into(),
            remote_ip_address: "10.0.0.9".into(),
            ..FilterInput::default()
        },
    );
}

#[test]
fn a_port_behind_an_address_moves_to_its_field() {
    for (address, port, expected) in [
        ("10.0.0.3:443", "", Some(("10.0.0.3", "443"))),
        ("10.0.0.3:443", "443", Some(("10.0.0.3", "443"))),
        ("[2001:db8::1]:443", "", Some(("2001:db8::1", "443"))),
        ("10.0.0.3:443", "80", None),
    ] {
        let input = FilterInput { remote_port: port.into(), ..remote(address) };
        let check = judged(&[input]);
        let problem = &check.problems[0];
        assert_eq!(problem.code, "port-in-address");
        let fixed = problem
            .fixes
            .first()
            .map(|fix| (fix.filters[0].remote_ip_address.as_str(), fix.filters[0].remote_port.as_str()));
        assert_eq!(fixed, expected, "{address} {port}");
    }
}

#[test]
fn splitting_takes_every_field_that_needs_it_at_once() {
    let input = FilterInput {
        protocol: "TCP".into(),
        local_ip_address: "10.0.0.1-10.0.0.2;10.0.1.1-10.0.1.2".into(),
        local_port: String::new(),
        remote_ip_address: "10.9.0.0/24".into(),
        remote_port: "80;443;8000-8100".into(),
    };
    let other = remote("10.0.0.7");
    let check = judged(&[other.clone(), input, other]);
    let split = check.problems.iter().find(|problem| problem.code == "range-and-list").unwrap();
    let filters = &split.fixes[0].filters;
    assert_eq!(split.fixes[0].text, "Make 4 filters of it");
    assert_eq!(filters.len(), 6, "the other filters stay");
    let combinations: Vec<(&str, &str)> = filters[1..5]
        .iter()
        .map(|filter| (filter.local_ip_address.as_str(), filter.remote_port.as_str()))
        .collect();
    assert_eq!(
        combinations,
        [
            ("10.0.0.1-10.0.0.2", "80;443"),
            ("10.0.0.1-10.0.0.2", "8000-8100"),
            ("10.0.1.1-10.0.1.2", "80;443"),
            ("10.0.1.1-10.0.1.2", "8000-8100"),
        ]
    );
    assert_eq!(filters[1].remote_ip_address, "10.9.0.0/24", "a fault of another field stays told");
}

#[test]
fn every_fault_has_its_place() {
    // The text of a field, and what each problem points at, in order.
    for (text, places) in [
        ("1.1.1.1-255.255.255", &["255.255.255"][..]),
        (
            "10.0.0.1;10.0.0.300;10.0.0.9-10.0.0.3",
            &["300", "10.0.0.9-10.0.0.3", "10.0.0.1;10.0.0.300;10.0.0.9-10.0.0.3"],
        ),
        ("10.0.0.3, 10.0.0.0/24", &[", ", "10.0.0.0/24", "10.0.0.3, 10.0.0.0/24"]),
        ("10.0.0.3;;10.0.0.x", &[";;", "10.0.0.x"]),
        ("  10.0.0.3", &["  "]),
        ("10.0.0.01", &["01"]),
        ("10.0.0.3;10.0.0.4;10.0.0.3", &["10.0.0.3"]),
        ("日本", &["日本"]),
        ("10.0.0.3、10.0.0.4", &["、"]),
        ("10.0.0.3:443", &["10.0.0.3:443"]),
    ] {
        let check = judged(&[remote(text)]);
        let characters: Vec<char> = text.chars().collect();
        let found: Vec<String> = check
            .problems
            .iter()
            .map(|problem| characters[problem.start..problem.end].iter().collect())
            .collect();
        assert_eq!(found, places, "{text:?}: {:?}", codes(&check));
    }
    // The later one of two that are the same is the one too many.
    assert_eq!(judged(&[remote("10.0.0.3;10.0.0.4;10.0.0.3")]).problems[0].start, 18);
}

#[test]
fn every_kind_of_fix_says_what_it_does() {
    let filter = |members: &[(Field, &str)]| {
        let mut filter = FilterInput { protocol: "TCP".into(), ..FilterInput::default() };
        members.iter().for_each(|(field, text)| *field.of_mut(&mut filter) = (*text).to_owned());
        filter
    };
    for (input, english, japanese) in [
        (
            filter(&[(Field::RemoteIpAddress, "10.0.0.0/24")]),
            "Use 10.0.0.0-10.0.0.255",
            "10.0.0.0-10.0.0.255 を使う",
        ),
        (filter(&[(Field::RemotePort, "80, 443")]), "Use 80;443", "80;443 を使う"),
        (filter(&[(Field::RemotePort, "80-90;443")]), "Make 2 filters of it", "2 個のフィルターに分ける"),
        (filter(&[(Field::RemotePort, "*")]), "Leave the field empty", "空欄にする"),
        (
            filter(&[(Field::RemoteIpAddress, "10.0.0.3:443")]),
            "Use 10.0.0.3 and port 443",
            "10.0.0.3 とポート 443 を使う",
        ),
        (
            filter(&[(Field::LocalPort, "443"), (Field::RemotePort, "443")]),
            "Leave the local port empty",
            "ローカル ポートを空欄にする",
        ),
    ] {
        for (language, text) in [(Language::English, english), (Language::Japanese, japanese)] {
            let context = CheckContext { language, ..CheckContext::default() };
            let check = check(std::slice::from_ref(&input), &context);
            let fix = &check.problems[0].fixes[0];
            assert_eq!(fix.text, text, "{input:?}");
            let again = judged(&fix.filters);
            assert!(again.ok && again.problems.is_empty(), "{:?}", again.problems);
        }
    }
    let twice = [port("80"), port("80")];
    assert_eq!(judged(&twice).problems[0].fixes[0].text, "Remove filter 2");
}

/// Where Microsoft is silent, the code is explicit about it: a warning or a note, never an error, never a guess.
#[test]
fn what_azure_does_not_document_is_said_so() {
    for (input, code) in [
        (remote("2001:db8::1"), "ipv6"),
        (remote("10.0.0.3; 10.0.0.4"), "spaces"),
        (remote("10.0.0.3;;10.0.0.4"), "empty-entry"),
        (remote("127.0.0.1"), "loopback"),
        (port("0"), "port-zero"),
    ] {
        for (language, word) in [(Language::English, "document"), (Language::Japanese, "文書化")] {
            let context = CheckContext { language, ..CheckContext::default() };
            let check = check(std::slice::from_ref(&input), &context);
            let problem = check.problems.iter().find(|problem| problem.code == code).expect(code);
            assert!(check.ok && problem.severity < Severity::Error, "{code}");
            assert!(problem.text.contains(word), "{}", problem.text);
        }
    }
}

#[test]
fn a_split_beyond_reason_is_told_but_not_offered() {
    let ranges = |separator: &str| {
        (0..20).map(|n| format!("{}-{}", n * 100 + 1, n * 100 + 50)).collect::<Vec<_>>().join(separator)
    };
    let input = FilterInput { local_port: ranges(";"), remote_port: ranges(";"), ..FilterInput::default() };
    let check = judged(&[input]);
    assert_eq!(codes(&check), ["several-ranges", "several-ranges"]);
    assert!(check.problems.iter().all(|problem| problem.fixes.is_empty()));
}

#[test]
fn what_filters_say_about_each_other() {
    let any = FilterInput::default();
    let udp = FilterInput { protocol: "UDP".into(), ..any.clone() };
    let dns = FilterInput { remote_port: "53".into(), ..udp.clone() };
    let (web, same) = (port("80;443"), port("443;80;"));
    for (inputs, expected) in [
        (vec![], vec![(None, "everything")]),
        (vec![any.clone()], vec![(Some(0), "everything")]),
        (vec![udp.clone()], vec![]),
        (vec![web.clone(), same], vec![(Some(1), "duplicate")]),
        (vec![dns.clone(), udp.clone()], vec![(Some(0), "swallowed")]),
        (vec![udp, any, dns], vec![(Some(0), "swallowed"), (Some(1), "everything"), (Some(2), "swallowed")]),
        (vec![web, port("80")], vec![(Some(1), "swallowed")]),
        (vec![port("80"), port("443")], vec![]),
    ] {
        let check = judged(&inputs);
        assert!(check.ok, "none of this is an error: {check:?}");
        let found: Vec<_> =
            check.problems.iter().map(|problem| (problem.filter, problem.code.as_str())).collect();
        assert_eq!(found, expected, "{inputs:?}");
        for problem in &check.problems {
            assert_eq!(problem.severity, Severity::Note);
            for fix in &problem.fixes {
                assert_eq!(fix.filters.len(), inputs.len() - 1, "a needless filter is removed");
            }
        }
    }
}

#[test]
fn what_a_filter_says_about_itself() {
    let filter =
        |local: &str, local_port: &str, remote: &str, remote_port: &str, protocol: &str| FilterInput {
            protocol: protocol.into(),
            local_ip_address: local.into(),
            local_port: local_port.into(),
            remote_ip_address: remote.into(),
            remote_port: remote_port.into(),
        };
    for (input, expected, ok) in [
        (filter("10.0.0.3", "", "2001:db8::1", "", "TCP"), vec!["families-differ", "ipv6"], false),
        (filter("10.0.0.3", "", "10.0.0.3", "", "TCP"), vec!["same-address"], true),
        (filter("", "443", "", "443", "TCP"), vec!["ports-on-both-sides"], true),
        (filter("", "1-65535", "", "443", "TCP"), vec![], true),
        (filter("", "123", "", "123", "UDP"), vec![], true),
        (filter("", "", "", "53", "Any"), vec!["port-with-any"], true),
        (filter("", "", "", "53", ""), vec!["port-with-any"], true),
    ] {
        let check = judged(std::slice::from_ref(&input));
        assert_eq!(codes(&check), expected, "{input:?}");
        assert_eq!(check.ok, ok, "{input:?}");
    }
}

#[test]
fn a_local_address_that_no_instance_has() {
    let subnets: Vec<Subnet> =
        ["10.0.0.0/24", "10.1.0.0/16"].iter().map(|text| text.parse().unwrap()).collect();
    let context = CheckContext { subnets, ..CheckContext::default() };
    for (local, expected) in [
        ("10.0.0.3", None),
        ("10.0.0.250-10.0.1.5", None),
        ("192.168.0.1", Some("local-unreachable")),
        ("10.0.0.3;192.168.0.1", Some("local-partly-unreachable")),
        ("", None),
    ] {
        let input =
            FilterInput { protocol: "TCP".into(), local_ip_address: local.into(), ..FilterInput::default() };
        let check = check(&[input], &context);
        assert_eq!(codes(&check).first().copied(), expected, "{local}");
        assert!(check.ok, "floating addresses exist: {check:?}");
    }
    assert!("10.0.0.0".parse::<Subnet>().is_err());
}

#[test]
fn readings_in_both_languages() {
    for (json, en, ja) in [
        ("[]", "Keeps every packet.", "すべてのパケットを残します。"),
        (r#"[{"protocol":"UDP"}]"#, "Keeps all UDP traffic.", "UDP のすべての通信を残します。"),
        (
            r#"[{"protocol":"UDP","remotePort":"53"},{"protocol":"TCP","localIPAddress":"10.0.0.4"}]"#,
            "Keeps packets that fit any of these: UDP between the instance and any address (port 53); TCP between \
             10.0.0.4 (any port) on the instance and anyone.",
            "次のいずれかに当てはまるパケットを残します: インスタンスと任意のアドレス (ポート 53) との UDP 通信、または \
             インスタンスの 10.0.0.4 (すべてのポート) と任意の相手との TCP 通信。",
        ),
        (
            r#"[{"remoteIPAddress":"10.0.0.1-10.0.0.9"}]"#,
            "Keeps any protocol between the instance and 10.0.0.1–10.0.0.9 (any port).",
            "インスタンスと 10.0.0.1～10.0.0.9 (すべてのポート) とのすべてのプロトコルの通信を残します。",
        ),
        (
            r#"[{"remotePort":"abc"}]"#,
            "The filters can be read once their errors are corrected.",
            "エラーを修正すると、フィルターの内容がここに表示されます。",
        ),
    ] {
        let check = judged(&parse_inputs(json).unwrap());
        assert_eq!(check.reading.en, en, "{json}");
        assert_eq!(check.reading.ja, ja, "{json}");
    }
}

#[test]
fn expressions_for_other_tools() {
    for (json, bpf, display) in [
        ("[]", "", ""),
        (r#"[{"protocol":"UDP"}]"#, "udp", "udp"),
        (
            r#"[{"protocol":"TCP","remotePort":"443"}]"#,
            "tcp and port 443",
            "tcp && ((tcp.dstport == 443) || (tcp.srcport == 443))",
        ),
        (
            r#"[{"remoteIPAddress":"10.0.0.0-10.0.0.255"}]"#,
            "ip net 10.0.0.0/24",
            "((ip.dst in {10.0.0.0..10.0.0.255}) || (ip.src in {10.0.0.0..10.0.0.255}))",
        ),
        (
            r#"[{"protocol":"TCP","localIPAddress":"10.0.0.3","remotePort":"53"},{"protocol":"UDP"}]"#,
            "(tcp and ((src host 10.0.0.3 and dst port 53) or (dst host 10.0.0.3 and src port 53))) or (udp)",
            "(tcp && ((ip.src == 10.0.0.3 && tcp.dstport == 53) || (ip.dst == 10.0.0.3 && tcp.srcport == 53))) || (udp)",
        ),
        (
            r#"[{"localIPAddress":"0.0.0.0-255.255.255.255"}]"#,
            "ip",
            "((ip.src in {0.0.0.0..255.255.255.255}) || (ip.dst in {0.0.0.0..255.255.255.255}))",
        ),
        (
            r#"[{"localIPAddress":"10.0.0.1;2001:db8::1"}]"#,
            "(ip host 10.0.0.1 or ip6 host 2001:db8::1)",
            "(((ip.src == 10.0.0.1 || ipv6.src == 2001:db8::1)) || ((ip.dst == 10.0.0.1 || ipv6.dst == 2001:db8::1)))",
        ),
    ] {
        let check = judged(&parse_inputs(json).unwrap());
        assert_eq!(check.bpf.as_deref(), Some(bpf), "{json}");
        assert_eq!(check.display_filter.as_deref(), Some(display), "{json}");
    }
}

#[test]
fn the_json_of_a_check_is_the_contract() {
    let check = judged(&[remote("1.1.1.1-255.255.255")]);
    let value = serde_json::to_value(&check).unwrap();
    let members: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["bpf", "displayFilter", "filters", "ok", "problems", "reading"]);
    let problem = &value["problems"][0];
    let members: Vec<&str> = problem.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["code", "end", "field", "filter", "fixes", "severity", "start", "text"]);
    assert_eq!(problem["severity"], "error");
    assert_eq!(problem["field"], "remoteIPAddress");
}

#[test]
fn sets_as_typed_json() {
    for (json, count) in [
        (r#"[{"protocol":"TCP"}]"#, 1),
        (r#"{"protocol":"TCP"}"#, 1),
        (r#"[{"PROTOCOL":"TCP","localport":80,"remote_ip_address":null}]"#, 1),
        ("[]", 0),
        ("null", 0),
    ] {
        assert_eq!(parse_inputs(json).unwrap().len(), count, "{json}");
    }
    for json in ["", "7", "[7]", "[[]]", r#"[{"localIPAdress":"1"}]"#, r#"[{"localPort":["80"]}]"#] {
        let error = parse_inputs(json).expect_err(json);
        for language in Language::ALL {
            assert!(!error.text(language).starts_with("filter-"), "{error}");
        }
    }
    assert_eq!(parse_inputs(r#"[{"localPort":80}]"#).unwrap()[0].local_port, "80");
    let tolerant: FilterInput = serde_json::from_str(r#"{"protocol":null,"remotePort":443,"x":1}"#).unwrap();
    assert_eq!((tolerant.protocol.as_str(), tolerant.remote_port.as_str()), ("", "443"));
}

#[test]
fn hostile_sets_are_judged_in_bounds() {
    let long = FilterInput { remote_port: "1,".repeat(5000), ..FilterInput::default() };
    let check = judged(&vec![long; 130]);
    assert!(!check.ok);
    assert!(check.problems.len() <= 501);
    let endless = FilterInput { remote_ip_address: "1".repeat(1_000_000), ..FilterInput::default() };
    assert_eq!(codes(&judged(&[endless])), ["too-long"]);
    // An error of a whole filter counts in a set that is too large to compare.
    let pair = FilterInput {
        local_ip_address: "10.0.0.3".into(),
        remote_ip_address: "2001:db8::1".into(),
        ..FilterInput::default()
    };
    let mut many = vec![port("80"); 200];
    many.push(pair);
    assert!(!judged(&many).ok);
    assert!(matches!(CaptureFilters::try_from(many), Err(FilterError::Refused(_))));
    // The only error stands behind more faults than are shown.
    let hidden = FilterInput { remote_port: format!("{}abc", "80;80;".repeat(50)), ..FilterInput::default() };
    assert!(!judged(&[hidden]).ok);
}
