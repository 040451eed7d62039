use super::*;
use fluent_bundle::FluentResource;
use std::collections::{BTreeMap, BTreeSet};

/// Key → the parameters that its sentence uses.
fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = FluentResource::try_new(source.to_owned()).expect("the catalogue parses");
    let mut keys = BTreeMap::new();
    let mut key = String::new();
    for line in resource.source().lines() {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            key = line.split([' ', '=']).next().unwrap_or_default().to_owned();
            assert!(keys.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
        }
        if line.starts_with('#') {
            continue;
        }
        for parameter in line.split('$').skip(1) {
            let name = parameter.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            keys.get_mut(&key).expect("a parameter belongs to a key").insert(name);
        }
    }
    keys
}

#[test]
fn both_languages_have_every_key_with_the_same_parameters() {
    let mut seen = BTreeSet::new();
    for (topic, english, japanese) in CATALOGUE {
        let (english, japanese) = (keys(english), keys(japanese));
        assert_eq!(
            english.keys().collect::<Vec<_>>(),
            japanese.keys().collect::<Vec<_>>(),
            "keys of {topic} differ"
        );
        for (key, parameters) in &english {
            assert_eq!(parameters, &japanese[key], "parameters of {key}");
            assert!(seen.insert(key.clone()), "{key} stands in two topics");
            assert!(has(key), "{key} has a sentence in both languages");
        }
    }
}

#[test]
fn no_sentence_is_left_untranslated() {
    for (topic, english, japanese) in CATALOGUE {
        for key in keys(english).keys() {
            let (en, ja) = (plain(Language::English, key), plain(Language::Japanese, key));
            let sentence = en.split(' ').count() > 4;
            assert!(!sentence || en != ja, "{key} of {topic} is the same in both languages");
            assert!(!en.trim().is_empty() && !ja.trim().is_empty(), "{key} is empty");
        }
        let _ = japanese;
    }
}

/// Japanese has one plural form, so that a sentence for one thing is chosen by the number alone.
#[test]
fn no_japanese_sentence_waits_for_a_plural_form_that_never_comes() {
    for (topic, _, japanese) in CATALOGUE {
        assert!(!japanese.contains("[one]"), "{topic} has a sentence that is never shown");
    }
}

#[test]
fn a_tag_of_any_form_names_its_language() {
    for (tag, language) in [
        ("en", Language::English),
        ("en-GB", Language::English),
        ("EN_us.UTF-8", Language::English),
        ("ja", Language::Japanese),
        ("ja-JP", Language::Japanese),
        ("ja_JP.UTF-8", Language::Japanese),
    ] {
        assert_eq!(tag.parse(), Ok(language), "{tag}");
    }
    assert!("fr".parse::<Language>().is_err());
    assert_eq!(Language::preferred(["fr-FR", "ja-JP", "en"]), Language::Japanese);
    assert_eq!(Language::preferred(["fr-FR"]), Language::English);
}

#[test]
fn an_unknown_key_shows_itself_and_parameters_are_not_isolated() {
    assert_eq!(text(Language::English, "no-such-key", &args([])), "no-such-key");
    let shown = text(Language::English, "filter-fix-use", &args([("value", "20;80".into())]));
    assert!(shown.contains("20;80") && !shown.contains('\u{2068}'), "{shown}");
}

#[test]
fn a_template_says_the_same_as_its_sentence() {
    for language in Language::ALL {
        let template = Template::new(language, "filter-reading-side", args([]), &["address", "ports"]);
        let mut filled = String::new();
        template.write(&mut filled, |out, place| out.push_str(["10.0.0.3", "{ $x }"][place]));
        let said = text(
            language,
            "filter-reading-side",
            &args([("address", "10.0.0.3".into()), ("ports", "{ $x }".into())]),
        );
        assert_eq!(filled, said);
    }
}
