// Starts a page of the extension: its web components, then its WASM. <body> says which page it is, and which program
// draws it.

export {};

const framed = window.top !== window;
const started = performance.now();
const program = document.body.dataset.program;

try {
  const [ours, wasm] = await Promise.all([
    // A portal page can embed panel.html by itself; what it gets then is an empty document.
    framed ? chrome.runtime.sendMessage({ claim: window.name }) : true,
    // @ts-expect-error both made by extension-pack
    program === "viewer" ? import("./viewer.js") : import("./panel.js"),
    // @ts-expect-error made by extension-pack
    import("./fluent.js"),
  ]);
  if (ours === true) {
    const drawn = new Promise((resolve) => new MutationObserver(resolve).observe(document.body, { childList: true }));
    await wasm.default({ module_or_path: `${program}_bg.wasm` });
    await drawn;
    performance.measure("vmss-capture start", { start: started, end: performance.now() });
  }
} catch (error) {
  console.error(error);
  const failed = document.createElement("p");
  failed.setAttribute("role", "alert");
  failed.textContent = chrome.i18n.getMessage("startFailed");
  document.body.replaceChildren(failed);
}
