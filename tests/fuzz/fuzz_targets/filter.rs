#![no_main]
use libfuzzer_sys::fuzz_target;
use wasm_core::{
    azure::command,
    filter::{CaptureFilters, CheckContext, FilterInput, Severity, check, parse_inputs},
    words::{InWords, Language},
};

fuzz_target!(|text: &str| {
    let mut sets: Vec<Vec<FilterInput>> = Vec::new();
    sets.extend(parse_inputs(text));
    sets.extend(command::filters_of(text));
    // The text as fields, a line each.
    let mut lines = text.split('\n').map(str::to_owned);
    let mut line = || lines.next().unwrap_or_default();
    sets.push(vec![FilterInput {
        local_ip_address: line(),
        remote_port: line(),
        protocol: line(),
        remote_ip_address: line(),
        local_port: line(),
    }]);
    for inputs in sets {
        let context = CheckContext { language: Language::Japanese, ..CheckContext::default() };
        let verdict = check(&inputs, &context);
        let errors = verdict.problems.iter().any(|problem| problem.severity == Severity::Error);
        assert_eq!(verdict.ok, !errors);
        for problem in &verdict.problems {
            if let (Some(filter), Some(field)) = (problem.filter, problem.field) {
                assert!(problem.start <= problem.end);
                assert!(problem.end <= field.of(&inputs[filter]).chars().count(), "{problem:?}");
            }
            assert!(problem.fixes.iter().all(|fix| fix.filters != inputs), "{problem:?}");
        }
        let filters = CaptureFilters::try_from(inputs);
        assert_eq!(filters.is_ok(), verdict.ok);
        match filters {
            Ok(filters) => assert_eq!(filters.to_string().parse::<CaptureFilters>().as_ref(), Ok(&filters)),
            // The refusal is one of the errors that the judgement tells.
            Err(error) => assert!(
                verdict.problems.iter().any(|problem| {
                    problem.severity == Severity::Error
                        && error.text(Language::Japanese).ends_with(&problem.text)
                }),
                "{error}"
            ),
        }
    }
});
