// The relay: the extension's background. It carries messages between the extension's pages and the helper process
// and looks into none of them. What it does know:
//
//   page   → relay   {message: …}  for the helper      {layout: …}  for the content script of the page's tab
//   relay  → page    {message: …}  from the helper     {page: …}    what the content script reports
//                    {host: …}     state of the pipe   {toggle: true}   the keyboard asks for the panel
//   relay  → helper  {client, message}      helper → relay  {client, message} or {relay: {busy, badge, notify}}
//
// Window messages are never read, here or anywhere else: a page could forge them. Every sender is checked.
// The service worker may end at any time when nothing is open; all that must survive that is in storage.session.

/** @typedef {{url: string, theme: "light" | "dark" | "high-contrast", language: string}} HostPage */
/** @typedef {{tab?: number, window?: number}} Place */
/** @typedef {Place & {kind: string, port: chrome.runtime.Port}} Client */
/** @typedef {{id: string, title: string, body: string}} Notice */
/** @typedef {{busy?: boolean, badge?: string, notify?: Notice}} Order */

const HELPER = "dev.vmss_capture.host";
const KINDS = ["panel", "viewer", "popup", "sidepanel"];
/** How long the helper is kept without any page, in ms: a page that navigates comes back at once. */
const LINGER = 5_000;
const NOWHERE = /** @type {HostPage} */ ({ url: "", theme: "light", language: "" });

const ownOrigin = new URL(chrome.runtime.getURL("")).origin;

/** @type {Map<string, Client>} */
const clients = new Map();
/** @type {chrome.runtime.Port | undefined} */
let helper;
let busy = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let closing;

// --- who is talking ----------------------------------------------------------------------------------------------

/** @param {chrome.runtime.MessageSender | undefined} sender */
function isOwnPage(sender) {
  return sender?.id === chrome.runtime.id && sender.url !== undefined && new URL(sender.url).origin === ownOrigin;
}

/** The content script of a portal page's top frame. @param {chrome.runtime.MessageSender} sender */
function isContentScript(sender) {
  return sender.id === chrome.runtime.id && sender.tab?.id !== undefined && sender.frameId === 0 && !isOwnPage(sender);
}

/** @param {number} tab */
const tabKey = (tab) => `frame ${tab} `;
/** @param {number} tab @param {number} frame */
const frameKey = (tab, frame) => tabKey(tab) + frame;

/**
 * A portal page can embed panel.html by itself. Only the frame that our content script mounted knows the name that
 * the content script gave it.
 * @param {chrome.runtime.MessageSender} sender @param {unknown} name
 */
async function admitFrame(sender, name) {
  if (!isOwnPage(sender) || sender.tab?.id === undefined || sender.frameId === undefined) return false;
  if (sender.frameId === 0) return true;
  const mounted = await askContentScript(sender.tab.id, { mounted: name });
  if (mounted !== true) return false;
  await chrome.storage.session.set({ [frameKey(sender.tab.id, sender.frameId)]: true });
  return true;
}

/** @param {chrome.runtime.Port} port */
async function isAdmitted(port) {
  const { sender, name } = port;
  if (!KINDS.includes(name) || !isOwnPage(sender)) return false;
  if (sender?.tab?.id === undefined || !sender.frameId) return true; // a page of its own, no frame in another
  const key = frameKey(sender.tab.id, sender.frameId);
  return name === "panel" && (await chrome.storage.session.get(key))[key] === true;
}

// --- pages -------------------------------------------------------------------------------------------------------

chrome.runtime.onConnect.addListener((port) => {
  const id = crypto.randomUUID();
  // Messages that come before the answer wait for it, in order.
  const admitted = isAdmitted(port).then(async (yes) => {
    if (!yes) return port.disconnect();
    const client = { kind: port.name, port, ...(await placeOf(port)) };
    clients.set(id, client);
    clearTimeout(closing);
    if (helper) tell(client, { host: { state: "connected" } });
    // Not waited for: the portal's page may be busy, or be leaving.
    void tellPage(client);
  }).catch(() => port.disconnect()); // nothing may wait for a page that nobody listens to: it connects again
  port.onMessage.addListener((said) => void admitted.then(() => fromPage(id, said)));
  port.onDisconnect.addListener(() => void admitted.then(() => {
    clients.delete(id);
    closeWhenIdle();
  }));
});

/** @param {string} id @param {{message?: unknown, layout?: unknown}} said */
function fromPage(id, said) {
  const client = clients.get(id);
  if (!client) return;
  if (said.message !== undefined) toHelper({ client: id, message: said.message });
  if (said.layout !== undefined && client.kind === "panel" && client.tab !== undefined) {
    void askContentScript(client.tab, { layout: said.layout });
  }
}

/** @param {Client} client @param {unknown} message */
function tell(client, message) {
  try {
    client.port.postMessage(message);
  } catch {
    // It is just closing; its onDisconnect cleans up.
  }
}

/** The tab that a page is about: its own, or for popup and side panel the one that is looked at in their window.
 * @param {chrome.runtime.Port} port @returns {Promise<Place>} */
