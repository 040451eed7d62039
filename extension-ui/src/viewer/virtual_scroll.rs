//! Scrolling through more rows than a browser's box can be high.

use crate::infra::use_size;
use std::{cell::Cell, rc::Rc};
use web_sys::{HtmlElement, WheelEvent};
use yew::prelude::*;

/// Higher boxes are cut by browsers (Firefox at 17.9 million pixels, less where the page is zoomed).
const MAX_HEIGHT: f64 = 4_000_000.0;

/// Rows of one height in a box of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    pub rows: u64,
    pub row_height: f64,
    /// Of the box, CSS pixels.
    pub view: f64,
}

impl Extent {
    /// Rows that fit whole.
    pub fn page(&self) -> u64 {
        ((self.view / self.row_height) as u64).max(1)
    }

    /// Of all rows, as far as a box may be high.
    pub fn height(&self) -> f64 {
        (self.rows as f64 * self.row_height).min(MAX_HEIGHT)
    }

    /// Whether a pixel of the scroll bar stands for more than a pixel of rows.
    pub fn is_scaled(&self) -> bool {
        self.rows as f64 * self.row_height > MAX_HEIGHT
    }

    /// The last row that may be on top.
    pub fn last_top(&self) -> u64 {
        self.rows.saturating_sub(self.page())
    }

    /// The row on top where the box is scrolled to `scroll`.
    pub fn top(&self, scroll: f64) -> u64 {
        let room = (self.height() - self.view).max(1.0);
        let top = if self.is_scaled() {
            (scroll / room).clamp(0.0, 1.0) * self.last_top() as f64
        } else {
            scroll / self.row_height
        };
        (top.round().max(0.0) as u64).min(self.last_top())
    }

    /// Where the box is scrolled to with `top` on top.
    pub fn scroll(&self, top: u64) -> f64 {
        let room = (self.height() - self.view).max(0.0);
        if self.is_scaled() {
            top as f64 / self.last_top().max(1) as f64 * room
        } else {
            top as f64 * self.row_height
        }
    }
}

/// A scrolled box: the row on top, and what its elements need.
#[derive(Clone)]
pub struct VirtualScroll {
    /// The scrolled element.
    pub scroller: NodeRef,
    /// Inside of it: as high as all rows.
    pub spacer: NodeRef,
    pub onscroll: Callback<Event>,
    pub onwheel: Callback<WheelEvent>,
    pub extent: Extent,
    pub top: u64,
    set_top: UseStateSetter<u64>,
    expected: Rc<Cell<Option<f64>>>,
}

impl VirtualScroll {
    /// Puts a row on top.
    pub fn go(&self, top: u64) {
        let top = top.min(self.extent.last_top());
        if let Some(scroller) = self.scroller.cast::<HtmlElement>() {
            let scroll = self.extent.scroll(top);
            // Where a pixel is many rows, the event that follows would round the row away.
            self.expected.set(self.extent.is_scaled().then_some(scroll.round()));
            scroller.set_scroll_top(scroll.round() as i32);
        }
        self.set_top.set(top);
    }

    /// Moves as little as brings `row` into view.
    pub fn reveal(&self, row: u64) {
        let page = self.extent.page();
        if row < self.top {
            self.go(row);
        } else if row >= self.top + page {
            self.go(row + 1 - page.min(row + 1));
        }
    }
}

/// Virtual scrolling over `rows` rows of `row_height` CSS pixels.
#[hook]
pub fn use_virtual_scroll(rows: u64, row_height: f64) -> VirtualScroll {
    let scroller = use_node_ref();
    let spacer = use_node_ref();
    let top = use_state_eq(|| 0_u64);
    let view = use_size(&scroller, 400.0, |scroller| f64::from(scroller.client_height()));
    let expected = use_memo((), |()| Cell::new(None::<f64>));
    let extent = Extent { rows, row_height, view };
    {
        let spacer = spacer.clone();
        use_effect_with(extent.height(), move |height| {
            if let Some(spacer) = spacer.cast::<HtmlElement>() {
                // Through the object model: the page's CSP forbids style attributes.
                let _set = spacer.style().set_property("height", &format!("{height}px"));
            }
        });
    }
    let onscroll = {
        let (set_top, expected) = (top.setter(), expected.clone());
        Callback::from(move |event: Event| {
            let element: HtmlElement = event.target_unchecked_into();
            let scroll = f64::from(element.scroll_top());
            if expected.take().is_some_and(|expected| (expected - scroll).abs() < 2.0) {
                return;
            }
            set_top.set(extent.top(scroll));
        })
    };
    let set_top = top.setter();
    let top = (*top).min(extent.last_top());
    let scroll = VirtualScroll {
        scroller,
        spacer,
        onscroll,
        onwheel: Callback::noop(),
        extent,
        top,
        set_top,
        expected,
    };
    let onwheel = {
        let scroll = scroll.clone();
        Callback::from(move |event: WheelEvent| {
            // A wheel turns by rows, also where the bar moves by thousands of them.
            if !scroll.extent.is_scaled() || event.ctrl_key() {
                return;
            }
            event.prevent_default();
            let rows = match event.delta_mode() {
                WheelEvent::DOM_DELTA_LINE => event.delta_y(),
                WheelEvent::DOM_DELTA_PAGE => event.delta_y() * scroll.extent.page() as f64,
                _ => event.delta_y() / scroll.extent.row_height,
            };
            let rows = if rows.abs() < 1.0 { rows.signum() } else { rows.round() };
            scroll.go((scroll.top as f64 + rows).max(0.0) as u64);
        })
    };
    VirtualScroll { onwheel, ..scroll }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(rows: u64) -> Extent {
        Extent { rows, row_height: 24.0, view: 480.0 }
    }

    #[test]
    fn short_lists_scroll_by_pixels() {
        let short = extent(1000);
        assert!(!short.is_scaled());
        assert_eq!((short.height(), short.page(), short.last_top()), (24_000.0, 20, 980));
        for top in [0, 1, 500, 980] {
            assert_eq!(short.top(short.scroll(top)), top);
        }
        assert_eq!(short.top(1e9), 980);
    }

    #[test]
    fn long_lists_reach_both_ends_and_every_row_by_its_own_scroll() {
        let long = extent(10_000_000);
        assert!(long.is_scaled() && long.height() <= MAX_HEIGHT);
        assert_eq!(long.top(0.0), 0);
        assert_eq!(long.top(long.height() - long.view), long.last_top());
        for top in [0, 1, 123_456, 9_999_979, long.last_top()] {
            assert_eq!(long.top(long.scroll(top)), top);
        }
    }

    #[test]
    fn nothing_and_little_stay_on_top() {
        for rows in [0, 1, 19] {
            assert_eq!((extent(rows).last_top(), extent(rows).top(300.0)), (0, 0));
        }
    }
}
