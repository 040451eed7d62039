//! What is wrong with a field, in words.

use super::super::form::Fault;
use crate::infra::words::Words;
use wasm_core::words::InWords;
use yew::AttrValue;

pub fn sentence(words: Words, fault: &Fault) -> AttrValue {
    match fault {
        Fault::Filters => words.get("ui-fault-filters"),
        Fault::NotANumber => words.get("ui-fault-number"),
        Fault::NoInstance => words.get("ui-fault-no-instance"),
        Fault::NameTaken => words.get("ui-fault-name-taken"),
        Fault::NowhereToSave => words.get("ui-fault-nowhere"),
        Fault::Setting(error) => error.text(words.0).into(),
    }
}
