use super::{
    CheckContext, FilterInput, Values,
    check::{Field, ParsedFilter},
    field::{Fault, Repair},
    values::Value,
};
use crate::words::{self, args};
use serde::{Deserialize, Serialize};

/// The most filters that one fix makes out of one.
const MAX_SPLIT: usize = 64;

/// A correction that can be applied as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, as a label.
    pub text: String,
    /// The whole set with this correction made.
    pub filters: Vec<FilterInput>,
}

impl Fix {
    /// About how much memory it takes.
    pub(super) fn size(&self) -> usize {
        self.filters.iter().fold(self.text.len(), |size, filter| {
            let texts = Field::ALL.iter().map(|field| field.of(filter).len()).sum::<usize>();
            size.saturating_add(texts).saturating_add(size_of::<FilterInput>())
        })
    }
}

/// The fixes of one fault: the field as it was meant, as a whole where all of it can be repaired, else this
/// fault alone.
pub(super) fn fixes(
    inputs: &[FilterInput],
    index: usize,
    field: Field,
    fault: &Fault,
    parsed: &ParsedFilter,
    context: &CheckContext,
) -> Vec<Fix> {
    let Some(input) = inputs.get(index) else { return Vec::new() };
    if fault.repair == Repair::None {
        return Vec::new();
    }
    let language = context.language;
    let replaced = |with: Vec<FilterInput>| {
        let mut set = inputs.to_vec();
        set.splice(index..=index, with);
        set
    };
    if let Repair::MovePort { address, port } = &fault.repair {
        let port_field = if field == Field::LocalIpAddress { Field::LocalPort } else { Field::RemotePort };
        let mut moved = input.clone();
        let there = port_field.of_mut(&mut moved);
        if !there.trim().is_empty() && there.trim() != port {
            return Vec::new();
        }
        there.clone_from(port);
        *field.of_mut(&mut moved) = splice(field.of(input), fault, address);
        let label = args([("address", address.as_str().into()), ("port", port.as_str().into())]);
        let text = words::text(language, "filter-fix-move-port", &label);
        return vec![Fix { text, filters: replaced(vec![moved]) }];
    }
    let groups = groups(parsed, field);
    if let Some(groups) = &groups {
        let Some(split) = variants(input, field, groups, parsed) else { return Vec::new() };
        let text = match split.as_slice() {
            [one] => label(field.of(one), fault, groups.len() == 1, language),
            several => words::text(language, "filter-fix-split", &args([("count", several.len().into())])),
        };
        return vec![Fix { text, filters: replaced(split) }];
    }
    let Some(replacement) = fault.repair.replacement() else { return Vec::new() };
    let mut repaired = input.clone();
    *field.of_mut(&mut repaired) = splice(field.of(input), fault, replacement);
    let text = label(field.of(&repaired), fault, true, language);
    vec![Fix { text, filters: replaced(vec![repaired]) }]
}

/// `Use “255.255.255.255”`: the replacement where it says enough by itself, else the whole field.
fn label(whole: &str, fault: &Fault, single: bool, language: words::Language) -> String {
    let value = match &fault.repair {
        Repair::Replace(text) if single && !text.is_empty() => text,
        _ => whole,
    };
    if value.is_empty() {
        return words::plain(language, "filter-fix-clear");
    }
    let mut shown: String = value.chars().take(60).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    words::text(language, "filter-fix-use", &args([("value", shown.into())]))
}

/// The field with the fault's place rewritten.
fn splice(text: &str, fault: &Fault, replacement: &str) -> String {
    let before = text.chars().take(fault.start);
    let after = text.chars().skip(fault.end);
    before.chain(replacement.chars()).chain(after).collect()
}

/// The texts that a field should hold, one for each filter needed; `None` where that is not known.
fn groups(parsed: &ParsedFilter, field: Field) -> Option<Vec<String>> {
    fn texts<T: Value>(groups: Option<&Vec<Values<T>>>) -> Option<Vec<String>> {
        groups.map(|groups| groups.iter().map(Values::to_string).collect())
    }
    match field {
        Field::Protocol => {
            parsed.protocol.groups.as_ref().map(|groups| groups.iter().map(ToString::to_string).collect())
        }
        Field::LocalIpAddress => texts(parsed.local_addresses.groups.as_ref()),
        Field::LocalPort => texts(parsed.local_ports.groups.as_ref()),
        Field::RemoteIpAddress => texts(parsed.remote_addresses.groups.as_ref()),
        Field::RemotePort => texts(parsed.remote_ports.groups.as_ref()),
    }
}

/// One filter for each combination of what the fields need; `None` where they would be too many.
fn variants(
    input: &FilterInput,
    field: Field,
    groups_of_field: &[String],
    parsed: &ParsedFilter,
) -> Option<Vec<FilterInput>> {
    let mut variants = vec![input.clone()];
    for other in Field::ALL {
        let others;
        let choices: &[String] = if other == field {
            groups_of_field
        } else if groups_of_field.len() > 1 {
            // A split is made once, for every field that needs it.
            others = groups(parsed, other).filter(|groups| groups.len() > 1).unwrap_or_default();
            &others
        } else {
            &[]
        };
        if choices.is_empty() {
            continue;
        }
        if variants.len().saturating_mul(choices.len()) > MAX_SPLIT {
            return None;
        }
        variants = variants
            .iter()
            .flat_map(|variant| {
                choices.iter().map(move |choice| {
                    let mut chosen = variant.clone();
                    other.of_mut(&mut chosen).clone_from(choice);
                    chosen
                })
            })
            .collect();
    }
    Some(variants)
}
