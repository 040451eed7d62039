use std::{any::Any, cell::RefCell, rc::Rc};
use yew::prelude::*;

/// What a component keeps of a steady callback.
struct Kept<IN, OUT> {
    latest: Rc<RefCell<Callback<IN, OUT>>>,
    steady: Callback<IN, OUT>,
}

/// A callback that is the same at every drawing and does what the latest one would do: what it is given to is drawn anew
/// only for other reasons.
#[hook]
pub fn use_steady<IN: 'static, OUT: 'static>(latest: Callback<IN, OUT>) -> Callback<IN, OUT> {
    // Kept without its types, so that this hook is compiled once for all of them.
    let state = use_mut_ref(|| None::<Rc<dyn Any>>);
    let known = state.borrow().clone().and_then(|kept| kept.downcast::<Kept<IN, OUT>>().ok());
    if let Some(known) = known {
        *known.latest.borrow_mut() = latest;
        return known.steady.clone();
    }
    let latest = Rc::new(RefCell::new(latest));
    let steady = {
        let latest = latest.clone();
        Callback::from(move |input| {
            let now = latest.borrow().clone();
            now.emit(input)
        })
    };
    *state.borrow_mut() = Some(Rc::new(Kept { latest, steady: steady.clone() }));
    steady
}
