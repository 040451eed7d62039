//! Instances of Uniform scale sets, and virtual machines.

use axum::Json;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::super::error::ArmError;
use super::super::{Answer, Call};
use super::{instance, machine, set};
use crate::world::same;
use crate::world::scale_set::Instance;

fn expand_view(call: &Call) -> bool {
    call.query.get("$expand").is_some_and(|expand| expand.eq_ignore_ascii_case("instanceView"))
}

pub fn list_instances(call: &Call) -> Answer {
    let with_view = expand_view(call);
    let keep = instance_filter(call.query.get("$filter"))?;
    call.read(|subscription| {
        let set = set(call, subscription)?;
        let chosen: Vec<&Instance> = set.instances.iter().filter(|instance| keep(instance)).collect();
        Ok(call.page(chosen.into_iter().map(|instance| set.arm_instance(subscription, instance, with_view))))
    })
}

/// The two filters that Azure documents for instances.
fn instance_filter(filter: Option<&str>) -> Result<impl Fn(&Instance) -> bool, ArmError> {
    let latest = match filter.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")) {
        None => None,
        Some(text) if text.eq_ignore_ascii_case("properties/latestModelApplied eq false") => Some(false),
        Some(text) if text.eq_ignore_ascii_case("properties/latestModelApplied eq true") => Some(true),
        // Every simulated machine runs.
        Some(text) if text.to_lowercase().starts_with("startswith(instanceview/statuses/code") => None,
        Some(text) => {
            return Err(ArmError::bad_request(
                "InvalidParameter",
                format!("The value of parameter $filter is invalid: {text}"),
            ));
        }
    };
    Ok(move |instance: &Instance| latest.is_none_or(|wanted| instance.latest_model == wanted))
}

pub fn get_instance(call: &Call) -> Answer {
    let with_view = expand_view(call);
    call.read(|subscription| {
        let set = set(call, subscription)?;
        Ok(Json(set.arm_instance(subscription, instance(call, set)?, with_view)).into_response())
    })
}

pub fn instance_view(call: &Call) -> Answer {
    call.read(|subscription| {
        let set = set(call, subscription)?;
        let view = set.arm_instance(subscription, instance(call, set)?, true);
        Ok(Json(view["properties"]["instanceView"].clone()).into_response())
    })
}

pub fn interfaces(call: &Call) -> Answer {
    call.read(|subscription| {
        let set = set(call, subscription)?;
        let value: Vec<Value> = match call.params.get("I") {
            "" => set.instances.iter().map(|one| set.arm_interface(subscription, one)).collect(),
            _ => vec![set.arm_interface(subscription, instance(call, set)?)],
        };
        Ok(call.page(value.into_iter()))
    })
}

pub fn list(call: &Call) -> Answer {
    let set = match call.query.get("$filter") {
        None => None,
        Some(filter) => Some(set_of_filter(filter).ok_or_else(|| {
            ArmError::bad_request(
                "InvalidParameter",
                format!("The value of parameter $filter is invalid: {filter}"),
            )
        })?),
    };
    // `$expand=instanceView` is allowed with the filter only.
    let with_view = expand_view(call) && set.is_some();
    let group = call.params.get("G");
    call.read(|subscription| {
        let chosen: Vec<Value> = subscription
            .machines
            .iter()
            .filter(|machine| group.is_empty() || same(&machine.group, group))
            .filter(|machine| {
                set.is_none_or(|wanted| machine.scale_set.as_deref().is_some_and(|own| same(own, wanted)))
            })
            .map(|machine| machine.arm(subscription, with_view))
            .collect();
        Ok(call.page(chosen.into_iter()))
    })
}

/// `'virtualMachineScaleSet/id' eq '<id>'`, the left side with or without quotes.
fn set_of_filter(filter: &str) -> Option<&str> {
    let (left, right) = filter.split_once(" eq ")?;
    let quoted =
        |text: &str| text.trim().trim_matches('\'').eq_ignore_ascii_case("virtualMachineScaleSet/id");
    quoted(left).then_some(())?;
    right.trim().strip_prefix('\'')?.strip_suffix('\'')
}

pub fn get(call: &Call) -> Answer {
    let with_view = expand_view(call);
    call.read(|subscription| {
        Ok(Json(machine(call, subscription)?.arm(subscription, with_view)).into_response())
    })
}

pub fn view(call: &Call) -> Answer {
    call.read(|subscription| {
        let machine = machine(call, subscription)?;
        let view = machine.guest.instance_view(&machine.name, machine.os);
        Ok(Json(json!(view)).into_response())
    })
}
