use yew::prelude::*;

/// A callback that is the same at every drawing and does what the latest one would do: what it is given to is drawn anew
/// only for other reasons.
#[hook]
pub fn use_steady<IN: 'static, OUT: 'static>(latest: Callback<IN, OUT>) -> Callback<IN, OUT> {
    let current = use_mut_ref(|| latest.clone());
    *current.borrow_mut() = latest;
    use_callback((), move |input, ()| {
        let now = current.borrow().clone();
        now.emit(input)
    })
}
