//! Judging a set of 20 filters, as it happens at every keystroke. The goal is below 100 µs.

use divan::Bencher;
use wasm_core::{
    filter::{CheckContext, Endpoints, FilterInput, LocalAddresses, Matcher, check},
    words::Language,
};

fn main() {
    divan::main();
}

fn twenty(remote: impl Fn(usize) -> String) -> Vec<FilterInput> {
    (0..20)
        .map(|n| FilterInput {
            protocol: "TCP".to_owned(),
            local_ip_address: format!("10.0.{n}.3"),
            local_port: "1-65535".to_owned(),
            remote_ip_address: remote(n),
            remote_port: "20;80;443".to_owned(),
        })
        .collect()
}

#[divan::bench(args = [Language::English, Language::Japanese])]
fn twenty_valid_filters(bencher: Bencher<'_, '_>, language: Language) {
    let (inputs, context) = (twenty(|_| "1.1.1.1-255.255.255.255".to_owned()), context(language));
    bencher.bench(|| check(divan::black_box(&inputs), &context));
}

#[divan::bench(args = [Language::English, Language::Japanese])]
fn twenty_filters_with_one_fault(bencher: Bencher<'_, '_>, language: Language) {
    let remote = |n| if n == 7 { "1.1.1.1-255.255.255" } else { "1.1.1.1-255.255.255.255" }.to_owned();
    let (inputs, context) = (twenty(remote), context(language));
    bencher.bench(|| check(divan::black_box(&inputs), &context));
}

#[divan::bench]
fn twenty_faulty_filters(bencher: Bencher<'_, '_>) {
    let (inputs, context) = (twenty(|n| format!("10.{n}.0.0/16, 10.{n}.1.7")), context(Language::English));
    bencher.bench(|| check(divan::black_box(&inputs), &context));
}

#[divan::bench]
fn matching_one_packet_against_twenty_filters(bencher: Bencher<'_, '_>) {
    let filters = twenty(|_| "1.1.1.1-255.255.255.255".to_owned());
    let matcher = Matcher::new(&filters.try_into().unwrap(), LocalAddresses::unknown());
    let packet = Endpoints {
        protocol: 6,
        source: [10, 0, 19, 3].into(),
        destination: [8, 8, 8, 8].into(),
        ports: Some((50_000, 443)),
    };
    bencher.bench(|| matcher.keeps(divan::black_box(&packet)));
}

fn context(language: Language) -> CheckContext {
    CheckContext { language, ..CheckContext::default() }
}
