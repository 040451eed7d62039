use crate::filter::*;

fn judged(inputs: &[FilterInput]) -> FilterCheck {
    check(inputs, &CheckContext::default())
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
        "インスタンスの 10.0.0.3 (すべてのポート)と 1.1.1.1～255.255.255.255 (ポート 20、80、443)との TCP 通信を残します。"
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
