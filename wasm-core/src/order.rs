//! Sorting in little code.
//!
//! Each kind of item that the standard library's sort is compiled for takes some kilobytes of what a browser loads:
//! here it is compiled for places alone.

use std::cmp::Ordering;

/// Puts `items` into the order that `compare` tells; equal ones stay as they are.
pub fn sort<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut order: Vec<u32> = (0..=u32::MAX).take(items.len()).collect();
    sort_places(&mut order, &mut |a, b| match (items.get(a as usize), items.get(b as usize)) {
        (Some(one), Some(other)) => compare(one, other).then(a.cmp(&b)),
        _ => a.cmp(&b),
    });
    let mut places: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| places.get_mut(at as usize)?.take()));
}

#[inline(never)]
fn sort_places(order: &mut [u32], compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    order.sort_unstable_by(|a, b| compare(*a, *b));
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn sorting_is_stable(mut items in proptest::collection::vec((0_u8..5, 0_u8..=255), 0..100)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort(&mut items, |a, b| a.0.cmp(&b.0));
            proptest::prop_assert_eq!(items, expected);
        }
    }
}
