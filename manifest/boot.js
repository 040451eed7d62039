// Starts a page of the extension: its web components, then its WASM. `data-page` on <body> says which page it is.

export {};

// Made by extension-pack, so that the type checker has nothing to look at.
const WASM = /** @type {string} */ ("./extension_ui.js");
const COMPONENTS = /** @type {string} */ ("./fluent.js");

const framed = window.top !== window;
const started = performance.now();

try {
  const [ours, wasm] = await Promise.all([
    // A portal page can embed panel.html by itself; what it gets then is an empty document.
    framed ? chrome.runtime.sendMessage({ claim: window.name }) : true,
    import(WASM),
    import(COMPONENTS),
  ]);
  if (ours === true) {
    await wasm.default();
    performance.measure("vmss-capture start", { start: started, end: performance.now() });
  }
} catch (error) {
  console.error(error);
  const failed = document.createElement("p");
  failed.setAttribute("role", "alert");
  failed.textContent = chrome.i18n.getMessage("startFailed");
  document.body.replaceChildren(failed);
}
