use super::{Args, Language, Value, text};

/// A sentence of the catalogue with its gaps found once, for texts that are made anew at every keystroke.
#[derive(Clone, Debug)]
pub struct Template {
    /// Text, and the slot that follows it.
    parts: Vec<(String, Option<usize>)>,
}

/// Marks of a slot while the sentence is taken apart: private-use characters, which the catalogue has none of.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

impl Template {
    /// `slots`: the parameters to be filled in later, by their place; `fixed`: those that choose the wording.
    pub fn new<'a>(language: Language, key: &str, fixed: Args<'a>, slots: &[&'a str]) -> Self {
        let mut args = fixed;
        for (index, name) in slots.iter().enumerate() {
            args.set(*name, Value::from(format!("{OPEN}{index}{CLOSE}")));
        }
        let sentence = text(language, key, &args);
        let mut parts = Vec::new();
        let mut rest = sentence.as_str();
        while let Some((before, after)) = rest.split_once(OPEN) {
            let Some((index, after)) = after.split_once(CLOSE) else { break };
            parts.push((before.to_owned(), index.parse().ok()));
            rest = after;
        }
        parts.push((rest.to_owned(), None));
        Self { parts }
    }

    /// Writes the sentence; `slot` writes what stands in the slot of that place.
    pub fn write(&self, out: &mut String, mut slot: impl FnMut(&mut String, usize)) {
        for (before, place) in &self.parts {
            out.push_str(before);
            if let Some(place) = place {
                slot(out, *place);
            }
        }
    }
}
