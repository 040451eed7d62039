// A page of the extension as a person meets it: found by data-testid, clicked with the real mouse, typed into with the
// real keyboard. Nothing here sleeps a fixed time: what is waited for is looked for until it is there, or too late.

import { PATIENCE, eventually, within } from "./patience.mjs";

export class Surface {
  /**
   * @param {import("puppeteer-core").Page} page the tab
   * @param {"panel" | "sidepanel" | "viewer" | "popup"} kind `data-page` of the document
   * @param {string[]} problems what the browser complained of, for messages
   */
  constructor(page, kind, problems = []) {
    this.page = page;
    this.kind = kind;
    this.problems = problems;
  }

  /** The frame that shows it now; the panel's changes with every mount. */
  async frame() {
    for (const frame of this.page.frames()) {
      // Firefox gives the frame of a closed shadow root as about:blank, so each one is asked.
      const kind = await within(2_000, frame.evaluate(() => document.body?.dataset.page)).catch(() => undefined);
      if (kind === this.kind) return frame;
    }
    return undefined;
  }

  /** Runs `look` in the document until it returns something; fails after `patience` ms with what is to be seen. */
  async until(what, look, argument, patience = PATIENCE) {
    return eventually(async () => `${what} in the ${this.kind}\n${await this.seen()}`, async () => {
      const frame = await this.frame();
      return frame?.evaluate(look, argument).catch(() => undefined);
    }, patience);
  }

  /** What a person would read now, for messages. */
  async seen() {
    const frame = await this.frame();
    if (!frame) return `(no ${this.kind})\n${this.problems.join("\n")}`;
    const [text, ids, focus] = await frame.evaluate(() => [
      document.body.innerText,
      [...document.querySelectorAll("[data-testid]")].map((element) => element.dataset.testid).join(" "),
      document.activeElement?.cloneNode().outerHTML,
    ]);
    return `--- seen ---\n${text}\n--- test ids ---\n${ids}\n--- focus ---\n${focus}\n--- problems ---\n${this.problems.join("\n")}\n---`;
  }

  /** @param {string} id */
  has(id, patience = PATIENCE) {
    return this.until(`"${id}"`, (id) => !!document.querySelector(`[data-testid="${id}"]`), id, patience);
  }

  /** @param {string} id */
  gone(id, patience = PATIENCE) {
    return this.until(`"${id}" to go`, (id) => !document.querySelector(`[data-testid="${id}"]`), id, patience);
  }

  /** The text of an element, once it has one that matches. @param {string} id @param {RegExp} pattern */
  async text(id, pattern = /\S/, patience = PATIENCE) {
    return this.until(`"${id}" to say ${pattern}`, ({ id, source, flags }) => {
      const element = document.querySelector(`[data-testid="${id}"]`);
      const text = element?.innerText || element?.value || element?.textContent || "";
      return new RegExp(source, flags).test(text) ? text : undefined;
    }, { id, source: pattern.source, flags: pattern.flags }, patience);
  }

  /** How many elements there are whose id starts with `prefix`. */
  async count(prefix) {
    const frame = await this.frame();
    return frame ? frame.evaluate((prefix) => document.querySelectorAll(`[data-testid^="${prefix}"]`).length, prefix) : 0;
  }

  /**
   * The middle of an element in the tab's coordinates, once it can be clicked: visible, enabled, at rest.
   * @param {string} id @param {string} inside selects the part that it is in
   */
  async place(id, inside = "") {
    const [x, y] = await this.until(`"${id}" to be clickable`, ([id, inside]) => {
      let element = document.querySelector(`${inside} [data-testid="${id}"]`);
      if (!element || element.matches(":disabled, [disabled], [aria-disabled=true]")) return undefined;
      // A control that is drawn by its label is clicked there.
      if (element.matches(".visually-hidden, [type=radio], [type=checkbox]")) element = element.labels?.[0] ?? element;
      element.scrollIntoView({ block: "center", behavior: "instant" });
      const box = element.getBoundingClientRect();
      // Of what is in view: a table's row may be wider.
      const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2;
      const [x, y] = [middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight)];
      const top = document.elementFromPoint(x, y);
      const hit = top && (element.contains(top) || top.contains(element) || top.getRootNode().host === element);
      const moved = element.lastBox !== `${x} ${y}`;
      element.lastBox = `${x} ${y}`;
      return box.width > 0 && hit && !moved ? [x, y] : undefined;
    }, [id, inside]);
    const [left, top] = this.kind === "panel" ? await this.offset() : [0, 0];
    return [left + x, top + y];
  }

  /** Where the panel's frame lies in the tab, and how wide it is: the one element that is neither head nor body. */
  offset() {
    return this.page.evaluate(() => {
      const host = [...document.documentElement.children].find((child) => !/^(HEAD|BODY)$/.test(child.tagName));
      const box = host?.getBoundingClientRect();
      return box ? [box.x, box.y, box.width] : [0, 0, 0];
    });
  }

  /**
   * A click with the mouse; again when something moved under it, or could not be clicked any more, at that moment.
   * @param {string} id @param {string} inside selects the part that it is in @param {number} count of clicks in a row
   */
  async click(id, inside, count = 1) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const place = await this.place(id, inside);
      const frame = await this.frame();
      await frame?.evaluate(() => {
        window.clicked = new Promise((resolve) => {
          window.addEventListener("click", (event) => resolve(event.composedPath().flatMap((element) =>
            [element, ...(element.control ? [element.control] : [])].filter((element) =>
              !element.matches?.(":disabled, [disabled], [aria-disabled=true]")).map((element) => element.dataset?.testid))),
          { capture: true, once: true });
        });
      });
      await this.page.mouse.click(...place, { count });
      // Where the click itself took the document away, it has met something. The time counts from now on: on a busy
      // machine the click takes long to come, and a second one would take back what the first one did.
      const met = await frame?.evaluate(() => Promise.race([window.clicked, new Promise((resolve) => {
        setTimeout(resolve, 1000, []); // it went to another document
      })])).catch(() => [id]);
      if (met?.includes(id)) return;
      if (Date.now() > end) throw new Error(`${this.kind}: "${id}" moves away from the mouse\n${await this.seen()}`);
    }
  }

  /** Replaces what a field holds. @param {string} id @param {string} text */
  async type(id, text) {
    await this.click(id, undefined, 3);
    if (text === "") await this.page.keyboard.press("Delete");
    else await this.page.keyboard.type(text);
  }

  /** Chooses in a <select>, by value or by words. @param {string} id @param {string} choice */
  async choose(id, choice) {
    await this.until(`"${id}" to offer ${choice}`, ({ id, choice }) => {
      const select = document.querySelector(`select[data-testid="${id}"], [data-testid="${id}"] select`);
      const option = [...(select?.options ?? [])].find((option) => option.value === choice || option.text.includes(choice));
      if (!option) return undefined;
      select.value = option.value;
      select.dispatchEvent(new Event("input", { bubbles: true }));
      select.dispatchEvent(new Event("change", { bubbles: true }));
      return true;
    }, { id, choice });
  }
}
