//! The name that a new capture gets where none was typed.

/// `capture-1122-1403`, by the local clock.
pub fn suggested_name() -> String {
    let now = js_sys::Date::new_0();
    format!(
        "capture-{:02}{:02}-{:02}{:02}",
        now.get_month() + 1,
        now.get_date(),
        now.get_hours(),
        now.get_minutes()
    )
}

/// The suggested name, with a number where it is taken.
pub fn free_name(suggested: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{suggested}-{number}"));
    std::iter::once(suggested.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::free_name;

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(free_name("capture-1", &|_| false), "capture-1");
        assert_eq!(free_name("capture-1", &|name| name != "capture-1-3"), "capture-1-3");
    }
}
