// What a person can read of a page: nothing wider than its place, nothing cut off. Functions that run in the page.

/**
 * Everything that is wider or higher than the box it stands in, as text; empty where all is to be read. Tables, code and
 * packet rows may be scrolled; cells of long lists end in "…", because the chosen row is shown in full below; so does
 * the example of a display filter.
 */
export function cutOff() {
  const SCROLLED = ".table-scroll, .data-table, .code-block, .packets-scroll, .hex, .tree, .talk, pre";
  const SHORTENED = ".data-row > td, .cell, .cell-head, .viewer-title, #viewer-filter";
  const SLACK = 1; // rounding
  const found = [];
  const tell = (element, what) => {
    const name = element.closest("[data-testid]")?.dataset.testid ?? "";
    found.push(`${name} <${element.localName} class="${element.className}"> ${what}: ${element.textContent.trim().slice(0, 60)}`);
  };
  const pen = document.createElement("canvas").getContext("2d");
  /** How wide a text is in an element's type. */
  const width = (text, style) => {
    pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return pen.measureText(text).width;
  };
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + SLACK) tell(root, `page ${root.scrollWidth} > ${root.clientWidth}`);
  const { page } = document.body.dataset;
  if (page !== "viewer" && page !== "popup" && root.scrollHeight > root.clientHeight + SLACK) tell(root, "the header scrolls away");
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest("svg, .visually-hidden, .skip-link, script, fluent-button *") || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    if (element.matches("select, input:is([type=text], [type=search])")) {
      const text = element.matches("select") ? element.selectedOptions[0]?.text ?? "" : element.value ? "" : element.placeholder;
      const type = element.matches("input") ? getComputedStyle(element, "::placeholder") : style;
      const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      if (width(text, type) > room + SLACK && !element.matches(SHORTENED)) tell(element, `"${text}" ${Math.round(width(text, type))} > ${Math.round(room)}`);
      continue;
    }
    if (element.clientWidth === 0 || style.display === "inline") continue;
    const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";
    if (element.scrollWidth > element.clientWidth + SLACK && !element.matches(SHORTENED) &&
        !(element.matches(SCROLLED) && scrolls(style.overflowX)) &&
        !(style.overflowX === "visible" && element.parentElement.closest(SCROLLED))) {
      // Where a part inside may be scrolled, or is the cause itself, it is told there.
      tell(element, `width ${element.scrollWidth} > ${element.clientWidth}`);
    }
    if (["hidden", "clip"].includes(style.overflowY) && element.scrollHeight > element.clientHeight + SLACK &&
        element.textContent.trim() !== "" && !element.matches(SHORTENED)) {
      tell(element, `height ${element.scrollHeight} > ${element.clientHeight}`);
    }
  }
  return found;
}

/** Animations and transitions that take longer than the eye sees, as text. */
export function moving() {
  return document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime > 1) // milliseconds
    .map((animation) => `${animation.animationName ?? animation.transitionProperty} of ${animation.effect?.target?.className}`);
}

/** Colours fade for a moment after a button changes; what counts is where they come to rest. */
export async function settled() {
  const fading = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
  await Promise.allSettled(fading.map(({ finished }) => finished));
}