async function placeOf({ sender }) {
  if (sender?.tab?.id !== undefined) return { tab: sender.tab.id };
  // Firefox has no side panel, and its popup is in the window that has the focus.
  const documentId = sender?.documentId;
  const [page] = (documentId && await chrome.runtime.getContexts?.({ documentIds: [documentId] })) || [];
  const [tab] = await chrome.tabs.query({ active: true, ...(page ? { windowId: page.windowId } : { lastFocusedWindow: true }) });
  return { tab: tab?.id, window: tab?.windowId };
}

/** Tells a page what its tab shows. @param {Client} client */
async function tellPage(client) {
  const { tab } = client;
  const page = tab === undefined ? undefined : await askContentScript(tab, { report: true });
  // A side panel may be about another tab by now.
  if (client.tab === tab) tell(client, { page: page ?? NOWHERE });
}

// --- portal tabs -------------------------------------------------------------------------------------------------

/**
 * Asks the content script in a tab's top frame; undefined where there is none.
 * @param {number} tab @param {{report: true} | {layout: unknown} | {mounted: unknown} | {toggle: true}} question
 */
async function askContentScript(tab, question) {
  try {
    return await chrome.tabs.sendMessage(tab, question, { frameId: 0 });
  } catch {
    return undefined;
  }
}

chrome.runtime.onMessage.addListener((said, sender, answer) => {
  if (said.claim !== undefined) {
    void admitFrame(sender, said.claim).then(answer);
    return true; // the answer comes later
  }
  if (said.page !== undefined && isContentScript(sender)) {
    for (const client of clients.values()) {
      if (client.tab === sender.tab?.id) tell(client, { page: said.page });
    }
  }
  if (said.toggle !== undefined && isContentScript(sender)) {
    for (const client of clients.values()) {
      if (client.kind === "panel" && client.tab === sender.tab?.id) tell(client, { toggle: true });
    }
  }
  return undefined;
});

// The browser's own shortcut, which reaches us from every frame of the portal. The content script moves the focus.
chrome.commands.onCommand.addListener((command, tab) => {
  if (command === "toggle-panel" && tab?.id !== undefined) void askContentScript(tab.id, { toggle: true });
});

// The portal navigates by pushState too, which a content script does not hear of everywhere.
chrome.tabs.onUpdated.addListener((tab, { url, status }) => {
  if (url !== undefined) void askContentScript(tab, { report: true });
  // Away from the portal nobody reports.
  if (status === "complete") for (const client of sidePanels()) if (client.tab === tab) void tellPage(client);
});

chrome.tabs.onActivated.addListener(({ tabId, windowId }) => {
  for (const client of sidePanels()) {
    if (client.window !== windowId) continue;
    client.tab = tabId;
    void tellPage(client);
  }
});

const sidePanels = () => [...clients.values()].filter(({ kind }) => kind === "sidepanel");

chrome.tabs.onRemoved.addListener(async (tab) => {
  const known = Object.keys(await chrome.storage.session.get(null));
  await chrome.storage.session.remove(known.filter((key) => key.startsWith(tabKey(tab))));
});

// --- the helper --------------------------------------------------------------------------------------------------

/** @param {{client: string, message: unknown}} frame */
function toHelper(frame) {
  helper ??= open();
  try {
    helper.postMessage(frame);
  } catch {
    // It ended in this very moment; its onDisconnect tells every page.
  }
}

function open() {
  const port = chrome.runtime.connectNative(HELPER);
  port.onMessage.addListener(fromHelper);
  port.onDisconnect.addListener((closed) => {
    // Firefox gives the reason with the port, Chromium as lastError.
    const { error } = /** @type {{error?: {message?: string}}} */ (/** @type {unknown} */ (closed));
    const detail = error?.message ?? chrome.runtime.lastError?.message ?? "";
    // One that was closed as idle, after the next one was started: no page waits for it.
    if (helper !== port) return;
    helper = undefined;
    obey({ busy: false, badge: "" });
    for (const client of clients.values()) tell(client, { host: { state: "gone", detail } });
  });
  for (const client of clients.values()) tell(client, { host: { state: "connected" } });
  return port;
}

/** @param {{client?: string, message?: unknown, relay?: Order}} frame */
function fromHelper(frame) {
  if (frame.relay !== undefined) return obey(frame.relay);
  const client = clients.get(frame.client ?? "");
  if (client) tell(client, { message: frame.message });
}

/** @param {Order} order */
function obey(order) {
  if (order.badge !== undefined) void chrome.action.setBadgeText({ text: order.badge.slice(0, 4) });
  if (order.notify !== undefined) {
    const { id, title, body } = order.notify;
    const iconUrl = chrome.runtime.getURL("icons/128.png");
    void chrome.notifications.create(id, { type: "basic", iconUrl, title, message: body });
  }
  if (order.busy !== undefined) {
    busy = order.busy;
    closeWhenIdle();
  }
}

/** Ends the helper once nobody needs it: no page, and no work of its own. */
function closeWhenIdle() {
  clearTimeout(closing);
  closing = setTimeout(() => {
    if (busy || clients.size > 0) return;
    helper?.disconnect();
    helper = undefined;
  }, LINGER);
}
