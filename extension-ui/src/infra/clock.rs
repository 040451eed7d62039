//! The page's clock.

use gloo::timers::callback::Interval;
use yew::prelude::*;

/// Milliseconds since 1970.
#[cfg(target_arch = "wasm32")]
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// Milliseconds since 1970, for the unit tests that run outside a browser.
#[cfg(not(target_arch = "wasm32"))]
pub fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64() * 1000.0)
}

/// The time, anew every `period` milliseconds while `running`.
#[hook]
pub fn use_clock(period: u32, running: bool) -> f64 {
    let time = use_state(now);
    let setter = time.setter();
    use_effect_with((period, running), move |&(period, running)| {
        let interval = running.then(|| Interval::new(period, move || setter.set(now())));
        move || drop(interval)
    });
    *time
}
