// The keyboard alone: nothing is clicked, every stop of the Tab key has to show that it has the focus.

import assert from "node:assert/strict";

/** More stops than any page of ours has. */
const STOPS = 150;

export class Keyboard {
  /** @param {import("./surface.mjs").Surface} surface */
  constructor(surface) {
    this.surface = surface;
    this.keys = surface.page.keyboard;
  }

  /** Presses keys at once, the last of them for a moment: `press("Alt", "Shift", "KeyP")`. */
  async press(...keys) {
    const [last, ...held] = keys.reverse();
    for (const key of held.reverse()) await this.keys.down(key);
    await this.keys.press(last);
    for (const key of held.reverse()) await this.keys.up(key);
  }

  /** @param {string} text */
  type(text) {
    return this.keys.type(text);
  }

  /** Until the focus is on an element: a test id, or another selector. @param {string} what */
  on(what) {
    return this.surface.until(`the focus on ${what}`, (selector) => !!document.activeElement?.matches(selector), selectorOf(what));
  }

  /**
   * Presses Tab (or `back` Shift+Tab) until the focus is on an element; asserts that each stop on the way shows it, that
   * none is behind the form's row that stays in sight, and that nothing sends the focus to where it was.
   * @param {string} what
   */
  async tabTo(what, { back = false } = {}) {
    const selector = selectorOf(what);
    await this.surface.until(`${what} to be there`, (selector) => !!document.querySelector(selector), selector);
    const passed = [];
    for (let stop = 0; stop < STOPS; stop++) {
      await (back ? this.press("Shift", "Tab") : this.press("Tab"));
      const { name, found, unseen, behind, again } = await this.surface.until("the focus to be here", look, [selector, stop === 0]);
      passed.push(name);
      assert.equal(unseen, undefined, `the focus on ${unseen} is not to be seen`);
      assert.ok(!behind, `${name} has the focus behind the start of the capture`);
      assert.ok(!again, `the focus came to ${name} twice: ${passed.join(" ")}`);
      if (found) return;
    }
    assert.fail(`${what} was not reached: ${passed.join(" ")}`);
  }

  /** Tab to a control, then Enter. @param {string} what */
  async enter(what, options) {
    await this.tabTo(what, options);
    await this.press("Enter");
  }
}

const selectorOf = (what) => (/^[\w-]+$/.test(what) ? `[data-testid="${what}"]` : what);

/**
 * One stop of the Tab key. Runs in the page.
 * @param {[string, boolean]} asked the element wanted, and whether a new walk begins
 */
function look([selector, first]) {
  /** One that its label draws is looked at there. */
  const shown = (element) => element.matches(".visually-hidden") ? element.nextElementSibling : element;
  /** What the focus could change about a control. */
  const drawn = (element) => {
    const style = getComputedStyle(shown(element));
    return ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderColor"]
      .map((property) => style[property]).join();
  };
  const walk = first || !globalThis.walk ? (globalThis.walk = { seen: new Set(), last: undefined }) : globalThis.walk;
  const element = document.activeElement;
  if (!element || element === document.body) return undefined;
  const name = (it) => it.dataset.testid ?? (it.id || it.className || it.tagName);
  // The stop before looked otherwise while it had the focus.
  const { last } = walk;
  const unseen = last?.element.isConnected && last.element !== element && drawn(last.element) === last.look
    ? name(last.element) : undefined;
  const again = walk.seen.has(element);
  walk.seen.add(element);
  walk.last = { element, look: drawn(element) };
  const { left, top, width, height } = shown(element).getBoundingClientRect();
  const row = document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".start");
  const behind = !!row && !row.contains(element);
  return { name: name(element), found: element.matches(selector), unseen, behind, again };
}
