// Starts a page of the extension: its web components, then its WASM. `data-page` on <body> says which page it is.

export {};

const framed = window.top !== window;
const started = performance.now();

try {
  const [ours, wasm] = await Promise.all([
    // A portal page can embed panel.html by itself; what it gets then is an empty document.
    framed ? chrome.runtime.sendMessage({ claim: window.name }) : true,
    // @ts-expect-error made by extension-pack
    import("./extension_ui.js"),
    // @ts-expect-error made by extension-pack
    import("./fluent.js"),
  ]);
  if (ours === true) {
    await wasm.default({ module_or_path: "extension_ui_bg.wasm" });
    performance.measure("vmss-capture start", { start: started, end: performance.now() });
  }
} catch (error) {
  console.error(error);
  const failed = document.createElement("p");
  failed.setAttribute("role", "alert");
  failed.textContent = chrome.i18n.getMessage("startFailed");
  document.body.replaceChildren(failed);
}
