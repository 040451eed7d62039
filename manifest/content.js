// The content script: a guest in the portal's top frame. It mounts one frame of the extension's own origin on pages
// that could show a scale set, tells the relay what the page's address, theme and language are, and puts the frame
// where the panel asks. It decides nothing else and leaves no trace on other pages. What the address names exactly
// is the panel's business (wasm-core).

(() => {
  /** @typedef {{kind: "launcher", top: number, width: number, height: number} | {kind: "docked", width: number}} Layout */

  // Segments of ARM ids are case-insensitive, and some routes carry the id URL-encoded, even twice.
  const SCALE_SET = "/providers/microsoft.compute/virtualmachinescalesets/";
  /** Until the panel says where it wants to be: a launcher's place. */
  const FIRST = /** @type {Layout} */ ({ kind: "launcher", top: 240, width: 48, height: 48 });

  /** @type {{host: HTMLElement, frame: HTMLIFrameElement, name: string} | undefined} */
  let mounted;
  let reported = "";
  let docked = false;
  /** What had the focus when the keyboard opened the panel, and gets it back. @type {HTMLElement | undefined} */
  let before;

  /** @param {string} text */
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  function mayShowScaleSet() {
    return decoded(decoded(location.href)).toLowerCase().includes(SCALE_SET);
  }

  function theme() {
    if (matchMedia("(forced-colors: active)").matches) return "high-contrast";
    // The portal's own classes, on <html> or <body>.
    const classes = `${document.documentElement.className} ${document.body?.className ?? ""}`.toLowerCase();
    if (/\b(fxs|ext)-mode-dark\b|\bfxs-theme-dark\b/.test(classes)) return "dark";
    if (/\b(fxs|ext)-mode-light\b/.test(classes)) return "light";
    return isDark(document.body) ? "dark" : "light";
  }

  /** Whether an element's background is dark; without a background of its own it is not. @param {Element | null} element */
  function isDark(element) {
    if (!element) return false;
    const [r, g, b, alpha = 1] = (getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    if (r === undefined || g === undefined || b === undefined || alpha === 0) return false;
    return 0.2126 * r + 0.7152 * g + 0.0722 * b < 110; // Rec. 709 luma
  }

  function report() {
    return { url: location.href, theme: theme(), language: document.documentElement.lang };
  }

  /** The page may have changed: mount or leave, and tell the relay what is new. */
  function look() {
    if (!chrome.runtime?.id) return retire(); // the extension was updated or removed
    if (!mayShowScaleSet()) leave();
    else if (!mounted?.host.isConnected) mount();
    const page = report();
    // A frame is see-through only where its colour scheme is its document's.
    if (mounted) mounted.frame.style.colorScheme = page.theme === "dark" ? "dark" : "light";
    const text = JSON.stringify(page);
    if (text === reported) return;
    reported = text;
    chrome.runtime.sendMessage({ page }).catch(() => {}); // no page of ours listens just now
  }

  function mount() {
    leave();
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "closed" });
    const style = new CSSStyleSheet();
    // In a shadow tree, !important wins over whatever the page says about the host.
    style.replaceSync(`
      :host { all: initial !important; display: block !important; position: fixed !important; inset: auto 0 auto auto !important;
              z-index: 2147483647 !important; color-scheme: normal !important; opacity: 1 !important; visibility: visible !important; }
      iframe { display: block; width: 100%; height: 100%; border: 0; background: transparent; }`);
    const frame = document.createElement("iframe");
    // Known to the frame and to this script alone; the relay admits no other frame.
    frame.name = crypto.randomUUID();
    frame.title = chrome.i18n.getMessage("extensionName");
    frame.allow = "clipboard-write";
    frame.src = chrome.runtime.getURL("panel.html");
    const place = new CSSStyleSheet();
    root.adoptedStyleSheets = [style, place];
    root.append(frame);
    mounted = { host, frame, name: frame.name };
    lay(FIRST, place);
    layouts = (layout) => lay(layout, place);
    document.documentElement.append(host);
  }

  /** @type {(layout: Layout) => void} */
  let layouts = () => {};

  function leave() {
    mounted?.host.remove();
    mounted = undefined;
    docked = false;
    before = undefined;
    layouts = () => {};
  }

  /** The keyboard's way into the panel and back: the frame takes the focus, the panel does the rest. */
  function toggle() {
    if (!mounted) return;
    if (!docked) {
      before = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
      mounted.frame.focus();
    }
    chrome.runtime.sendMessage({ toggle: true }).catch(() => {}); // the relay was just replaced: nothing to open
  }

  /**
   * The same keys as the browser's command in manifest.json, for where another extension has taken them. A page can
   * forge events, but no trusted ones. @param {Event} event
   */
  function onKey(event) {
    if (!(event instanceof KeyboardEvent) || !event.isTrusted || event.repeat || !mounted) return;
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
    // Option makes another character of the key on a Mac.
    const letter = /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : event.code.replace("Key", "");
    if (letter !== "P") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    toggle();
  }

  /** @param {Layout} layout @param {CSSStyleSheet} place */
  function lay(layout, place) {
    if (docked && layout.kind === "launcher") {
      before?.focus();
      before = undefined;
    }
    docked = layout.kind === "docked";
    /** @param {number} value @param {number} low @param {string} high */
    const clamp = (value, low, high) => `clamp(${low}px, ${Math.round(Number(value)) || low}px, ${high})`;
    const rule = layout.kind === "docked"
      ? `top: 0 !important; height: 100vh !important; width: ${clamp(layout.width, 280, "100vw")} !important;`
      : `width: ${clamp(layout.width, 24, "100vw")} !important; height: ${clamp(layout.height, 24, "100vh")} !important;
         top: ${clamp(layout.top, 0, `calc(100vh - ${clamp(layout.height, 24, "100vh")})`)} !important;`;
    place.replaceSync(`:host { ${rule} }`);
  }

  chrome.runtime.onMessage.addListener((said, sender, answer) => {
    if (sender.id !== chrome.runtime.id || sender.tab !== undefined) return; // the relay alone
    if (said.layout !== undefined) layouts(said.layout);
    if (said.toggle !== undefined) toggle();
    if (said.mounted !== undefined) answer(mounted !== undefined && said.mounted === mounted.name);
    if (said.report !== undefined) {
      look();
      answer(report());
    }
  });

  const watcher = new MutationObserver(look);
  const attributes = { attributes: true, attributeFilter: ["class", "lang"] };
  watcher.observe(document.documentElement, { ...attributes, childList: true });
  if (document.body) watcher.observe(document.body, attributes);

  /** @type {[EventTarget, string][]} */
  const events = [[window, "hashchange"], [window, "popstate"], [window, "pageshow"],
    [matchMedia("(forced-colors: active)"), "change"]];
  // Where the browser has it: every navigation of a single-page application, pushState included.
  if ("navigation" in window) events.push([/** @type {EventTarget} */ (window.navigation), "currententrychange"]);
  for (const [target, event] of events) target.addEventListener(event, look);
  window.addEventListener("keydown", onKey, { capture: true });

  function retire() {
    leave();
    watcher.disconnect();
    for (const [target, event] of events) target.removeEventListener(event, look);
    window.removeEventListener("keydown", onKey, { capture: true });
  }

  look();
})();
