//! Times and sizes as a person types them: a number and a unit.

use crate::{
    components::{Choice, Field, FieldNote, Select, TextInput},
    infra::words::use_words,
};
use yew::prelude::*;

/// What an amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
    KiB,
    MiB,
    GiB,
}

impl Unit {
    pub const TIMES: [Self; 4] = [Self::Seconds, Self::Minutes, Self::Hours, Self::Days];
    pub const SIZES: [Self; 3] = [Self::KiB, Self::MiB, Self::GiB];

    /// Seconds or bytes.
    fn factor(self) -> u64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
            Self::KiB => 1 << 10,
            Self::MiB => 1 << 20,
            Self::GiB => 1 << 30,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::KiB => "kib",
            Self::MiB => "mib",
            Self::GiB => "gib",
        }
    }
}

/// A number as typed, and its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    pub text: String,
    pub unit: Unit,
}

impl Amount {
    pub fn new(number: u64, unit: Unit) -> Self {
        Self { text: number.to_string(), unit }
    }

    /// In the largest unit that needs no decimals.
    pub fn of(value: u64, units: &[Unit]) -> Self {
        let fitting =
            units.iter().rev().find(|unit| value >= unit.factor() && value.is_multiple_of(unit.factor()));
        let unit = *fitting.or(units.first()).unwrap_or(&Unit::Seconds);
        let text = if value.is_multiple_of(unit.factor()) {
            (value / unit.factor()).to_string()
        } else {
            (value as f64 / unit.factor() as f64).to_string()
        };
        Self { text, unit }
    }

    /// Seconds or bytes; `None` where no number stands there.
    pub fn value(&self) -> Option<u64> {
        let text = halfwidth(&self.text);
        let number: f64 = text.trim().parse().ok()?;
        let value = (number * self.unit.factor() as f64).round();
        (value.is_finite() && (0.0..=1e15).contains(&value)).then_some(value as u64)
    }
}

/// Full-width letters, digits and signs, as a Japanese keyboard gives them, in their usual width.
pub fn halfwidth(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            '。' => '.',
            other => other,
        })
        .collect()
}

/// Properties for [`AmountField`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct AmountFieldProps {
    pub id: AttrValue,
    pub label: AttrValue,
    pub amount: Amount,
    pub units: Vec<Unit>,
    pub onchange: Callback<Amount>,
    pub testid: AttrValue,
    #[prop_or_default]
    pub notes: Vec<FieldNote>,
    /// What follows from it.
    #[prop_or_default]
    pub help: Option<AttrValue>,
    #[prop_or_default]
    pub onenter: Callback<()>,
}

/// A number and the unit it is meant in.
#[component]
pub fn AmountField(props: &AmountFieldProps) -> Html {
    let words = use_words();
    let oninput = {
        let (onchange, unit) = (props.onchange.clone(), props.amount.unit);
        Callback::from(move |text| onchange.emit(Amount { text, unit }))
    };
    let onunit = {
        let (onchange, text, units) =
            (props.onchange.clone(), props.amount.text.clone(), props.units.clone());
        Callback::from(move |name: String| {
            if let Some(unit) = units.iter().find(|unit| unit.name() == name) {
                onchange.emit(Amount { text: text.clone(), unit: *unit });
            }
        })
    };
    let unit_label = words.with("ui-unit-of", [("field", props.label.to_string().into())]);
    html! {
        <Field id={props.id.clone()} label={props.label.clone()} help={props.help.clone()} notes={props.notes.clone()}>
            <div class="amount">
                <TextInput id={props.id.clone()} value={props.amount.text.clone()} {oninput} onenter={props.onenter.clone()}
                    invalid={!props.notes.is_empty()} described_by={format!("{0}-help {0}-notes", props.id)} testid={props.testid.clone()} />
                <Select id={format!("{}-unit", props.id)} label={unit_label} value={props.amount.unit.name()}
                    choices={props.units.iter().map(|unit| Choice::new(unit.name(), words.get(&format!("ui-unit-{}", unit.name())))).collect::<Vec<_>>()}
                    onchange={onunit} testid={format!("{}-unit", props.testid)} />
            </div>
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_seconds_or_bytes() {
        for (text, unit, value) in [
            ("5", Unit::Minutes, Some(300)),
            ("1.5", Unit::Hours, Some(5_400)),
            ("５", Unit::Minutes, Some(300)),
            ("１．５", Unit::GiB, Some(1_610_612_736)),
            (" 2 ", Unit::MiB, Some(2_097_152)),
            ("", Unit::Minutes, None),
            ("five", Unit::Minutes, None),
            ("-1", Unit::Minutes, None),
            ("NaN", Unit::Minutes, None),
            ("1e300", Unit::Days, None),
        ] {
            assert_eq!(Amount { text: text.to_owned(), unit }.value(), value, "{text}");
        }
    }

    #[test]
    fn a_value_is_shown_in_the_largest_whole_unit() {
        for (value, units, text, unit) in [
            (300, &Unit::TIMES[..], "5", Unit::Minutes),
            (18_000, &Unit::TIMES, "5", Unit::Hours),
            (90, &Unit::TIMES, "90", Unit::Seconds),
            (604_800, &Unit::TIMES, "7", Unit::Days),
            (1 << 30, &Unit::SIZES, "1", Unit::GiB),
            (104_857_600, &Unit::SIZES, "100", Unit::MiB),
        ] {
            assert_eq!(Amount::of(value, units), Amount { text: text.to_owned(), unit });
        }
        for value in [1, 34, 4_294_967_295, 1_000_000_000] {
            assert_eq!(Amount::of(value, &Unit::SIZES).value(), Some(value), "no byte is lost");
        }
    }
}
